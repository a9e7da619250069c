import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { functional, manualSeed, ones, randn, scope, setNumThreads, type Tensor } from '@retort/torch';
import { loadReference } from '../../../torch/reference/load.ts';
import { Accuracy } from './accuracy.ts';
import { AgreementMeter } from './agreement.ts';
import { CalibrationMeter } from './calibration.ts';
import { CkaMeter } from './cka.ts';
import { ClassMeter } from './per-class.ts';

setNumThreads(1);
const reference = loadReference(path.join(import.meta.dirname, '../../reference'), 'evaluate.safetensors');
const expected = (name: string): number[] => reference(name).toFlatArray().map(Number);

function near(actual: number, wanted: number | undefined, tolerance = 1e-6): void {
  assert.ok(Math.abs(actual - (wanted ?? Number.NaN)) <= tolerance, `${actual}, not ${wanted}`);
}

/** The 37 images of the reference, ten at a time and seven at last. */
function* batches(...names: string[]): Generator<Tensor[]> {
  for (let at = 0; at < 37; at += 10)
    yield names.map((name) => reference(name).narrow(0, at, Math.min(10, 37 - at)));
}

const classes = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

suite('metrics, batch by batch, are those of PyTorch’s metrics and of the formulas:', () => {
  test('accuracy', () => {
    const metric = new Accuracy();
    for (const [logits, labels] of batches('logits', 'labels'))
      if (logits && labels) metric.add({ logits }, { labels });
    const { top1, top5, crossEntropy } = metric.result();
    near(top1, expected('top1')[0]);
    near(top5, expected('top5')[0]);
    const all = functional.cross_entropy(reference('logits').to('float64'), reference('labels'));
    near(crossEntropy, all.item());
    // What processes add up: right at first, right among five, summed cross entropy, samples.
    const [sums] = metric.state();
    const [first = 0, five = 0, , samples] = sums?.toFlatArray().map(Number) ?? [];
    assert.deepEqual([Math.round(37 * top1), Math.round(37 * top5), 37], [first, five, samples]);
  });
  test('accuracy of each class; of one without images there is none', () => {
    const meter = new ClassMeter(classes);
    for (const [logits, labels] of batches('logits', 'labels'))
      if (logits && labels) meter.add(logits, labels);
    const found = meter.result();
    assert.deepEqual(found[3], { name: 'd', images: 0, right: 0, accuracy: null });
    for (const [i, value] of expected('perClass').entries())
      if (i !== 3) near(found[i]?.accuracy ?? -1, value);
    assert.equal(
      found.reduce((sum, { images }) => sum + images, 0),
      37,
    );
  });
  test('calibration', () => {
    const meter = new CalibrationMeter();
    for (const [logits, labels] of batches('logits', 'labels'))
      if (logits && labels) meter.add(logits, labels);
    near(meter.result(), expected('calibration')[0]);
  });
  test('agreement', () => {
    const meter = new AgreementMeter(7);
    for (const [student, teacher] of batches('logits', 'teacher'))
      if (student && teacher) meter.add(student, teacher);
    const { top1, divergence, cosine, meanCosine } = meter.result();
    near(top1, expected('agreement')[0]);
    near(divergence, expected('divergence')[0], 1e-9);
    const wanted = expected('cosine');
    for (const [i, value] of cosine.entries()) near(value, wanted[i], 1e-9);
    near(meanCosine, wanted.reduce((sum, value) => sum + value, 0) / 7, 1e-9);
  });
  test('alignment', () => {
    const meter = new CkaMeter(['s0', 's1', 's2'], ['t0']);
    for (const [s0, s1, s2, t0] of batches('s0', 's1', 's2', 't0'))
      if (s0 && s1 && s2 && t0) meter.add({ s0, s1, s2 }, { t0 });
    const wanted = expected('cka');
    for (const [i, row] of meter.result().entries()) near(row[0] ?? -2, wanted[i], 1e-6);
  });
});

suite('alignment', () => {
  test('of features with themselves, turned and scaled, is 1; of others near 0; of constant ones there is none', () => {
    manualSeed(5);
    const meter = new CkaMeter(['same', 'other', 'constant'], ['x']);
    for (let i = 0; i < 20; i++) {
      scope(() => {
        const x = randn([25, 6]);
        meter.add({ same: x.flip([1]).mul(-3), other: randn([25, 6]), constant: ones([25, 2]) }, { x });
      });
    }
    const [[same], [other], [constant]] = meter.result() as [[number], [number], [number | null]];
    near(same, 1, 1e-6);
    near(other, 0, 0.05);
    assert.equal(constant, null);
  });
  test('leaves out a batch of fewer than four images', () => {
    const meter = new CkaMeter(['x'], ['x']);
    const x = randn([20, 3]);
    meter.add({ x }, { x });
    meter.add({ x: x.narrow(0, 0, 3) }, { x: x.narrow(0, 3, 3) });
    near(meter.result()[0]?.[0] ?? 0, 1, 1e-9);
  });
});
