/** Baselines that take several stages, fuse several levels or remember images, in the real loop. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { manualSeed, setNumThreads, type Tensor } from '@retort/torch';
import { halves } from '../../reference/halves.ts';
import { ResNet, VisionTransformer } from '../models/index.ts';
import { type Epoch, type Stage, stageOf, Trainer } from '../train/index.ts';
import { ab, crd, crossEntropy, fsp, ft, kd, type Method, nst, review } from './index.ts';

setNumThreads(1);
const data = halves(64);

function cnn(seed: number, width = 4): ResNet {
  manualSeed(seed);
  return new ResNet({ depth: 8, widths: [width, width, 2 * width, 4 * width], classes: 2, channels: 1 });
}

function vit(seed: number): VisionTransformer {
  manualSeed(seed);
  return new VisionTransformer({
    imageSize: 8,
    patchSize: 2,
    width: 16,
    depth: 4,
    heads: 2,
    classes: 2,
    channels: 1,
  });
}

async function taught(width: number): Promise<ResNet> {
  const student = cnn(1, width);
  const stages = [stageOf({ method: crossEntropy(), epochs: 3, lr: 0.1 })];
  for await (const _ of new Trainer({ student, data, batchSize: 16, stages }).run());
  return student;
}

const teachers = { wide: await taught(8), alike: await taught(4) };

const stage = (method: Method, lr = 0.02): Stage => stageOf({ method, epochs: 3, lr, schedule: 'constant' });

function trainerOf(stages: readonly Stage[], teacher: keyof typeof teachers = 'wide'): Trainer {
  return new Trainer({ student: cnn(2), teachers: [teachers[teacher]], data, batchSize: 16, stages });
}

/** Epochs of all stages, whose terms are finite and whose loss falls within each. */
async function falling(trainer: Trainer): Promise<Epoch[]> {
  const epochs: Epoch[] = [];
  for await (const event of trainer.run()) if (event.kind === 'epoch') epochs.push(event);
  for (const { losses } of epochs)
    assert.ok(Object.values(losses).every(Number.isFinite), JSON.stringify(losses));
  for (const [, several] of Map.groupBy(epochs, (epoch) => epoch.stage)) {
    const losses = several.map((epoch) => epoch.losses.loss ?? Number.NaN);
    assert.ok((losses.at(-1) ?? Number.NaN) < (losses[0] ?? 0), String(losses));
  }
  return epochs;
}

const terms = ({ losses }: Epoch): string[] => Object.keys(losses).filter((term) => term !== 'loss');

const copies = (tensors: Readonly<Record<string, Tensor>>, prefix: string): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(tensors).flatMap(([name, tensor]) =>
      name.startsWith(prefix) ? [[name, tensor.detach().toFlatArray()]] : [],
    ),
  );

suite('a student learns by', () => {
  test('nst', async () => {
    assert.deepEqual(terms((await falling(trainerOf([stage(nst())])))[0] ?? assert.fail()), ['ce', 'nst']);
  });
  test('crd', async () => {
    await falling(trainerOf([stage(crd({ dimension: 16, negatives: 24 }))]));
  });
  test('review', async () => {
    const [epoch] = await falling(trainerOf([stage(review({ warmUpEpochs: 1 }), 0.01)]));
    assert.deepEqual(terms(epoch ?? assert.fail()), ['ce', 'review']);
  });
  test('ab, then kd', async () => {
    const epochs = await falling(trainerOf([stage(ab(), 0.05), stage(kd())]));
    assert.deepEqual(epochs.map(terms).map(String), [...Array(3).fill('ab'), ...Array(3).fill('ce,kd')]);
  });
  test('fsp of a teacher as wide, then the labels', async () => {
    const epochs = await falling(trainerOf([stage(fsp(), 0.01), stage(crossEntropy())], 'alike'));
    assert.deepEqual(epochs.map(terms).map(String), [...Array(3).fill('fsp'), ...Array(3).fill('ce')]);
  });
});

test('ft: the paraphraser learns alone, then stays as it is while the student learns', async () => {
  const trainer = trainerOf([stage(ft({ phase: 'paraphraser' }), 0.05), stage(ft())]);
  const weights = () => {
    const { tensors } = trainer.state();
    return {
      student: copies(tensors, 'student.layer1.0.conv1.weight'),
      paraphraser: copies(tensors, 'parts.ft.paraphraser'),
      translator: copies(tensors, 'parts.ft.translator.0.weight'),
    };
  };
  const seen: { stage: number; weights: ReturnType<typeof weights> }[] = [];
  for await (const event of trainer.run()) seen.push({ stage: event.stage, weights: weights() });
  const of = (index: number) => seen.filter((entry) => entry.stage === index).map((entry) => entry.weights);
  const [first, second] = [of(0), of(1)];
  assert.equal(Object.keys(first[0]?.paraphraser ?? {}).length, 6);
  assert.notDeepEqual(first.at(-1)?.paraphraser, first[0]?.paraphraser);
  assert.deepEqual(first.at(-1)?.student, first[0]?.student);
  assert.deepEqual(first.at(-1)?.translator, first[0]?.translator);
  for (const { paraphraser } of second) assert.deepEqual(paraphraser, first.at(-1)?.paraphraser);
  assert.notDeepEqual(second.at(-1)?.student, first.at(-1)?.student);
  assert.notDeepEqual(second.at(-1)?.translator, first.at(-1)?.translator);
});

test('ft: the losses of both phases fall', async () => {
  const epochs = await falling(trainerOf([stage(ft({ phase: 'paraphraser' }), 0.05), stage(ft(), 0.01)]));
  assert.deepEqual(epochs.map(terms).map(String), [
    ...Array(3).fill('paraphraser'),
    ...Array(3).fill('ce,ft'),
  ]);
});

suite('a method that does not fit says so:', () => {
  type Network = ResNet | VisionTransformer;
  const obstacle = async (method: Method, teacher: Network = cnn(1, 8), student: Network = cnn(2)) => {
    const trainer = new Trainer({ student, teachers: [teacher], data, stages: [stage(method)] });
    return (await trainer.rehearse())[0]?.message ?? '';
  };

  test('ab', async () => {
    assert.match(
      await obstacle(ab(), cnn(1), vit(2)),
      /ab looks at stages before their last ReLU, which the student does not name: give their paths in `student`/,
    );
    assert.match(
      await obstacle(ab({ student: ['layer3'], teacher: ['layer1'] })),
      /ab: the student's features \[16, 2, 2\] cannot be projected to the teacher's \[8, 8, 8\]/,
    );
    assert.match(
      await obstacle(ab({ student: ['layer1', 'layer2'] })),
      /ab compares stages one to one, and there are 2 of the student \(layer1, layer2\) and 3 of the teacher/,
    );
  });
  test('fsp', async () => {
    assert.match(
      await obstacle(fsp()),
      /fsp needs maps of the same channels, and the student's have 4, 4, 8, 16, the teacher's 8, 8, 16, 32/,
    );
    assert.match(
      await obstacle(fsp({ student: ['layer1'], teacher: ['layer1'] })),
      /name two maps or more of each/,
    );
  });
  test('nst', async () => {
    assert.match(
      await obstacle(nst({ teacher: ['layer1'] })),
      /nst compares stages one to one, and there are 3 of the student .* and 1 of the teacher \(layer1\)/,
    );
    assert.match(
      await obstacle(nst({ student: ['fc:input'], teacher: ['layer1'] })),
      /nst: 'fc:input' gives \[16\], which is neither a feature map/,
    );
    assert.equal(await obstacle(nst({ student: ['blocks.1'], teacher: ['layer1'] }), cnn(1), vit(2)), '');
  });
  test('ft', async () => {
    const chain = async (...methods: Method[]) => {
      const obstacles = await trainerOf(methods.map((method) => stage(method))).rehearse();
      return obstacles.map(({ message }) => message);
    };
    const first = ft({ phase: 'paraphraser' });
    assert.deepEqual(await chain(first, ft()), []);
    assert.match(
      String(await chain(ft())),
      /ft must follow a stage with `phase: paraphraser`, and the stage before is not one/,
    );
    assert.match(
      String(await chain(first, ft({ rate: 0.25 }))),
      /ft takes over the parts of the stage before, and its options make them of other shapes/,
    );
    assert.match(
      await obstacle(ft({ rate: 0.01 })),
      /ft: 0\.01 of the teacher's 32 channels is less than one/,
    );
    assert.throws(() => ft({ power: 0 }), /ft: power: /);
  });
  test('review', async () => {
    assert.match(
      await obstacle(review({ student: ['layer3'] })),
      /review compares stages one to one, and there are 1 of the student \(layer3\) and 3 of the teacher/,
    );
    assert.match(
      await obstacle(review(), vit(1)),
      /review looks at stages before their last ReLU, which the teacher does not name: give their paths in `teacher`/,
    );
    assert.match(await obstacle(review({ teacherVector: 'layer9' })), /'layer9'/);
    assert.throws(() => review({ warmUpEpochs: 0 }), /review: warmUpEpochs: /);
  });
});
