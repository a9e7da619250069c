/** A method's loss of given tensors, without networks or data: for checking a formula against other code. */
import { arange, Generator, type nn, scope, type Tensor, withGenerator } from '@retort/torch';
import type { Targets } from '../data/index.ts';
import {
  type Features,
  headsApart,
  type Method,
  methodNamed,
  type Objective,
  type Pair,
  type PairSide,
  type Progress,
  type Side,
  type TeacherSide,
  type Whose,
} from '../methods/index.ts';
import type { Anatomy, Outputs } from '../models/index.ts';
import { classification } from '../tasks/index.ts';
import { tensorsUnder } from '../tensors/tensors-under.ts';
import { unknown } from '../words/unknown.ts';
import { checkImages, checkShapes, floatingOf, needed, ofDetection, type Tensors } from './input.ts';

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
  /** Into how many heads queries, keys and values [L, D] are divided; 1 where it is left out. */
  readonly heads?: number | undefined;
  /** Whether the student has two heads, of which one learns the labels and the other what the teacher says. */
  readonly headsApart?: boolean | undefined;
  /** Of what a method draws; 0 where it is left out. */
  readonly seed?: number | undefined;
}

/** What a method says of its input. */
export interface ComputedLoss {
  /** The weighted terms, each a scalar. */
  readonly terms: Readonly<Record<string, Tensor>>;
  /** Of the terms' sum, by the names of the input; what has none is left out. */
  readonly gradients: Readonly<Record<string, Tensor>>;
  /** Names of the tensors that the method read, but for its parts. */
  readonly looked: readonly string[];
}

/**
 * The paths where a method looks in the tensors of one network, named `stage1`, `pre1`, `queries1` … up to the last that is there; three stages where
 * none is.
 */
function anatomyFor(
  features: Features,
  { prefixTokens = 0, heads = 1, headsApart: areApart = false }: LossInput,
): Anatomy {
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
    classifier: areApart ? twoHeads : ['fc'],
    prefixTokens,
    attention: {
      heads,
      queries: numbered('queries', 3),
      keys: numbered('keys', 3),
      values: numbered('values', 3),
    },
  };
}

const isFeature = (whose: Whose, name: string): boolean =>
  name === `${whose}.feature` || name.startsWith(`${whose}.feature.`);

/** Under which names there is what a method taps of one network, by path. @throws RangeError where it is not there */
function tapped(tensors: Tensors, whose: Whose, paths: readonly string[]): ReadonlyMap<string, string> {
  const nameOf = (path: string): string => {
    const whole = `${whose}.feature.${path}`;
    if (tensors[whole]) return whole;
    const single = `${whose}.feature`;
    if (paths.length === 1 && tensors[single]) return single;
    const wanted = paths.map((other) => `${whose}.feature.${other}`).join(', ');
    const given = Object.keys(tensors).filter((name) => isFeature(whose, name));
    throw new RangeError(
      `the method needs ${wanted}; the tensors given are ${given.join(', ') || 'no features'}`,
    );
  };
  return new Map(paths.map((path) => [path, nameOf(path)]));
}

/** What says which tokens of a network are no padding: its own, or what is of both. */
const maskNames = (whose: Whose): readonly string[] => [`${whose}.mask`, 'mask'];

/** @throws RangeError for keys that the parts do not have, or that are missing */
function loadParts(name: string, parts: nn.Module | undefined, given: Tensors): void {
  const keys = Object.keys(parts?.stateDict() ?? {});
  const [surplus] = Object.keys(given).filter((key) => !keys.includes(key));
  if (surplus !== undefined)
    throw new RangeError(
      keys.length
        ? unknown(
            'part',
            `parts.${surplus}`,
            keys.map((key) => `parts.${key}`),
          )
        : `${name} has no parts, and there is a tensor parts.${surplus}`,
    );
  const all = { ...Object.fromEntries(parts?.namedBuffers() ?? []), ...given };
  const missing = keys.filter((key) => !(key in all)).map((key) => `parts.${key}`);
  if (missing.length)
    throw new RangeError(`${name} has parts whose tensors are missing: ${missing.join(', ')}`);
  parts?.loadStateDict(all);
}

/** A method put together for the shapes of its input. */
export interface LossSetup {
  readonly objective: Objective;
  /** Names of the features that are looked at, by path. */
  readonly features: Readonly<Record<Whose, ReadonlyMap<string, string>>>;
  /** Names of the tensors that have been read, features aside. */
  readonly looked: Set<string>;
}

/** A method with its options. @throws RangeError where it does not exist, or options do not fit it */
export function methodOf(name: string, input: Pick<LossInput, 'options' | 'headsApart'>): Method {
  const made = methodNamed(name).create(input.options ?? {});
  return input.headsApart ? headsApart(made) : made;
}

/** The heads of a student that has two. */
export const twoHeads = ['head', 'head_dist'] as const;

/** @throws RangeError where the method does not exist, or options or tensors do not fit it */
export function setUpLoss(name: string, input: LossInput): LossSetup {
  const { tensors, seed = 0 } = input;
  const method = methodOf(name, input);
  const anatomyOf = (whose: Whose) => anatomyFor(tensorsUnder(`${whose}.feature.`, tensors), input);
  const anatomies = { student: anatomyOf('student'), teacher: anatomyOf('teacher') };
  const taps = method.taps?.({
    student: { anatomy: anatomies.student },
    teacher: { anatomy: anatomies.teacher },
  });
  const features = {
    student: tapped(tensors, 'student', taps?.student ?? []),
    teacher: tapped(tensors, 'teacher', taps?.teacher ?? []),
  };
  checkShapes(tensors, [...features.student.values(), ...features.teacher.values()], method.turns ?? 1);
  const looked = new Set<string>();
  const side = (whose: Whose): PairSide => ({
    anatomy: anatomies[whose],
    ofTexts: maskNames(whose).some((of) => tensors[of]),
    shape: (path) => needed(tensors, features[whose].get(path) ?? path).shape.slice(1),
  });
  const pair: Pair = {
    student: side('student'),
    teacher: side('teacher'),
    get classes() {
      return needed(tensors, 'student.logits').size(1);
    },
    samples: tensors['dataset.labels']?.size(0) ?? Number.POSITIVE_INFINITY,
    get labels() {
      const all = tensors['dataset.labels'] ? 'dataset.labels' : 'labels';
      looked.add(all);
      return needed(tensors, all).to('int64');
    },
  };
  using generator = new Generator(BigInt(seed));
  const objective = withGenerator(generator, () => method.objective(pair));
  objective.parts?.to({ dtype: floatingOf(tensors).dtype }).train();
  return { objective, features, looked };
}

/**
 * The terms of a method, and the gradients of their sum. Tensors are named
 *
 *     student.logits [B, C], teacher.logits [B, C], labels int64 [B], or of mixed images softLabels [B, C] in their place
 *     student.feature, teacher.feature             where the method looks at one feature of a network; else
 *     student.feature.PATH, teacher.feature.PATH   PATH is stem, stage1 … stageN, pre1 … preN or penultimate, or what the options say;
 *                                                  of two heads that learn apart, head and head_dist, whose logits [B, C] they are;
 *                                                  of attention queries1 … queriesN, keys1 … keysN, values1 … valuesN
 *     mask bool [B, L]                             of texts, true where there is a token; or student.mask and teacher.mask, where they differ
 *     parts.KEY                                    the state dict of its projectors and heads; buffers may be left out
 *     ids int64 [B], dataset.labels int64 [N]      for methods with a memory of all images
 *     student.classLogits [B, P, K + 1]            of proposals of a detector, with student.proposalClasses int64 [B, P], K background, -1 none,
 *     teacher.classLogits [B, P, K + 1]            and what the teacher says of them
 *     student.truth [B, M, 4]                      boxes of objects, x1, y1, x2, y2 in pixels, zeros where there are fewer
 *
 * A detector's own loss is of more than these: of it gamma is 0, or logits and labels stand for it.
 * Other tensors are not looked at.
 *
 * @throws RangeError where the method does not exist, a tensor is missing or does not fit the others; TorchError for shapes of parts that do not
 * fit
 * @example computeLoss('srd', { tensors: loadSafetensors('case.safetensors').tensors }).terms.srd?.item()
 */
export function computeLoss(name: string, input: LossInput): ComputedLoss {
  return scope(() => {
    const { tensors, progress = { epoch: 1, epochs: 1 }, seed = 0 } = input;
    const { objective, features, looked } = setUpLoss(name, input);
    const { parts } = objective;
    loadParts(name, parts, tensorsUnder('parts.', tensors));
    const leaves = new Map<string, Tensor>();
    const leaf = (of: string): Tensor => {
      const made = leaves.get(of) ?? needed(tensors, of).clone();
      made.requiresGrad = true;
      leaves.set(of, made);
      return made;
    };
    const read = (of: string, tensor = needed(tensors, of)): Tensor => {
      looked.add(of);
      return tensor;
    };
    const featuresOf = (whose: Whose, tensorOf: (name: string) => Tensor): Features =>
      Object.fromEntries([...features[whose]].map(([path, of]) => [path, tensorOf(of)]));
    /** What one network answers: tensors that are read as they are asked for. */
    const outputsOf = (whose: Whose, names: readonly string[], tensorOf: (of: string) => Tensor): Outputs => {
      const outputs: Outputs = {};
      for (const name of names)
        Object.defineProperty(outputs, name, {
          // What is copied, as by headsApart, is what a classifier answers.
          enumerable: name === 'logits',
          get: () => read(`${whose}.${name}`, tensorOf(`${whose}.${name}`)),
        });
      return outputs;
    };
    const answers = (of: string): Tensor =>
      /float/.test(needed(tensors, of).dtype) ? leaf(of) : needed(tensors, of);
    const maskFor = (whose: Whose): Tensor | null => {
      const of = maskNames(whose).find((name) => tensors[name]);
      return of === undefined ? null : read(of);
    };
    const student: Side = {
      outputs: outputsOf('student', ['logits', ...ofDetection], answers),
      features: featuresOf('student', leaf),
      get mask() {
        return maskFor('student');
      },
    };
    const teacher: TeacherSide = {
      outputs: outputsOf('teacher', ['logits'], (of) => needed(tensors, of)),
      judge: () => outputsOf('teacher', ['classLogits'], (of) => needed(tensors, of)),
      features: featuresOf('teacher', (of) => needed(tensors, of)),
      get mask() {
        return maskFor('teacher');
      },
    };
    const targets: Targets = tensors.softLabels
      ? {
          get softLabels() {
            return read('softLabels');
          },
        }
      : {
          get labels() {
            return read('labels').to('int64');
          },
        };
    using generator = new Generator(BigInt(seed));
    const terms = withGenerator(generator, () =>
      objective.losses({
        student,
        teacher,
        targets,
        get ids() {
          const images = floatingOf(tensors).size(0);
          checkImages(tensors, images);
          return tensors.ids ? read('ids').to('int64') : arange(0, images);
        },
        progress,
        loss: (of = student.outputs) => classification.loss?.(of, targets) ?? {},
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
      looked: [...looked, ...features.student.values(), ...features.teacher.values()],
    };
  });
}
