/** A rendering with nothing left open, as somebody would say it. */
import type { FullRendering, Rendering } from './render.ts';

/** @example renderingSaid(fullRendering(kind, { shortest: 640 })).longest // 1333 */
export function renderingSaid({ whole, ...square }: FullRendering): Rendering {
  if (!whole) return square;
  const { mean, std } = square;
  return { ...whole, mean, std };
}
