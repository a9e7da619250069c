/** The numbers of diagnoses beside PyTorch's, and formulas written out in loops. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { aten, tensor } from '@retort/torch';
import { assertClose, loadReference } from '../../../torch/reference/load.ts';
import { annealedOver } from '../methods/annealing.ts';
import { sampleTemperatures } from '../methods/cskd.ts';
import { CalibrationMeter } from '../metrics/index.ts';
import { divergence, divergences } from '../tensors/divergence.ts';
import { layersOf } from './projector.ts';

const reference = loadReference(path.join(import.meta.dirname, '../../reference'), 'diagnose.safetensors');
const numbers = (name: string): number[] => reference(name).toFlatArray().map(Number);
const near = (actual: number | null | undefined, wanted: number | undefined, what: string): void =>
  assert.ok(
    Math.abs((actual ?? Number.NaN) - (wanted ?? Number.NaN)) < 1e-9,
    `${what}: ${actual}, not ${wanted}`,
  );

suite('the numbers of diagnoses', () => {
  const [student, teacher] = [reference('student'), reference('teacher')];

  test('bins of confidence are those of a loop over samples, batch by batch', () => {
    const meter = new CalibrationMeter();
    for (const [at, count] of [
      [0, 20],
      [20, 21],
    ] as const)
      meter.add(student.narrow(0, at, count), reference('labels').narrow(0, at, count));
    const wanted = numbers('bins');
    const bins = meter.bins();
    assert.equal(bins.length, 15);
    for (const [i, { from, to, samples, confidence, accuracy }] of bins.entries()) {
      const [count = 0, sure = 0, right = 0] = wanted.slice(3 * i, 3 * i + 3);
      assert.deepEqual([from, to, samples], [i / 15, (i + 1) / 15, count]);
      if (count === 0) assert.deepEqual([confidence, accuracy], [null, null]);
      else {
        near(confidence, sure / count, `confidence of bin ${i}`);
        near(accuracy, right / count, `accuracy of bin ${i}`);
      }
    }
    near(meter.result(), numbers('error')[0], 'calibration error');
  });

  test("each sample's divergence is F.kl_div's, and their mean that of all", () => {
    const each = divergences(student.to('float64'), teacher.to('float64'));
    assertClose(each, reference('divergences'), 1e-12, 'divergences');
    near(each.mean().item(), divergence(student.to('float64'), teacher.to('float64')).item(), 'mean');
    const masked = tensor([[0, 1, Number.NEGATIVE_INFINITY]]);
    assert.ok(
      divergences(tensor([[0, 1, 2]]), masked)
        .isfinite()
        .all()
        .item(),
    );
  });

  test("each sample's temperature is by CSWT's formula, from T_min to T_max", () => {
    const how = sampleTemperatures({});
    assert.ok(how);
    assertClose(how.of(student, teacher).to('float64'), reference('temperatures'), 1e-5, 'temperatures');
    assert.deepEqual([how.least, how.most], [2, 6]);
    assert.equal(sampleTemperatures({ weighted: false }), null);
    const alone = sampleTemperatures({ lowTemperature: 1.5 })?.of(
      student.narrow(0, 0, 1),
      teacher.narrow(0, 0, 1),
    );
    assert.deepEqual(alone?.toFlatArray(), [1.5], 'one sample agrees best of all');
  });

  test('singular values are those of torch.linalg.svdvals, of linear layers and 1x1 convolutions alone', () => {
    const layers = layersOf({
      'srd.projector.weight': reference('linear.weight'),
      'srd.projector.bias': aten.zeros([7]),
      'vid.0.weight': reference('point.weight'),
      'vid.1.weight': aten.zeros([3, 8, 3, 3]),
      'vid.2.weight': aten.zeros([8, 1, 1, 1]),
      'crd.memory': aten.zeros([4, 4]),
    });
    assert.deepEqual(
      layers.map(({ name, shape }) => [name, shape]),
      [
        ['srd.projector', [7, 5]],
        ['vid.0', [3, 8]],
      ],
    );
    for (const [i, name] of ['linear', 'point'].entries())
      assertClose(
        tensor(Float64Array.from(layers[i]?.singularValues ?? [])),
        reference(`${name}.values`),
        1e-12,
        name,
      );
  });

  test('the factor of annealing rises to one as the temperature falls to one', () => {
    const of = (tauMax: number, epochs: number) =>
      annealedOver({ tauMax }, epochs).map(({ factor, temperature }) => [factor, temperature]);
    assert.deepEqual(of(4, 4), [
      [0.25, 4],
      [0.5, 3],
      [0.75, 2],
      [1, 1],
    ]);
    assert.deepEqual(of(2, 5), [
      [0.5, 2],
      [0.5, 2],
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
    for (const [factor = 0, temperature = 0] of of(7, 30)) near(factor, 1 - (temperature - 1) / 7, 'Φ(T)');
  });
});
