/** What one step moves: parameters with their gradients and state, side by side in memory, in lists for libtorch's list operators. */
import { TorchError } from '../dispatch/errors.ts';
import type { Description } from '../dispatch/exchange.ts';
import type { Tensor } from '../tensor.ts';
import { copyInOrderOf, isDense, layoutOf, sameShape, sideBySide } from './layout.ts';

/** The state tensors of a parameter, by PyTorch's names. */
export type ParameterState = Readonly<Record<string, Tensor>>;

/** A parameter that has a gradient. */
export interface Move {
  readonly parameter: Tensor;
  /** The parameter itself, or a copy without gaps of one that has gaps in memory. */
  readonly moved: Tensor;
  readonly gradient: Tensor;
  /** Of `moved`. */
  readonly layout: Description;
}

/** A move with the state of its parameter. */
export interface StatefulMove extends Move {
  readonly state: ParameterState;
  /** Some of the state was just made and is zeros. */
  readonly isFirst: boolean;
}

/** What one update works on: tensors of one group, device and dtype, in the same order in all lists. */
export interface Batch<Group> {
  readonly group: Group;
  readonly parameters: readonly Tensor[];
  readonly gradients: readonly Tensor[];
  /** The state tensors of a name. */
  readonly state: (name: string) => Tensor[];
  /** These parameters move for the first time: their state is zeros. */
  readonly isFirst: boolean;
}

/**
 * The move of a parameter, or null where it has no gradient; `where` opens messages.
 *
 * @throws TorchError for a gradient that is sparse or of another shape
 */
export function moveOf(parameter: Tensor, where: string): Move | null {
  const { grad } = parameter;
  if (!grad) return null;
  const [own, given] = [layoutOf(parameter), layoutOf(grad)];
  if (!given.strided) throw new TorchError(`${where} has a sparse gradient, which this optimizer cannot use`);
  if (!sameShape(own.shape, given.shape))
    throw new TorchError(`${where} is [${own.shape}], its gradient [${given.shape}]`);
  const moved = isDense(own) ? parameter : copyInOrderOf(parameter, parameter);
  const layout = moved === parameter ? own : layoutOf(moved);
  const gradient = sideBySide(layout, given) ? grad : copyInOrderOf(moved, grad);
  return { parameter, moved, gradient, layout };
}

/** Moves of one group in batches that one call can take. */
export function batchesOf<Group>(group: Group, moves: readonly StatefulMove[]): Batch<Group>[] {
  const alike = Map.groupBy(moves, ({ layout: { dtype, deviceType, deviceIndex }, isFirst }) =>
    [dtype, deviceType, deviceIndex, isFirst].join(),
  );
  return Array.from(alike.values(), (these) => ({
    group,
    parameters: these.map(({ moved }) => moved),
    gradients: these.map(({ gradient }) => gradient),
    state: (name) => these.flatMap(({ state }) => state[name] ?? []),
    isFirst: these.some(({ isFirst }) => isFirst),
  }));
}
