/** The student's vectors in the teacher's space, for methods that compare the two directly. */
import { nn } from '@retort/torch';
import { z } from 'zod';

const kinds = ['mlp', 'linear', 'none'] as const;

type Kind = (typeof kinds)[number];

/** @param otherwise  what it is where it is left out, with where that is from */
export const projectorOption = (otherwise: string) =>
  z
    .enum(kinds)
    .optional()
    .describe(
      `How the student's vectors come into the teacher's space: by an MLP (linear, ReLU, linear), a linear layer or as they are; ${otherwise}`,
    );

/**
 * [B, d_s] → [B, d_t].
 *
 * @throws RangeError for vectors that stay as they are, and are of another length
 */
export function projector(method: string, [d_s, d_t]: readonly [number, number], kind: Kind): nn.Layer {
  if (kind === 'linear') return new nn.Linear(d_s, d_t);
  if (kind === 'mlp')
    return new nn.Sequential(new nn.Linear(d_s, d_s), new nn.ReLU(), new nn.Linear(d_s, d_t));
  if (d_s === d_t) return new nn.Identity();
  throw new RangeError(
    `${method} compares the student's vectors [${d_s}] with the teacher's [${d_t}] as they are, and they are of other lengths: set \`projector\` to linear or mlp`,
  );
}

/** Linear where the vectors are of other lengths, and else as they are. */
export const whereNeeded = ([d_s, d_t]: readonly [number, number]): Kind => (d_s === d_t ? 'none' : 'linear');
