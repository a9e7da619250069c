/** Whether an ONNX file answers as the network that it was made of: asked in onnxruntime, by other numbers of images than it was followed with. */
import {
  aten,
  fromBytes,
  functional,
  getNumThreads,
  keep,
  type nn,
  noGrad,
  scope,
  type Tensor,
} from '@retort/torch';
import type { Inputs } from '../../data/index.ts';
import { isDetector } from '../../models/detector.ts';
import { needOnnxRuntime, OnnxSession } from '../../models/onnx/index.ts';
import { inEvaluation } from '../../tensors/modes.ts';
import { oneLine } from '../../words/shown.ts';
import { checkDetector } from './detector/index.ts';
import { ExportError } from './errors.ts';
import type { OnnxExport } from './export.ts';
import type { Shown } from './shown/index.ts';

export interface CheckExportOptions {
  /** Images as the network takes them, float32 [N, C, H, W]: real ones, as it will be shown; noise where they are left out. */
  readonly images?: Tensor;
  /** Of images of a detector, which are padded: the height and width of each, int64 [N, 2]. */
  readonly sizes?: Tensor;
  /** Texts likewise: `tokens` int64 [N, L], `mask` bool [N, L], `types` int64 [N, L] where there are some. Each batch of them is padded to its own longest. */
  readonly texts?: Inputs;
  /** What logits of a network that classifies say: a `class`, the largest, where it is left out; `classes`, those above 0; a `number`; or a `vector`, that of its features. A detector says `boxes`. */
  readonly says?: Says;
}

/** The cosine from which on two vectors point the same way, seen from the mean of all. */
export const sameWay = 0.9;

/** What is read from logits. */
export type Says = keyof typeof alike | 'boxes';

/** Of each sample, whether two networks say the same of it: bool [N]. */
const alike = {
  class: (own: Tensor, other: Tensor): Tensor => own.argmax({ dim: 1 }).eq(other.argmax({ dim: 1 })),
  classes: (own: Tensor, other: Tensor): Tensor => own.gt(0).eq(other.gt(0)).all(1),
  // Within a hundredth of the largest, or of 1.
  number: (own: Tensor, other: Tensor): Tensor =>
    own
      .sub(other)
      .abs()
      .amax([1])
      .le(0.01 * Math.max(1, Number(own.abs().max().item()))),
  /** Seen from the mean of the network's own, since vectors of all images may lie close together; one alone is seen from 0. */
  vector: (own: Tensor, other: Tensor): Tensor => {
    const from = own.size(0) > 1 ? own.mean([0]) : own.mul(0).sum([0]);
    return functional.cosine_similarity(own.sub(from), other.sub(from)).ge(sameWay);
  },
} as const;

/** How an ONNX file answers, beside its network. */
export interface ExportCheck {
  /** How many images, or texts, it was asked of. */
  readonly images: number;
  /** The largest difference between two logits, or of the scores of one detection. */
  readonly difference: number;
  /** The largest absolute logit of the network, or the largest score of a detection. */
  readonly largest: number;
  /** The share of images, or texts, of which both say the same; of a detector the share of detections that both find, of those that either finds. */
  readonly agreement: number;
  /** How many detections were compared; null of what is no detector. */
  readonly found: number | null;
  /**
   * A value of a file of float16 that goes beyond 65504 for one of them; null where none does. Processors that compute in float16 have it as
   * infinite, whatever is answered here: onnxruntime computes in float32 where its processor has no float16.
   */
  readonly beyond: string | null;
}

/** How far logits of float32 may be from the network's, of the largest of them or 1. */
const tolerance = 1e-4;

/** Numbers of images or texts in a batch, none of which it was followed with. */
const batches = [1, 5, 4];
const noisy = batches.reduce((sum, size) => sum + size, 0);

/** Of a detector, each of another size. */
const noisySizes = 3;

/** What is given in batches of the sizes above, again and again. */
function* cut(shown: Shown, given: Inputs): Iterable<Inputs> {
  const total = shown.count(given);
  for (let start = 0, i = 0; start < total; i++) {
    const size = Math.min(batches[i % batches.length] ?? 1, total - start);
    yield shown.some(given, start, size);
    start += size;
  }
}

/** So many a file of float16 is looked into with, of which all values are in memory. */
const lookedInto = 8;

/** Whether a file takes one image at a time. */
const isOneByOne = ({ ports: [port] }: Shown): boolean => port?.sizes[0] === 1;

/** The first value of float16 that is infinite for one of them; null where none is. */
function beyondHalf(exported: OnnxExport, given: Inputs): string | null {
  const { names, more } = exported.halves;
  if (names.length === 0) return null;
  using session = opened(exported, Buffer.concat([exported.bytes, more]));
  return scope(() => {
    const { shown } = exported;
    const some = shown.some(given, 0, Math.min(isOneByOne(shown) ? 1 : lookedInto, shown.count(given)));
    const values = session.run(shown.feed(some), names);
    const isBeyond = (name: string): boolean => {
      const { buffer, byteOffset, byteLength } = values[name]?.bytes ?? new Uint8Array();
      const bits = new Uint16Array(buffer.slice(byteOffset, byteOffset + byteLength));
      return bits.some((each) => (each & 0x7fff) === infinite);
    };
    return names.find(isBeyond) ?? null;
  });
}

/** In float16, but for its sign. */
const infinite = 0x7c00;

/** A session of the file. @throws ExportError where onnxruntime does not take it; OnnxError where there is no onnxruntime */
function opened(exported: OnnxExport, bytes: Uint8Array = exported.bytes): OnnxSession {
  const runtime = needOnnxRuntime('an exported network');
  try {
    return new OnnxSession(runtime, Uint8Array.from(bytes), { threads: getNumThreads(), folder: '' });
  } catch (error) {
    throw new ExportError(
      `onnxruntime-node ${runtime.version} does not take what was exported: ${oneLine(String(error))}`,
      { cause: error },
    );
  }
}

/**
 * Asks onnxruntime for the logits of images or texts, in batches of 1, 5 and 4, and compares them with the network's, in evaluation.
 * A detector is asked of one image after the other, of several sizes, and what it finds is compared, box by box.
 *
 * @param model  that was exported
 * @throws ExportError where a file of float32 differs by more than 1e-4 of the largest logit, or of 1, and where one answers NaN; where one of a detector
 *   misses more than a tenth of all detections, or differs by 1e-4 in a score; OnnxError where onnxruntime is not installed
 * @example checkExport(student, await exportOnnx(student, { size: 32 })).difference // 2.4e-6
 */
export function checkExport(
  model: nn.Layer,
  exported: OnnxExport,
  { images, sizes, texts, says = 'class' }: CheckExportOptions = {},
): ExportCheck {
  const { shown } = exported;
  const real = shown.kind === 'texts' ? texts : images && { images, ...(sizes ? { sizes } : {}) };
  if (real) shown.check(real, shown.kind);
  using session = opened(exported);
  using _ = inEvaluation(model);
  return scope(() =>
    noGrad(() => {
      const given = real ?? shown.noise(isOneByOne(shown) ? noisySizes : noisy);
      if (isDetector(model)) {
        const found = checkDetector(model, session, shown, given, exported.precision);
        return { ...found, beyond: beyondHalf(exported, given) };
      }
      const of = { images: 0, difference: 0, largest: 0 };
      const answers: { own: Tensor; logits: Tensor }[] = [];
      for (const batch of cut(shown, given))
        scope(() => {
          const own = (model as { forward(...inputs: Tensor[]): unknown }).forward(
            ...shown.tensors(batch),
          ) as Tensor;
          const answer = session.run(shown.feed(batch), [exported.output])[exported.output];
          const count = shown.count(batch);
          const shape = `[${own.shape.join(', ')}]`;
          if (!answer || `[${answer.dims.join(', ')}]` !== shape)
            throw new ExportError(
              `the exported file answers [${answer?.dims.join(', ')}] for ${count} ${shown.kind}, and the network ${shape}`,
            );
          const logits = fromBytes(answer.bytes, 'float32', [...answer.dims]);
          of.images += count;
          // Not a number is no largest one.
          const largest = (tensor: Tensor) =>
            Number(tensor.abs().nan_to_num({ nan: Number.POSITIVE_INFINITY }).max().item());
          of.difference = Math.max(of.difference, largest(logits.sub(own)));
          of.largest = Math.max(of.largest, largest(own));
          answers.push({ own: keep(own), logits: keep(logits) });
        });
      const { difference, largest } = of;
      if (!Number.isFinite(largest))
        throw new ExportError('the network answers NaN or infinite numbers, and is not worth exporting');
      const most =
        exported.precision === 'fp32' ? tolerance * Math.max(1, largest) : Number.POSITIVE_INFINITY;
      if (!(difference <= most) || !Number.isFinite(difference))
        throw new ExportError(
          `the exported file (${exported.precision}) differs from the network by ${difference.toExponential(1)}, of logits up to ${largest.toPrecision(2)}`,
        );
      const all = (key: 'own' | 'logits') => aten.cat(answers.map((answer) => answer[key]));
      const same = Number(alike[says === 'boxes' ? 'class' : says](all('own'), all('logits')).sum().item());
      const beyond = beyondHalf(exported, given);
      return { images: of.images, difference, largest, agreement: same / of.images, found: null, beyond };
    }),
  );
}
