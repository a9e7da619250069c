import { type Tensor, tensor } from '@retort/torch';
import { Sums } from './sums.ts';

/** The Gram matrix [N, N] of features [N, …], with nothing on its diagonal. */
function gram(features: Tensor): Tensor {
  const flat = features.flatten(1).to('float64');
  return flat.mm(flat.t()).fill_diagonal_(0);
}

/**
 * The unbiased estimator of the Hilbert-Schmidt independence criterion (Song et al. 2012, equation 5) of two Gram matrices [N, N] without
 * diagonals, N ≥ 4.
 */
function hsic(K: Tensor, L: Tensor): number {
  const n = K.size(0);
  const trace = K.mul(L).sum().item();
  const [k, l] = [K.sum(1), L.sum(1)];
  const sums = (k.sum().item() * l.sum().item()) / ((n - 1) * (n - 2));
  return (trace + sums - (2 * k.dot(l).item()) / (n - 2)) / (n * (n - 3));
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
    const of = (features: Readonly<Record<string, Tensor>>, paths: readonly string[]) =>
      paths.flatMap((path) => features[path] ?? []).map(gram);
    const [s, t] = [of(student, this.#student), of(teacher, this.#teacher)];
    if ((s[0]?.size(0) ?? 0) < 4) return;
    this.#cross.add(
      tensor(
        s.map((K) => t.map((L) => hsic(K, L))),
        { dtype: 'float64' },
      ),
    );
    this.#ofStudent.add(
      tensor(
        s.map((K) => hsic(K, K)),
        { dtype: 'float64' },
      ),
    );
    this.#ofTeacher.add(
      tensor(
        t.map((L) => hsic(L, L)),
        { dtype: 'float64' },
      ),
    );
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
