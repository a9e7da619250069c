/** Boxes with what they are called, as a drawing that is laid over their image. */
import { colourOf } from './colours.ts';

/** A box in pixels of its image. */
export interface LabelledBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Beside it; nothing is written where it is empty. */
  readonly label: string;
  /** By which its colour is chosen, as of its class. */
  readonly class: number;
}

/** An image and what is drawn over it. */
export interface BoxesOver {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly LabelledBox[];
}

/** The colour of text is black here: images have no colour of text. */
const colour = (place: number): string => colourOf(place).replace('currentColor', '#000000');

/** White where it can be read on a colour, black otherwise: by its luminance (ITU-R BT.601). */
function inkOn(ground: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(ground.slice(at, at + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue > 140 ? '#000000' : '#ffffff';
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Letters of a label at most. */
const longest = 40;

const shown = (label: string): string =>
  escaped(label.length <= longest ? label : `${label.slice(0, longest - 1)}…`);

/** Of a letter's width to its height, about. */
const slim = 0.6;

const tenth = (value: number): number => Number(value.toFixed(1));

/** A label on a ground of its box's colour: above the box, or within it where there is no room. */
function labelOf({ x, y, label, class: number }: LabelledBox, image: BoxesOver, size: number): string {
  const ground = colour(number);
  const [wide, high] = [slim * size * Math.min(label.length, longest) + size / 2, 1.3 * size];
  const left = Math.max(0, Math.min(x, image.width - wide));
  const top = Math.max(0, y >= high ? y - high : Math.min(y, image.height - high));
  return `<rect x="${tenth(left)}" y="${tenth(top)}" width="${tenth(wide)}" height="${tenth(high)}" fill="${ground}"/><text x="${tenth(left + size / 4)}" y="${tenth(top + size)}" font-size="${tenth(size)}" font-family="sans-serif" fill="${inkOn(ground)}">${shown(label)}</text>`;
}

/**
 * An SVG of the image's size with nothing but boxes on it; those that come first lie on top.
 *
 * @example boxesOver({ width: 640, height: 480, boxes: [{ x: 20, y: 30, width: 200, height: 150, label: 'dog 97 %', class: 16 }] })
 */
export function boxesOver(image: BoxesOver): string {
  const { width, height, boxes } = image;
  const shorter = Math.min(width, height);
  const line = Math.max(1, shorter / 200);
  // Small images are shown larger than they are.
  const size = Math.min(28, Math.max(shorter / 24, Math.min(9, shorter / 10)));
  const drawn = boxes.toReversed();
  const outlines = drawn.map(
    (box) =>
      `<rect x="${tenth(box.x)}" y="${tenth(box.y)}" width="${tenth(box.width)}" height="${tenth(box.height)}" fill="none" stroke="${colour(box.class)}" stroke-width="${tenth(line)}"/>`,
  );
  const labels = drawn.flatMap((box) => (box.label === '' ? [] : [labelOf(box, image, size)]));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${outlines.join('')}${labels.join('')}</svg>`;
}
