/** The stages of inverted residual blocks (Sandler et al. 2018, "MobileNetV2", table 2) that mobile networks are made of, as numbers. */

/** Blocks of one width; the first of them has the stride. */
export interface MobileStage {
  /** By how much a block's hidden layers are wider than its input; 1 has none that expands. */
  readonly expansion: number;
  readonly kernelSize: number;
  readonly stride: number;
  readonly channels: number;
  readonly blocks: number;
}

/** One block of a stage. */
export interface MobileBlock {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly hidden: number;
  readonly kernelSize: number;
  readonly stride: number;
  /** False where its input is not added, though the sizes are the same. */
  readonly residual?: boolean;
}

/** The last stage of each resolution from a quarter of the image on, where features are taken. */
export const lastOfResolution: readonly number[] = [1, 2, 4, 6];

/** MobileNetV2's at full width, for images of 224 pixels. */
export const mobileNetV2Stages: readonly MobileStage[] = [
  { expansion: 1, kernelSize: 3, stride: 1, channels: 16, blocks: 1 },
  { expansion: 6, kernelSize: 3, stride: 2, channels: 24, blocks: 2 },
  { expansion: 6, kernelSize: 3, stride: 2, channels: 32, blocks: 3 },
  { expansion: 6, kernelSize: 3, stride: 2, channels: 64, blocks: 4 },
  { expansion: 6, kernelSize: 3, stride: 1, channels: 96, blocks: 3 },
  { expansion: 6, kernelSize: 3, stride: 2, channels: 160, blocks: 3 },
  { expansion: 6, kernelSize: 3, stride: 1, channels: 320, blocks: 1 },
];

/** EfficientNet-B0's (Tan & Le 2019, table 1), which EfficientNet-Lite scales. */
const efficientNetStages: readonly MobileStage[] = [
  { expansion: 1, kernelSize: 3, stride: 1, channels: 16, blocks: 1 },
  { expansion: 6, kernelSize: 3, stride: 2, channels: 24, blocks: 2 },
  { expansion: 6, kernelSize: 5, stride: 2, channels: 40, blocks: 2 },
  { expansion: 6, kernelSize: 3, stride: 2, channels: 80, blocks: 3 },
  { expansion: 6, kernelSize: 5, stride: 1, channels: 112, blocks: 3 },
  { expansion: 6, kernelSize: 5, stride: 2, channels: 192, blocks: 4 },
  { expansion: 6, kernelSize: 3, stride: 1, channels: 320, blocks: 1 },
];

/** Channels at a width, in eights, of which rounding down may take a tenth at most. */
function roundChannels(channels: number, width: number): number {
  const scaled = channels * width;
  const rounded = Math.max(8, Math.floor((scaled + 4) / 8) * 8);
  return rounded < 0.9 * scaled ? rounded + 8 : rounded;
}

/** How EfficientNet-Lite's five sizes are scaled, and how much dropout each has. */
export const efficientNetLites = [
  { width: 1, depth: 1, dropout: 0.2 },
  { width: 1, depth: 1.1, dropout: 0.2 },
  { width: 1.1, depth: 1.2, dropout: 0.3 },
  { width: 1.2, depth: 1.4, dropout: 0.3 },
  { width: 1.4, depth: 1.8, dropout: 0.3 },
] as const;

/** The stages of one of these sizes: the first and the last are no deeper than the smallest size's. */
export const efficientNetLiteStages = (width: number, depth: number): MobileStage[] =>
  efficientNetStages.map((stage, i) => ({
    ...stage,
    channels: roundChannels(stage.channels, width),
    blocks: i === 0 || i === efficientNetStages.length - 1 ? stage.blocks : Math.ceil(stage.blocks * depth),
  }));

/** The blocks of each stage, after a stem of so many channels. */
export function mobileBlocks(stages: readonly MobileStage[], stem: number): MobileBlock[][] {
  let inChannels = stem;
  return stages.map(({ expansion, kernelSize, stride, channels, blocks }) =>
    Array.from({ length: blocks }, (_, i) => {
      const block = {
        inChannels,
        outChannels: channels,
        hidden: expansion * inChannels,
        kernelSize,
        stride: i === 0 ? stride : 1,
      };
      inChannels = channels;
      return block;
    }),
  );
}
