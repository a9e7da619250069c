/** For tests: networks as students of OFA-KD. */
import assert from 'node:assert/strict';
import { manualSeed, nn, noGrad, optim, randn, scope } from '@retort/torch';
import { crossEntropy, ofa } from '../../src/methods/index.ts';
import type { Pair } from '../../src/methods/method.ts';
import { type Classifier, createModel, madeFor, ResNet } from '../../src/models/index.ts';
import { stageOf, Trainer } from '../../src/train/index.ts';
import { halves } from '../halves.ts';

/** Fails unless OFA-KD's exits, as they are by default, make logits of each of four stages of a model. */
export function assertReadByExits(name: string): void {
  scope(() => {
    const model = createModel(name, { classes: 10 });
    const { anatomy } = model;
    const { stages, penultimate } = anatomy;
    assert.equal(stages.length, 4);
    const size = madeFor(name)?.pixels ?? assert.fail('it is made for no images');
    const images = randn([2, 3, size, size]);
    const { taps } = noGrad(() => nn.tap(model, [...stages, penultimate], () => model.forward(images)));
    const tapped = (path: string) => taps[path] ?? assert.fail(`${path} was not tapped`);
    const pair = {
      student: { anatomy, ofTexts: false, shape: (path: string) => tapped(path).shape.slice(1) },
      teacher: { anatomy, ofTexts: false, shape: () => [512] },
      classes: 10,
    };
    const { parts } = ofa().objective(pair as unknown as Pair);
    assert.ok(parts);
    for (const [i, stage] of stages.entries()) {
      const exit = parts.getSubmodule(`exit${i + 1}`) as nn.Layer;
      assert.deepEqual(exit.forward(tapped(stage)).shape, [2, 10], stage);
    }
  });
}

/** A CNN that has learned to tell halves apart. */
async function taught(): Promise<ResNet> {
  manualSeed(1);
  const teacher = new ResNet({ depth: 8, widths: [8, 8, 16, 32], classes: 2, channels: 1 });
  const stages = [stageOf({ method: crossEntropy(), epochs: 4, lr: 0.1 })];
  for await (const _ of new Trainer({ student: teacher, data: halves(64), batchSize: 16, stages }).run());
  return teacher;
}

let teacherOfAll: Promise<ResNet> | undefined;

/** Fails unless a student of two classes, for images of 8x8 pixels and one channel, learns from a CNN by OFA-KD. */
export async function assertLearnsFromCNN(make: () => Classifier): Promise<void> {
  const data = halves(64);
  teacherOfAll ??= taught();
  const teacher = await teacherOfAll;
  manualSeed(2);
  const student = make();
  const stage = {
    ...stageOf({ method: ofa(), epochs: 7, lr: 0.01, schedule: 'constant' }),
    optimizer: (parameters: nn.Parameter[]) => new optim.AdamW(parameters, { lr: 0.01 }),
  };
  const losses: number[] = [];
  for await (const event of new Trainer({
    ...{ student, teachers: [teacher], data, batchSize: 16, stages: [stage] },
  }).run())
    if (event.kind === 'epoch') losses.push(event.losses.loss ?? Number.NaN);
  // As long as it tells nothing apart it stays near the first.
  assert.ok((losses.at(-1) ?? Number.NaN) < 0.8 * (losses[0] ?? 0), String(losses));
}
