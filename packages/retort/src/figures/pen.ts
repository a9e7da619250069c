/** What figures are drawn with: Observable Plot, on a document. In Node both are found where they are installed; a page gives its own. */

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
  /** The package `@observablehq/plot` as it is imported; its types are not needed by those who never draw. */
  readonly Plot: { plot(options: never): unknown };
  readonly document: PenDocument;
}
