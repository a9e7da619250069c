/**
 * For tests: every method, as one process and as several train by it; and what else ranks share. Networks and slices are of float64, so that a wrong formula shows
 * among rounding.
 */
import { functional, manualSeed, nn, noGrad, type Tensor, tensor, zeros } from '@retort/torch';
import {
  cropFlip,
  DamagedImageError,
  type Dataset,
  mixing,
  type Rendering,
  type Sample,
  subset,
  TensorDataset,
  type TextTokenizer,
} from '../src/data/index.ts';
import { evaluate } from '../src/evaluate/index.ts';
import { run } from '../src/experiment/index.ts';
import { type Method, methods } from '../src/methods/index.ts';
import { Bert, ResNet } from '../src/models/index.ts';
import type { Ranks } from '../src/ranks/index.ts';
import { classificationBy, detection, output, regression, type Task } from '../src/tasks/index.ts';
import { type Stage, stageOf, Trainer, type TrainerOptions } from '../src/train/index.ts';
import { reading } from './reading.ts';
import { brightSides } from './three-classes.ts';
import { rectangles, tinyDetector } from './tiny-detector.ts';

class Images extends ResNet {
  override forward(x: Tensor): Tensor {
    return super.forward(x.to('float64'));
  }
}

function images(seed: number, width: number, classes = 3): nn.Layer {
  manualSeed(seed);
  const widths = [width, width, 2 * width, 4 * width] as const;
  return new Images({ depth: 8, widths, classes, channels: 3 }).to({ dtype: 'float64' });
}

function texts(seed: number, depth: number, classes = 3): nn.Layer {
  manualSeed(seed);
  const sizes = { width: 8, depth, heads: 2, intermediate: 16, vocabulary: 40, positions: 24 };
  return new Bert({ ...sizes, classes, deviation: 0.2, dropout: 0, attentionDropout: 0 }).to({
    dtype: 'float64',
  });
}

/** A token for each letter, behind one that begins the text. */
const letters: TextTokenizer = {
  ...{ fingerprint: 'letters', vocabulary: 40, padding: 0, usesTypes: false },
  encode(text, _, maxLength) {
    const tokens = [1, ...[...text].map((letter) => 2 + (letter.charCodeAt(0) % 32))];
    return { tokens: Int32Array.from(tokens.slice(0, maxLength)), types: new Int32Array(tokens.length) };
  },
  files: () => ({}),
  toJSON: () => ({ fingerprint: 'letters' }),
};
const rendering: Rendering = { tokenizer: letters, maxLength: 16 };

/** As many as two batches of seven, and one of three, which is too small for slices. */
const samples = 17;
const lines = Array.from({ length: samples }, (_, i) =>
  (['bad', 'good', 'so'][i % 3] ?? '').padEnd(4 + ((5 * i) % 11), 'xyz'),
);
const classes = lines.map((_, i) => i % 3);

const ofImages = brightSides(samples);
/** Some of which are damaged, one of the last three among them. */
const damaged: Dataset = {
  ...reading(ofImages, {
    answer: (read, ids) =>
      Array.from(ids, (id, i) =>
        id % 3 === 1 && id > 3 ? new DamagedImageError('damaged') : read[i],
      ) as Sample[],
  }),
};
const ofTexts = new TensorDataset(
  'lines',
  { text: { kind: 'text' }, label: { kind: 'class', classes: ['bad', 'good', 'so'] } },
  { text: lines, label: tensor(classes).to('int64') },
);
const ofNumbers = new TensorDataset(
  'numbers',
  { text: { kind: 'text' }, score: { kind: 'scalar' } },
  { text: lines, score: tensor(classes) },
);

/** A method whose parts are of float64. */
const doubled = (method: Method): Method => ({
  ...method,
  objective(pair) {
    const objective = method.objective(pair);
    objective.parts?.to({ dtype: 'float64' });
    return objective;
  },
});

const options: Readonly<Record<string, object>> = {
  crd: { dimension: 8, negatives: 6 },
  review: { warmUpEpochs: 1 },
  kd: { temperature: 3 },
  'barlow-twins': { dimension: 16 },
  seed: { queue: 11 },
  compress: { queue: 11 },
};

const made = (name: string, given: object = options[name] ?? {}): Method =>
  doubled((methods[name] ?? missing(name)).create(given));

const stages = (name: string): Method[][] => {
  const create = (given?: object): Method => made(name, given);
  if (name === 'ft') return [[create({ phase: 'paraphraser' })], [create()]];
  return [[create()]];
};

function missing(name: string): never {
  throw new RangeError(`there is no method ${name}`);
}

const areOfTexts = ['minilm', 'tinybert', 'pkd'];

/** What is trained: to the same weights by one process and by several. */
export interface Ranked {
  readonly student: () => nn.Layer;
  readonly teacher: () => nn.Layer;
  readonly data: Dataset;
  readonly stages: readonly (readonly Method[])[];
  readonly how?: Partial<TrainerOptions> & { readonly accumulate?: number };
}

const byMethod = (name: string): Ranked =>
  areOfTexts.includes(name)
    ? {
        student: () => texts(1, 2),
        teacher: () => texts(2, 4),
        data: ofTexts,
        stages: stages(name),
        how: { renderings: { student: rendering, teacher: rendering } },
      }
    : {
        student: () => images(1, 4),
        teacher: () => images(2, name === 'fsp' ? 4 : 6),
        data: ofImages,
        stages: stages(name),
      };

const weighing = (of: Dataset): Task => classificationBy({ classWeights: [1, 4, 9], smoothing: 0.1 }, of);

/** Of boxes: the student's own loss, and the classes of its proposals as its teacher has them, seen by slices or whole. */
const asJudged = (wholeBatch: boolean): Method => ({
  ...{ name: 'as-judged', needsTeacher: true, needs: { loss: true, liveTeacher: true, wholeBatch } },
  objective: () => ({
    losses({ student, teacher, loss }) {
      const [own, theirs] = [student.outputs, teacher.judge?.() ?? {}].map((of) => output(of, 'classLogits'));
      return { ...loss(), judged: own && theirs ? functional.mse_loss(own, theirs) : zeros([]) };
    },
  }),
});

const boxes = rectangles(samples, { side: 32 });
const shownBoxes: Rendering = { shortest: 32, longest: 32 };

const detecting = (method: Method): Ranked => ({
  student: () => tinyDetector(1).to({ dtype: 'float64' }),
  teacher: () => tinyDetector(2, { width: 12 }).to({ dtype: 'float64' }),
  data: boxes,
  stages: [[method]],
  how: { task: detection, renderings: { student: shownBoxes, teacher: shownBoxes } },
});

/** Methods by which detectors learn, the tiny one's levels being eight and sixteen pixels apart. */
const ofDetectors: Readonly<Record<string, Ranked>> = {
  fgfi: detecting(made('fgfi', { lambda: 1, stride: 8, scale: 2 })),
  'kd, of proposals': detecting(made('kd', { proposals: true })),
  'dkd, of proposals': detecting(made('dkd', { proposals: true })),
  'fitnet, of levels': detecting(made('fitnet', { levels: true })),
  'srd, of levels': detecting(made('srd', { levels: true })),
  'review, of levels': detecting(made('review', { levels: true, channels: 8 })),
};

export const ranked: Readonly<Record<string, Ranked>> = {
  ...Object.fromEntries(Object.keys(methods).map((name) => [name, byMethod(name)])),
  ...ofDetectors,
  'several methods in one stage': {
    ...byMethod('kd'),
    stages: [[...(stages('kd')[0] ?? []), ...(stages('rkd')[0] ?? []), ...(stages('srd')[0] ?? [])]],
  },
  'classes that weigh differently': { ...byMethod('kd'), how: { task: weighing(ofImages) } },
  'accumulated batches': { ...byMethod('dlkd'), how: { batchSize: 5, accumulate: 2 } },
  'mixed images': {
    ...byMethod('kd'),
    how: {
      transforms: [cropFlip()],
      mixing: mixing({ mixup: 0.8, cutmix: 1, mode: 'elem' }),
      task: classificationBy({ smoothing: 0.1 }),
    },
  },
  'repeated and balanced samples': { ...byMethod('kd'), how: { sampling: { by: 'balanced' } } },
  'damaged samples': { ...byMethod('kd'), data: damaged, how: { accumulate: 2 } },
  'relations of texts': { ...byMethod('pkd'), stages: stages('rkd') },
  'boxes, and what a teacher says of those that are proposed': detecting(asJudged(false)),
  'the same, seen whole': detecting(asJudged(true)),
  'numbers of texts': {
    ...byMethod('pkd'),
    student: () => texts(1, 2, 1),
    teacher: () => texts(2, 4, 1),
    data: ofNumbers,
    stages: stages('annealing'),
    how: { task: regression, renderings: { student: rendering, teacher: rendering } },
  },
};

/** The same where teachers' answers are kept: of data in memory, and of data that is read. @param folder  where caches lie */
export const cachedRanked = (folder: string): Readonly<Record<string, Ranked>> => ({
  'a cache that is filled before': {
    ...byMethod('rkd'),
    how: { cache: { views: 1, dtype: 'float32', folder: `${folder}/filled` } },
  },
  'a cache that is filled in steps': {
    ...byMethod('kd'),
    data: reading(ofImages),
    how: { cache: { views: 1, dtype: 'float32', folder: `${folder}/read` } },
  },
});

/** What is said of a network on so many samples, by classes and by values that are gathered. */
export async function judged(ranks?: Ranks): Promise<Record<string, Record<string, number>>> {
  const scores: Record<string, Record<string, number>> = {};
  for (const size of [1, 3, samples]) {
    const first = Int32Array.from({ length: size }, (_, i) => i);
    const ofImage = { task: classificationBy(), ranks, batchSize: 7 };
    const ofText = { task: regression, ranks, batchSize: 7, renderings: { student: rendering } };
    const ofBoxes = { task: detection, ranks, batchSize: 7, renderings: { student: shownBoxes } };
    for (const [what, { samplesPerSecond, ...found }] of Object.entries({
      images: await evaluate(images(1, 4), subset(ofImages, first), ofImage),
      boxes: await evaluate(tinyDetector(1), subset(boxes, first), ofBoxes),
      texts: await evaluate(texts(1, 2, 1), subset(ofNumbers, first), ofText),
    }))
      scores[`${size} ${what}`] = { ...found, hasPace: Number(Number.isFinite(samplesPerSecond)) };
  }
  return scores;
}

/** Trains by it, an epoch a stage. */
export function trainerOf({ student, teacher, data, stages, how = {} }: Ranked, ranks?: Ranks): Trainer {
  const { accumulate, ...options } = how;
  return new Trainer({
    student: student(),
    teachers: [teacher()],
    data,
    batchSize: 7,
    precision: 'fp32',
    onWarning: () => {},
    ranks,
    syncBatchNorm: true,
    stages: stages.map((methods): Stage => {
      const [method = missing('')] = methods;
      return {
        ...stageOf({ method, epochs: 1, lr: 0.02, schedule: 'constant' }),
        methods,
        accumulate,
        clipNorm: 5,
        ema: { decay: 0.9 },
      };
    }),
    ...options,
  });
}

/** What it has learned, and what it said of its losses. */
export async function trained(of: Ranked, ranks?: Ranks): Promise<Record<string, Tensor>> {
  const trainer = trainerOf(of, ranks);
  const losses: number[] = [];
  for await (const event of trainer.run())
    if (event.kind === 'step') losses.push(event.loss, event.gradientNorm, ...Object.values(event.losses));
    else losses.push(...Object.values(event.losses), ...Object.values(event.watched), event.standIns ?? 0);
  return { ...trainer.state().tensors, losses: tensor(losses, { dtype: 'float64' }) };
}

/** A network that learns by what it saw before, and notes what it goes by: what it remembers, and the statistics of its norm. */
class Remembering extends nn.Layer {
  readonly fc = new nn.Linear(192, 4);
  readonly norm = new nn.BatchNorm1d(4);
  readonly head = new nn.Linear(4, 3);
  readonly centre = new nn.Buffer(zeros([4]));
  readonly noted: number[][] = [];

  forward(x: Tensor): Tensor {
    const seen = this.norm.forward(this.fc.forward(x.flatten(1))).sub(this.centre);
    if (this.training && !this.norm.training)
      this.noted.push(
        [this.centre, this.norm.running_mean].flatMap((of) => of?.toFlatArray().map(Number) ?? []),
      );
    if (this.training) noGrad(() => this.centre.mul_(0.5).add_(seen.mean(0).mul(0.5)));
    return this.head.forward(seen);
  }
}

/** What a network goes by whose norm is frozen after a stage of which the average was evaluated, step by step. */
export async function remembered(ranks: Ranks): Promise<number[][]> {
  manualSeed(1);
  const student = new Remembering();
  const [method = missing('')] = stages('cross-entropy')[0] ?? [];
  const stage = stageOf({ method, epochs: 1, lr: 0.1, schedule: 'constant' });
  const trainer = new Trainer({
    ...{ student, data: ofImages, batchSize: 7, precision: 'fp32', ranks, onWarning: () => {} },
    stages: [
      { ...stage, ema: { decay: 0.5 } },
      { ...stage, freeze: ['norm'], freezeStatistics: true },
    ],
  });
  for await (const { kind } of trainer.run())
    if (kind === 'epoch') {
      using _ = trainer.ema?.swapIn();
      trainer.shareBuffers();
    }
  return student.noted;
}

/** A network that answers what is no number while it learns, where it is broken. */
class Broken extends nn.Layer {
  readonly fc = new nn.Linear(192, 3);
  readonly #isBroken: boolean;

  constructor(isBroken: boolean) {
    super();
    this.#isBroken = isBroken;
    for (const parameter of this.parameters()) noGrad(() => parameter.zero_());
  }

  forward(x: Tensor): Tensor {
    return this.fc.forward(x.flatten(1)).mul(this.training && this.#isBroken ? Number.NaN : 1);
  }
}

/** What ranks are told that begin otherwise than the first: a sentence each, or null where nothing refuses it. */
export async function refused(ranks: Ranks): Promise<Record<string, string | null>> {
  const { rank } = ranks;
  const kd = byMethod('kd');
  const own = Int32Array.from({ length: samples - 1 }, (_, i) => i + rank);
  const ofRank: Readonly<Record<string, Ranked>> = {
    'other weights': { ...kd, student: () => images(1 + rank, 4) },
    'another seed': { ...kd, how: { seed: rank } },
    'fewer samples': { ...kd, data: subset(ofImages, own.subarray(rank)) },
    'other samples': { ...kd, data: subset(ofImages, own) },
    'what is not finite': {
      ...{ ...kd, student: () => new Broken(rank === 1), stages: stages('cross-entropy') },
      how: { rehearsed: true },
    },
  };
  const said: Record<string, string | null> = {};
  for (const [what, of] of Object.entries(ofRank)) {
    const trainer = trainerOf(of, ranks);
    // What a program writes without a folder.
    const training =
      what === 'other samples'
        ? run({
            trainer,
            data: { train: of.data, test: ofImages, source: 'bright sides' },
            teacherCheck: false,
          })
        : trainer.run().next();
    said[what] = await training.then(
      () => null,
      ({ message }: Error) => message,
    );
  }
  return said;
}
