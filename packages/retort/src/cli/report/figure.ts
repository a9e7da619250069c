/** A figure in the report. */
import { html, type Markup, raw } from './markup.ts';

/** @param svg  as Retort's figures are: in it, names are text already */
export const figure = (svg: string, caption: string): Markup =>
  html`<figure><div class="wide">${raw(svg)}</div><figcaption>${caption}</figcaption></figure>`;

export const figures = (all: readonly Markup[]): Markup => html`<div class="figures">${all}</div>`;
