/** What a method's loss is made of: the tensors that it looks at, its terms and its parts, with their shapes. */
import { Generator, randint, randn, scope, type Tensor, withGenerator } from '@retort/torch';
import { methodNamed, type Taps } from '../methods/index.ts';
import { computeLoss, type LossInput, setUpLoss } from './compute.ts';

export interface LossDescription {
  readonly method: string;
  /** The paper. */
  readonly source: string;
  /** Names of the terms. */
  readonly terms: readonly string[];
  /** Shapes of the tensors that it reads, by name. */
  readonly tensors: Readonly<Record<string, readonly number[]>>;
  /** Shapes of its state dict, by key under `parts.`. */
  readonly parts: Readonly<Record<string, readonly number[]>>;
}

/** Sizes of what stands for networks: three stages, each of half the size and twice the width. */
const [batch, images, classes, width, size] = [8, 32, 10, 8, 16];

const anatomy = {
  stem: 'stem',
  stages: ['stage1', 'stage2', 'stage3'],
  preActivations: ['pre1', 'pre2', 'pre3'],
  penultimate: 'penultimate',
  classifier: ['fc'],
};

/** Tensors as {@link computeLoss} names them, for as many turns as a method asks for. */
function exampleTensors(turns: number, taps: Taps, teacherWidth: number): Record<string, Tensor> {
  const shape = (path: string, channels: number): number[] => {
    const stage = Number(/^(?:stage|pre)(\d)$/.exec(path)?.[1] ?? 1) - 1;
    if (path === 'penultimate') return [4 * channels];
    return [channels * 2 ** stage, size / 2 ** stage, size / 2 ** stage];
  };
  const features = (whose: 'student' | 'teacher', channels: number) =>
    [...new Set([...anatomy.stages, ...taps[whose]])].map((path) => [
      `${whose}.feature.${path}`,
      randn([turns * batch, ...shape(path, channels)]),
    ]);
  const [all, ids] = [randint(0, classes, [images]), randint(0, images, [batch])];
  return {
    'student.logits': randn([batch, classes]),
    'teacher.logits': randn([batch, classes]),
    labels: all.index_select(0, ids),
    ids,
    'dataset.labels': all,
    ...Object.fromEntries([...features('student', width), ...features('teacher', teacherWidth)]),
  };
}

/**
 * Terms, tensors and parts of a method, for the shapes of its input or, where there is none, for examples.
 *
 * @throws RangeError where the method does not exist, or options or tensors do not fit it
 * @example describeLoss('srd', { tensors: {} }).parts // { 'projector.weight': [64, 32], 'projector.bias': [64] }
 */
export function describeLoss(name: string, input: LossInput): LossDescription {
  return scope(() => {
    const { source, create } = methodNamed(name);
    const { options = {}, seed = 0 } = input;
    const { turns = 1, taps } = create(options);
    const found = taps?.({ student: { anatomy }, teacher: { anatomy } }) ?? { student: [], teacher: [] };
    const described = (tensors: LossInput['tensors']): LossDescription => {
      const parts = setUpLoss(name, { ...input, tensors }).objective.parts?.stateDict() ?? {};
      const given = Object.fromEntries(
        Object.entries(parts).map(([key, tensor]) => [`parts.${key}`, tensor]),
      );
      const { terms, looked } = computeLoss(name, { ...input, tensors: { ...tensors, ...given } });
      const shapes = (named: Readonly<Record<string, Tensor>>) =>
        Object.fromEntries(Object.entries(named).map(([key, { shape }]) => [key, shape]));
      return {
        method: name,
        source,
        terms: Object.keys(terms),
        tensors: shapes(Object.fromEntries(Object.entries(tensors).filter(([of]) => looked.includes(of)))),
        parts: shapes(parts),
      };
    };
    if (Object.keys(input.tensors).length) return described(input.tensors);
    using generator = new Generator(BigInt(seed));
    const example = (teacherWidth: number) =>
      withGenerator(generator, () => exampleTensors(turns, found, teacherWidth));
    try {
      return described(example(2 * width));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      // Some compare networks of like width only.
      return described(example(width));
    }
  });
}
