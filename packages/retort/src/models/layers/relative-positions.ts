/** Where two tokens of an image lie to one another, as a bias of attention (Swin, BEiT; T5 has it for texts). */
import { arange, full, functional, nn, scope, type Tensor, zeros } from '@retort/torch';

/** How many ways two cells of a square grid may lie to one another: down and to the right, -(side - 1) … side - 1 each. */
export const distancesOf = (side: number): number => (2 * side - 1) ** 2;

/** For each pair of a grid's cells, by rows, the place in a table of how they lie to one another: int64 [side⁴]. */
export function relativePositions(side: number): Tensor {
  return scope(() => {
    const along = arange(0, side, 1, { dtype: 'int64' });
    const offsets = along
      .unsqueeze(1)
      .sub(along)
      .add(side - 1);
    const rows = offsets.mul(2 * side - 1).view([side, 1, side, 1]);
    return rows.add(offsets.view([1, side, 1, side])).flatten();
  });
}

/** The same of a grid and a class token before it, [L²] with L = grid² + 1: after the distances from it, to it, and of it to itself. */
function withClassToken(grid: number): Tensor {
  return scope(() => {
    const [cells, distances] = [grid ** 2, distancesOf(grid)];
    const index = full([cells + 1, cells + 1], distances, { dtype: 'int64' });
    index.select(1, 0).fill_(distances + 1);
    index
      .select(1, 0)
      .select(0, 0)
      .fill_(distances + 2);
    index
      .narrow(0, 1, cells)
      .narrow(1, 1, cells)
      .copy_(relativePositions(grid).view([cells, cells]));
    return index.flatten();
  });
}

/** What BEiT's tables of relative positions of one grid have in common. */
export class RelativePositions {
  /** Which row of a table each pair of tokens has, int64 [L · L]. */
  readonly index: nn.Buffer;
  readonly #rows: number;

  /** @param grid  how many patches a side of the image has */
  constructor(grid: number) {
    this.index = new nn.Buffer(withClassToken(grid), { persistent: false });
    this.#rows = distancesOf(grid) + 3;
  }

  /** A table [(2 grid - 1)² + 3, heads] that says nothing yet: of each distance of patches, from the class token, to it, and of it to itself. */
  table(heads: number): nn.Parameter {
    return new nn.Parameter(zeros([this.#rows, heads]));
  }

  /** The bias of a table, [1, heads, L, L]. */
  static bias(table: Tensor, index: Tensor): Tensor {
    const tokens = Math.sqrt(index.size(0));
    const chosen =
      table.device === 'meta' ? functional.embedding(index, table).t() : table.t().index_select(1, index);
    return chosen.view([1, -1, tokens, tokens]);
  }
}
