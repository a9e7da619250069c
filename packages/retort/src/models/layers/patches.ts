/** What models that cut an image into patches share: their first layer, where their stages are, and the image sizes of their names. */
import { nn, scope, type Tensor } from '@retort/torch';
import { checkSize } from './image-size.ts';

/** @throws RangeError unless patches divide the image */
export function checkPatches(size: number, patch: number): void {
  if (size % patch !== 0)
    throw new RangeError(`images of ${size} pixels do not divide into patches of ${patch}`);
}

/** Images [N, channels, size, size] → a token for each patch, [N, (size / patch)², C]. */
export class PatchEmbed extends nn.Layer {
  readonly proj: nn.Conv2d;
  readonly size: number;

  /** @throws RangeError unless patches divide the image */
  constructor(size: number, patch: number, channels: number, width: number) {
    super();
    checkPatches(size, patch);
    this.proj = new nn.Conv2d(channels, width, patch, { stride: patch });
    this.size = size;
  }

  /** @throws RangeError for images of another size */
  forward(x: Tensor): Tensor {
    checkSize(x, this.size);
    return scope(() => this.proj.forward(x).flatten(2).transpose(1, 2));
  }
}

/** Tokens of 2x2 patches become one, as Swin has it: [N, grid², D] → [N, (grid / 2)², out]. */
export class PatchMerging extends nn.Layer {
  readonly norm: nn.LayerNorm;
  readonly reduction: nn.Linear;
  readonly grid: number;

  /** @throws RangeError unless the grid can be halved */
  constructor(grid: number, width: number, out: number) {
    super();
    if (grid % 2 !== 0) throw new RangeError(`a grid of ${grid}x${grid} tokens cannot be halved`);
    this.norm = new nn.LayerNorm(4 * width);
    this.reduction = new nn.Linear(4 * width, out, { bias: false });
    this.grid = grid;
  }

  forward(x: Tensor): Tensor {
    return scope(() => {
      const [count = 0, , width = 0] = x.shape;
      const half = this.grid / 2;
      // Columns before rows.
      const quads = x.view([count, half, 2, half, 2, width]).permute([0, 1, 3, 4, 2, 5]);
      return this.reduction.forward(this.norm.forward(quads.reshape([count, half * half, 4 * width])));
    });
  }
}

/** The blocks that end a stage: after a sixth, a third, five sixths and all, as OFA-KD has it (blocks 1, 3, 9 and 11 of 12). */
export function stagesOf(depth: number): string[] {
  const ends = [1 / 6, 1 / 3, 5 / 6, 1].map((share) => Math.max(1, Math.round(share * depth)) - 1);
  return Array.from(new Set(ends), (block) => `blocks.${block}`);
}

/** timm's patches for images of 224 pixels, 14x14 of them, and smaller ones for images of 64 and 32, 8x8 of them. */
export const patchings: readonly { readonly patchSize: number; readonly imageSize: number }[] = [
  { patchSize: 16, imageSize: 224 },
  { patchSize: 8, imageSize: 64 },
  { patchSize: 4, imageSize: 32 },
];
