import type { Tensor } from '@retort/torch';
import type { Inputs } from '../data/index.ts';
import { meanWhere } from '../tensors/mean-where.ts';

/** Features of the tokens of texts as the mean of each text's own, so that it does not matter how far its batch is padded; others as they are. */
export function withoutPadding(
  features: Readonly<Record<string, Tensor>>,
  { mask }: Inputs,
): Readonly<Record<string, Tensor>> {
  if (!mask) return features;
  const areTokens = ({ shape }: Tensor): boolean =>
    shape.length === 3 && String(shape.slice(0, 2)) === String(mask.shape);
  return Object.fromEntries(
    Object.entries(features).map(([path, of]) => [path, areTokens(of) ? meanWhere(mask, of) : of]),
  );
}
