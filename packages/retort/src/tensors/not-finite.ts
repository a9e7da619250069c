/** Numbers that are not finite, named where they come in. Minus infinity is not among them: it masks, in logits a class, in weights a place. */
import { type nn, scope, type Tensor } from '@retort/torch';
import { listed } from '../words/listed.ts';

/** How many numbers are NaN, and how many infinite. */
export interface NotFinite {
  readonly nan: number;
  readonly positive: number;
  readonly negative: number;
}

/** Counts what is not finite in a tensor of any dtype; null where all is. */
export function countNotFinite(tensor: Tensor): NotFinite | null {
  if (!/^(?:b?float|complex)/.test(tensor.dtype)) return null;
  return scope(() => {
    const real = tensor.dtype.startsWith('complex') ? tensor.view_as_real() : tensor;
    const values = real.dtype.startsWith('float8') ? real.to('float32') : real;
    if (values.isfinite().all().item()) return null;
    const count = (mask: Tensor): number => mask.sum().item();
    return {
      nan: count(values.isnan()),
      positive: count(values.isposinf()),
      negative: count(values.isneginf()),
    };
  });
}

/**
 * How many numbers of a tensor are NaN or infinite, in words; null where none is.
 *
 * @example notFinite(images) // '12 of its 3,072 numbers are NaN'
 */
export function notFinite(tensor: Tensor): string | null {
  const found = countNotFinite(tensor);
  const of = `of its ${tensor.numel().toLocaleString('en-US')} numbers`;
  const said = (n: number, what: string): string[] =>
    n > 0 ? [`${n.toLocaleString('en-US')} ${of} ${n === 1 ? 'is' : 'are'} ${what}`] : [];
  const words = [...said(found?.nan ?? 0, 'NaN'), ...said(found?.positive ?? 0, 'infinite')];
  return words.length ? words.join(' and ') : null;
}

/** The tensors that are not finite, by name, in words; null where all are. @example notFiniteIn(model.stateDict()) */
export function notFiniteIn(tensors: Readonly<Record<string, Tensor>>): string | null {
  const found = Object.entries(tensors).flatMap(([name, tensor]) => {
    const what = notFinite(tensor);
    return what === null ? [] : [`'${name}' (${what})`];
  });
  return found.length ? listed(found) : null;
}

/**
 * Which samples a classifier has no answer for, in words: those whose largest logit is NaN or infinite, or whose classes are all masked. Null
 * where there are none.
 *
 * @param logits  [N, C]
 */
export function unanswered(logits: Tensor): string | null {
  const finite = logits.amax([1]).isfinite();
  if (finite.all().item()) return null;
  const rows = finite.logical_not();
  const bad = logits.index([rows]);
  const nature = bad.isnan().any().item()
    ? 'NaN'
    : bad.isposinf().any().item()
      ? 'infinite'
      : '-inf for every class';
  return `${nature} for ${rows.sum().item()} of ${logits.size(0)} samples`;
}

/** The tensors that hold −∞, by name, in words; null where none does. */
function masksIn(tensors: Readonly<Record<string, Tensor>>): string | null {
  const found = Object.entries(tensors).flatMap(([name, tensor]) => {
    const negative = countNotFinite(tensor)?.negative ?? 0;
    return negative > 0 ? [`'${name}' (${negative.toLocaleString('en-US')})`] : [];
  });
  return found.length ? listed(found) : null;
}

/** What is wrong with weights, in words: that they are not finite, or else hold −∞, of which a product with 0 or a sum with ∞ is NaN. */
export function wrongWeights(tensors: Readonly<Record<string, Tensor>>): string | null {
  const weights = notFiniteIn(tensors);
  if (weights !== null) return `weights are not finite: ${weights}`;
  const masks = masksIn(tensors);
  return masks && `weights hold -inf: ${masks}`;
}

/** Why a network may have given numbers that are not finite, in words: what it was called with, its weights, or what happens between. */
export function causeIn(model: nn.Module, inputs: Readonly<Record<string, Tensor>>): string {
  for (const [name, tensor] of Object.entries(inputs)) {
    const what = notFinite(tensor);
    if (what !== null)
      return `its ${name} are not finite (${what})${name === 'images' ? ': look at the mean and std of the data' : ''}`;
  }
  const weights = wrongWeights(model.stateDict());
  if (weights !== null) return `its ${weights}`;
  return `its weights and ${Object.keys(inputs).join(' and ')} are finite, so that it arises within the network`;
}
