/**
 * Calls that crash or hang PyTorch itself, and so are refused here. `reference/refused.py` shows each of them in PyTorch from Python;
 * fuzzing found them.
 */
import type { Argument } from './exchange.ts';
import { native } from './native.ts';
import { Handle, scope } from './scope.ts';

/** Says why a call, its arguments in the order of the schema, must not be made. */
type Refusal = (args: readonly Argument[]) => string | undefined;

/** What of a tensor tells whether to refuse it. */
interface Readable extends Handle {
  readonly device: string;
  readonly shape: number[];
  readonly requiresGrad: boolean;
  size(dim: number): number;
  isfinite(): Readable;
  eq(other: Readable): Readable;
  all(): Readable;
  item(): number;
}

const isTensor = (value: Argument): value is Readable => value instanceof Handle && 'isfinite' in value;
const holds = (tensor: Readable, test: (tensor: Readable) => Readable): boolean =>
  tensor.device === 'meta' || scope(() => test(tensor).all().item() === 1);

const least = -(2n ** 63n);
const mostExact = 2 ** 53;

const notFinite: Refusal = ([self]) =>
  isTensor(self) && !holds(self, (matrix) => matrix.isfinite())
    ? 'the matrix is not finite, which crashes LAPACK'
    : undefined;

const withoutRows: Refusal = ([self]) =>
  isTensor(self) && self.requiresGrad && self.size(0) === 0
    ? 'the gradient of the distances between no rows crashes'
    : undefined;

const leastPower: Refusal = ([, n]) =>
  n === least ? 'the power -2^63 has no opposite, and never ends' : undefined;

const fromBeyond: Refusal = ([, from]) =>
  Math.abs(Number(from)) > mostExact ? 'a range from beyond 2^53 never ends' : undefined;

const notNumbers: Refusal = ([count, prob]) =>
  [count, prob].some((given) => isTensor(given) && !holds(given, (values) => values.eq(values)))
    ? 'a count or probability is nan, and never ends'
    : undefined;

/** More views than anyone wants, each of some hundred bytes: 2^31 of them come out of an empty tensor. */
const mostViews = 2 ** 20;
const tooMany = (count: number): string | undefined =>
  count > mostViews ? `${count} views at once take all memory; the most is ${mostViews}` : undefined;

const sections: Refusal = ([, count]) => tooMany(Number(count));
const sizeOf = (self: Argument, dim: Argument): number =>
  (isTensor(self) && self.shape.at(Number(dim ?? 0))) || 0;
const unbound: Refusal = ([self, dim]) => tooMany(sizeOf(self, dim));
// An empty dimension is cut into as many empty chunks as are asked for.
const chunks: Refusal = ([self, count, dim]) =>
  tooMany(Math.min(Number(count), sizeOf(self, dim) || Number(count)));
const pieces: Refusal = ([self, size, dim]) => tooMany(sizeOf(self, dim) / Number(size));

const tooLong: Refusal = ([, r]) =>
  Number(r) > 64 ? `combinations of ${r} elements: a tensor has at most 64 dimensions` : undefined;

/** It is an error from libtorch 2.13 on. */
const stepOfNothing: Refusal = ([, , step, dtype]) =>
  Math.abs(Number(step)) < 1 &&
  Number(step) !== 0 &&
  /^u?int/.test(String(dtype)) &&
  native.version() < '2.13'
    ? 'in whole numbers a step below 1 is none, by which libtorch before 2.13 divides'
    : undefined;

/** It goes round what `Tensor.backward()` does for hooks, and waits for itself in one. */
const roundabout: Refusal = () => 'call backward() of the tensor';

export const refusals: ReadonlyMap<string, Refusal> = new Map([
  ['aten::_backward', roundabout],
  ['aten::linalg_eigvals', notFinite],
  ['aten::pdist', withoutRows],
  ['aten::_pdist_forward', withoutRows],
  ['aten::matrix_power', leastPower],
  ['aten::linalg_matrix_power', leastPower],
  ['aten::random.from', fromBeyond],
  ['aten::random_.from', fromBeyond],
  ['aten::arange.start_step', stepOfNothing],
  ['aten::binomial', notNumbers],
  ['aten::combinations', tooLong],
  ['aten::hsplit.int', sections],
  ['aten::vsplit.int', sections],
  ['aten::dsplit.int', sections],
  ['aten::tensor_split.sections', sections],
  ['aten::unbind.int', unbound],
  ['aten::chunk', chunks],
  ['aten::split.Tensor', pieces],
]);
