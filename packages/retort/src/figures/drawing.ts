/** What figures are drawn with: Observable Plot, on a document of linkedom. Both are the user's to install, as most never draw. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Plot from '@observablehq/plot';
import { FigureError } from './errors.ts';

/** An element of a document, as far as it is used. */
export interface DrawnElement {
  readonly outerHTML: string;
  setAttribute(name: string, value: string): void;
  getAttribute(name: string): string | null;
  appendChild(child: DrawnElement): void;
}

export interface DrawnDocument {
  createElementNS(namespace: string, name: string): DrawnElement;
}

/** Observable Plot with a document to draw in. */
export interface Drawing {
  readonly Plot: typeof Plot;
  readonly document: DrawnDocument;
}

/** A package as a module in one of these folders finds it; null where none does. */
async function imported(name: string, folders: readonly string[]): Promise<unknown> {
  for (const folder of folders) {
    let found: string;
    try {
      found = createRequire(path.join(folder, 'index.js')).resolve(name);
    } catch {
      continue;
    }
    return import(pathToFileURL(found).href);
  }
  return null;
}

/**
 * @param folders  from where the packages are looked for: the user's project, and where Retort is
 * @throws FigureError where what draws is not installed, with the command that installs it
 * @example const { Plot, document } = await drawing();
 */
export async function drawing(folders = [process.cwd(), import.meta.dirname]): Promise<Drawing> {
  const plot = (await imported('@observablehq/plot', folders)) as typeof Plot | null;
  const dom = (await imported('linkedom', folders)) as {
    parseHTML(html: string): { document: DrawnDocument };
  } | null;
  if (!plot || !dom)
    throw new FigureError(
      'figures are drawn by Observable Plot, which is not installed: npm install @observablehq/plot linkedom',
    );
  return { Plot: plot, document: dom.parseHTML('<html></html>').document };
}
