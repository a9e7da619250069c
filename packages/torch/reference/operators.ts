/** For tests: the calls of operators that operators.py has written down, made again. Their form is described in case.py. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { type Argument, type Complex, type DType, op, Tensor } from '@retort/torch';
import { assertClose, loadReference } from './load.ts';

interface StoredTensor {
  tensor: number;
  cast?: boolean;
  complex?: boolean;
  grad?: boolean;
  shape?: number[];
  stride?: number[];
  offset?: number;
}

type Stored =
  | null
  | boolean
  | number
  | string
  | Complex
  | { bigint: string }
  | { number: string }
  | { same: true }
  | { default: true }
  | StoredTensor
  | Stored[];

/** One call of an operator in one or several dtypes. */
export interface Case {
  operator: string;
  id: string;
  dtypes: DType[];
  awkward: string[];
  args: Stored[];
  outputs: Stored;
  changed: number[];
  gradients: number[];
}

export function loadCases(): Case[] {
  return JSON.parse(fs.readFileSync(path.join(import.meta.dirname, 'operators.json'), 'utf8')).cases;
}

/** An operator's name without its overload: `aten::add` of `aten::add.Tensor`. */
export const baseName = ({ operator }: Case): string => operator.split('.', 1)[0] ?? operator;

const reference = loadReference(import.meta.dirname, 'operators.safetensors');
const asStrided = op('aten::as_strided');
const resolveConj = op('aten::resolve_conj');
const viewAsReal = op('aten::view_as_real');
const viewAsComplex = op('aten::view_as_complex');
const linspace = op('aten::linspace');

const toleranceOf = (dtype: DType): number => (dtype === 'float64' || dtype === 'complex128' ? 1e-10 : 1e-5);

const isTensor = (value: Stored): value is StoredTensor =>
  typeof value === 'object' && value !== null && 'tensor' in value;

/** The tensors among results, in order. */
const tensorsOf = (result: unknown): Tensor[] =>
  [result].flat(Infinity).filter((value) => value instanceof Tensor);

/** The sum of the tensors that require gradients, each times linspace(-1, 2). */
function lossOf(tensors: readonly Tensor[]): Tensor | undefined {
  return tensors
    .filter(({ requiresGrad }) => requiresGrad)
    .map((tensor) => (tensor.dtype.startsWith('complex') ? viewAsReal(resolveConj(tensor)) : tensor))
    .map((real) => real.mul(linspace(-1, 2, real.numel(), real.dtype).reshape(real.shape)).sum())
    .reduce<Tensor | undefined>((loss, part) => (loss ? part.add(loss) : part), undefined);
}

/** Makes the call again in one dtype and fails where anything differs from what PyTorch answered. */
export function compare(call: Case, dtype: DType): void {
  const leaves: Tensor[] = [];

  const stored = (name: string, isComplex = false): Tensor => {
    const found = reference(`${call.id}/${name}`);
    // A copy: in the mapped file pairs may begin at an odd place, of which there is no view as complex numbers.
    return isComplex ? viewAsComplex(found.clone()) : found;
  };

  const tensorArgument = (arg: StoredTensor): Tensor => {
    const kept = stored(`in${arg.tensor}`, arg.complex);
    const leaf = arg.cast ? kept.to({ dtype, copy: true }) : kept.clone();
    if (arg.grad) leaf.requiresGrad = true;
    leaves[arg.tensor] = leaf;
    return arg.stride ? asStrided(leaf, arg.shape, arg.stride, arg.offset) : leaf;
  };

  const argument = (arg: Stored): Argument => {
    if (Array.isArray(arg)) return arg.map(argument);
    if (isTensor(arg)) return tensorArgument(arg);
    if (typeof arg !== 'object' || arg === null || 're' in arg) return arg;
    if ('bigint' in arg) return BigInt(arg.bigint);
    if ('number' in arg) return Number(arg.number);
    return 'same' in arg ? dtype : undefined;
  };

  const checkResult = (actual: unknown, expected: Stored, what: string): void => {
    if (Array.isArray(expected)) {
      assert.ok(
        Array.isArray(actual) && actual.length === expected.length,
        `${what}: ${expected.length} parts`,
      );
      for (const [i, part] of expected.entries()) checkResult(actual[i], part, `${what}[${i}]`);
    } else if (isTensor(expected)) {
      assert.ok(actual instanceof Tensor, `${what} is no tensor`);
      const wanted = stored(`${dtype}/out${expected.tensor}`, expected.complex);
      assertClose(actual, wanted, toleranceOf(wanted.dtype), what);
    } else {
      assert.deepEqual(actual, argument(expected), what);
    }
  };

  const result = op<unknown>(call.operator)(...call.args.map(argument));
  checkResult(result, call.outputs, 'output');
  for (const i of call.changed) {
    const leaf = leaves[i];
    assert.ok(leaf);
    assertClose(leaf, stored(`${dtype}/after${i}`), toleranceOf(leaf.dtype), `input ${i} afterwards`);
  }

  const outputs = tensorsOf(result);
  lossOf(outputs)?.backward();
  for (const [i, leaf] of leaves.entries()) {
    // One that was changed in place by others that require gradients is a leaf no longer.
    const grad = leaf.isLeaf ? leaf.grad : null;
    assert.equal(grad !== null, call.gradients.includes(i), `input ${i}: whether it has a gradient`);
    if (!grad) continue;
    const wanted = stored(`${dtype}/grad${i}`, grad.dtype.startsWith('complex'));
    // A gradient is no more exact than the outputs that it came from.
    const tolerance = Math.max(...[grad, ...outputs].map((tensor) => toleranceOf(tensor.dtype)));
    assertClose(grad, wanted, tolerance, `gradient of input ${i}`);
  }
}
