/** What methods are told of a pair of networks: their anatomies, and the shapes of what is tapped, found by showing them two images. */
import { nn, noGrad, scope, type Tensor } from '@retort/torch';
import type { Dataset } from '../data/index.ts';
import type { Anatomies, Method, Pair, Taps } from '../methods/index.ts';
import { anatomyOf } from '../models/index.ts';

export interface Networks {
  readonly student: nn.Layer;
  readonly teacher: nn.Layer | null;
}

export function anatomies({ student, teacher }: Networks): Anatomies {
  return { student: anatomyOf(student), teacher: teacher && anatomyOf(teacher) };
}

/** The taps of several methods together, each path once. */
export function allTaps(methods: readonly Method[], pair: Anatomies): Taps {
  const asked = methods.flatMap((method) => method.taps?.(pair) ?? []);
  const union = (of: (taps: Taps) => readonly string[]) => [...new Set(asked.flatMap(of))];
  return { student: union((taps) => taps.student), teacher: union((taps) => taps.teacher) };
}

function shapesOf(model: nn.Layer, paths: readonly string[], images: Tensor): Map<string, readonly number[]> {
  if (paths.length === 0) return new Map();
  const wasTraining = model.training;
  try {
    return scope(() =>
      noGrad(() => {
        const { taps } = nn.tap(model.eval(), paths, () => model.forward(images), { copy: true });
        return new Map(Object.entries(taps).map(([path, { shape }]) => [path, shape.slice(1)]));
      }),
    );
  } finally {
    model.train(wasTraining);
  }
}

/**
 * Runs both networks on a few images [N, C, H, W] in evaluation and says what methods are told of them.
 *
 * @throws TorchError for a path that does not exist, with those that do
 */
export function measurePair(networks: Networks, taps: Taps, images: Tensor, data: Dataset): Pair {
  const { student, teacher } = networks;
  const students = shapesOf(student, taps.student, images);
  const teachers = teacher ? shapesOf(teacher, taps.teacher, images) : new Map<string, readonly number[]>();
  const find = (known: ReadonlyMap<string, readonly number[]>, path: string): readonly number[] => {
    const shape = known.get(path);
    if (!shape) throw new RangeError(`'${path}' was not tapped`);
    return shape;
  };
  return {
    ...anatomies(networks),
    classes: data.classes.length,
    labels: data.labels,
    studentShape: (path) => find(students, path),
    teacherShape: (path) => find(teachers, path),
  };
}
