/** What draws in Node: Observable Plot, on a document of linkedom. Both are the user's to install, as most never draw. */
import type * as Plot from '@observablehq/plot';
import { FigureError } from './errors.ts';
import type { Pen, PenDocument } from './pen.ts';

/** A package as a module in one of these folders finds it; null where none does. */
async function imported(name: string, folders: readonly string[]): Promise<unknown> {
  // Asked for and not imported, so that a page can be built of what leads here.
  const { createRequire } = process.getBuiltinModule('node:module');
  const { pathToFileURL } = process.getBuiltinModule('node:url');
  for (const folder of folders) {
    let found: string;
    try {
      found = createRequire(`${folder}/index.js`).resolve(name);
    } catch {
      continue;
    }
    return import(/* @vite-ignore */ pathToFileURL(found).href);
  }
  return null;
}

/**
 * @param folders  from where the packages are looked for: the user's project, and where Retort is
 * @throws FigureError where what draws is not installed, with the command that installs it
 * @example const { Plot, document } = await installedPen();
 */
export async function installedPen(folders = [process.cwd(), import.meta.dirname]): Promise<Pen> {
  const plot = (await imported('@observablehq/plot', folders)) as typeof Plot | null;
  const dom = (await imported('linkedom', folders)) as {
    parseHTML(html: string): { document: PenDocument };
  } | null;
  if (!plot || !dom)
    throw new FigureError(
      'figures are drawn by Observable Plot, which is not installed: npm install @observablehq/plot linkedom',
    );
  return { Plot: plot, document: dom.parseHTML('<html></html>').document };
}
