/** Students of images in model folders. */
import type { Inputs } from '../../data/index.ts';
import { defaults } from '../../defaults.ts';
import { loadOnnx } from '../../models/index.ts';
import { parseOwnModule } from '../../own-modules.ts';
import { classification, imagesIn } from '../../tasks/index.ts';
import { ExportError } from '../onnx/index.ts';
import type { ExportFolderOptions } from './exported.ts';
import { ShownGrey } from './grey.ts';
import { javascript, python } from './images-used.ts';
import { json } from './json.ts';
import type { Kind } from './kind.ts';
import { placeless } from './places.ts';
import { preprocessorOf } from './preprocessor.ts';

/** @throws ExportError for a task of another name than that which pipelines of images have */
export function imagesKind(options: ExportFolderOptions): Kind {
  const { name, classes, channels, size, rendering, bakeNormalisation = false, metadata = {} } = options;
  const { task = classification } = options;
  if (task.name !== classification.name)
    throw new ExportError(
      `a model folder of images is of the task '${classification.name}', and this student's is '${task.name}': exportOnnx writes its graph alone`,
    );
  const { mean, std } = rendering;
  const [height, width] = size;
  const images = [channels, height, width] as const;
  const isSquare = height === width;
  const each = (value: number) => Array.from({ length: channels }, () => value);
  // Normalised, or as pixels in [0, 1].
  const graphRendering = {
    ...rendering,
    ...(isSquare ? { size: height } : {}),
    ...(bakeNormalisation ? { mean: each(0), std: each(1) } : {}),
  };
  const inColours = (values: readonly number[]) =>
    channels === 1 ? [0, 1, 2].flatMap(() => values) : values;
  // What goes into the graphs of one channel are colours.
  const taken = channels === 1 ? 3 : channels;
  return {
    ...{
      sample: 'image',
      timed: 'image',
      pipeline: 'image-classification',
      task,
      says: 'class',
      checked: 128,
      timing: { rounds: 10, runs: defaults.measuring.runs },
      precisions: defaults.exported.precisions,
      runsBy: 'transformers.js',
    },
    ...{ rendering, graphRendering, images },
    onnx: {
      ...{ size, channels, fromColour: channels === 1 },
      ...(bakeNormalisation ? { bakeNormalisation: { mean, std } } : {}),
    },
    standIn: { model_type: 'resnet', num_channels: channels },
    graphMetadata: {
      ...(metadata.reading === undefined ? {} : { reading: metadata.reading }),
      input: JSON.stringify({
        ...graphRendering,
        mean: inColours(graphRendering.mean),
        std: inColours(graphRendering.std),
      }),
    },
    weightsMetadata: {
      ...dataSaid(metadata.data),
      channels: String(channels),
      input: JSON.stringify(isSquare ? { ...rendering, size: height } : rendering),
    },
    given: (inputs: Inputs) => ({ images: imagesIn(inputs) }),
    calibration: (batches) => ({ images: imagesOf(batches) }),
    async graph(file) {
      const { model } = await loadOnnx(file, { classes, channels: taken });
      return channels === 1 ? new ShownGrey(model) : model;
    },
    async measurable(file, precision) {
      const { model } = await loadOnnx(file, { classes, channels: taken });
      return { name: precision, model, file, images: [taken, height, width] };
    },
    absence(modelType) {
      if (modelType === null) return `transformers has no ${name}`;
      return bakeNormalisation
        ? `its graph normalises images, and transformers' ${modelType} does not`
        : null;
    },
    settings: () => ({ image_size: isSquare ? height : [height, width] }),
    files: ({ absent }) => ({
      'preprocessor_config.json': json(preprocessorOf(rendering, { images, absent }, bakeNormalisation)),
    }),
    javascript,
    python: (described) => python(described, options),
    ports: () =>
      `Images go in as \`pixel_values\`, float32 [batch, ${taken}, ${height}, ${width}], ${
        bakeNormalisation ? 'from 0 to 1' : 'normalised'
      } as \`preprocessor_config.json\` says; \`logits\` [batch, ${classes}] come out.`,
    remarks: (absent) => [
      ...(channels === 1 ? ['its graphs take colours, and make them grey'] : []),
      ...(channels === 1 || channels === 3
        ? []
        : [
            `it takes images of ${channels} channels, which no pipeline makes of a picture: call its graph with tensors`,
          ]),
      ...(rendering.size === undefined
        ? []
        : [
            `transformers.js resizes images without antialiasing${absent === null ? '' : ' in the browser'}: of images that it makes much smaller some are told otherwise there`,
          ]),
    ],
  };
}

/** Code of one's own is not with it, and need not be: all that it would say of images is here. */
export const dataSaid = (data: string | undefined): Readonly<Record<string, string>> =>
  data === undefined || parseOwnModule(data) ? {} : { data: placeless(data) };

async function* imagesOf(batches: AsyncIterable<Inputs>) {
  for await (const batch of batches) yield imagesIn(batch);
}
