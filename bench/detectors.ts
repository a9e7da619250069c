/** A training step of a detector beside torchvision's own, which computes boxes by compiled operators: from fresh weights, on drawn images and boxes. Torchvision makes a batch of its images in that time, too. */
import {
  aten,
  getNumThreads,
  manualSeed,
  optim,
  rand,
  randint,
  scope,
  type Tensor,
  tensor,
} from '@retort/torch';
import { createModel, isDetector } from 'retort';
import { alternate, type Line, lineOf, print, time } from './compare.ts';
import { Peer } from './peer.ts';

const model = 'fasterrcnn_resnet50_fpn';
const [batch, boxes, classes] = [2, 6, 90];

/** Corners of boxes [B, M, 4] within images of a side, of an eighth of it to the half. */
function drawnBoxes(side: number): Tensor {
  const sizes = rand([batch, boxes, 2])
    .mul(3 / 8)
    .add(1 / 8)
    .mul(side);
  const corners = rand([batch, boxes, 2]).mul(sizes.neg().add(side));
  return aten.cat([corners, corners.add(sizes)], 2);
}

/** zero_grad, forward, backward, the optimizer, the loss read. @throws RangeError where the model is no detector */
function stepOf(side: number): () => void {
  manualSeed(0);
  const detector = createModel(model, { classes }).to({ memoryFormat: 'channels_last' });
  if (!isDetector(detector)) throw new RangeError(`${model} is no detector`);
  const optimizer = new optim.SGD(detector.parameters(), { lr: 1e-4, momentum: 0.9, weightDecay: 1e-4 });
  const images = rand([batch, 3, side, side]).to({ memoryFormat: 'channels_last' });
  const sizes = tensor(
    Array.from({ length: 2 * batch }, () => side),
    { dtype: 'int64', shape: [batch, 2] },
  );
  const truth = { boxes: drawnBoxes(side), classes: randint(0, classes, [batch, boxes]) };
  return () =>
    scope(() => {
      optimizer.zeroGrad();
      const loss = scope(() =>
        Object.values(detector.losses(detector.learn(images, sizes, truth))).reduce((sum, term) =>
          sum.add(term),
        ),
      );
      loss.backward();
      optimizer.step();
      return loss.item();
    });
}

export interface DetectorsBenchOptions {
  /** One with PyTorch and torchvision. */
  readonly python: string;
  readonly pairs: number;
}

export async function detectorsBench({ python, pairs }: DetectorsBenchOptions): Promise<Line[]> {
  const peer = new Peer(python);
  const lines: Line[] = [];
  try {
    for (const side of [256, 512]) {
      const step = stepOf(side);
      time(step, 2);
      const { variant } = await peer.ask<{ variant: string }>({
        ...{ do: 'prepare', kind: 'detector', threads: getNumThreads(), batch, side, boxes, classes },
      });
      const took = await alternate({ ours: (n) => time(step, n), theirs: (n) => peer.seconds(n) }, 1, pairs);
      const line = lineOf(
        `detector ${model}, training step of ${batch} images of ${side} pixels (torchvision: ${variant})`,
        ...([took.ours, took.theirs, batch] as const),
      );
      lines.push(line);
      print(line);
    }
    return lines;
  } finally {
    peer.close();
  }
}
