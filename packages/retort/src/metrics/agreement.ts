import type { Tensor } from '@retort/torch';
import { divergence } from '../tensors/divergence.ts';
import { Sums } from './sums.ts';

/** How much a student says what its teacher says (Stanton et al. 2021, "Does Knowledge Distillation Really Work?"). */
export interface Agreement {
  /** Share of the images on which both name the same class. */
  readonly top1: number;
  /** Mean KL( softmax(z_t) ‖ softmax(z_s) ), in nats. */
  readonly divergence: number;
  /** Of the student's and the teacher's probabilities of each class over all images (what CSKD raises, Ham et al. 2023). */
  readonly cosine: readonly number[];
  /** The mean of `cosine`. */
  readonly meanCosine: number;
}

/** Agreement, batch by batch. */
export class AgreementMeter {
  #same = 0;
  #divergence = 0;
  #images = 0;
  readonly #products: Sums;
  readonly #student: Sums;
  readonly #teacher: Sums;

  constructor(classes: number) {
    this.#products = new Sums([classes]);
    this.#student = new Sums([classes]);
    this.#teacher = new Sums([classes]);
  }

  /** Both [N, C]. */
  add(student: Tensor, teacher: Tensor): void {
    this.#images += student.size(0);
    this.#same += student.argmax(1).eq(teacher.argmax(1)).sum().item();
    const [s, t] = [student.to('float64'), teacher.to('float64')];
    this.#divergence += divergence(s, t).item() * student.size(0);
    const [p, q] = [s.softmax(1), t.softmax(1)];
    this.#products.add(p.mul(q).sum(0));
    this.#student.add(p.mul(p).sum(0));
    this.#teacher.add(q.mul(q).sum(0));
  }

  result(): Agreement {
    const [student, teacher] = [this.#student.values, this.#teacher.values];
    const cosine = this.#products.values.map((product, i) => {
      const norms = Math.sqrt((student[i] ?? 0) * (teacher[i] ?? 0));
      return norms > 0 ? product / norms : 0;
    });
    return {
      top1: this.#same / this.#images,
      divergence: this.#divergence / this.#images,
      cosine,
      meanCosine: cosine.reduce((sum, value) => sum + value, 0) / cosine.length,
    };
  }
}
