/** A method's loss of given tensors, without networks or data: for checking a formula against other code. */
import { arange, Generator, scope, type Tensor, withGenerator } from '@retort/torch';
import type { Anatomy } from '../models/index.ts';
import { unknown } from '../unknown.ts';
import type { Features, Objective, Pair, Progress } from './method.ts';
import { methods } from './registry.ts';

/** What a method is shown, and where. */
export interface LossInput {
  /** By name, as in {@link computeLoss}. */
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** Options of the method. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  /** For methods that change over a stage; the first of one epoch where it is left out. */
  readonly progress?: Progress | undefined;
  /** How many tokens of a stage [L, D] come before those of patches; 0 where it is left out. */
  readonly prefixTokens?: number | undefined;
  /** Of what a method draws; 0 where it is left out. */
  readonly seed?: number | undefined;
}

/** What a method says of its input. */
export interface ComputedLoss {
  /** The weighted terms, each a scalar. */
  readonly terms: Readonly<Record<string, Tensor>>;
  /** Of the terms' sum, by the names of the input; what has none is left out. */
  readonly gradients: Readonly<Record<string, Tensor>>;
}

type Tensors = Readonly<Record<string, Tensor>>;

/** The tensors whose names begin so, by the rest of their names. */
function under(tensors: Tensors, prefix: string): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [],
    ),
  );
}

function needed(tensors: Tensors, name: string): Tensor {
  const found = tensors[name];
  if (!found)
    throw new RangeError(`there is no tensor '${name}'; there are ${Object.keys(tensors).join(', ')}`);
  return found;
}

/**
 * The paths where a method looks in the tensors of one network, named `stage1`, `pre1` … up to the last that is there; three stages where
 * none is.
 */
function anatomyFor(features: Features, prefixTokens: number): Anatomy {
  const numbered = (name: string, otherwise: number): string[] => {
    const given = Object.keys(features).map((path) =>
      Number(new RegExp(`^${name}(\\d{1,3})$`).exec(path)?.[1] ?? 0),
    );
    const last = Math.max(0, ...given) || otherwise;
    return Array.from({ length: last }, (_, i) => `${name}${i + 1}`);
  };
  return {
    stem: 'stem',
    stages: numbered('stage', 3),
    preActivations: numbered('pre', 0),
    penultimate: 'penultimate',
    classifier: ['fc'],
    prefixTokens,
  };
}

const isFeature = (whose: string, name: string): boolean =>
  name === `${whose}.feature` || name.startsWith(`${whose}.feature.`);

/** The features that a method taps of one network, as leaves where they have gradients. */
function tapped(
  tensors: Tensors,
  whose: 'student' | 'teacher',
  paths: readonly string[],
): [path: string, name: string][] {
  return paths.map((path) => {
    const whole = `${whose}.feature.${path}`;
    if (tensors[whole]) return [path, whole];
    const single = `${whose}.feature`;
    if (paths.length === 1 && tensors[single]) return [path, single];
    const wanted = paths.map((other) => `${whose}.feature.${other}`).join(', ');
    const given = Object.keys(tensors).filter((name) => isFeature(whose, name));
    throw new RangeError(`the method looks at ${wanted}; given is ${given.join(', ') || 'no feature'}`);
  });
}

/** A method put together for the shapes of its input. */
export interface LossSetup {
  readonly objective: Objective;
  /** Names of the tensors that are looked at, by path. */
  readonly studentFeatures: ReadonlyMap<string, string>;
  readonly teacherFeatures: ReadonlyMap<string, string>;
}

/** @throws RangeError where the method does not exist, or options or tensors do not fit it */
export function setUpLoss(name: string, input: LossInput): LossSetup {
  const { tensors, options = {}, prefixTokens = 0, seed = 0 } = input;
  const definition = Object.hasOwn(methods, name) ? methods[name] : undefined;
  if (!definition) throw new RangeError(unknown('method', name, Object.keys(methods)));
  const method = definition.create(options);
  const student = anatomyFor(under(tensors, 'student.feature.'), prefixTokens);
  const teacher = anatomyFor(under(tensors, 'teacher.feature.'), prefixTokens);
  const taps = method.taps?.({ student, teacher }) ?? { student: [], teacher: [] };
  const studentFeatures = new Map(tapped(tensors, 'student', taps.student));
  const teacherFeatures = new Map(tapped(tensors, 'teacher', taps.teacher));
  const shapeIn = (found: ReadonlyMap<string, string>) => (path: string) =>
    needed(tensors, found.get(path) ?? path).shape.slice(1);
  const logits = needed(tensors, 'student.logits');
  const pair: Pair = {
    student,
    teacher,
    classes: logits.size(1),
    labels: tensors['dataset.labels'] ?? needed(tensors, 'labels'),
    studentShape: shapeIn(studentFeatures),
    teacherShape: shapeIn(teacherFeatures),
  };
  using generator = new Generator(BigInt(seed));
  const objective = withGenerator(generator, () => method.objective(pair));
  objective.parts?.to({ dtype: logits.dtype }).train();
  return { objective, studentFeatures, teacherFeatures };
}

/**
 * The terms of a method, and the gradients of their sum. Tensors are named
 *
 *     student.logits [B, C], teacher.logits [B, C], labels int64 [B]
 *     student.feature, teacher.feature             where the method looks at one feature of a network; else
 *     student.feature.PATH, teacher.feature.PATH   PATH is stem, stage1 … stageN, pre1 … preN or penultimate, or what the options say
 *     parts.KEY                                    the state dict of its projectors and heads; buffers may be left out
 *     ids int64 [B], dataset.labels int64 [N]      for methods with a memory of all images
 *
 * @throws RangeError where a tensor is missing or the method does not exist; TorchError for shapes that do not fit
 * @example computeLoss('srd', { tensors: loadSafetensors('case.safetensors').tensors }).terms.srd?.item()
 */
export function computeLoss(name: string, input: LossInput): ComputedLoss {
  return scope(() => {
    const { tensors, progress = { epoch: 1, epochs: 1 }, seed = 0 } = input;
    const { objective, studentFeatures, teacherFeatures } = setUpLoss(name, input);
    const { parts } = objective;
    parts?.loadStateDict({ ...Object.fromEntries(parts.namedBuffers()), ...under(tensors, 'parts.') });
    const leaves = new Map<string, Tensor>();
    const leaf = (of: string): Tensor => {
      const made = leaves.get(of) ?? needed(tensors, of).clone();
      made.requiresGrad = true;
      leaves.set(of, made);
      return made;
    };
    const student = leaf('student.logits');
    const labels = needed(tensors, 'labels').to('int64');
    using generator = new Generator(BigInt(seed));
    const terms = withGenerator(generator, () =>
      objective.losses({
        student,
        teacher: tensors['teacher.logits'] ?? null,
        labels,
        ids: tensors.ids ?? arange(0, labels.size(0)),
        studentFeatures: Object.fromEntries([...studentFeatures].map(([path, of]) => [path, leaf(of)])),
        teacherFeatures: Object.fromEntries(
          [...teacherFeatures].map(([path, of]) => [path, needed(tensors, of)]),
        ),
        progress,
      }),
    );
    const loss = Object.values(terms).reduce((sum, term) => sum.add(term));
    if (loss.requiresGrad) loss.backward();
    for (const [key, parameter] of parts?.namedParameters() ?? []) leaves.set(`parts.${key}`, parameter);
    const gradients = Object.fromEntries(
      [...leaves].flatMap(([of, tensor]) => (tensor.grad ? [[of, tensor.grad]] : [])),
    );
    return {
      terms: Object.fromEntries(Object.entries(terms).map(([term, value]) => [term, value.detach()])),
      gradients,
    };
  });
}
