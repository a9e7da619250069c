/** The shapes of what methods tap, found by showing the networks two images. */
import { nn, noGrad, scope, type Tensor } from '@retort/torch';
import type { Method, Shapes, Taps } from '../methods/index.ts';

/** The taps of several methods together, each path once. */
export function allTaps(methods: readonly Method[]): Taps {
  const union = (of: (taps: Taps) => readonly string[]) => [
    ...new Set(methods.flatMap(({ taps }) => (taps ? of(taps) : []))),
  ];
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
 * Runs both networks on a few images [N, C, H, W] in evaluation and answers the shapes of the tapped modules.
 *
 * @throws TorchError for a path that does not exist, with those that do
 */
export function measureShapes(
  { student, teacher }: { student: nn.Layer; teacher: nn.Layer | null },
  taps: Taps,
  images: Tensor,
  classes: number,
): Shapes {
  const students = shapesOf(student, taps.student, images);
  const teachers = teacher ? shapesOf(teacher, taps.teacher, images) : new Map<string, readonly number[]>();
  const find = (known: ReadonlyMap<string, readonly number[]>, path: string): readonly number[] => {
    const shape = known.get(path);
    if (!shape) throw new RangeError(`'${path}' was not tapped`);
    return shape;
  };
  return { classes, student: (path) => find(students, path), teacher: (path) => find(teachers, path) };
}
