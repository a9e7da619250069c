/** How a student learns from images with boxes where nothing else is said: as torchvision's reference trains its detectors on COCO. */

/** Images a step there: 2 on each of 8 GPUs. */
const images = { step: 2, all: 16 } as const;

/** Epochs there, and those after which the rate falls to a tenth. */
const epochs = { all: 26, falls: [16, 22] } as const;

/** Parts of a recipe, and a line for each choice. @param batchSize  images a step, where that is said */
export function forBoxes(batchSize: number = images.step) {
  const lr = (0.02 * batchSize) / images.all;
  return {
    batchSize,
    stage: {
      epochs: epochs.all,
      optimizer: { name: 'sgd', lr, momentum: 0.9, weightDecay: 1e-4 },
      schedule: {
        name: 'multi-step',
        milestones: epochs.falls.map((epoch) => epoch / epochs.all),
      },
    },
    reasons: [
      `SGD at ${lr} (0.02 for ${images.all} images a step, in proportion), momentum 0.9, weight decay 1e-4, a tenth of the rate after ${epochs.falls.join(' and ')} of ${epochs.all} epochs: torchvision's training of Faster R-CNN on COCO, without its warm-up of 1,000 steps`,
      'images are mirrored by chance and seen whole, as large as the input of each network says (by default as torchvision’s), in batches of like shape',
    ],
  };
}
