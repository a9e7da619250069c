/** Attention: softmax(query · keyᵀ · scale + mask) · value. */
import { full } from '@retort/torch';
import type { Call } from '../call.ts';
import { int } from '../graph.ts';
import { isFixed, isSame, type Size } from '../sizes.ts';
import type { Lowerings } from './lowering.ts';

function masked(call: Call, scores: string, query: readonly Size[], key: readonly Size[]): string {
  if (call.flag('isCausal')) {
    const [rows, columns] = [query.at(-2), key.at(-2)];
    if (!isFixed(rows) || !isFixed(columns))
      return call.refuse('how many tokens there are must not depend on the batch');
    const mask = full([rows, columns], Number.NEGATIVE_INFINITY).triu(1);
    return call.add('Add', [scores, call.tensor(mask, `${call.path}/causal`)]);
  }
  if (!call.has('attnMask')) return scores;
  const mask = call.input('attnMask');
  return call.typeOf(mask) === 'bool'
    ? call.add('Where', [mask, scores, call.scalar(Number.NEGATIVE_INFINITY)])
    : call.add('Add', [scores, mask]);
}

export const attention: Lowerings = {
  'aten::scaled_dot_product_attention': (call) => {
    const [query, key] = [call.sizesOf('query'), call.sizesOf('key')];
    if (call.number('dropoutP') > 0) return call.refuse('it drops weights: pass dropoutP 0 in evaluation');
    if (call.flag('enableGqa') && !isSame(query.at(-3), key.at(-3)))
      return call.refuse('its queries are grouped (enableGqa): repeat keys and values before it');
    const width = query.at(-1);
    if (!isFixed(width)) return call.refuse('its width is not always the same');
    const scale = call.has('scale') ? call.number('scale') : 1 / Math.sqrt(width);
    const rank = key.length;
    const order = key.map((_, i) => (i < rank - 2 ? i : 2 * rank - 3 - i));
    const products = call.add('MatMul', [call.input('query'), call.transposed(call.input('key'), order)]);
    const scores = masked(call, call.add('Mul', [products, call.scalar(scale)]), query, key);
    const weights = call.add('Softmax', [scores], { axis: int(-1) });
    return call.add('MatMul', [weights, call.input('value')]);
  },
};
