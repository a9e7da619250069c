/** Where MobileNetV2 gives the maps of a pyramid, and the layers of it that are frozen and thawed. */
import { lastOfResolution, mobileBlocks, mobileNetV2Stages } from '../layers/inverted-residuals.ts';

/** The last blocks of 24, 32, 96 and 320 channels in `features`, which begins with the stem. */
export const mobileTaps: readonly number[] = lastOfResolution.map(
  (group) =>
    mobileBlocks(mobileNetV2Stages, 0)
      .slice(0, group + 1)
      .flat().length,
);

/** The stem, and blocks with a stride, where torchvision has its layers begin, from the last on. */
const starts: readonly number[] = [14, 7, 4, 2, 0];

const end = (mobileTaps.at(-1) ?? 0) + 1;

/** Layers as blocks of `features`, by number as text, from the last to the first. */
export const mobileLayers: readonly (readonly string[])[] = starts.map((start, i) =>
  Array.from({ length: (starts[i - 1] ?? end) - start }, (_, block) => String(start + block)),
);
