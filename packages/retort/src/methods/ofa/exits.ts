/** The exit branches of OFA-KD (Hao et al. 2023): from a student's stage to logits. They exist for training only. */
import { aten, nn, noGrad, scope, type Tensor } from '@retort/torch';
import { Block, PatchMerging } from '../../models/index.ts';

export interface ExitOptions {
  /** Which stage of how many, from 1. */
  readonly stage: number;
  readonly stages: number;
  /** What the stage gives, without the batch: a feature map [C, H, W] or tokens [L, D]. */
  readonly shape: readonly number[];
  /** The size of the student's penultimate vector, and of the teacher's. */
  readonly studentWidth: number;
  readonly teacherWidth: number;
  readonly classes: number;
  /** Tokens that come before those of patches, as a class token. */
  readonly prefixTokens: number;
  /** Whether the first of these is what an exit reads, beside the patches, or they are left out and the mean of the patches is read. */
  readonly classToken: 'read' | 'dropped';
  /** The side of the grid to which tokens are merged at most. */
  readonly grid: number;
  /** Of the transformer blocks over tokens. */
  readonly heads: number;
}

/** Two depthwise separable convolutions, the first of stride 2: [N, in, H, W] → [N, out, H / 2, W / 2]. */
function separable(inChannels: number, outChannels: number): nn.Layer[] {
  const depthwise = (stride: number) =>
    new nn.Conv2d(inChannels, inChannels, 3, { stride, padding: 1, groups: inChannels, bias: false });
  return [
    depthwise(2),
    new nn.Conv2d(inChannels, inChannels, 1, { bias: false }),
    new nn.BatchNorm2d(inChannels),
    new nn.ReLU(),
    depthwise(1),
    new nn.Conv2d(inChannels, outChannels, 1, { bias: false }),
    new nn.BatchNorm2d(outChannels),
    new nn.ReLU(),
  ];
}

/** Halves the resolution as often as the stages after this one would, then pools: [N, C, H, W] → [N, classes]. */
function mapExit({ stage, stages, shape, studentWidth, teacherWidth, classes }: ExitOptions): nn.Layer {
  const [channels = 0] = shape;
  const width = Math.max(studentWidth, teacherWidth);
  const blocks = Array.from({ length: stages - stage }, (_, i) => {
    const from = channels * 2 ** i;
    return new nn.Sequential(...separable(from, i === stages - stage - 1 ? width : 2 * from));
  });
  const body = blocks.length ? blocks : [new nn.Conv2d(channels, width, 1)];
  return new nn.Sequential(
    ...body,
    new nn.AdaptiveAvgPool2d(1),
    new nn.Flatten(),
    new nn.Linear(width, classes),
  );
}

/** Merges patches, beside class tokens or without them, mixes them in transformer blocks and reads the class token or the mean: [N, L, D] → [N, classes]. */
class TokenExit extends nn.Layer {
  readonly merging: nn.Sequential;
  readonly blocks: nn.Sequential;
  readonly head: nn.Linear;
  readonly #prefix: number;
  readonly #readsToken: boolean;

  constructor(options: ExitOptions) {
    super();
    const { stage, stages, shape, studentWidth, classes, prefixTokens, heads } = options;
    const [tokens = 0, width = 0] = shape;
    const grid = Math.sqrt(tokens - prefixTokens);
    const merges = Math.max(Math.floor(Math.log2(grid / options.grid)), 0);
    if (!(grid > 0))
      throw new RangeError(
        `ofa: a stage gives ${tokens} tokens, of which ${prefixTokens} belong to no patch`,
      );
    if (merges > 0 && (!Number.isInteger(grid) || grid % 2 ** merges !== 0))
      throw new RangeError(
        `ofa: ${tokens - prefixTokens} tokens of patches do not make a square grid that can be halved ${merges} times`,
      );
    const first = merges === 0 ? width : studentWidth;
    if (first !== studentWidth)
      throw new RangeError(
        `ofa: a stage with tokens of ${width} cannot be read by a head of ${studentWidth}`,
      );
    if (studentWidth % heads !== 0)
      throw new RangeError(`ofa: tokens of ${studentWidth} do not divide into the ${heads} heads of an exit`);
    this.merging = new nn.Sequential(
      ...Array.from({ length: merges }, (_, i) => {
        const merging = new PatchMerging(grid / 2 ** i, i === 0 ? width : studentWidth, studentWidth);
        const isLast = i > 0 && i === merges - 1;
        return isLast ? [merging] : [merging, new nn.GELU()];
      }).flat(),
    );
    this.blocks = new nn.Sequential(
      ...Array.from(
        { length: Math.max(stages - stage, 1) },
        () => new Block({ width: studentWidth, heads, qkvBias: false, eps: 1e-5 }),
      ),
    );
    this.head = new nn.Linear(studentWidth, classes);
    this.#prefix = prefixTokens;
    this.#readsToken = prefixTokens > 0 && options.classToken === 'read';
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const patches = this.merging.forward(x.narrow(1, this.#prefix, x.size(1) - this.#prefix));
      const reads = this.#readsToken;
      const tokens = reads ? aten.cat([x.narrow(1, 0, this.#prefix), patches], 1) : patches;
      const mixed = this.blocks.forward(tokens);
      return this.head.forward(reads ? mixed.select(1, 0) : mixed.mean([1]));
    });
  }
}

/** Convolutions by Kaiming's fan-out, linear layers truncated normal of 0.02, biases zero, as released. */
function initialise(exit: nn.Module): void {
  for (const [, module] of exit.namedModules()) {
    if (module instanceof nn.Conv2d)
      nn.init.kaimingNormal_(module.weight, { mode: 'fan_out', nonlinearity: 'relu' });
    if (!(module instanceof nn.Linear)) continue;
    nn.init.truncNormal_(module.weight, { std: 0.02 });
    noGrad(() => module.bias?.zero_());
  }
}

/** @throws RangeError for a stage that is neither a feature map nor tokens, or tokens to merge that lie on no square grid */
export function makeExit(options: ExitOptions): nn.Layer {
  const { shape } = options;
  if (shape.length !== 2 && shape.length !== 3)
    throw new RangeError(
      `ofa: a stage gives [${shape.join(', ')}], which is neither a feature map [C, H, W] nor tokens [L, D]`,
    );
  const exit = shape.length === 3 ? mapExit(options) : new TokenExit(options);
  initialise(exit);
  return exit;
}
