/** Rows of which each image has some, made as many. */
import { cat, full, type Tensor } from '@retort/torch';

/** Rows [n, …] with others of one value behind them: [count, …]. */
export function padded(rows: Tensor, count: number, value: number): Tensor {
  const [own = 0, ...shape] = rows.shape;
  if (own === count) return rows;
  const { dtype, device } = rows;
  return cat([rows, full([count - own, ...shape], value, { dtype, device })]);
}

/** Rows [n, 4] with zeros for those of which a mask [n] is false. */
export const zeroedBut = (mask: Tensor, rows: Tensor): Tensor =>
  rows.masked_fill(mask.logical_not().unsqueeze(-1), 0);
