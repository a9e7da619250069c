/** What steps measure stays on its device until it is read: all of several steps at once, since each reading of a GPU waits for it. */
import { aten, keep, noGrad, scope, type Tensor } from '@retort/torch';

/** Numbers by name, each a tensor of one element. */
export type Scalars = Readonly<Record<string, Tensor>>;

/** What was measured, with what it is of. */
export interface Read<Of> {
  readonly of: Of;
  readonly values: Readonly<Record<string, number>>;
}

interface Pending<Of> {
  readonly of: Of;
  readonly names: readonly string[];
  /** float64 [names] */
  readonly values: Tensor;
}

export class Readings<Of> {
  #pending: Pending<Of>[] = [];

  /** Keeps scalars to be read; they are copied. */
  add(of: Of, scalars: Scalars): void {
    const values = noGrad(() =>
      scope(() => keep(aten.stack(Object.values(scalars).map((scalar) => scalar.to('float64').reshape([]))))),
    );
    this.#pending.push({ of, names: Object.keys(scalars), values });
  }

  /** All that waits, in the order in which it came. */
  read(): Read<Of>[] {
    const pending = this.#pending;
    this.#pending = [];
    if (pending.length === 0) return [];
    const numbers = scope(() =>
      aten
        .cat(
          pending.map(({ values }) => values),
          0,
        )
        .toFlatArray()
        .map(Number),
    );
    let at = 0;
    return pending.map(({ of, names, values }) => {
      values.dispose();
      const own = names.map((name, i) => [name, numbers[at + i] ?? Number.NaN]);
      at += names.length;
      return { of, values: Object.fromEntries(own) };
    });
  }
}
