/** What CRD draws and remembers. Its loss: reference.test.ts. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  functional,
  Generator,
  manualSeed,
  randn,
  setNumThreads,
  type Tensor,
  tensor,
  withGenerator,
} from '@retort/torch';
import { assertClose } from '../../../../torch/reference/load.ts';
import { halves } from '../../../reference/halves.ts';
import { epochBatches } from '../../data/index.ts';
import { ResNet } from '../../models/index.ts';
import { stageOf, Trainer, type TrainerState } from '../../train/index.ts';
import { crd, type Pair, type Seen } from '../index.ts';
import { ContrastSamples } from './contrast-samples.ts';

setNumThreads(1);
const classes = [2, 0, 0, 3, 2, 2, 0, 2, 3, 0, 2];
const whole = (values: readonly number[]): Tensor => tensor(Int32Array.from(values), { dtype: 'int64' });
const labels = whole(classes);

/** Rows of numbers of images. */
function drawn(
  options: ConstructorParameters<typeof ContrastSamples>[2],
  ids: readonly number[],
  seed = 0,
): number[][] {
  const samples = new ContrastSamples('crd', labels, options);
  using generator = new Generator(seed);
  const batch = whole(ids.map((id) => classes[id] ?? assert.fail()));
  const index = withGenerator(generator, () => samples.draw(batch, whole(ids)));
  const width = 1 + options.negatives;
  assert.deepEqual(index.shape, [ids.length, width]);
  const flat = index.toFlatArray().map(Number);
  return ids.map((_, i) => flat.slice(i * width, (i + 1) * width));
}

suite('contrast samples', () => {
  const everyone = classes.map((_, image) => image);
  test('are the image itself, then different images of other classes', () => {
    for (const [image, [first, ...negatives]] of drawn(
      { negatives: 6, positives: 'exact' },
      everyone,
    ).entries()) {
      assert.equal(first, image);
      assert.ok(negatives.every((other) => classes[other] !== classes[image]));
      assert.equal(new Set(negatives).size, 6);
    }
  });
  test('are all of other classes where there are just as many, and some twice where there are less', () => {
    // Five of eleven images are of class 2.
    const [all] = drawn({ negatives: 6, positives: 'exact' }, [0]);
    assert.deepEqual(
      all?.slice(1).sort((a, b) => a - b),
      [1, 2, 3, 6, 8, 9],
    );
    const [more] = drawn({ negatives: 40, positives: 'exact' }, [0]);
    assert.deepEqual(
      [...new Set(more?.slice(1))].sort((a, b) => a - b),
      [1, 2, 3, 6, 8, 9],
    );
  });
  test('relaxed, begin with any image of the class', () => {
    const firsts = Array.from({ length: 60 }, (_, seed) =>
      drawn({ negatives: 1, positives: 'relax' }, [3], seed),
    );
    assert.deepEqual(new Set(firsts.map(([row]) => row?.[0])), new Set([3, 8]));
  });
  test('come alike often, and the same of the same seed', () => {
    const ids = Array.from({ length: 3000 }, () => 4);
    const rows = drawn({ negatives: 3, positives: 'exact' }, ids);
    const counts = new Map<number, number>();
    for (const [, ...negatives] of rows)
      for (const image of negatives) counts.set(image, (counts.get(image) ?? 0) + 1);
    // Each of six in half of the rows: 1500, with a standard deviation of 27.
    assert.equal(counts.size, 6);
    for (const count of counts.values()) assert.ok(Math.abs(count - 1500) < 120, String(count));
    assert.deepEqual(drawn({ negatives: 3, positives: 'exact' }, ids), rows);
    assert.notDeepEqual(drawn({ negatives: 3, positives: 'exact' }, ids, 1), rows);
  });
  test('need two classes', () => {
    assert.throws(
      () => new ContrastSamples('crd', whole([1, 1]), { negatives: 1, positives: 'exact' }),
      /crd contrasts images of several classes, and all are of one/,
    );
  });
});

test('memories move to what was said, images that were not seen stay', () => {
  manualSeed(0);
  const pair: Pair = {
    student: { anatomy: null, ofTexts: false, shape: () => [3] },
    teacher: { anatomy: null, ofTexts: false, shape: () => [5] },
    classes: 4,
    samples: classes.length,
    labels,
  };
  const { parts, losses } = crd({
    student: 'a',
    teacher: 'b',
    dimension: 4,
    negatives: 5,
    momentum: 0.25,
  }).objective(pair);
  assert.ok(parts);
  const state = () => {
    const copied = new Map(
      Object.entries(parts.stateDict()).map(([name, now]) => [name, now.detach().clone()]),
    );
    return (name: string): Tensor => copied.get(name) ?? assert.fail(name);
  };
  const before = state();
  const ids = [9, 2, 4];
  const [v_s, v_t] = [randn([3, 3]), randn([3, 5])];
  const seen: Seen = {
    student: { outputs: {}, features: { a: v_s }, mask: null },
    teacher: { outputs: {}, features: { b: v_t }, mask: null },
    targets: { labels: whole(ids.map((id) => classes[id] ?? assert.fail())) },
    ids: whole(ids),
    progress: { epoch: 1, epochs: 1 },
    loss: () => ({}),
  };
  losses(seen);
  const after = state();
  for (const [whose, v] of [
    ['s', v_s],
    ['t', v_t],
  ] as const) {
    const [weight, bias] = [before(`embed_${whose}.weight`), before(`embed_${whose}.bias`)];
    const e = functional.normalize(v.mm(weight.t()).add(bias));
    const rows = before(`memory_${whose}.rows`);
    assert.ok(rows.abs().max().item() <= Math.sqrt(3 / 4) + 1e-6);
    rows.index_copy_(
      0,
      seen.ids,
      functional.normalize(rows.index_select(0, seen.ids).mul(0.25).add(e.mul(0.75))),
    );
    assertClose(after(`memory_${whose}.rows`), rows, 1e-6, whose);
    assert.equal(before(`memory_${whose}.normaliser`).item(), -1);
    assert.ok(after(`memory_${whose}.normaliser`).item() > 0);
  }
  losses(seen);
  assert.equal(state()('memory_s.normaliser').item(), after('memory_s.normaliser').item());
});

suite('in training', () => {
  const data = halves(48);
  const network = (seed: number) => {
    manualSeed(seed);
    return new ResNet({ depth: 8, widths: [4, 4, 8, 8], classes: 2, channels: 1 });
  };
  const trainer = () =>
    new Trainer({
      student: network(2),
      teachers: [network(1)],
      data,
      batchSize: 16,
      seed: 5,
      stages: [stageOf({ method: crd({ dimension: 8, negatives: 12 }), epochs: 2, lr: 0.02 })],
    });
  const memories = ({ tensors }: TrainerState) =>
    ['s', 't'].map((whose) => tensors[`parts.crd.memory_${whose}.rows`]?.toList() ?? assert.fail());

  test('a step changes the rows of its images and no others', async () => {
    const running = trainer();
    const steps = running.run();
    const batches = [...epochBatches(data, { seed: 5, epoch: 1, batchSize: 16 })];
    await steps.next();
    const before = memories(running.state());
    await steps.next();
    const after = memories(running.state());
    for (const whose of [0, 1]) {
      const [old, now] = [before[whose], after[whose]];
      assert.ok(Array.isArray(old) && Array.isArray(now));
      const changed = now.flatMap((row, image) => (String(row) === String(old[image]) ? [] : [image]));
      assert.deepEqual(
        changed,
        [...(batches[1] ?? [])].sort((a, b) => a - b),
      );
    }
  });

  test('a run that is restored in the middle ends with the same memories, to the bit', async () => {
    const [through, broken, restored] = [trainer(), trainer(), trainer()];
    for await (const _ of through.run());
    for await (const event of broken.run()) if (event.kind === 'step' && event.step === 2) break;
    await restored.restore(broken.state());
    assert.deepEqual(memories(restored.state()), memories(broken.state()));
    for await (const _ of restored.run());
    const [wanted, actual] = [through.state().tensors, restored.state().tensors];
    for (const [name, value] of Object.entries(wanted))
      assert.deepEqual(actual[name]?.detach().toFlatArray(), value.detach().toFlatArray(), name);
  });
});
