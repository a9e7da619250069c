/** Students of images in model folders. */
import type { Inputs } from '../../data/index.ts';
import { defaults } from '../../defaults.ts';
import { loadOnnx } from '../../models/index.ts';
import { parseOwnModule } from '../../own-modules.ts';
import { classification, embedding, imagesIn } from '../../tasks/index.ts';
import { ExportError, type OutputName } from '../onnx/index.ts';
import type { ExportFolderOptions } from './exported.ts';
import { ShownGrey } from './grey.ts';
import { javascript, python, vectorsInJavascript, vectorsInPython } from './images-used.ts';
import { json } from './json.ts';
import type { Described, Kind } from './kind.ts';
import { placeless } from './places.ts';
import { preprocessorOf } from './preprocessor.ts';

/** What is another for students that answer vectors than for those that classify. */
type Answer = Pick<Kind, 'pipeline' | 'says' | 'settings' | 'javascript' | 'python'> & {
  readonly output: OutputName;
  /** What comes out, for a card. */
  readonly comesOut: (described: Described) => string;
  readonly absence: (modelType: string | null) => string | null;
};

/** Logits, of which the largest is the class. */
const classesOf = (options: ExportFolderOptions): Answer => ({
  ...{ pipeline: 'image-classification', says: 'class', output: 'logits' },
  settings: () => ({}),
  comesOut: ({ classes }) => `\`logits\` [batch, ${classes}] come out`,
  javascript,
  python: (described) => python(described, options),
  absence: (modelType) => (modelType === null ? `transformers has no ${options.name}` : null),
});

/** What the classifier would be called with. */
const vectorsOf = (options: ExportFolderOptions): Answer => ({
  ...{ pipeline: 'image-feature-extraction', says: 'vector', output: 'image_embeds' },
  settings: ({ width }) => ({ hidden_size: width }),
  comesOut: ({ width }) =>
    `\`image_embeds\` [batch, ${width}] come out, vectors of any length: images are alike by their cosine`,
  javascript: vectorsInJavascript,
  python: () => vectorsInPython(options),
  absence: () =>
    "it answers the vector before a classifier, and its weights are not written by transformers' keys",
});

/** @throws ExportError for a task of another name than those that pipelines of images have */
function answerOf(options: ExportFolderOptions): Answer {
  const { task: { name } = classification, classes } = options;
  if (name === classification.name) return classesOf(options);
  if (name !== embedding.name)
    throw new ExportError(
      `a model folder of images is of the tasks '${classification.name}' and '${embedding.name}', and this student's is '${name}': exportOnnx writes its graph alone`,
    );
  if (classes !== 0)
    throw new ExportError(
      `a network of the task '${name}' has no classifier, and tells apart 0 classes, not ${classes}`,
    );
  return vectorsOf(options);
}

/** @throws ExportError for a task that pipelines of images do not have */
export function imagesKind(options: ExportFolderOptions): Kind {
  const { classes, channels, size, rendering, bakeNormalisation = false, metadata = {} } = options;
  const { task = classification } = options;
  const { output, comesOut, absence, ...answer } = answerOf(options);
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
  const learned = task.name === classification.name ? {} : { task: task.name };
  // What goes into the graphs of one channel are colours.
  const taken = channels === 1 ? 3 : channels;
  return {
    ...{
      sample: 'image',
      timed: 'image',
      task,
      checked: 128,
      timing: { rounds: 10, runs: defaults.measuring.runs },
      precisions: defaults.exported.precisions,
      runsBy: 'transformers.js',
    },
    ...{ rendering, graphRendering, images, ...answer },
    onnx: {
      ...{ size, channels, output, fromColour: channels === 1 },
      ...(bakeNormalisation ? { bakeNormalisation: { mean, std } } : {}),
    },
    standIn: { model_type: 'resnet', num_channels: channels },
    graphMetadata: {
      ...learned,
      ...(metadata.reading === undefined ? {} : { reading: metadata.reading }),
      input: JSON.stringify({
        ...graphRendering,
        mean: inColours(graphRendering.mean),
        std: inColours(graphRendering.std),
      }),
    },
    weightsMetadata: {
      ...learned,
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
      const baked = `its graph normalises images, and transformers' ${modelType} does not`;
      return absence(modelType) ?? (bakeNormalisation ? baked : null);
    },
    settings: (described) => ({
      image_size: isSquare ? height : [height, width],
      ...answer.settings(described),
    }),
    files: ({ absent }) => ({
      'preprocessor_config.json': json(preprocessorOf(rendering, { images, absent }, bakeNormalisation)),
    }),
    ports: (described) =>
      `Images go in as \`pixel_values\`, float32 [batch, ${taken}, ${height}, ${width}], ${
        bakeNormalisation ? 'from 0 to 1' : 'normalised'
      } as \`preprocessor_config.json\` says; ${comesOut(described)}.`,
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
