/** How each term of a loss pulls at a student: gradients of the terms, summed up over batches, and how they stand to one another. */
import { keep, noGrad, scope, type Tensor } from '@retort/torch';

/** Gradients of the terms of a loss, mean over batches. */
export interface Pulls {
  /** The norm of each term's gradient, by the term's name. */
  readonly norms: Readonly<Record<string, number>>;
  /** Of the gradient of their sum. */
  readonly total: number;
  /** Between the terms, in their order; null where one of both is zero. */
  readonly cosines: readonly (readonly (number | null)[])[];
  readonly batches: number;
}

type Gradients = (Tensor | null)[];

const dot = (one: Gradients, other: Gradients): number =>
  scope(() =>
    one.reduce((sum, own, i) => {
      const theirs = other[i];
      return own && theirs ? sum + own.to('float64').mul(theirs.to('float64')).sum().item() : sum;
    }, 0),
  );

/** Sums of gradients, one of each term. */
export class TermGradients {
  readonly #sums = new Map<string, Gradients>();

  /** @param gradients  one for each parameter, null where it is zero; none where the term depends on no parameter */
  add(term: string, gradients: readonly (Tensor | null)[]): void {
    const sums = this.#sums.get(term) ?? [];
    this.#sums.set(
      term,
      noGrad(() =>
        gradients.length === 0
          ? sums
          : gradients.map((gradient, i) => {
              const before = sums[i] ?? null;
              if (gradient === null) return before;
              const sum = keep(before ? before.add(gradient) : gradient.clone());
              before?.dispose();
              return sum;
            }),
      ),
    );
  }

  /** @param batches  how many were added */
  result(batches: number): Pulls {
    const names = [...this.#sums.keys()];
    const all = [...this.#sums.values()];
    const products = all.map((one) => all.map((other) => dot(one, other)));
    const norms = products.map((row, i) => Math.sqrt(row[i] ?? 0));
    // ‖Σ gᵢ‖² = Σᵢⱼ gᵢ·gⱼ, and where they cancel out no less than 0.
    const whole = Math.sqrt(
      Math.max(
        0,
        products.flat().reduce((sum, product) => sum + product, 0),
      ),
    );
    const cosine = (product: number, i: number, j: number): number | null => {
      const both = (norms[i] ?? 0) * (norms[j] ?? 0);
      if (both === 0) return null;
      return i === j ? 1 : Math.min(1, Math.max(-1, product / both));
    };
    return {
      norms: Object.fromEntries(names.map((name, i) => [name, (norms[i] ?? 0) / batches])),
      total: whole / batches,
      cosines: products.map((row, i) => row.map((product, j) => cosine(product, i, j))),
      batches,
    };
  }
}
