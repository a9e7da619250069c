/** The pre-norm transformer block of timm's Vision Transformer, with its state-dict keys. */
import { full, functional, nn, scope, type Tensor } from '@retort/torch';

/** Multi-head self-attention over tokens [N, L, C] → [N, L, C]. */
class Attention extends nn.Layer {
  readonly qkv: nn.Linear;
  readonly proj: nn.Linear;
  readonly heads: number;

  constructor(width: number, heads: number, bias: boolean) {
    super();
    if (width % heads !== 0) throw new RangeError(`a width of ${width} does not divide into ${heads} heads`);
    this.qkv = new nn.Linear(width, 3 * width, { bias });
    this.proj = new nn.Linear(width, width);
    this.heads = heads;
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const [batch = 0, tokens = 0, width = 0] = x.shape;
      const split = this.qkv.forward(x).reshape([batch, tokens, 3, this.heads, width / this.heads]);
      const [query, key, value] = split.permute([2, 0, 3, 1, 4]).unbind(0);
      if (!query || !key || !value) throw new RangeError('attention without query, key and value');
      const mixed = functional.scaled_dot_product_attention(query, key, value);
      return this.proj.forward(mixed.transpose(1, 2).reshape([batch, tokens, width]));
    });
  }
}

/** Two linear layers around a GELU: [*, width] → [*, out], as wide as before where it is left out. */
export class Mlp extends nn.Layer {
  readonly fc1: nn.Linear;
  readonly act = new nn.GELU();
  readonly fc2: nn.Linear;

  constructor(width: number, hidden: number, out = width) {
    super();
    this.fc1 = new nn.Linear(width, hidden);
    this.fc2 = new nn.Linear(hidden, out);
  }

  forward(x: Tensor): Tensor {
    return scope(() => this.fc2.forward(this.act.forward(this.fc1.forward(x))));
  }
}

/** What a block adds, by a factor for each channel that is learned (Touvron et al. 2021, "Going deeper with Image Transformers"): [N, L, C] → [N, L, C]. */
class LayerScale extends nn.Layer {
  readonly gamma: nn.Parameter;

  constructor(width: number, initial: number) {
    super();
    this.gamma = new nn.Parameter(full([width], initial));
  }

  forward(x: Tensor): Tensor {
    return x.mul(this.gamma);
  }
}

/** What a block has beside its attention. */
interface AroundOptions {
  readonly width: number;
  /** Of the layer between the two of the MLP. */
  readonly hidden: number;
  readonly dropPath: number;
  readonly eps: number;
  /** What the factors of layer scale begin with; none where it is left out. */
  readonly layerScale?: number | undefined;
}

/** x + attention(norm(x)), then x + mlp(norm(x)), each of which may be scaled: [N, L, C] → [N, L, C], with attention of any kind. */
export class PreNormBlock<Attending extends nn.Layer> extends nn.Layer {
  readonly norm1: nn.LayerNorm;
  readonly attn: Attending;
  readonly ls1: LayerScale | null;
  readonly drop_path1: nn.DropPath;
  readonly norm2: nn.LayerNorm;
  readonly mlp: Mlp;
  readonly ls2: LayerScale | null;
  readonly drop_path2: nn.DropPath;

  constructor(attention: Attending, { width, hidden, dropPath, eps, layerScale }: AroundOptions) {
    super();
    this.norm1 = new nn.LayerNorm(width, { eps });
    this.attn = attention;
    this.ls1 = layerScale === undefined ? null : new LayerScale(width, layerScale);
    this.drop_path1 = new nn.DropPath(dropPath);
    this.norm2 = new nn.LayerNorm(width, { eps });
    this.mlp = new Mlp(width, hidden);
    this.ls2 = layerScale === undefined ? null : new LayerScale(width, layerScale);
    this.drop_path2 = new nn.DropPath(dropPath);
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const scaled = (by: LayerScale | null, added: Tensor) => by?.forward(added) ?? added;
      const attended = x.add(
        scope(() => this.drop_path1.forward(scaled(this.ls1, this.attn.forward(this.norm1.forward(x))))),
      );
      return attended.add(
        scope(() =>
          this.drop_path2.forward(scaled(this.ls2, this.mlp.forward(this.norm2.forward(attended)))),
        ),
      );
    });
  }
}

export interface BlockOptions {
  readonly width: number;
  readonly heads: number;
  /** 4 where it is left out. */
  readonly mlpRatio?: number | undefined;
  readonly dropPath?: number | undefined;
  /** Whether queries, keys and values have biases; true where it is left out, as in timm's models. */
  readonly qkvBias?: boolean | undefined;
  /** Of the norms; 1e-6 where it is left out, as in timm's models. */
  readonly eps?: number | undefined;
  /** What the factors of layer scale begin with; none where it is left out. */
  readonly layerScale?: number | undefined;
}

/** The block of a Vision Transformer, whose tokens all attend to one another: [N, L, C] → [N, L, C]. @throws RangeError unless the heads divide the width */
export class Block extends PreNormBlock<Attention> {
  constructor(options: BlockOptions) {
    const { width, heads, mlpRatio = 4, dropPath = 0, qkvBias = true, eps = 1e-6, layerScale } = options;
    const attention = new Attention(width, heads, qkvBias);
    super(attention, { width, hidden: Math.round(mlpRatio * width), dropPath, eps, layerScale });
  }
}
