/** What a method's loss is made of: the tensors that it looks at, its terms and its parts, with their shapes. */
import { Generator, randint, randn, scope, type Tensor, withGenerator } from '@retort/torch';
import { unknown } from '../unknown.ts';
import { computeLoss, type LossInput, setUpLoss } from './compute-loss.ts';
import { methods } from './registry.ts';

export interface LossDescription {
  readonly method: string;
  /** The paper. */
  readonly source: string;
  /** Names of the terms. */
  readonly terms: readonly string[];
  /** Shapes of the tensors that it looks at, by name. */
  readonly tensors: Readonly<Record<string, readonly number[]>>;
  /** Shapes of its state dict, by key under `parts.`. */
  readonly parts: Readonly<Record<string, readonly number[]>>;
}

/** Sizes of what stands for networks: three stages, each of half the size and twice the width, the teacher's twice as wide. */
const [batch, classes, width, size] = [8, 10, 8, 16];

/** Tensors as {@link computeLoss} names them, for as many views as a method asks for. */
function exampleTensors(
  views: number,
  taps: { readonly student: readonly string[]; readonly teacher: readonly string[] },
): Record<string, Tensor> {
  const shape = (path: string, channels: number): number[] => {
    const stage = Number(/^(?:stage|pre)(\d)$/.exec(path)?.[1] ?? 1) - 1;
    if (path === 'penultimate') return [4 * channels];
    return [channels * 2 ** stage, size / 2 ** stage, size / 2 ** stage];
  };
  const features = (whose: 'student' | 'teacher', channels: number) =>
    taps[whose].map((path) => [`${whose}.feature.${path}`, randn([views * batch, ...shape(path, channels)])]);
  return {
    'student.logits': randn([batch, classes]),
    'teacher.logits': randn([batch, classes]),
    labels: randint(0, classes, [batch]),
    ...Object.fromEntries([...features('student', width), ...features('teacher', 2 * width)]),
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
    const definition = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (!definition) throw new RangeError(unknown('method', name, Object.keys(methods)));
    const { options = {}, seed = 0 } = input;
    const { views = 1, taps } = definition.create(options);
    const anatomy = {
      stem: 'stem',
      stages: ['stage1', 'stage2', 'stage3'],
      preActivations: ['pre1', 'pre2', 'pre3'],
      penultimate: 'penultimate',
      classifier: ['fc'],
    };
    using generator = new Generator(BigInt(seed));
    const tensors = Object.keys(input.tensors).length
      ? input.tensors
      : withGenerator(generator, () =>
          exampleTensors(
            views,
            taps?.({ student: anatomy, teacher: anatomy }) ?? { student: [], teacher: [] },
          ),
        );
    const { objective, studentFeatures, teacherFeatures } = setUpLoss(name, { ...input, tensors });
    const parts = objective.parts?.stateDict() ?? {};
    const given = Object.fromEntries(Object.entries(parts).map(([key, tensor]) => [`parts.${key}`, tensor]));
    const { terms } = computeLoss(name, { ...input, tensors: { ...tensors, ...given } });
    const looked = [
      'student.logits',
      'teacher.logits',
      'labels',
      ...studentFeatures.values(),
      ...teacherFeatures.values(),
    ];
    const shapes = (named: Readonly<Record<string, Tensor>>) =>
      Object.fromEntries(Object.entries(named).map(([key, { shape }]) => [key, shape]));
    return {
      method: name,
      source: definition.source,
      terms: Object.keys(terms),
      tensors: shapes(Object.fromEntries(looked.flatMap((of) => (tensors[of] ? [[of, tensors[of]]] : [])))),
      parts: shapes(parts),
    };
  });
}
