/** For tests: a small Faster R-CNN that finds something in any image, so that what is computed of it shows. */
import assert from 'node:assert/strict';
import { manualSeed, type nn, noGrad, scope } from '@retort/torch';
import { createModel, type Detector, isDetector } from '../src/models/index.ts';

/** Proposals that take little time. */
export const fewProposals = {
  before: { training: 60, evaluation: 60 },
  after: { training: 80, evaluation: 80 },
} as const;

const louder = /(cls_logits|objectness_logits|rpn.*bbox_pred|anchor_deltas|cls_score)\.weight$/;

/** Fresh heads say the same of everything: theirs are louder. @param options  as models are made with */
export function findingDetector(name: string, options: object = {}): Detector & nn.Layer {
  manualSeed(1);
  const given = { classes: 3, proposals: fewProposals, detections: { score: 0.01 }, ...options };
  const model = createModel(name, given).eval();
  assert.ok(isDetector(model));
  noGrad(() =>
    scope(() => {
      for (const [path, weight] of model.namedParameters()) if (louder.test(path)) weight.mul_(5);
    }),
  );
  return model;
}
