/**
 * CycleMLP (Chen et al. 2022, "CycleMLP: A MLP-like Architecture for Dense Prediction") with its authors' names and state-dict keys: four
 * stages of blocks whose linear layers see, beside a place, a third of the channels of the places before and after it, along one axis each.
 */
import { functional, nn, noGrad, scope, type Tensor, tensor } from '@retort/torch';
import type { Anatomy, Classifier } from './anatomy.ts';
import { risingDrops } from './layers/stochastic-depth.ts';
import { Mlp } from './layers/transformer.ts';
import type { ModelOptions } from './options.ts';

/** Along which axis of an image channels come from neighbours. */
type Axis = 'height' | 'width';

/** From where a channel comes: 0 from the place itself, 1 from the next, -1 from the one before; the paper's staircase. */
const offsetOf = (channel: number): number => ((channel + 1) % 3) - 1;

/** A 1 at each channel's offset, [C, 1, 3, 1] along the height, [C, 1, 1, 3] along the width: a convolution channel by channel shifts by it. */
const shiftingKernel = (channels: number, axis: Axis): Tensor =>
  tensor(
    Array.from({ length: channels }, (_, channel) =>
      [-1, 0, 1].map((offset) => Number(offset === offsetOf(channel))),
    ).flat(),
    { shape: axis === 'height' ? [channels, 1, 3, 1] : [channels, 1, 1, 3], dtype: 'float32' },
  );

/**
 * Channels shifted by their offsets, with zeros from outside, then a 1x1 convolution: [N, C, H, W] → the same. The authors have it as a
 * deformable convolution, and its offsets as a buffer in their files.
 */
class CycleFC extends nn.Conv2d {
  readonly axis: Axis;
  readonly kernel: nn.Buffer;

  constructor(channels: number, axis: Axis) {
    super(channels, channels, 1);
    this.axis = axis;
    using kernel = shiftingKernel(channels, axis);
    this.kernel = new nn.Buffer(kernel, { persistent: false });
  }

  override forward(x: Tensor): Tensor {
    return scope(() =>
      super.forward(
        functional.conv2d(x, this.kernel, null, {
          padding: this.axis === 'height' ? [1, 0] : [0, 1],
          groups: this.inChannels,
        }),
      ),
    );
  }

  /** Whether these are its offsets as the authors write them: [1, 2C, 1, 1], for each channel down and to the right. */
  hasOffsets(offsets: Tensor): boolean {
    const { inChannels, axis } = this;
    if (String(offsets.shape) !== String([1, 2 * inChannels, 1, 1])) return false;
    if (offsets.device === 'meta') return true;
    const wanted = Array.from({ length: inChannels }, (_, channel) =>
      axis === 'height' ? [offsetOf(channel), 0] : [0, offsetOf(channel)],
    ).flat();
    return offsets.toFlatArray().every((offset, i) => offset === wanted[i]);
  }
}

/** Three linear layers over the channels, added up with shares that all their means decide: [N, H, W, C] → the same. */
class Mixer extends nn.Layer {
  readonly mlp_c: nn.Linear;
  readonly sfc_h: CycleFC;
  readonly sfc_w: CycleFC;
  readonly reweight: Mlp;
  readonly proj: nn.Linear;

  constructor(width: number) {
    super();
    this.mlp_c = new nn.Linear(width, width, { bias: false });
    // The authors' names: `h` is shifted along the width.
    this.sfc_h = new CycleFC(width, 'width');
    this.sfc_w = new CycleFC(width, 'height');
    this.reweight = new Mlp(width, Math.floor(width / 4), 3 * width);
    this.proj = new nn.Linear(width, width);
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const [batch = 0, , , width = 0] = x.shape;
      const image = x.permute([0, 3, 1, 2]);
      const h = this.sfc_h.forward(image).permute([0, 2, 3, 1]);
      const w = this.sfc_w.forward(image).permute([0, 2, 3, 1]);
      const c = this.mlp_c.forward(x);
      const mean = h
        .mean([1, 2])
        .add(w.mean([1, 2]))
        .add(c.mean([1, 2]));
      const shares = this.reweight.forward(mean).reshape([batch, 1, 1, width, 3]).softmax(-1);
      const [ofH, ofW, ofC] = shares.unbind(-1);
      if (!ofH || !ofW || !ofC) throw new RangeError('there are three shares');
      return this.proj.forward(h.mul(ofH).addcmul(w, ofW).addcmul(c, ofC));
    });
  }
}

/** x + attn(norm(x)), then x + mlp(norm(x)): [N, H, W, C] → the same. */
class CycleBlock extends nn.Layer {
  readonly norm1: nn.LayerNorm;
  readonly attn: Mixer;
  readonly drop_path: nn.DropPath;
  readonly norm2: nn.LayerNorm;
  readonly mlp: Mlp;

  constructor(width: number, mlpRatio: number, dropPath: number) {
    super();
    this.norm1 = new nn.LayerNorm(width);
    this.attn = new Mixer(width);
    this.drop_path = new nn.DropPath(dropPath);
    this.norm2 = new nn.LayerNorm(width);
    this.mlp = new Mlp(width, mlpRatio * width);
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const mixed = x.add(scope(() => this.drop_path.forward(this.attn.forward(this.norm1.forward(x)))));
      return mixed.add(scope(() => this.drop_path.forward(this.mlp.forward(this.norm2.forward(mixed)))));
    });
  }
}

/** Blocks, which have channels last in memory: [N, C, H, W] → the same. */
class CycleStage extends nn.Sequential {
  override forward(x: Tensor): Tensor {
    return scope(() => super.forward(x.permute([0, 2, 3, 1]).contiguous()).permute([0, 3, 1, 2]));
  }
}

/** Windows that overlap, each as one place: [N, in, H, W] → [N, out, H / stride, W / stride]. */
class Embedding extends nn.Layer {
  readonly proj: nn.Conv2d;

  constructor(inChannels: number, outChannels: number, window: Window) {
    super();
    const { size, stride, padding } = window;
    this.proj = new nn.Conv2d(inChannels, outChannels, size, { stride, padding });
  }

  forward(x: Tensor): Tensor {
    return this.proj.forward(x);
  }
}

interface Window {
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
}

/** Between two stages. */
const halving: Window = { size: 3, stride: 2, padding: 1 };

type OfStages = readonly [first: number, second: number, third: number, fourth: number];

export interface CycleMLPOptions extends ModelOptions {
  /** Channels of each stage. */
  readonly widths: OfStages;
  /** Blocks of each stage. */
  readonly depths: OfStages;
  /** By how much the hidden layers of each stage's MLPs are wider; 4 where they are left out. */
  readonly mlpRatios?: OfStages;
  /** What one place of the first stage is of the image; 7x7 pixels, every 4, where it is left out. */
  readonly window?: Window;
  /** Stochastic depth of the last block; those before it have less, linearly. 0 where it is left out, as in the authors' class. */
  readonly dropPath?: number;
}

/** Images [N, channels, H, W] → logits [N, classes]; the authors' are 224x224. */
export class CycleMLP extends nn.Layer implements Classifier {
  readonly anatomy: Anatomy;
  readonly patch_embed: Embedding;
  readonly network: nn.Sequential;
  readonly norm: nn.LayerNorm;
  readonly head: nn.Linear;

  constructor({
    widths,
    depths,
    mlpRatios = [4, 4, 4, 4],
    window = { size: 7, stride: 4, padding: 2 },
    dropPath = 0,
    classes,
    channels = 3,
  }: CycleMLPOptions) {
    super();
    this.anatomy = {
      stem: 'patch_embed',
      stages: ['network.0', 'network.2', 'network.4', 'network.6'],
      penultimate: 'head:input',
      classifier: ['head'],
    };
    const drops = risingDrops(dropPath, depths);
    const stage = (i: 0 | 1 | 2 | 3) =>
      new CycleStage(...(drops[i] ?? []).map((drop) => new CycleBlock(widths[i], mlpRatios[i], drop)));
    this.patch_embed = new Embedding(channels, widths[0], window);
    this.network = new nn.Sequential(
      stage(0),
      new Embedding(widths[0], widths[1], halving),
      stage(1),
      new Embedding(widths[1], widths[2], halving),
      stage(2),
      new Embedding(widths[2], widths[3], halving),
      stage(3),
    );
    this.norm = new nn.LayerNorm(widths[3]);
    this.head = new nn.Linear(widths[3], classes);
    this.#initialise();
  }

  /** The authors' initial values: truncated normal of 0.02 for all that is linear, whose biases are zero. */
  #initialise(): void {
    for (const [, module] of this.namedModules()) {
      if (!(module instanceof nn.Linear || module instanceof CycleFC)) continue;
      nn.init.truncNormal_(module.weight, { std: 0.02 });
      noGrad(() => module.bias?.zero_());
    }
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const features = this.network.forward(this.patch_embed.forward(x));
      return this.head.forward(this.norm.forward(features.permute([0, 2, 3, 1])).mean([1, 2]));
    });
  }

  /**
   * Without the offsets of each shift, which the authors' files have as buffers; null where there are none, or others.
   *
   * @example model.ownLayout(weights) // the same without `network.0.0.attn.sfc_h.offset`, …
   */
  ownLayout(weights: nn.StateDict): nn.StateDict | null {
    const shifts = Array.from(this.namedModules()).flatMap(([path, module]) =>
      module instanceof CycleFC ? [{ key: `${path}.offset`, module }] : [],
    );
    for (const { key, module } of shifts) {
      const offsets = Object.hasOwn(weights, key) ? weights[key] : undefined;
      if (!offsets || !module.hasOffsets(offsets)) return null;
    }
    const keys = new Set(shifts.map(({ key }) => key));
    return Object.fromEntries(Object.entries(weights).filter(([key]) => !keys.has(key)));
  }
}

type Layout = Pick<CycleMLPOptions, 'widths' | 'depths' | 'mlpRatios' | 'window'>;

const widths = [64, 128, 320, 512] as const;

/** The authors', 15, 27, 38, 52 and 76 million parameters. */
const layouts: Readonly<Record<string, Layout>> = {
  CycleMLP_B1: { widths, depths: [2, 2, 4, 2] },
  CycleMLP_B2: { widths, depths: [2, 3, 10, 3] },
  CycleMLP_B3: { widths, depths: [3, 4, 18, 3], mlpRatios: [8, 8, 4, 4] },
  CycleMLP_B4: { widths, depths: [3, 8, 27, 3], mlpRatios: [8, 8, 4, 4] },
  CycleMLP_B5: { widths: [96, 192, 384, 768], depths: [3, 4, 24, 3] },
};

/** Ours, a quarter and half as wide as the smallest of the authors': 0.9 and 3.7 million parameters. */
const smaller: Readonly<Record<string, Layout>> = {
  pico: { widths: [16, 32, 80, 128], depths: [2, 2, 4, 2] },
  nano: { widths: [32, 64, 160, 256], depths: [2, 2, 4, 2] },
};

/** 16x16 places in the first stage, and 2x2 in the last. */
const windows: readonly (readonly [pixels: number, window: Window])[] = [
  [64, { size: 7, stride: 4, padding: 2 }],
  [32, { size: 3, stride: 2, padding: 1 }],
];

/** The authors' names for images of 224 pixels, and ours for those of 64 and 32. */
export const cycleMLPs: Readonly<Record<string, (options: ModelOptions) => CycleMLP>> = Object.fromEntries(
  [
    ...Object.entries(layouts),
    ...Object.entries(smaller).flatMap(([name, layout]) =>
      windows.map(([pixels, window]): [string, Layout] => [
        `CycleMLP_${name}_${pixels}`,
        { ...layout, window },
      ]),
    ),
  ].map(([name, layout]) => [name, (options: ModelOptions) => new CycleMLP({ ...layout, ...options })]),
);
