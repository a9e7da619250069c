import { aten, type Tensor } from '@retort/torch';
import { Sums } from './sums.ts';

/** Samples that a batch has at least, so that there is an unbiased estimate. */
export const leastCompared = 4;

/** The Gram matrix [N, N] of features [N, …], with nothing on its diagonal. */
function gram(features: Tensor): Tensor {
  const flat = features.flatten(1).to('float64');
  return flat.mm(flat.t()).fill_diagonal_(0);
}

/** Gram matrices [P, N, N] without diagonals, N ≥ 4, with the sums of their rows [P, N]. */
interface Grams {
  readonly of: Tensor;
  readonly rows: Tensor;
}

function grams(features: Readonly<Record<string, Tensor>>, paths: readonly string[]): Grams {
  const of = aten.stack(paths.flatMap((path) => features[path] ?? []).map(gram));
  return { of, rows: of.sum([2]) };
}

/** What is the same in all of the estimator's pairs: of the sum over both matrices [P, Q], or of each with itself [P]. */
function estimate(trace: Tensor, sums: Tensor, rows: Tensor, n: number): Tensor {
  return trace
    .add(sums.div((n - 1) * (n - 2)))
    .sub(rows.mul(2 / (n - 2)))
    .div(n * (n - 3));
}

/**
 * The unbiased estimator of the Hilbert-Schmidt independence criterion (Song et al. 2012, equation 5) of each of one's matrices with each of
 * another's [P, Q].
 */
function crossed(K: Grams, L: Grams): Tensor {
  const trace = K.of.flatten(1).mm(L.of.flatten(1).t());
  const sums = K.rows.sum([1]).outer(L.rows.sum([1]));
  return estimate(trace, sums, K.rows.mm(L.rows.t()), K.of.size(1));
}

/** The same of each matrix with itself [P]. */
function alone({ of, rows }: Grams): Tensor {
  return estimate(of.square().sum([1, 2]), rows.sum([1]).square(), rows.square().sum([1]), of.size(1));
}

/**
 * Linear centred kernel alignment between the features of two networks (Kornblith et al. 2019), each batch by the unbiased estimator and
 * averaged before the division (Nguyen et al. 2021, "Do Wide and Deep Networks Learn the Same Things?", equation 3): it hardly depends on
 * the size of the batches. Near 1 features are alike up to rotation and scale, near 0 not at all.
 */
export class CkaMeter {
  readonly #student: readonly string[];
  readonly #teacher: readonly string[];
  readonly #cross: Sums;
  readonly #ofStudent: Sums;
  readonly #ofTeacher: Sums;

  constructor(student: readonly string[], teacher: readonly string[]) {
    this.#student = student;
    this.#teacher = teacher;
    this.#cross = new Sums([student.length, teacher.length]);
    this.#ofStudent = new Sums([student.length]);
    this.#ofTeacher = new Sums([teacher.length]);
  }

  /** Features [N, …] by path. A batch of fewer than four images, for which there is no unbiased estimate, is left out. */
  add(student: Readonly<Record<string, Tensor>>, teacher: Readonly<Record<string, Tensor>>): void {
    if (this.#student.length === 0 || this.#teacher.length === 0) return;
    const [s, t] = [grams(student, this.#student), grams(teacher, this.#teacher)];
    if (s.of.size(1) < leastCompared) return;
    this.#cross.add(crossed(s, t));
    this.#ofStudent.add(alone(s));
    this.#ofTeacher.add(alone(t));
  }

  /** A row for each path of the student, a column for each of the teacher; null where features do not vary. */
  result(): (number | null)[][] {
    const [cross, s, t] = [this.#cross.values, this.#ofStudent.values, this.#ofTeacher.values];
    return s.map((own, i) =>
      t.map((theirs, j) => {
        const norm = Math.sqrt(own * theirs);
        return norm > 0 ? (cross[i * t.length + j] ?? 0) / norm : null;
      }),
    );
  }
}
