/** Detectors that learn from detectors: by each method that is made for them, and not by others, which say so. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setNumThreads } from '@retort/torch';
import { asTheyAre, rectangles, tinyDetector } from '../../reference/tiny-detector.ts';
import { type Method, methods } from '../methods/index.ts';
import { detection } from '../tasks/index.ts';
import { stageOf, Trainer } from './index.ts';

setNumThreads(1);
const data = rectangles(16);

const create = (name: string, options: object = {}): Method =>
  methods[name]?.create(options) ?? assert.fail(name);

function trainerOf(method: Method, shortest = 64): Trainer {
  return new Trainer({
    ...{ student: tinyDetector(1), teachers: [tinyDetector(2, { width: 12 })], task: detection, data },
    ...{ batchSize: 8, precision: 'fp32', onWarning: () => {} },
    stages: [stageOf({ method, epochs: 10, lr: 0.01, schedule: 'constant' })],
    renderings: { student: asTheyAre, teacher: { shortest, longest: shortest } },
  });
}

/** What a method's own terms come to in each epoch, where they alone are learned. */
async function ownTerms(name: string, options: object): Promise<number[]> {
  const found: number[] = [];
  for await (const event of trainerOf(create(name, { ...options, gamma: 0 })).run())
    if (event.kind === 'epoch') found.push(event.losses.loss ?? Number.NaN);
  return found;
}

async function said(method: Method, shortest?: number): Promise<string> {
  const obstacles = await trainerOf(method, shortest).rehearse();
  return obstacles.map(({ message }) => message).join('\n');
}

suite('what a detector says is learned by another, by', () => {
  for (const [name, options] of [
    ['kd', { proposals: true }],
    ['dkd', { proposals: true }],
    ['fitnet', { levels: true }],
    ['srd', { levels: true }],
    ['review', { levels: true, channels: 8 }],
    // Of two levels, of eight and sixteen pixels a place.
    ['fgfi', { stride: 8, scale: 2, lambda: 1 }],
  ] as const)
    test(`${name} ${JSON.stringify(options)}`, async () => {
      const terms = await ownTerms(name, options);
      const [first = 0] = terms;
      assert.ok(first > 0, `${name} begins with ${first}`);
      assert.ok((terms.at(-1) ?? first) < first, `${name} does not fall: ${terms}`);
    });
});

suite('what is not for detectors says what is:', () => {
  const cure =
    /: learn from a detector by kd or dkd with proposals, by srd, fitnet or review with levels, or by fgfi$/;
  for (const name of ['kd', 'dkd', 'srd', 'rkd', 'crd', 'pkt', 'cc', 'ofa', 'review', 'dist'])
    test(name, async () => assert.match(await said(create(name)), cure));

  test('levels of images in two sizes', async () => {
    for (const [name, options] of [
      ['fitnet', { levels: true }],
      ['fgfi', {}],
    ] as const)
      assert.match(
        await said(create(name, options), 96),
        new RegExp(
          `^${name} compares levels place by place, and number 1 is \\[16, 8, 8\\] of the student and \\[12, 12, 12\\] of the teacher: show both`,
        ),
      );
  });

  test('and proposals of other sizes are judged where they are', async () => {
    assert.equal(await said(create('dkd', { proposals: true }), 96), '');
  });
});
