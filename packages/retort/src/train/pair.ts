/** What methods are told of a pair of networks: their anatomies, and the shapes of what is tapped, found by showing them a few samples. */
import { Generator, nn, noGrad, scope, withGenerator } from '@retort/torch';
import { type Batch, type Dataset, fieldOf, type Inputs } from '../data/index.ts';
import type { Anatomies, AnatomySide, Method, Pair, PairSide, Taps, Whose } from '../methods/index.ts';
import { isDetector } from '../models/detector.ts';
import { type Anatomy, anatomyOf, type Outputs } from '../models/index.ts';
import type { Task } from '../tasks/index.ts';
import { inEvaluation } from '../tensors/modes.ts';
import { TrainingError } from './errors.ts';

export interface Networks {
  readonly student: nn.Layer;
  readonly teacher: nn.Layer | null;
}

/** Which methods are for detectors, as a sentence ends. */
const forDetectors =
  'learn from a detector by kd or dkd with proposals, by srd, fitnet or review with levels, or by fgfi';

/** What a detector says of its levels, which methods find as its stages; it has no vector of an image that a classifier is called with. */
const ofDetector = (anatomy: Anatomy): Anatomy => ({
  ...anatomy,
  get preActivations(): never {
    throw new TrainingError(
      `the stages of a detector are the levels of its pyramid, which follow no ReLU: ${forDetectors}`,
    );
  },
  get penultimate(): never {
    throw new TrainingError(
      `a detector calls its classifier with a vector of each proposal, and has none of an image: ${forDetectors}`,
    );
  },
});

function anatomySide(network: nn.Layer | null): AnatomySide {
  const anatomy = network && anatomyOf(network);
  return { anatomy: anatomy && network && isDetector(network) ? ofDetector(anatomy) : anatomy };
}

const anatomies = ({ student, teacher }: Networks): Anatomies => ({
  student: anatomySide(student),
  teacher: anatomySide(teacher),
});

/** What a method taps of its pair. */
export function tapsOf(method: Method, networks: Networks): Taps {
  return method.taps?.(anatomies(networks)) ?? { student: [], teacher: [] };
}

type Shapes = ReadonlyMap<string, readonly number[]>;

/** The shapes of what a network answers, without the batch. */
export interface Measured {
  readonly outputs: Shapes;
  readonly features: Shapes;
}

/** What networks are tried on. */
export interface Specimen {
  readonly task: Task;
  readonly data: Dataset;
  /** Of a few samples. */
  readonly batch: Batch;
  /** Whether its images are mixed with one another. */
  readonly isMixed?: boolean;
}

/** How a network is called so that it answers what methods see of it, where that is something else than what it is judged by; else null. */
function seenOf(
  whose: 'student' | 'teacher',
  model: nn.Layer,
  task: Task,
  { inputs, targets }: Batch,
): (() => Outputs) | null {
  const { teach } = task;
  if (whose === 'teacher') return teach ? () => teach.call(task, model, inputs.teacher) : null;
  // Where there is nothing to learn from the loss is refused later, where a method takes it.
  return task.learnsByOther && task.learnsFrom?.every((wanted) => wanted in targets)
    ? () => task.run(model, inputs.student, { training: true, targets })
    : null;
}

/**
 * Shows a network a few samples in evaluation: it must answer what the task needs, and have what is tapped.
 *
 * @throws TrainingError if it does not answer what the data needs
 * @throws TorchError for images that a network does not take, or a path that does not exist, with those that do
 */
export function measure(
  whose: 'student' | 'teacher',
  model: nn.Layer,
  paths: readonly string[],
  { task, data, batch }: Specimen,
): Measured {
  using _ = inEvaluation(model);
  // A network that is random draws nothing from the program's generator.
  using generator = new Generator(0);
  const inputs: Inputs = batch.inputs[whose];
  return scope(() =>
    noGrad(() => {
      const judged = () => task.run(model, inputs, { training: false, targets: null });
      const seen = seenOf(whose, model, task, batch);
      const { output, taps } = withGenerator(generator, () => {
        const refuse = (answered: Outputs): void => {
          const misfit = task.misfit(answered, data, model);
          if (misfit !== null) throw new TrainingError(`the ${whose} ${misfit}`);
        };
        if (seen) refuse(judged());
        const found = nn.tap(model, paths, seen ?? judged, { copy: true });
        if (!seen) refuse(found.output);
        return found;
      });
      const shapes = (tensors: typeof output): Shapes =>
        new Map(Object.entries(tensors).map(([name, { shape }]) => [name, shape.slice(1)]));
      return { outputs: shapes(output), features: shapes(taps) };
    }),
  );
}

/** Whether it shows a network texts, which is told then which of their tokens are padding. */
export const showsTexts = ({ mask }: Inputs): boolean => mask !== undefined;

/** @throws TrainingError where task or networks lack what a method needs */
function refuseNeeds(
  { name, turns = 1, upright = false, needs = {} }: Method,
  { task, data, batch, isMixed: areMixed = false }: Specimen,
  measured: readonly (readonly [whose: string, of: Measured])[],
): void {
  const listed = (names: Iterable<string>): string => [...names].join(', ') || 'nothing';
  const { featuresAlone } = needs;
  const alone = featuresAlone === undefined ? '' : `it learns from features alone with { ${featuresAlone} }`;
  // Samples without targets have none to mix.
  const isMixed = areMixed && Object.keys(batch.targets).length > 0;
  if (turns > 1 && showsTexts(batch.inputs.student))
    throw new TrainingError(
      upright
        ? `${name} compares ${turns} draws of each image, and texts are not drawn: learn from texts by another method`
        : `${name} compares each image in ${turns} turns, and texts cannot be turned: learn from texts by another method`,
    );
  if (turns > 1 && fieldOf(data.fields, 'boxes'))
    throw new TrainingError(
      `${name} compares each image in ${turns} turns, and images with boxes are not turned: learn from them by another method`,
    );
  for (const wanted of needs.outputs ?? [])
    for (const [whose, { outputs }] of measured)
      if (!outputs.has(wanted))
        throw new TrainingError(
          `${name} needs the ${whose}'s ${wanted}, and of the task ${task.name} a network answers ${listed(outputs.keys())}${fieldOf(data.fields, 'boxes') ? `: ${forDetectors}` : alone && `: ${alone}`}`,
        );
  if (needs.predictions && task.eachByItself)
    throw new TrainingError(
      `${name} compares predictions over classes of which a sample is one, and of the task ${task.name} it may be of several: learn by kd (without hard), annealing, pkd or tinybert, or by features alone`,
    );
  const [answered] = measured[0]?.[1].outputs.get('logits') ?? [];
  if (needs.predictions && answered === 1)
    throw new TrainingError(
      `${name} compares predictions over classes, and the student's logits are one number of each sample: learn by kd (without hard), annealing, pkd or tinybert, or by features alone`,
    );
  for (const wanted of needs.targets ?? []) {
    const instead = wanted === 'labels' && needs.softLabels ? 'softLabels' : wanted;
    if (wanted in batch.targets || instead in batch.targets) continue;
    if (isMixed)
      throw new TrainingError(
        `${name} needs the ${wanted} of the samples, and mixed images are of two of them: leave out mixing, or ${name}`,
      );
    throw new TrainingError(
      `${name} needs the ${wanted} of the samples, and of the task ${task.name} they have ${listed(Object.keys(batch.targets))}${alone && `: ${alone}`}`,
    );
  }
  if (needs.loss && !task.loss)
    throw new TrainingError(
      `${name} takes the task's own loss as a term, and the task ${task.name} has none: set its weight (gamma) to 0${alone && `; ${alone}`}`,
    );
  // What mixed images are of stands for what it was made of.
  const lacking = needs.loss && !isMixed && task.learnsFrom?.filter((wanted) => !(wanted in batch.targets));
  if (lacking && lacking.length > 0)
    throw new TrainingError(
      `${name} takes the task's own loss as a term, which is of ${listed(lacking)}, and the samples of ${data.name} have none: set its weight (gamma) to 0 where it learns from a teacher, or give them labels`,
    );
}

/** Runs both networks on a few samples in evaluation and says what a method is told of them. @throws as `measure`, and where it lacks what it needs */
export function measurePair(method: Method, networks: Networks, taps: Taps, specimen: Specimen): Pair {
  const { student, teacher } = networks;
  const { data } = specimen;
  const own = measure('student', student, taps.student, specimen);
  const theirs = teacher && measure('teacher', teacher, taps.teacher, specimen);
  refuseNeeds(method, specimen, [['student', own], ...(theirs ? [['teacher', theirs] as const] : [])]);
  const side = (whose: Whose, network: nn.Layer | null, found: Measured | null): PairSide => ({
    ...anatomySide(network),
    ofTexts: network !== null && showsTexts(specimen.batch.inputs[whose]),
    shape(path) {
      const shape = found?.features.get(path);
      if (!shape) throw new RangeError(`'${path}' was not tapped`);
      return shape;
    },
  });
  return {
    student: side('student', student, own),
    teacher: side('teacher', teacher, theirs),
    eachByItself: specimen.task.eachByItself ?? false,
    get classes() {
      const [classes] = own.outputs.get('logits') ?? [];
      if (classes === undefined) throw new RangeError(`${method.name} needs the student's logits`);
      return classes;
    },
    samples: data.size,
    get labels() {
      const field = fieldOf(data.fields, 'class');
      const labels = field && data.column?.(field.name);
      if (!labels)
        throw new RangeError(
          `${method.name} needs the labels of all samples at once, and ${data.name} does not give them`,
        );
      return labels;
    },
  };
}
