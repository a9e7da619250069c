/** Attention within windows of a square grid of tokens, as Swin has it (Liu et al. 2021), with timm's state-dict keys. */
import { arange, functional, nn, scope, type Tensor, zeros } from '@retort/torch';
import { distancesOf, relativePositions } from './relative-positions.ts';

export interface WindowAttentionOptions {
  /** The side of the grid. */
  readonly grid: number;
  /** The size of a token. */
  readonly width: number;
  readonly heads: number;
  /** The side of a window. */
  readonly window: number;
  /** By how much windows are moved down and to the right, across the edges; 0 for none. */
  readonly shift: number;
  readonly qkvBias: boolean;
}

/** What is added to the scores of tokens that lie together only because the grid was rolled across its edges. */
const apart = -100;

/** What is added to the scores of each window of a grid that was rolled by `shift`: [windows, 1, window², window²]. */
function shiftMask(grid: number, window: number, shift: number): Tensor {
  return scope(() => {
    const along = arange(0, grid, 1);
    const of = (tokens: number): Tensor => along.ge(grid - tokens).to(along.dtype);
    // The last window has tokens from both edges.
    const parts = of(window).add(of(shift));
    const count = grid / window;
    const regions = parts.mul(3).unsqueeze(1).add(parts).view([count, window, count, window]);
    const inWindows = regions.transpose(1, 2).reshape([count * count, 1, window * window]);
    const differ = inWindows.unsqueeze(2).ne(inWindows.unsqueeze(3));
    return zeros(differ.shape).masked_fill(differ, apart);
  });
}

/** Multi-head self-attention of the tokens of each window, with a learned bias of their relative positions: [N, grid², C] → [N, grid², C]. */
export class WindowAttention extends nn.Layer {
  readonly relative_position_bias_table: nn.Parameter;
  readonly relative_position_index: nn.Buffer;
  readonly attn_mask: nn.Buffer | null;
  readonly qkv: nn.Linear;
  readonly proj: nn.Linear;
  readonly grid: number;
  readonly heads: number;
  readonly window: number;
  readonly shift: number;

  /** @throws RangeError unless the heads divide the width, and windows the grid */
  constructor({ grid, width, heads, window, shift, qkvBias }: WindowAttentionOptions) {
    super();
    if (width % heads !== 0) throw new RangeError(`a width of ${width} does not divide into ${heads} heads`);
    if (grid % window !== 0)
      throw new RangeError(
        `a grid of ${grid}x${grid} tokens does not divide into windows of ${window}x${window}`,
      );
    this.grid = grid;
    this.heads = heads;
    this.window = window;
    this.shift = shift;
    this.relative_position_bias_table = new nn.Parameter(zeros([distancesOf(window), heads]));
    this.relative_position_index = new nn.Buffer(relativePositions(window), { persistent: false });
    this.attn_mask = shift ? new nn.Buffer(shiftMask(grid, window, shift), { persistent: false }) : null;
    this.qkv = new nn.Linear(width, 3 * width, { bias: qkvBias });
    this.proj = new nn.Linear(width, width);
  }

  /** The grid moved up and to the left, or with a negative sign down and to the right again. */
  #roll(x: Tensor, by: number): Tensor {
    const { grid } = this;
    // Of tensors without numbers PyTorch rolls none but in Python.
    if (x.device === 'meta') return x;
    return x.unflatten(1, [grid, grid]).roll([-by, -by], [1, 2]).flatten(1, 2);
  }

  /** What is added to the scores: [1 or windows, heads, window², window²]. */
  #bias(): Tensor {
    const tokens = this.window ** 2;
    const each = functional.embedding(this.relative_position_index, this.relative_position_bias_table);
    const bias = each.view([1, tokens, tokens, this.heads]).permute([0, 3, 1, 2]);
    return this.attn_mask ? bias.add(this.attn_mask) : bias;
  }

  /** [N, grid², 3C] → queries, keys and values, each [N · windows, heads, window², C / heads]. */
  #split(qkv: Tensor): readonly [query: Tensor, key: Tensor, value: Tensor] {
    const { grid, window, heads } = this;
    const [count = 0, , width = 0] = qkv.shape;
    const [side, head] = [grid / window, width / 3 / heads];
    const parts = qkv
      .view([count, side, window, side, window, 3, heads, head])
      .permute([5, 0, 1, 3, 6, 2, 4, 7]);
    const [query, key, value] = parts.reshape([3, count * side ** 2, heads, window ** 2, head]).unbind(0);
    if (!query || !key || !value) throw new RangeError('attention without query, key and value');
    return [query, key, value];
  }

  /** [N · windows, heads, window², C / heads] → [N, grid², C]. */
  #join(mixed: Tensor): Tensor {
    const { grid, window, heads } = this;
    const side = grid / window;
    const count = mixed.size(0) / side ** 2;
    const parts = mixed.view([count, side, side, heads, window, window, mixed.size(3)]);
    return parts.permute([0, 1, 4, 2, 5, 3, 6]).reshape([count, grid ** 2, heads * mixed.size(3)]);
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const { shift } = this;
      const [query, key, value] = scope(() =>
        this.#split(this.qkv.forward(shift ? this.#roll(x, shift) : x)),
      );
      const mixed = scope(() => attention(query, key, value, this.#bias()));
      const joined = this.proj.forward(this.#join(mixed));
      return shift ? this.#roll(joined, -shift) : joined;
    });
  }
}

/** softmax(query · keyᵀ / √head + bias) · value. */
function attention(query: Tensor, key: Tensor, value: Tensor, bias: Tensor): Tensor {
  const [batch = 0, heads = 0, tokens = 0, head = 0] = query.shape;
  const scores = query.matmul(key.transpose(-2, -1)).view([-1, bias.size(0), heads, tokens, tokens]);
  const weights = bias.add(scores, { alpha: head ** -0.5 }).softmax(-1);
  return weights.view([batch, heads, tokens, tokens]).matmul(value);
}
