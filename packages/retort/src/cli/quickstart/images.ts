/** The story of images: Fashion-MNIST, and two ResNets. */
import { cropFlip, fashionMnist } from '../../data/index.ts';
import { crossEntropy, kd } from '../../methods/index.ts';
import { ResNet } from '../../models/index.ts';
import { stageOf } from '../../train/index.ts';
import type { Progress } from '../progress.ts';
import { imagesGoing } from './images-out.ts';
import type { Sizes, Story } from './story.ts';

const sizes: Sizes = { teacher: 12_000, student: 16_000, labelled: 200 };
const schedule = 'one-cycle';
const lr = 0.1;
const epochs = 2;

/** Where its images are from is said. */
export async function imageStory(progress: Progress): Promise<Story> {
  const data = await fashionMnist((what, done, total) => progress.show({ what, done, total }));
  progress.line(`Fashion-MNIST from ${data.source}`);
  return {
    data,
    samples: 'images',
    sizes,
    // Nine times as large as the student.
    teacher: {
      make: () => new ResNet({ depth: 14, widths: [16, 16, 32, 64], classes: 10, channels: 1 }),
      stage: stageOf({ method: crossEntropy(), epochs: 3, lr, schedule }),
      batchSize: 64,
    },
    student: {
      make: () => new ResNet({ depth: 8, widths: [8, 8, 16, 32], classes: 10, channels: 1 }),
      alone: {
        // As many images in all as the distilled one sees.
        stage: stageOf({
          ...{ method: crossEntropy(), lr, schedule },
          epochs: Math.round((epochs * sizes.student) / sizes.labelled),
        }),
        batchSize: 32,
      },
      distilled: {
        // The teacher's word only: most of these images have no label.
        stage: stageOf({
          ...{ method: kd({ temperature: 4, alpha: 1, gamma: 0 }), epochs, lr, schedule },
        }),
        batchSize: 32,
      },
    },
    // Garments are not mirrored at random by the photographer, but nothing is lost by it; shifts are small at 28 pixels.
    shown: { transforms: [cropFlip({ padding: 2 })] },
    going: imagesGoing(data),
  };
}
