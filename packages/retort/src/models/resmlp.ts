/**
 * ResMLP (Touvron et al. 2021, "ResMLP: Feedforward networks for image classification with data-efficient training"), with timm's names and
 * state-dict keys: a Mixer whose tokens are mixed by one linear layer, with affine maps for norms and a learned scale of each residual.
 */
import { full, nn, ones, scope, type Tensor, zeros } from '@retort/torch';
import { patchings } from './layers/patches.ts';
import { Mlp } from './layers/transformer.ts';
import { MlpMixer, type MlpMixerOptions } from './mixer.ts';
import type { ModelOptions } from './options.ts';

/** alpha · x + beta for each channel: [N, L, C] → [N, L, C]. */
class Affine extends nn.Layer {
  readonly alpha: nn.Parameter;
  readonly beta: nn.Parameter;

  constructor(width: number) {
    super();
    this.alpha = new nn.Parameter(ones([1, 1, width]));
    this.beta = new nn.Parameter(zeros([1, 1, width]));
  }

  forward(x: Tensor): Tensor {
    return this.beta.addcmul(this.alpha, x);
  }
}

/** x + ls1 · linear_tokens(norm(x)ᵀ)ᵀ, then x + ls2 · mlp_channels(norm(x)): [N, L, C] → [N, L, C]. */
class ResBlock extends nn.Layer {
  readonly ls1: nn.Parameter;
  readonly ls2: nn.Parameter;
  readonly norm1: Affine;
  readonly linear_tokens: nn.Linear;
  readonly norm2: Affine;
  readonly mlp_channels: Mlp;

  constructor(tokens: number, width: number, layerScale: number) {
    super();
    this.ls1 = new nn.Parameter(full([width], layerScale));
    this.ls2 = new nn.Parameter(full([width], layerScale));
    this.norm1 = new Affine(width);
    this.linear_tokens = new nn.Linear(tokens, tokens);
    this.norm2 = new Affine(width);
    this.mlp_channels = new Mlp(width, 4 * width);
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const tokens = this.linear_tokens.forward(this.norm1.forward(x).transpose(1, 2)).transpose(1, 2);
      const mixed = x.addcmul(this.ls1, tokens);
      return mixed.addcmul(this.ls2, this.mlp_channels.forward(this.norm2.forward(mixed)));
    });
  }
}

export interface ResMLPOptions extends MlpMixerOptions {
  /** What ls1 and ls2 are at first: the deeper the network, the less. */
  readonly layerScale: number;
}

/** Images [N, channels, imageSize, imageSize] → logits [N, classes]. */
export class ResMLP extends MlpMixer {
  constructor(options: ResMLPOptions) {
    super(options, {
      block: (tokens, width) => new ResBlock(tokens, width, options.layerScale),
      norm: (width) => new Affine(width),
    });
  }

  /**
   * Weights of Facebook's, whose layers have other names, under timm's keys; null where they are not its.
   *
   * @example model.ownLayout(weights) // { 'stem.proj.weight': …, 'blocks.0.linear_tokens.weight': …, … }
   */
  ownLayout(weights: nn.StateDict): nn.StateDict | null {
    if (!Object.hasOwn(weights, 'patch_embed.proj.weight')) return null;
    return Object.fromEntries(
      Object.entries(weights).map(([key, value]) => {
        const named = namesOfFacebook.reduce((name, [theirs, own]) => name.replace(theirs, own), key);
        return [named, /\.(alpha|beta)$/.test(key) ? value.reshape([1, 1, -1]) : value];
      }),
    );
  }
}

const namesOfFacebook = [
  [/^patch_embed\./, 'stem.'],
  [/\.attn\./, '.linear_tokens.'],
  [/\.mlp\./, '.mlp_channels.'],
  [/\.gamma_(\d)$/, '.ls$1'],
] as const;

/** By depth; the layer scale is timm's. */
const sizes = {
  12: { width: 384, depth: 12, layerScale: 1e-4 },
  24: { width: 384, depth: 24, layerScale: 1e-5 },
} as const;

/** timm's names (ResMLP-S12 is `resmlp_12_224`), and beside the standard images of 224 pixels those of 64 and 32. */
export const resmlps: Readonly<Record<string, (options: ModelOptions) => ResMLP>> = Object.fromEntries(
  Object.entries(sizes).flatMap(([depth, size]) =>
    patchings.map(({ patchSize, imageSize }) => [
      `resmlp_${depth}_${imageSize}`,
      (options: ModelOptions) => new ResMLP({ patchSize, imageSize, ...size, ...options }),
    ]),
  ),
);
