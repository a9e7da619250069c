/** A figure of `retort/figures`, which is loaded with what draws it when the first is shown. */
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Pen } from 'retort/figures';
import { follow } from '../client/follow.ts';
import { Notice } from './notice.tsx';

type Figures = typeof import('retort/figures');

/** What is drawn: the text of an SVG, with what it shows. */
interface Drawn {
  readonly svg: string;
  readonly caption: string;
}

export type Draw = (figures: Figures, pen: Pen) => Promise<readonly Drawn[]>;

let loaded: Promise<{ figures: Figures; pen: Pen }> | null = null;

/** What draws, loaded once. */
export function loadFigures(): Promise<{ figures: Figures; pen: Pen }> {
  loaded ??= Promise.all([import('retort/figures'), import('@observablehq/plot')]).then(
    ([figures, Plot]) => ({
      figures,
      pen: { Plot, document },
    }),
  );
  return loaded;
}

/** Pixels below which small print is too small: a figure is then moved sideways. */
const readable = 480;

function Picture({ svg }: { svg: string }) {
  const place = useRef<HTMLDivElement>(null);
  // With its caption, and not a moment after it.
  useLayoutEffect(() => {
    const { documentElement } = new DOMParser().parseFromString(svg, 'image/svg+xml');
    // The figure has a name; its groups, which are named too, have no role that could be named.
    for (const group of documentElement.querySelectorAll('[aria-label]')) group.removeAttribute('aria-label');
    const drawn = document.importNode(documentElement, true);
    drawn.style.minWidth = `${Math.min(readable, Number(drawn.getAttribute('width')))}px`;
    place.current?.replaceChildren(drawn);
  }, [svg]);
  return <div class="picture" role="group" aria-label="Figure" tabIndex={0} ref={place} />;
}

/** @param draw  the same function for the same figures, or they are drawn again with each render */
export function Figure({ draw }: { draw: Draw }) {
  const drawn = useSignal<readonly Drawn[] | null>(null);
  const error = useSignal<string | null>(null);
  useEffect(() => {
    const drawing = loadFigures().then(({ figures, pen }) => draw(figures, pen));
    return follow(drawing, drawn, error);
  }, [draw]);
  if (error.value) return <Notice kind="problem">The figure could not be drawn: {error.value}</Notice>;
  return (
    <>
      {drawn.value?.map(({ svg, caption }) => (
        <figure key={caption} class="drawn">
          <Picture svg={svg} />
          <figcaption class="muted">{caption}</figcaption>
        </figure>
      ))}
    </>
  );
}
