/** What methods are told of a pair of networks: their anatomies, and the shapes of what is tapped, found by showing them a few images. */
import { Generator, nn, noGrad, scope, type Tensor, withGenerator } from '@retort/torch';
import type { Dataset } from '../data/index.ts';
import type { Anatomies, Method, Pair, Taps } from '../methods/index.ts';
import { anatomyOf } from '../models/index.ts';
import { inEvaluation } from '../modes.ts';
import { TrainingError } from './errors.ts';

export interface Networks {
  readonly student: nn.Layer;
  readonly teacher: nn.Layer | null;
}

function anatomies({ student, teacher }: Networks): Anatomies {
  return { student: anatomyOf(student), teacher: teacher && anatomyOf(teacher) };
}

/** What a method taps of its pair. */
export function tapsOf(method: Method, networks: Networks): Taps {
  return method.taps?.(anatomies(networks)) ?? { student: [], teacher: [] };
}

type Shapes = ReadonlyMap<string, readonly number[]>;

/** Shows a network images in evaluation: it must tell the classes apart, and have what is tapped. Shapes are without the batch. */
export function shapesOf(
  whose: 'student' | 'teacher',
  model: nn.Layer,
  paths: readonly string[],
  images: Tensor,
  data: Dataset,
): Shapes {
  using _ = inEvaluation(model);
  // A network that is random draws nothing from the program's generator.
  using generator = new Generator(0);
  return scope(() =>
    noGrad(() => {
      const { output, taps } = withGenerator(generator, () =>
        nn.tap(model, paths, () => model.forward(images), { copy: true }),
      );
      const classes = data.classes.length;
      if (output.shape.length !== 2 || output.size(1) !== classes)
        throw new TrainingError(
          `the ${whose} gives [${output.shape.join(', ')}] for ${images.size(0)} images, and ${data.name} has ${classes} classes: its logits must be [N, ${classes}]`,
        );
      return new Map(Object.entries(taps).map(([path, { shape }]) => [path, shape.slice(1)]));
    }),
  );
}

/**
 * Runs both networks on a few images [N, C, H, W] in evaluation and says what a method is told of them.
 *
 * @throws TrainingError if a network does not tell as many classes apart as the data has
 * @throws TorchError for images that a network does not take, or a path that does not exist, with those that do
 */
export function measurePair(networks: Networks, taps: Taps, images: Tensor, data: Dataset): Pair {
  const { student, teacher } = networks;
  const students = shapesOf('student', student, taps.student, images, data);
  const teachers: Shapes = teacher ? shapesOf('teacher', teacher, taps.teacher, images, data) : new Map();
  const find = (known: Shapes, path: string): readonly number[] => {
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
