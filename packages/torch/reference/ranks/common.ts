/** Networks and batches of cases, and how far what comes of them is apart. */
import { distributed, Generator, nn, noGrad, randn, type Tensor } from '@retort/torch';

// biome-ignore lint/suspicious/noExplicitAny: each case knows what it is given
export type Case = (...given: any[]) => unknown;

/** What a call threw, its name before it. */
export async function said(body: () => unknown): Promise<string> {
  try {
    await body();
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return 'nothing';
}

export const whole = (seed: number, shape: readonly number[]): Tensor =>
  randn(shape, { dtype: 'float64', generator: new Generator(seed) });

export const listOf = (value: Tensor | null | undefined): unknown => value?.to('float64').toList() ?? null;

export const initial = (model: nn.Module): void =>
  noGrad(() => {
    for (const [i, parameter] of model.parameters().entries())
      parameter.copy_(randn(parameter.shape, { generator: new Generator(i), dtype: 'float64' }));
  });

/** The rows of a batch that a rank has: `split` to the first. */
export const partOf = (batch: Tensor, split: number): Tensor =>
  distributed.getRank() === 0 ? batch.get(`:${split}`) : batch.get(`${split}:`);

/** What a network makes of the whole batch, in this process alone: its mean loss has the gradients. */
export function gradientsOf(model: nn.Layer, batch: Tensor): unknown[] {
  model.zeroGrad();
  model.forward(batch).square().mean().backward();
  const gradients = model.parameters().map(({ grad }) => listOf(grad));
  model.zeroGrad();
  return gradients;
}

/** The largest difference of two lists of numbers. */
export function apart(one: unknown, other: unknown): number {
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length)
    return one.reduce<number>((most, item, i) => Math.max(most, apart(item, other[i])), 0);
  if (one === null && other === null) return 0;
  return typeof one === 'number' && typeof other === 'number'
    ? Math.abs(one - other)
    : Number.POSITIVE_INFINITY;
}

export const gradients = (model: nn.Module): unknown[] => model.parameters().map(({ grad }) => listOf(grad));

export const mlp = (): nn.Sequential =>
  new nn.Sequential(
    new nn.Linear(5, 7, { dtype: 'float64' }),
    new nn.Tanh(),
    new nn.Linear(7, 3, { dtype: 'float64' }),
  );
