/** A decoded image changed as it was drawn, on the thread that decoded it. */
import { fromBytes, scope, setNumThreads, type Tensor } from '@retort/torch';
import { type DrawnImage, timedView, turned } from '../drawn.ts';
import { drawnWithPlaces } from '../drawn-places.ts';
import { type FullRendering, renderedAtOnce, renderedFast } from '../render.ts';
import type { Picture } from '../sample.ts';
import { transforms } from '../transforms/index.ts';
import { type Box, resizeBytes, type Size, sizeOfImage } from '../transforms/size.ts';
import { type Part, randomAt, type Transform } from '../transforms/transform.ts';
import { seenWhole } from '../whole.ts';
import type { PartOf, PartOfPicture } from './turbo.ts';

// There are as many of these threads as there is work for: an operator that asked for others would wait for them.
setNumThreads(1);

const made = new Map<string, readonly Transform[]>();

function transformsOf(text: string): readonly Transform[] {
  const known = made.get(text);
  if (known) return known;
  const named: { name: string; options: Record<string, unknown> }[] = JSON.parse(text);
  const all = named.flatMap(({ name, options }) => transforms[name]?.create(options) ?? []);
  if (all.length < named.length) throw new RangeError(`there are no such transforms: ${text}`);
  made.set(text, all);
  return all;
}

/** The middle of an image that a rendering shows, and how large. */
function middle([height, width]: Size, { size = 1, resize }: FullRendering): Pick<Part, 'box' | 'size'> {
  const side = (pixels: number): number =>
    resize === undefined ? pixels : Math.round((Math.min(height, width) * size) / resize);
  const [high, wide] = [side(height), side(width)];
  return {
    box: {
      top: Math.floor((height - high) / 2),
      left: Math.floor((width - wide) / 2),
      height: high,
      width: wide,
    },
    size: [size, size],
  };
}

/** What is done first, where it shows a part of an image resized. */
function firstPart({
  transforms,
  seed,
  epoch,
  view,
  sample,
  time,
}: DrawnImage): ((size: Size) => Part) | undefined {
  const [first] = transformsOf(transforms);
  if (!first?.part) return undefined;
  const drawn = first.draw(randomAt({ seed, epoch, view: timedView(view, time), sample }, 0));
  return (size) => first.part?.(size, drawn) as Part;
}

/** What of an image is shown, where that is known of its size alone. */
export function partOf(drawn: DrawnImage): PartOf | undefined {
  const rendering: FullRendering | null = JSON.parse(drawn.rendering ?? 'null');
  if (drawn.shrink !== undefined || drawn.boxes) return undefined;
  if (drawn.transforms !== '[]') return firstPart(drawn);
  return rendering?.size === undefined ? undefined : (size) => middle(size, rendering);
}

/** A box of a picture: uint8 [1, H, W, C]. The rows above and below are not copied. */
function boxOf({ pixels, height, width }: Picture, box: Box): Tensor {
  const channels = pixels.length / (height * width);
  const row = width * channels;
  const rows = pixels.subarray(box.top * row, (box.top + box.height) * row);
  return fromBytes(rows, 'uint8', [1, box.height, width, channels]).narrow(2, box.left, box.width);
}

/** The shorter side resized to so many pixels, where it is longer. */
function shrunk(picture: Picture, shorter: number): Tensor {
  const { height, width } = picture;
  const whole = boxOf(picture, { top: 0, left: 0, height, width });
  if (Math.min(height, width) <= shorter) return whole;
  const side = (pixels: number): number => Math.trunc((shorter * pixels) / Math.min(height, width));
  return resizeBytes(whole, [side(height), side(width)], 'bilinear').contiguous();
}

/** A picture that was changed, and its boxes with it. */
export interface Changed extends Picture {
  readonly boxes?: Float64Array;
}

/** The same of an image with boxes, all of which is seen. */
function changeWithBoxes(picture: Picture, drawn: DrawnImage, rows: Float64Array): Changed {
  const { sample, time, transforms, rendering, ...key } = drawn;
  const { height, width } = picture;
  const full: FullRendering | null = JSON.parse(rendering ?? 'null');
  const image = boxOf(picture, { top: 0, left: 0, height, width });
  const drawing = { ...key, transforms: transformsOf(transforms), times: Int32Array.of(time) };
  const shown = drawnWithPlaces({ image, boxes: { rows } }, sample, drawing);
  const { rows: boxes } = shown.boxes ?? { rows };
  if (!full?.whole) return { ...pictureOf(shown.image.contiguous()), boxes };
  return { ...pictureOf(seenWhole(shown.image, full, full.whole)), boxes, drawn: sizeOfImage(shown.image) };
}

/**
 * The image as it was drawn, with its boxes where it has some; as bytes of float32 [H, W, C] where it is rendered too.
 *
 * @param picture  all of it, or what was decoded of it for `partOf`
 * @throws Error for images that a transform cannot change
 */
export function change(picture: Picture | PartOfPicture, drawn: DrawnImage): Changed {
  const { sample, time, transforms, rendering, spot: _, shrink, boxes, ...key } = drawn;
  const full: FullRendering | null = JSON.parse(rendering ?? 'null');
  // Nobody may know of boxes in an image that is seen whole.
  if (boxes || full?.whole) return scope(() => changeWithBoxes(picture, drawn, boxes ?? new Float64Array()));
  if (shrink !== undefined) return scope(() => pictureOf(shrunk(picture, shrink)));
  return scope(() => {
    const { height, width } = picture;
    const all = transformsOf(transforms);
    const decoded = 'box' in picture ? picture : null;
    if (decoded && full && all.length === 0) {
      const images = boxOf(picture, { top: 0, left: 0, height, width });
      return pictureOf(renderedFast(images, full, decoded.whole).permute([0, 2, 3, 1]));
    }
    const part = firstPart(drawn)?.(decoded?.whole ?? [height, width]);
    const stored = boxOf(picture, decoded?.box ?? part?.box ?? { top: 0, left: 0, height, width });
    const first = part ? resizeBytes(stored, part.size, part.interpolation).contiguous() : stored;
    const drawing = { ...key, transforms: all, times: Int32Array.of(time) };
    const images = turned(first, Int32Array.of(sample), drawing, 0, part ? 1 : 0);
    return pictureOf(full ? renderedAtOnce(images, full).permute([0, 2, 3, 1]) : images);
  });
}

/** The bytes of an image [1, H, W, C]. */
function pictureOf(image: Tensor): Picture {
  const { buffer, byteOffset, byteLength } = image.toTypedArray();
  return {
    pixels: new Uint8Array(buffer, byteOffset, byteLength),
    height: image.size(1),
    width: image.size(2),
  };
}
