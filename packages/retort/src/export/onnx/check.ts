/** Whether an ONNX file answers as the network that it was made of: asked in onnxruntime, by other numbers of images than it was followed with. */
import {
  fromBytes,
  Generator,
  getNumThreads,
  type nn,
  noGrad,
  rand,
  scope,
  type Tensor,
} from '@retort/torch';
import { needOnnxRuntime, OnnxSession } from '../../models/onnx/index.ts';
import { inEvaluation } from '../../tensors/modes.ts';
import { oneLine } from '../../words/shown.ts';
import { ExportError } from './errors.ts';
import { inputName, type OnnxExport, outputName } from './export.ts';
import { feed } from './feed.ts';

export interface CheckExportOptions {
  /** Images as the network takes them, float32 [N, C, H, W]: real ones, as it will be shown; noise where they are left out. */
  readonly images?: Tensor;
}

/** How an ONNX file answers, beside its network. */
export interface ExportCheck {
  readonly images: number;
  /** The largest difference between two logits. */
  readonly difference: number;
  /** The largest absolute logit of the network. */
  readonly largest: number;
  /** The share of images for which both say the same class. */
  readonly agreement: number;
  /**
   * A value of a file of float16 that goes beyond 65504 for one of the images; null where none does. Processors that compute in float16 have it as
   * infinite, whatever is answered here: onnxruntime computes in float32 where its processor has no float16.
   */
  readonly beyond: string | null;
}

/** How far logits of float32 may be from the network's, of the largest of them or 1. */
const tolerance = 1e-4;

/** Numbers of images in a batch, none of which it was followed with. */
const batches = [1, 5, 4];
const noiseImages = batches.reduce((sum, size) => sum + size, 0);

function noise({ images: [channels, height, width], fromColour }: OnnxExport): Tensor {
  using generator = new Generator(0);
  return rand([noiseImages, fromColour ? 1 : channels, height, width], { generator })
    .mul(4)
    .sub(2);
}

/** The images in batches of the sizes above, again and again. */
function* cut(images: Tensor): Iterable<Tensor> {
  const total = images.size(0);
  for (let start = 0, i = 0; start < total; i++) {
    const size = Math.min(batches[i % batches.length] ?? 1, total - start);
    yield images.narrow(0, start, size);
    start += size;
  }
}

/** So many images a file of float16 is looked into with, of which all values are in memory. */
const lookedInto = 8;

/** The first value of float16 that is infinite for one of the images; null where none is. */
function beyondHalf(exported: OnnxExport, images: Tensor): string | null {
  const { names, more } = exported.halves;
  if (names.length === 0) return null;
  using session = opened(exported, Buffer.concat([exported.bytes, more]));
  return scope(() => {
    const some = images.narrow(0, 0, Math.min(lookedInto, images.size(0)));
    const values = session.run({ [inputName]: feed(some, exported) }, names);
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
 * Asks onnxruntime for the logits of images, in batches of 1, 5 and 4, and compares them with the network's, in evaluation.
 *
 * @param model  that was exported
 * @throws ExportError where a file of float32 differs by more than 1e-4 of the largest logit, or of 1, and where one answers NaN; OnnxError where
 *   onnxruntime is not installed
 * @example checkExport(student, await exportOnnx(student, { size: 32 })).difference // 2.4e-6
 */
export function checkExport(
  model: nn.Layer,
  exported: OnnxExport,
  { images: given }: CheckExportOptions = {},
): ExportCheck {
  using session = opened(exported);
  using _ = inEvaluation(model);
  return scope(() =>
    noGrad(() => {
      const images = given ?? noise(exported);
      const of = { images: 0, difference: 0, largest: 0, same: 0 };
      for (const batch of cut(images))
        scope(() => {
          const own = model.forward(batch) as Tensor;
          const answer = session.run({ [inputName]: feed(batch, exported) }, [outputName])[outputName];
          const shape = `[${own.shape.join(', ')}]`;
          if (!answer || `[${answer.dims.join(', ')}]` !== shape)
            throw new ExportError(
              `the exported file answers [${answer?.dims.join(', ')}] for ${batch.size(0)} images, and the network ${shape}`,
            );
          const logits = fromBytes(answer.bytes, 'float32', [...answer.dims]);
          of.images += batch.size(0);
          // Not a number is no largest one.
          const largest = (tensor: Tensor) =>
            Number(tensor.abs().nan_to_num({ nan: Number.POSITIVE_INFINITY }).max().item());
          of.difference = Math.max(of.difference, largest(logits.sub(own)));
          of.largest = Math.max(of.largest, largest(own));
          of.same += Number(
            logits
              .argmax({ dim: 1 })
              .eq(own.argmax({ dim: 1 }))
              .sum()
              .item(),
          );
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
      const beyond = beyondHalf(exported, images);
      return { images: of.images, difference, largest, agreement: of.same / of.images, beyond };
    }),
  );
}
