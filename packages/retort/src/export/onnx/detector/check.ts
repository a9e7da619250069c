/** Whether the file of a detector finds what its network finds. */
import { fromBytes, noGrad, scope, type Tensor } from '@retort/torch';
import type { Inputs } from '../../../data/index.ts';
import type { Detector } from '../../../models/detector.ts';
import type { OnnxSession, PassedTensor } from '../../../models/onnx/index.ts';
import { ExportError } from '../errors.ts';
import type { Shown } from '../shown/index.ts';
import { compared, type Detection } from './compared.ts';
import { foundNames, foundPorts } from './graph.ts';

/** What was asked of both, and what they found. */
export interface DetectorCheck {
  readonly images: number;
  /** How many the two found, in all images. */
  readonly found: number;
  /** The largest difference of the scores of what both found. */
  readonly difference: number;
  /** The largest score of the network. */
  readonly largest: number;
  /** The share that both found of what either found; 1 where nothing was found. */
  readonly agreement: number;
}

/** So many images are asked of at most: each is a call of both. */
const most = 24;

/** How far a side of a box may lie elsewhere, of the image's longer side: a tenth of a pixel of a thousand in float32, a few in float16. */
const apart = { fp32: 1e-4, fp16: 4e-3, int8: 4e-3 } as const;

/** How far scores of float32 may be from the network's. */
const tolerance = 1e-4;

/**
 * The share of detections that a file of float32 has at least. Anchors on ground of one colour are equal to the last bit, and which of them are looked at is then another in each
 * runtime.
 */
const least = 0.9;

/** Rows [D, 6] of a network, without those that are none. */
function detectionsOf(rows: Tensor): Detection[] {
  const [numbers, width] = [rows.toFlatArray().map(Number), 6];
  return Array.from({ length: numbers.length / width }, (_, i): Detection => {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0, score = 0, name = -1] = numbers.slice(width * i, width * (i + 1));
    return { box: [x1, y1, x2, y2], score, class: name };
  }).filter(({ class: name }) => name >= 0);
}

/** What a file answers, as detections. @throws ExportError where it answers something else */
export function detectionsIn(answer: Readonly<Record<string, PassedTensor>>): Detection[] {
  const [boxes, scores, classes] = foundPorts.map(({ name, type }) => {
    const value = answer[name];
    if (!value) throw new ExportError(`the exported file answers no ${name}`);
    return scope(() =>
      fromBytes(value.bytes, type === 'int64' ? 'int64' : 'float32', [...value.dims])
        .toFlatArray()
        .map(Number),
    );
  });
  return (scores ?? []).map((score, i) => ({
    box: [0, 1, 2, 3].map((side) => boxes?.[4 * i + side] ?? 0) as unknown as Detection['box'],
    score,
    class: classes?.[i] ?? -1,
  }));
}

/**
 * Asks both of images, one after the other.
 *
 * @param model  in evaluation
 * @param given  images with their sizes
 * @throws ExportError where a file of float32 misses more than a tenth of all detections, or says another score of one, and where the network finds what is not finite
 */
export function checkDetector(
  model: Detector,
  session: OnnxSession,
  shown: Shown,
  given: Inputs,
  precision: keyof typeof apart,
): DetectorCheck {
  const all = { images: 0, found: 0, same: 0, difference: 0, largest: 0 };
  for (let i = 0; i < Math.min(most, shown.count(given)); i++)
    scope(() => {
      const one = shown.some(given, i, 1);
      const [images, sizes] = shown.tensors(one);
      if (!images) throw new ExportError('there are no images');
      const own = detectionsOf(noGrad(() => model.forward(images, sizes)));
      const theirs = detectionsIn(session.run(shown.feed(one), foundNames));
      if (own.some(({ box, score }) => ![...box, score].every(Number.isFinite)))
        throw new ExportError('the network answers NaN or infinite numbers, and is not worth exporting');
      const side = Math.max(images.size(2), images.size(3));
      const { all: found, same, difference } = compared(own, theirs, apart[precision] * side);
      all.images += 1;
      all.found += found;
      all.same += same;
      all.difference = Math.max(all.difference, difference);
      all.largest = Math.max(all.largest, ...own.map(({ score }) => score));
    });
  const { images, found, same, difference, largest } = all;
  const agreement = found === 0 ? 1 : same / found;
  if (precision === 'fp32' && (agreement < least || difference > tolerance))
    throw new ExportError(
      `the exported file (${precision}) finds ${same} of ${found} objects that either finds in ${images} images, with scores that differ by up to ${difference.toExponential(1)}`,
    );
  return { images, found, difference, largest, agreement };
}
