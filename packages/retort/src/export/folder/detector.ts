/** Students that find objects, in model folders. */
import { type Inputs, renderingSaid } from '../../data/index.ts';
import { detection, imagesIn } from '../../tasks/index.ts';
import { ExportError } from '../onnx/index.ts';
import { detectFile } from './detect-file.ts';
import { javascript, python } from './detector-used.ts';
import type { ExportDetectorFolderOptions } from './exported.ts';
import { GraphOfDetector } from './graph-of-detector.ts';
import { dataSaid } from './images.ts';
import { json } from './json.ts';
import type { Kind } from './kind.ts';

/** So many images a graph is checked with: each is a call of both, and all are padded to the largest. */
const checked = 8;

/** A call takes seconds, of images of 800 pixels. */
const timing = { rounds: 3, runs: 2 } as const;

/** A photograph, as latency is measured with. */
const photograph = 4 / 3;

/** @throws ExportError for images that are not seen whole, or that have other channels than pictures */
export function detectorKind(options: ExportDetectorFolderOptions): Kind {
  const {
    name,
    classes,
    rendering,
    channels,
    bakeNormalisation = false,
    metadata = {},
    task = detection,
  } = options;
  const { whole, mean, std } = rendering;
  if (!whole || whole.shortest === undefined || whole.longest === undefined)
    throw new ExportError(
      `${name} finds objects, and how large it sees images is not said: its rendering needs shortest and longest`,
    );
  if (channels !== 3)
    throw new ExportError(
      `a model folder of a detector is of one that is shown pictures in colours, and ${name} takes ${channels} channels: exportOnnx writes its graph alone`,
    );
  const { shortest, longest, order, dialect } = whole;
  const graphRendering = bakeNormalisation ? { ...rendering, mean: [0, 0, 0], std: [1, 1, 1] } : rendering;
  const wide = Math.min(longest, Math.round(photograph * shortest));
  const said = JSON.stringify({ ...whole, mean, std });
  return {
    ...{ sample: 'image', timed: `image of ${shortest} x ${wide} pixels`, pipeline: 'object-detection' },
    ...{ task, says: 'boxes', checked, timing, precisions: ['fp32', 'fp16'], runsBy: 'onnxruntime' },
    rendering: renderingSaid(rendering),
    graphRendering: renderingSaid(graphRendering),
    images: [],
    onnx: bakeNormalisation ? { bakeNormalisation: { mean, std } } : {},
    standIn: {},
    graphMetadata: {
      ...(metadata.reading === undefined ? {} : { reading: metadata.reading }),
      finds: 'boxes',
      input: JSON.stringify({ ...whole, mean: graphRendering.mean, std: graphRendering.std }),
    },
    weightsMetadata: { ...dataSaid(metadata.data), channels: String(channels), input: said },
    given: (inputs: Inputs) => ({
      images: imagesIn(inputs),
      ...(inputs.sizes ? { sizes: inputs.sizes } : {}),
    }),
    calibration: () => ({}),
    graph: async (file) => new GraphOfDetector(file, { channels, classes }),
    measurable: async (file, precision) => ({
      ...{ name: precision, file, model: new GraphOfDetector(file, { channels, classes }) },
      images: [channels, shortest, wide],
    }),
    absence: () => `transformers has no ${name}, and transformers.js no detector of its form`,
    settings: () => ({}),
    files: () => ({
      'detect.mjs': detectFile,
      'preprocessor_config.json': json({
        ...{ do_resize: true, size: { shortest_edge: shortest, longest_edge: longest }, resample: 2 },
        dialect,
        ...{ do_flip_channel_order: order === 'bgr', do_rescale: true, rescale_factor: 1 / 255 },
        ...{ do_normalize: !bakeNormalisation, image_mean: mean, image_std: std },
      }),
    }),
    javascript,
    python: () => python(options, whole),
    ports: () =>
      `One image of any size goes in as \`pixel_values\`, float32 [1, 3, height, width], ${
        order === 'bgr' ? 'blue before green and red, ' : ''
      }${bakeNormalisation ? 'from 0 to 1' : 'normalised as `preprocessor_config.json` says'}; \`boxes\` [D, 4] (x1, y1, x2, y2 in its pixels), \`scores\` [D], best first, and \`classes\` [D], int64, from 0 on, come out. The graph pads the image itself, and drops what overlaps better boxes (NonMaxSuppression).`,
    remarks: () => [
      `its graphs take images with the shorter side of ${shortest} pixels, unless the longer would pass ${longest}: \`detect.mjs\` resizes pictures as it was shown its own`,
    ],
  };
}
