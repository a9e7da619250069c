/** The story of images: Fashion-MNIST, and two ResNets. */
import { classNames, cropFlip, fashionMnist, type Report } from '../../data/index.ts';
import { createModel } from '../../models/index.ts';
import type { RecipeStage } from '../../recipe/index.ts';
import { resolvedStage } from '../../recipe/stage.ts';
import type { Progress } from '../progress.ts';
import { imagesGoing } from './images-out.ts';
import type { Made, Matter, Sizes, Story } from './story.ts';

const sizes: Sizes = { teacher: 12_000, student: 16_000, labelled: 200 };
const epochs = 2;
const crossEntropy = { name: 'cross-entropy' };
/** The data by its name. */
export const data = 'fashion-mnist';

/** Nine times as large as the student. */
const large = 'resnet14';
const small = 'resnet8x0.5';

const stage = (method: object, epochs: number): RecipeStage =>
  resolvedStage({
    ...{ epochs, methods: [method] },
    ...{ optimizer: { name: 'sgd', lr: 0.1 }, schedule: { name: 'one-cycle' } },
  });

const made = (model: string, metadata: Made['metadata']): Made => ({
  model: createModel(model, { classes: 10, channels: 1 }),
  metadata: { ...metadata, model },
});

export async function images(report: Report): Promise<Matter> {
  return { data: await fashionMnist(report), sizes };
}

/** Where its images are from is said. */
export async function imageStory(progress: Progress): Promise<Story> {
  const matter = await images((what, done, total) => progress.show({ what, done, total }));
  const { data: splits } = matter;
  progress.line(`Fashion-MNIST from ${splits.source}`);
  const labels = JSON.stringify(classNames(splits.test));
  const metadata = { task: 'classification', data, classes: '10', channels: '1', labels };
  return {
    folder: 'quickstart',
    said: { program: 'npx retort quickstart', data },
    ...matter,
    samples: 'images',
    teacher: {
      make: () => made(large, metadata),
      ...{ written: { name: large }, stage: stage(crossEntropy, 3), batchSize: 64 },
    },
    student: {
      make: () => made(small, metadata),
      written: { name: small },
      alone: {
        // As many images in all as the distilled one sees.
        stage: stage(crossEntropy, Math.round((epochs * sizes.student) / sizes.labelled)),
        batchSize: 32,
      },
      distilled: {
        // The teacher's word only: most of these images have no label.
        stage: stage({ name: 'kd', temperature: 4, alpha: 1, gamma: 0 }, epochs),
        batchSize: 32,
      },
    },
    // Garments are not mirrored at random by the photographer, but nothing is lost by it; shifts are small at 28 pixels.
    shown: { transforms: [cropFlip({ padding: 2 })] },
    going: imagesGoing(splits, small),
  };
}
