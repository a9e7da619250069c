/** Where two tokens of an image lie to one another, as a bias of attention (BEiT; T5 has it for texts). */
import { functional, nn, type Tensor, tensor, zeros } from '@retort/torch';

/** How many cells of a row apart two of a grid may be: -(grid - 1) … grid - 1. */
const span = (grid: number): number => 2 * grid - 1;

/** The place in a table of each pair of tokens, [L²] with L = grid² + 1, the class token first: rows of what is `down` and `right` of the other, then three. */
function indexOf(grid: number): Float64Array {
  const [tokens, distances] = [grid ** 2 + 1, span(grid) ** 2];
  const index = new Float64Array(tokens ** 2);
  const at = (from: number, to: number): number => {
    if (from === 0 && to === 0) return distances + 2;
    if (from === 0) return distances;
    if (to === 0) return distances + 1;
    const down = Math.floor((from - 1) / grid) - Math.floor((to - 1) / grid);
    const right = ((from - 1) % grid) - ((to - 1) % grid);
    return (down + grid - 1) * span(grid) + right + grid - 1;
  };
  for (let from = 0; from < tokens; from++)
    for (let to = 0; to < tokens; to++) index[from * tokens + to] = at(from, to);
  return index;
}

/** What tables of relative positions of one grid have in common. */
export class RelativePositions {
  /** Which row of a table each pair of tokens has, int64 [L · L]. */
  readonly index: nn.Buffer;
  readonly #rows: number;

  /** @param grid  how many patches a side of the image has */
  constructor(grid: number) {
    this.index = new nn.Buffer(tensor(indexOf(grid), { dtype: 'int64' }), { persistent: false });
    this.#rows = span(grid) ** 2 + 3;
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
