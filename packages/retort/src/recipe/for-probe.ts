/** Recipes of probes: what each protocol says, and where that is from. */
import { imagesOfDatasets } from '../data/index.ts';
import { madeFor, networkText, saidOf, standardInput } from '../models/index.ts';
import { inputSaid, specOf, type WrittenNetwork, withSpec } from './network.ts';
import type { ProbeProtocol } from './probe-protocols.ts';

/** What is asked. */
export interface ProbeAsked {
  readonly protocol: ProbeProtocol;
  /** With its weights. */
  readonly student: WrittenNetwork;
  readonly data: string;
  readonly dataOptions?: Readonly<Record<string, unknown>> | undefined;
  /** The side of the images that the network sees; as its weights say it, or it is made for, where it is left out. */
  readonly size?: number | undefined;
  readonly epochs?: number | undefined;
  readonly batchSize?: number | undefined;
  readonly lr?: number | undefined;
  readonly batchNorm?: 'frozen' | 'train' | undefined;
  readonly seed?: number | undefined;
  readonly trainImages?: number | undefined;
}

/** A recipe, but for the name of its run, and a line for each choice. */
export interface ForProbe {
  /** As a recipe may have it. */
  readonly recipe: Readonly<Record<string, unknown>>;
  readonly reasons: readonly string[];
}

/** What a protocol says. */
interface Protocol {
  readonly epochs: number;
  readonly batchSize: number;
  /** Of SGD with momentum 0.9. */
  readonly lr: (model: string) => number;
  readonly weightDecay: number;
  readonly schedule: Readonly<Record<string, unknown>>;
  /** How images are changed by chance for a network that sees so many pixels a side. */
  readonly train: (pixels: number, isOfSize: boolean) => readonly object[];
  /** How the network sees them, where its weights do not say their normalisation. */
  readonly input: (pixels: number) => Readonly<Record<string, unknown>>;
  /** Where nothing says how many pixels it sees. */
  readonly pixels: number;
  readonly reasons: readonly string[];
}

/** MobileNetV2, ShuffleNetV1 and V2 of the benchmark. */
const isSlow = (model: string): boolean => /^(MobileNetV2|ShuffleV[12])$/.test(model);

const cropped = (pixels: number): readonly object[] => [
  { name: 'random-resized-crop', size: pixels },
  { name: 'flip' },
];

const protocols: Readonly<Record<ProbeProtocol, Protocol>> = {
  crd: {
    epochs: 120,
    batchSize: 64,
    lr: (model) => (isSlow(model) ? 0.01 : 0.05),
    weightDecay: 5e-4,
    schedule: { name: 'multi-step', milestones: [0.25, 0.5, 0.75] },
    train: (pixels, isOfSize) => [
      ...(isOfSize ? [] : [{ name: 'resize', size: [pixels, pixels] }]),
      { name: 'crop-flip' },
    ],
    input: (pixels) => ({ size: pixels, resize: pixels }),
    pixels: 32,
    reasons: [
      'CRD (Tian et al. 2020) prints numbers of transfer, and not how its classifiers were trained. The settings are those of transfer_student.py of giakoumoglou/distillers, which descends from its code: SGD at 0.05 (0.01 for MobileNetV2 and ShuffleNets), weight decay 5e-4, 64 images a step, 120 epochs, a tenth of the rate after 30, 60 and 90 of them, crops and flips, the score of the last epoch',
      'that script leaves the network in training mode, so that its batch norms follow the new data; they stay as they are here, as the author of mdistiller advises, unless probe.batchNorm is train (--probe-bn train)',
    ],
  },
  moco: {
    epochs: 100,
    batchSize: 256,
    lr: () => 30,
    weightDecay: 0,
    schedule: { name: 'multi-step', milestones: [0.6, 0.8] },
    train: cropped,
    input: (pixels) => ({ ...standardInput(pixels), mean: 'imagenet' }),
    pixels: 224,
    reasons: [
      'as main_lincls.py of MoCo (He et al. 2020): SGD at 30, no weight decay, 256 images a step, 100 epochs, a tenth of the rate after 60 and 80 of them, random crops of 0.08 to 1 of the area and flips, the network in evaluation',
    ],
  },
  swav: {
    epochs: 100,
    batchSize: 256,
    lr: () => 0.3,
    weightDecay: 1e-6,
    schedule: { name: 'cosine', changes: 'epoch' },
    train: cropped,
    input: (pixels) => ({
      ...standardInput(pixels),
      mean: [0.485, 0.456, 0.406],
      std: [0.228, 0.224, 0.225],
    }),
    pixels: 224,
    reasons: [
      'as eval_linear.py of SwAV (Caron et al. 2020): SGD at 0.3, weight decay 1e-6, 256 images a step (32 on each of 8 GPUs), 100 epochs, a cosine to 0 that changes once an epoch, random crops of 0.08 to 1 of the area and flips, the network in evaluation, and its standard deviation of red, 0.228',
    ],
  },
};

/** @throws RangeError for two sizes of what the network sees */
function refuseTwoSizes(size: number | undefined, given: number | undefined): void {
  if (size !== undefined && given !== undefined && size !== given)
    throw new RangeError(`--size says ${size} pixels, and --input ${given}: leave out one of them`);
}

/**
 * The recipe of a probe.
 *
 * @throws what reading the student's weights throws; RangeError where two sizes are asked for
 * @example (await forProbe({ protocol: 'crd', student: 'runs/kd', data: 'stl10' })).recipe
 */
export async function forProbe(asked: ProbeAsked): Promise<ForProbe> {
  const { protocol: name, student, data, dataOptions, trainImages, seed, batchNorm = 'frozen' } = asked;
  const protocol = protocols[name];
  const spec = specOf(student);
  const { model, metadata } = await saidOf(spec);
  const said = inputSaid(metadata);
  const made = name === 'crd' ? undefined : madeFor(model ?? '')?.pixels;
  const known = Object.hasOwn(imagesOfDatasets, data) ? imagesOfDatasets[data]?.side : undefined;
  const own = typeof student === 'string' ? {} : student;
  const given = typeof own.input === 'object' ? own.input : {};
  refuseTwoSizes(asked.size, given.size);
  const pixels = asked.size ?? given.size ?? said?.size ?? made ?? protocol.pixels;
  const { mean: _, std: __, ...size } = protocol.input(pixels);
  const input = { ...((given.mean ?? said?.mean) ? size : protocol.input(pixels)), ...given };
  const { epochs = protocol.epochs, batchSize = protocol.batchSize, lr = protocol.lr(model ?? '') } = asked;
  const where = asked.size
    ? 'as --size says'
    : given.size
      ? 'as --input says'
      : said?.size
        ? 'as its weights say'
        : made
          ? `as ${model} is made for`
          : `as the protocol has it`;
  const normalised = given.mean
    ? 'as --input says'
    : said?.mean
      ? 'as its weights say'
      : name !== 'crd'
        ? 'as the protocol has it'
        : known === undefined && Object.hasOwn(imagesOfDatasets, metadata.data ?? '')
          ? `as ${metadata.data} is, which it was trained on`
          : 'as the data has it';
  const changed = Object.entries({ epochs: asked.epochs, batchSize: asked.batchSize, lr: asked.lr }).flatMap(
    ([key, value]) => (value === undefined ? [] : [`${key} ${value}`]),
  );
  return {
    recipe: {
      ...{ seed, batchSize },
      data: {
        name: data,
        options: dataOptions,
        train: protocol.train(pixels, known === pixels),
        trainImages,
      },
      student: withSpec({ ...own, input } as WrittenNetwork, spec),
      probe: { protocol: name, batchNorm },
      stages: [
        {
          epochs,
          methods: ['cross-entropy'],
          optimizer: { name: 'sgd', lr, momentum: 0.9, weightDecay: protocol.weightDecay },
          schedule: protocol.schedule,
        },
      ],
    },
    reasons: [
      `the protocol ${name}: a new classifier, of weights from N(0, 0.01²), learns on ${networkText(spec)}, of which nothing else does`,
      ...protocol.reasons,
      `the network sees ${pixels} pixels a side, ${where}, normalised ${normalised}`,
      ...(changed.length > 0
        ? [
            `otherwise than in the protocol: ${changed.join(', ')}; what is said of epochs above is in proportion`,
          ]
        : []),
    ],
  };
}
