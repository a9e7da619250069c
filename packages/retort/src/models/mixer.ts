/**
 * MLP-Mixer (Tolstikhin et al. 2021, "MLP-Mixer: An all-MLP Architecture for Vision"), with timm's names and state-dict keys: blocks of one
 * MLP over the tokens and one over the channels, then the mean of the tokens.
 */
import { nn, noGrad, scope, type Tensor } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import { PatchEmbed, patchings, stagesOf } from './layers/patches.ts';
import { Mlp } from './layers/transformer.ts';
import type { ModelOptions } from './options.ts';

/** x + mlp_tokens(norm(x)ᵀ)ᵀ, then x + mlp_channels(norm(x)): [N, L, C] → [N, L, C]. */
class MixerBlock extends nn.Layer {
  readonly norm1: nn.LayerNorm;
  readonly mlp_tokens: Mlp;
  readonly norm2: nn.LayerNorm;
  readonly mlp_channels: Mlp;

  constructor(tokens: number, width: number) {
    super();
    this.norm1 = new nn.LayerNorm(width, { eps: 1e-6 });
    this.mlp_tokens = new Mlp(tokens, width / 2);
    this.norm2 = new nn.LayerNorm(width, { eps: 1e-6 });
    this.mlp_channels = new Mlp(width, 4 * width);
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const mixed = x.add(this.mlp_tokens.forward(this.norm1.forward(x).transpose(1, 2)).transpose(1, 2));
      return mixed.add(this.mlp_channels.forward(this.norm2.forward(mixed)));
    });
  }
}

export interface MlpMixerOptions extends ModelOptions {
  readonly imageSize: number;
  readonly patchSize: number;
  /** The size of a token, C. */
  readonly width: number;
  readonly depth: number;
}

/** What a Mixer consists of. */
interface Layers {
  block(tokens: number, width: number): nn.Layer;
  norm(width: number): nn.Layer;
}

const ownLayers: Layers = {
  block: (tokens, width) => new MixerBlock(tokens, width),
  norm: (width) => new nn.LayerNorm(width, { eps: 1e-6 }),
};

/** Images [N, channels, imageSize, imageSize] → logits [N, classes]. */
export class MlpMixer extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly stem: PatchEmbed;
  readonly blocks: nn.Sequential;
  readonly norm: nn.Layer;
  readonly head: nn.Linear;

  /** @param layers  those of another family, as ResMLP's */
  constructor(options: MlpMixerOptions, layers: Layers = ownLayers) {
    super();
    const { imageSize, patchSize, width, depth, classes, channels = 3 } = options;
    this.anatomy = {
      stem: 'stem',
      stages: stagesOf(depth),
      penultimate: 'head:input',
      classifier: ['head'],
      prefixTokens: 0,
    };
    this.stem = new PatchEmbed(imageSize, patchSize, channels, width);
    const tokens = (imageSize / patchSize) ** 2;
    this.blocks = new nn.Sequential(...Array.from({ length: depth }, () => layers.block(tokens, width)));
    this.norm = layers.norm(width);
    this.head = new nn.Linear(width, classes);
    this.#initialise();
  }

  /** timm's initial values: LeCun's for the stem, Glorot's for linear layers, next to nothing for the biases of MLPs; the classifier is zero. */
  #initialise(): void {
    const { weight, bias } = this.stem.proj;
    // LeCun's √(1 / fan-in), of which a normal limited to two of its deviations would keep 0.88.
    const std = (weight.numel() / weight.size(0)) ** -0.5 / 0.8796256610342398;
    nn.init.truncNormal_(weight, { std, a: -2 * std, b: 2 * std });
    noGrad(() => bias?.zero_());
    for (const [path, module] of this.blocks.namedModules()) {
      if (!(module instanceof nn.Linear)) continue;
      nn.init.xavierUniform_(module.weight);
      if (module.bias) nn.init.normal_(module.bias, 0, path.includes('mlp') ? 1e-6 : 0);
    }
    for (const parameter of this.head.parameters()) nn.init.zeros_(parameter);
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const last = this.norm.forward(this.blocks.forward(this.stem.forward(x)));
      return this.head.forward(last.mean([1]));
    });
  }
}

const sizes = {
  s: { width: 512, depth: 8 },
  b: { width: 768, depth: 12 },
} as const;

/** timm's names, and beside the standard images of 224 pixels those of 64 and 32. */
export const mixers: Readonly<Record<string, (options: ModelOptions) => MlpMixer>> = Object.fromEntries(
  Object.entries(sizes).flatMap(([name, size]) =>
    patchings.map(({ patchSize, imageSize }) => [
      `mixer_${name}${patchSize}_${imageSize}`,
      (options: ModelOptions) => new MlpMixer({ patchSize, imageSize, ...size, ...options }),
    ]),
  ),
);
