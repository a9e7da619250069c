import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { cat, manualSeed, memory, nn, noGrad, scope, setNumThreads, type Tensor, zeros } from '@retort/torch';
import { columnsOf } from '../../reference/columns.ts';
import { halves } from '../../reference/halves.ts';
import {
  createModel,
  type Dataset,
  extractFeatures,
  inMemory,
  type Labelled,
  probe,
  probeFeatures,
} from '../index.ts';
import { drawEach, perClass } from './few.ts';

setNumThreads(1);
const named = { name: 'made', classes: ['left', 'right'] };

const [train, held] = [halves(330), halves(100, 7)];

/** As the network is shown them. */
const imagesOf = (data: Dataset): Tensor =>
  columnsOf(data).image.permute([0, 3, 1, 2]).to('float32').div(255).sub(0.4).div(0.25);

/** A network whose batch norms have seen these images, so that there are statistics to fold, and its features vary. */
function network(): nn.Layer {
  manualSeed(3);
  const model = createModel('resnet8', { classes: 7, channels: 1 });
  scope(() =>
    noGrad(() => {
      const images = imagesOf(train);
      for (let i = 0; i < 20; i++) model.train().forward(images);
    }),
  );
  return model;
}

/** What the classifier is called with, one batch after the other, plainly. */
const plainly = (model: nn.Layer, data: Dataset): Tensor =>
  scope(() =>
    noGrad(() => {
      const images = imagesOf(data);
      model.eval();
      const { taps } = nn.tap(model, ['fc:input'], () => model.forward(images), { copy: true });
      model.train();
      return taps['fc:input'];
    }),
  );

const near = (actual: Tensor, wanted: Tensor): void => {
  const off = actual.sub(wanted).abs().max().item();
  assert.ok(off < 1e-4, `off by ${off}`);
};

suite('features', () => {
  test('are what the classifier is called with, compiled or not, and the network is as before', async () => {
    const model = network().train();
    const wanted = plainly(model, train);
    // 33 batches are enough to compile for, and 2 are not; of 150 some are left over.
    for (const batchSize of [10, 150]) {
      const found = await extractFeatures(model, train, { batchSize });
      near(found.vectors, wanted);
      assert.deepEqual(found.labels.toList(), columnsOf(train).label.toList());
      assert.deepEqual([found.vectors.shape, found.labels.shape], [[330, 64], [330]]);
    }
    assert.ok(model.training);
  });

  test('of a module that is named are its means, and of an embedding what it answers', async () => {
    const model = network();
    const maps = await extractFeatures(model, held, { layer: 'layer2' });
    assert.deepEqual(maps.vectors.shape, [100, 32]);
    const bare = new nn.Sequential(new nn.Flatten(), new nn.Linear(64, 5));
    await assert.rejects(extractFeatures(bare, held, { whose: 'bare' }), {
      name: 'ProbeError',
      message:
        'bare does not say which of its modules gives the features: name one (layer, or --layer on a command line, as SOURCE=PATH of one among several; of an ONNX file the name of a value, as retort inspect lists them)',
    });
    const { embedding } = await import('../tasks/index.ts');
    assert.deepEqual((await extractFeatures(bare, held, { task: embedding })).vectors.shape, [100, 5]);
    await assert.rejects(extractFeatures(model, held, { layer: 'layer9' }), /layer9/);
  });

  test('that are not finite are refused with the cause', async () => {
    const model = network();
    noGrad(() => model.stateDict()['layer3.0.bn2.weight']?.fill_(Number.NaN));
    await assert.rejects(extractFeatures(model, held, { whose: 'resnet8' }), {
      name: 'EvaluationError',
      message:
        /^the features of resnet8 are not finite: 6,400 of its 6,400 numbers are NaN; its weights are not finite: 'layer3\.0\.bn2\.weight'/,
    });
  });
});

suite('a probe', () => {
  test('tells classes apart by features, and leaves no tensors behind', async () => {
    const model = network();
    const options = { neighbours: [1, 20], few: [0.1], l2: [0.1, 0.001], seeds: 2 };
    const found = await probe(model, { train, test: held }, options);
    assert.deepEqual(
      [found.protocol, found.layer, found.features, found.classes, found.samples, found.standardised],
      ['features', 'fc:input', 64, 2, { train: 330, validation: null, test: 100 }, true],
    );
    const { linear, neighbours, few } = found;
    // Which half is brighter is easily seen, also by a network that has learned nothing.
    assert.ok(linear.top1 > 0.9 && linear.trainTop1 > 0.9, JSON.stringify(linear));
    assert.deepEqual([linear.chosenOn, linear.tried.length, linear.converged], ['held out', 2, true]);
    assert.deepEqual(
      neighbours.map((one) => [one.neighbours, one.temperature]),
      [
        [1, null],
        [20, null],
      ],
    );
    assert.ok(neighbours.every(({ top1 }) => top1 > 0.8));
    assert.deepEqual(
      few.map((one) => [one.share, one.perClass, one.isChosen, one.top1.values.length]),
      [[0.1, 16, true, 2]],
    );
    const again = await probe(model, { train, test: held }, options);
    assert.deepEqual({ ...again, seconds: null }, { ...found, seconds: null });
    const { handles } = memory();
    await probe(model, { train, test: held }, options);
    assert.ok(memory().handles <= handles + 3, `${memory().handles - handles} tensors are left`);
  });

  test('chooses its strength on the validation split where there is one, and takes one alone as it is', async () => {
    const model = network();
    const { linear, samples } = await probe(
      model,
      { train, validation: halves(40, 3), test: held },
      { few: [], neighbours: [1], l2: [0.1, 0.01] },
    );
    assert.deepEqual([linear.chosenOn, linear.chosenBy, samples.validation], ['validation', 40, 40]);
    const alone = await probe(model, { train, test: held }, { few: [], neighbours: [1], l2: [0.01] });
    assert.deepEqual([alone.linear.chosenOn, alone.linear.l2, alone.linear.tried], [null, 0.01, []]);
  });

  test('stops when it is told', async () => {
    const controller = new AbortController();
    const stopped = probe(
      network(),
      { train, test: held },
      {
        ...{ signal: controller.signal, batchSize: 10 },
        onProgress: (what) => what === 'linear probe' && controller.abort(),
      },
    );
    await assert.rejects(stopped, { name: 'AbortError' });
  });
});

suite('what cannot be probed is said:', () => {
  const model = network();
  const refused = (data: Dataset, message: string, options = {}, test_ = data) =>
    assert.rejects(probe(model, { train: data, test: test_ }, options), { message });
  const withClasses = (classes: readonly string[], label: (i: number) => number, size = 40) =>
    inMemory({
      ...{ name: 'made', height: 8, width: 8, channels: 1, mean: [0.4], std: [0.25], classes },
      images: new Uint8Array(size * 64).map((_, i) => i % 251),
      labels: Array.from({ length: size }, (_, i) => label(i)),
    });

  test('one class, a class without samples, and no labels', async () => {
    await refused(
      withClasses(['all'], () => 0),
      'made has one class, all, and a probe tells several apart: name data with more',
    );
    await refused(
      withClasses(['a', 'b', 'c'], (i) => (i % 2) * 2),
      "made has no sample of the class 'b', so that nothing can be learned of it: give it some, or leave the class out of the data",
    );
    const { label: _, ...fields } = train.fields;
    await refused(
      { ...train, fields, name: 'bare', size: 4, fingerprint: '' },
      'bare has no classes to tell apart: its fields are image',
    );
    await refused(
      train,
      'made has 3 classes, and in memory 2: both must tell apart the same',
      {},
      withClasses(['a', 'b', 'c'], (i) => i % 3),
    );
  });

  test('fewer samples than neighbours, and fewer labels than classes, where these are asked by name', async () => {
    await refused(train, 'in memory has 330 samples, and 331 neighbours are asked: ask 330 or fewer', {
      neighbours: [1, 331],
    });
    const ten = withClasses(
      Array.from({ length: 10 }, (_, i) => `${i}`),
      (i) => i % 10,
      100,
    );
    await refused(
      ten,
      '1 % of the 100 samples of made come to 1 label, and there are 10 classes: take a larger share, so that each has one',
      { few: [0.01] },
    );
    const { notes, neighbours, few } = await probe(model, { train: ten, test: ten });
    assert.deepEqual(notes.slice(0, 2), [
      'made has 100 samples, and more neighbours are not asked',
      '1 % of the 100 samples of made are fewer labels than its 10 classes, and nothing is learned from so few',
    ]);
    assert.deepEqual(
      neighbours.map((one) => one.neighbours),
      [1, 10, 20, 100],
    );
    // One label of each class is not parted: all learn with one strength.
    assert.deepEqual(
      few.map((one) => [one.perClass, one.isChosen, one.l2[0]]),
      [[1, false, 0.1]],
    );
  });

  for (const [options, message] of [
    [{ l2: [] }, 'l2 is an empty list: name one at least'],
    [{ l2: [0.1, 0] }, 'l2: 0 must be a number above 0'],
    [{ neighbours: [1.5] }, 'neighbours: 1.5 must be a whole number from 1'],
    [{ few: [1] }, 'few: 1 must be a share between 0 and 1'],
    [{ temperature: 0 }, 'temperature: 0 must be above 0'],
    [{ seeds: 0 }, 'seeds: 0 must be a whole number from 1'],
  ] as const)
    test(message, () => refused(train, message, options));
});

suite('a few labels', () => {
  test('are as many of each class, drawn by the seed, and the others are the rest', () => {
    const places = [
      [0, 3, 4, 7],
      [1, 2, 5, 6, 8, 9],
    ];
    const { drawn, rest } = drawEach(places, () => 2, { seed: 1 });
    assert.equal(drawn.length, 4);
    assert.equal(drawn.filter((place) => places[0]?.includes(place)).length, 2);
    assert.deepEqual(
      [...drawn, ...rest].sort((a, b) => a - b),
      [...Array(10).keys()],
    );
    assert.deepEqual(drawEach(places, () => 2, { seed: 1 }).drawn, drawn);
    const others = [2, 3, 4, 5].map((seed) => String(drawEach(places, () => 2, { seed }).drawn));
    assert.ok(new Set(others).size > 1);
    assert.deepEqual(drawEach(places, () => 5, { seed: 0 }).drawn.length, 9);
  });

  test('come to whole numbers of each class', () => {
    assert.deepEqual(
      [
        perClass(0.01, 50_000, 100),
        perClass(0.1, 50_000, 100),
        perClass(0.01, 5000, 10),
        perClass(0.01, 999, 10),
      ],
      [5, 50, 5, 1],
    );
    assert.equal(perClass(0.01, 940, 10), 0);
  });

  test('are not better than all, of features that are there already', async () => {
    const model = network();
    const [all, judged]: Labelled[] = [
      await extractFeatures(model, train),
      await extractFeatures(model, held),
    ];
    assert.ok(all && judged);
    const { few, linear } = await probeFeatures({ train: all, test: judged }, named, { few: [0.02, 0.5] });
    const [least = 0, half = 0] = few.map((one) => one.top1.mean);
    assert.ok(least <= half + 0.02 && half <= linear.top1 + 0.05, `${least}, ${half}, ${linear.top1}`);
    // Where the best strength is the last of a range, better ones may lie beyond it.
    const atTheEnd = async (l2: readonly number[]) => {
      const { notes, linear } = await probeFeatures({ train: all, test: judged }, named, {
        l2,
        few: [],
        neighbours: [1],
      });
      return [linear.l2, notes] as const;
    };
    // Any strength tells these classes apart, and of several alike the strongest is taken.
    assert.deepEqual(await atTheEnd([1, 0.1, 0.01]), [
      1,
      [
        'the strength of the linear probe, 1, is the strongest of those that are tried, and a stronger one may do better: say others (l2, or --l2 on a command line)',
      ],
    ]);
    assert.deepEqual(await atTheEnd([1, 0.1]), [1, []]);
    assert.deepEqual(await atTheEnd([1]), [1, []]);
  });

  test('say the same of features that are far larger, but for a penalty that is not', async () => {
    const model = network();
    const [all, judged]: Labelled[] = [
      await extractFeatures(model, train),
      await extractFeatures(model, held),
    ];
    assert.ok(all && judged);
    const times = ({ vectors, labels }: Labelled, factor: number): Labelled => ({
      // And one that says nothing, as a unit that is never on.
      vectors: noGrad(() => cat([vectors.mul(factor), zeros([vectors.size(0), 1])], 1)),
      labels,
    });
    const found = async (factor: number, standardise: boolean) => {
      const splits = { train: times(all, factor), test: times(judged, factor) };
      const asked = { l2: [1e-4], few: [], neighbours: [5], standardise };
      const { linear, neighbours } = await probeFeatures(splits, named, asked);
      return [linear.top1, neighbours[0]?.top1];
    };
    for (const standardise of [true, false]) {
      const usual = await found(1, standardise);
      for (const factor of [2 ** 67, 2 ** 90]) assert.deepEqual(await found(factor, standardise), usual);
    }
    assert.deepEqual(await found(2 ** -70, true), await found(1, true));
  });
});
