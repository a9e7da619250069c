/** Every operator that can be exported. */
import { activations } from './activations.ts';
import { arithmetic } from './arithmetic.ts';
import { attention } from './attention.ts';
import { boxes } from './boxes.ts';
import { constants } from './constants.ts';
import { convolutions } from './convolution.ts';
import { linears } from './linear.ts';
import type { Lowering, Lowerings } from './lowering.ts';
import { norms } from './norms.ts';
import { pooling } from './pooling.ts';
import { reductions } from './reductions.ts';
import { resizing } from './resizing.ts';
import { shapes } from './shapes.ts';

const lowerings: Lowerings = {
  ...convolutions,
  ...linears,
  ...norms,
  ...activations,
  ...pooling,
  ...resizing,
  ...attention,
  ...boxes,
  ...shapes,
  ...arithmetic,
  ...reductions,
  ...constants,
};

/** Those whose overloads are lowered each by itself. */
const byOverload = new Set([
  'aten::max',
  'aten::min',
  'aten::mean',
  'aten::sum',
  'aten::index',
  'aten::prod',
  'aten::norm',
  'aten::round',
]);

/** How an operator is lowered; null for one that cannot be. @example loweringOf('aten::add.Tensor') */
export function loweringOf(operator: string): Lowering | null {
  if (Object.hasOwn(lowerings, operator)) return lowerings[operator] ?? null;
  const name = operator.replace(/\.[^.]*$/, '');
  if (name.endsWith('_') || byOverload.has(name) || !Object.hasOwn(lowerings, name)) return null;
  return lowerings[name] ?? null;
}
