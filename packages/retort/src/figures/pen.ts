/** What figures are drawn with: Observable Plot, on a document. In Node both are found where they are installed; a page gives its own. */
import type * as Plot from '@observablehq/plot';

/** An element of a document, as far as it is used. */
export interface PenElement {
  readonly outerHTML: string;
  setAttribute(name: string, value: string): void;
  getAttribute(name: string): string | null;
}

export interface PenDocument {
  createElementNS(namespace: string, name: string): PenElement;
}

/**
 * Observable Plot with a document to draw in.
 *
 * @example heatMap(matrix, { Plot: await import('@observablehq/plot'), document }) // in a page
 */
export interface Pen {
  readonly Plot: typeof Plot;
  readonly document: PenDocument;
}
