/** What drawn mixing does with the pictures of a batch. */
import { aten, scope, type Tensor, tensor } from '@retort/torch';
import { isOneTensor } from '../columns.ts';
import { DataError } from '../dataset.ts';
import type { Images } from '../sample.ts';
import { wholeBelow } from '../transforms/chance.ts';
import type { DrawnMix, Mixing } from './mixing.ts';

/** Of each image of a batch, float32 as timm rounds them: what of its target is its own, and what its partner's, the one at the same place from the end. */
export interface Shares {
  readonly own: readonly number[];
  readonly partner: readonly number[];
}

/** Pixels from and to, of which the last is not one of them. */
interface Cut {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** From and to, of `length` pixels around a centre as far as they lie in the image. */
function span(length: number, center: number, pixels: number): readonly [number, number] {
  return [
    Math.max(0, center - Math.floor(length / 2)),
    Math.min(pixels, center + Math.floor((length + 1) / 2)),
  ];
}

/** The box of CutMix in an image, as timm finds it. */
export function cutOf(share: number, { y, x }: { y: number; x: number }, height: number, width: number): Cut {
  const ratio = Math.sqrt(1 - share);
  const [top, bottom] = span(Math.trunc(height * ratio), wholeBelow(y, height), height);
  const [left, right] = span(Math.trunc(width * ratio), wholeBelow(x, width), width);
  return { top, bottom, left, right };
}

/** The same box of a square image that was turned by a quarter, as `rot90` turns it. */
const turnedCut = ({ top, bottom, left, right }: Cut, side: number): Cut => ({
  top: side - right,
  bottom: side - left,
  left: top,
  right: bottom,
});

/** One image mixed. */
interface Mix {
  /** λ of Mixup; 1 where there is none. */
  readonly blend: number;
  readonly cut: Cut | null;
  /** What of its target is its own. */
  readonly own: number;
}

/** timm has one λ of a batch in float64, and those of each image in float32. */
function mixOf(
  { share, box }: DrawnMix,
  mode: Mixing['options']['mode'],
  [height, width]: readonly number[],
): Mix {
  const round = mode === 'batch' ? Number : Math.fround;
  const own = round(share);
  const [h = 1, w = 1] = [height, width];
  const cut = box && own < 1 ? cutOf(own, box, h, w) : null;
  if (!cut) return { blend: own, cut, own };
  const area = (cut.bottom - cut.top) * (cut.right - cut.left);
  return { blend: 1, cut, own: round(1 - area / (h * w)) };
}

/** So many bytes of images are blended at once: as float32 they stay near the processor, which takes two thirds of the time of a whole batch of large ones. */
const atOnce = 2 ** 18;

/** Images uint8 [B, H, W, C] blended with their partners into `out`. */
function blend(images: Tensor, partners: Tensor, shares: readonly number[], out: Tensor): void {
  const few = Math.max(1, Math.floor((atOnce * shares.length) / images.numel()));
  for (let from = 0; from < shares.length; from += few) {
    const own = shares.slice(from, from + few);
    const part = (of: Tensor): Tensor => of.narrow(0, from, own.length);
    const weighed = (of: Tensor, weights: readonly number[]): Tensor =>
      part(of)
        .to('float32')
        .mul_(tensor(weights, { shape: [own.length, 1, 1, 1] }));
    const others = own.map((share) => 1 - share);
    scope(() => {
      part(out).copy_(weighed(images, own).add_(weighed(partners, others)).round_());
    });
  }
}

/** Images of one turn [B, H, W, C], each with its partner. */
function blended(images: Tensor, mixes: readonly Mix[]): Tensor {
  if (mixes.every(({ blend, cut }) => blend === 1 && cut === null)) return images;
  const partners = images.flip([0]);
  const out = images.clone();
  if (mixes.some((mix) => mix.blend < 1))
    blend(
      images,
      partners,
      mixes.map((mix) => mix.blend),
      out,
    );
  for (const [i, { cut }] of mixes.entries()) {
    if (!cut) continue;
    const { top, bottom, left, right } = cut;
    const boxOf = (of: Tensor): Tensor =>
      of
        .select(0, i)
        .narrow(0, top, bottom - top)
        .narrow(1, left, right - left);
    boxOf(out).copy_(boxOf(partners));
  }
  return out;
}

/** Images that can be mixed with one another. @param name  of their data @throws DataError where they are of several sizes */
export function mixable(name: string, images: Images): Tensor {
  if (isOneTensor(images)) return images;
  throw new DataError(
    `${name}: images of one batch are mixed with one another, and must be of one size before: have a transform make them one (\`train: [{ name: random-resized-crop, size: 224 }]\`)`,
  );
}

/**
 * Images of a batch mixed with one another, and the shares of their targets. Turned images are mixed as the upright ones are: with the same
 * partner, in the turned box.
 *
 * @param images  uint8 [V·B, H, W, C], as they were drawn, all of the first turn first
 * @param drawn  of each of the B images
 */
export function mixed(
  images: Tensor,
  drawn: readonly DrawnMix[],
  { options: { mode } }: Mixing,
): { readonly images: Tensor; readonly shares: Shares } {
  const [count = 0, height = 0, width = 0] = images.shape;
  let mixes = drawn.map((one) => mixOf(one, mode, [height, width]));
  const own = mixes.map((mix) => mix.own);
  const shares = { own: own.map(Math.fround), partner: own.map((share) => Math.fround(1 - share)) };
  const size = drawn.length;
  const turns = Array.from({ length: count / size }, (_, turn) => {
    if (turn > 0) mixes = mixes.map((mix) => ({ ...mix, cut: mix.cut && turnedCut(mix.cut, height) }));
    return { shown: images.narrow(0, turn * size, size), mixes };
  });
  return scope(() => {
    const [first = images, ...others] = turns.map(({ shown, mixes }) => blended(shown, mixes));
    return { images: others.length ? aten.cat([first, ...others], 0) : first, shares };
  });
}
