import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { functional, grad, manualSeed, nn, type Tensor, tensor } from '@retort/torch';
import { loadReference } from '../../../torch/reference/load.ts';
import { halves } from '../../reference/halves.ts';
import { kd, srd } from '../methods/index.ts';
import { createModel } from '../models/index.ts';
import { batchOf } from '../tasks/index.ts';
import { divergence } from '../tensors/divergence.ts';
import { stageOf, Trainer, TrainingError } from './index.ts';
import { TermGradients } from './term-gradients.ts';

const reference = loadReference(path.join(import.meta.dirname, '../../reference'), 'diagnose.safetensors');
const close = (
  actual: number | null | undefined,
  wanted: number | undefined,
  tolerance: number,
  what: string,
): void =>
  assert.ok(
    Math.abs((actual ?? Number.NaN) - (wanted ?? Number.NaN)) <= tolerance * Math.abs(wanted ?? 1),
    `${what}: ${actual}, not ${wanted}`,
  );

const flat = (gradients: readonly (Tensor | null)[]): number[] =>
  gradients.flatMap((gradient) => gradient?.toFlatArray().map(Number) ?? []);
const norm = (values: readonly number[]): number => Math.hypot(...values);

suite('gradients of the terms of a loss', () => {
  test('their norms, that of their sum and their cosine over two batches are those of PyTorch', () => {
    const [x, teacher] = [reference('x').to('float64'), reference('teacher').to('float64')];
    const [first, second] = ['first', 'second'].map(
      (name) => new nn.Parameter(reference(name).to('float64')),
    );
    assert.ok(first && second);
    const sums = new TermGradients();
    for (const at of [0, 20]) {
      const [rows, labels] = [x.narrow(0, at, 20), reference('labels').narrow(0, at, 20)];
      const z = rows.mm(first.t()).relu().mm(second.t());
      const terms = {
        ce: functional.cross_entropy(z, labels).mul(0.1),
        kd: divergence(z.div(4), teacher.narrow(0, at, 20).div(4)).mul(0.9 * 16),
      };
      for (const [name, term] of Object.entries(terms))
        sums.add(name, grad([term], [first, second], { retainGraph: true, allowUnused: true }));
    }
    const { norms, total, cosines, batches } = sums.result(2);
    const [ce, kd, all] = reference('norms').toFlatArray().map(Number);
    close(norms.ce, ce, 1e-10, 'ce');
    close(norms.kd, kd, 1e-10, 'kd');
    close(total, all, 1e-10, 'the sum');
    close(cosines[0]?.[1], Number(reference('cosine').item()), 1e-10, 'cosine');
    assert.deepEqual([cosines[0]?.[1], batches], [cosines[1]?.[0], 2]);
  });

  test('a term that depends on nothing has no direction', () => {
    const sums = new TermGradients();
    sums.add('one', [tensor([3, 4]), null]);
    sums.add('none', []);
    const { norms, total, cosines } = sums.result(1);
    assert.deepEqual([norms, total], [{ one: 5, none: 0 }, 5]);
    assert.deepEqual(cosines, [
      [1, null],
      [null, null],
    ]);
  });

  test('terms that pull against one another have no sum', () => {
    const sums = new TermGradients();
    sums.add('one', [tensor([3, 4])]);
    sums.add('other', [tensor([-3, -4])]);
    const { norms, total, cosines } = sums.result(1);
    assert.deepEqual([norms, total, cosines[0]], [{ one: 5, other: 5 }, 0, [1, -1]]);
  });

  const data = halves(8);
  const network = (name: string, seed: number) => {
    manualSeed(seed);
    return createModel(name, { classes: 2, channels: 1 });
  };

  test('a trainer computes them as a step does, and changes nothing', async () => {
    const [student, teacher] = [network('resnet8', 1), network('resnet14', 2)];
    const stages = [stageOf({ method: kd(), epochs: 3 })];
    const trainer = new Trainer({
      student,
      teachers: [teacher],
      stages,
      data,
      batchSize: 8,
      precision: 'fp32',
    });
    const before = Object.values(student.stateDict()).map((one) => one.toFlatArray());
    const position = { stage: 0, epoch: 2, step: 0 };
    const found = await trainer.termGradients({ position, parts: null, batches: 4 });
    assert.deepEqual(
      Object.values(student.stateDict()).map((one) => one.toFlatArray()),
      before,
    );
    assert.ok(student.training && teacher.training);
    assert.deepEqual([found.stage, found.epoch, found.batches], [0, 1, 1]);

    const ids = Int32Array.from({ length: 8 }, (_, i) => i);
    const columns = data.gather(ids);
    const { inputs, targets } = batchOf(data, { ids, columns }, { seed: 0, epoch: 0 });
    assert.ok(inputs.student.images && inputs.teacher.images && targets.labels);
    teacher.eval();
    const z_t = teacher.forward(inputs.teacher.images).detach();
    const z_s = student.forward(inputs.student.images);
    const terms = {
      ce: functional.cross_entropy(z_s, targets.labels).mul(0.1),
      kd: divergence(z_s.div(4), z_t.div(4)).mul(0.9 * 16),
    };
    const gradientOf = (term: Tensor): number[] =>
      flat(grad([term], student.parameters(), { retainGraph: true, allowUnused: true }));
    const [ce, own] = [gradientOf(terms.ce), gradientOf(terms.kd)];
    close(found.norms.ce, norm(ce), 1e-4, 'ce');
    close(found.norms.kd, norm(own), 1e-4, 'kd');
    close(found.total, norm(gradientOf(terms.ce.add(terms.kd))), 1e-4, 'the loss');
    close(found.total, norm(ce.map((value, i) => value + (own[i] ?? 0))), 1e-4, 'the sum of the terms');
  });

  test('they are of the stage that was trained last, with the parts that it had', async () => {
    const [student, teacher] = [network('resnet8', 1), network('resnet14', 2)];
    const stages = [stageOf({ method: kd(), epochs: 2 }), stageOf({ method: srd(), epochs: 2 })];
    const trainer = new Trainer({
      student,
      teachers: [teacher],
      stages,
      data,
      batchSize: 4,
      precision: 'fp32',
    });
    const at = (epoch: number, step: number, stage = 1) => ({ position: { stage, epoch, step }, batches: 1 });
    assert.equal((await trainer.termGradients({ ...at(3, 0), parts: {} })).stage, 0);
    await assert.rejects(
      trainer.termGradients({ ...at(5, 0, 2), parts: null }),
      new TrainingError('srd trained something beside the student, which is not kept in its weights'),
    );
    const parts = (scale: number) => ({
      'srd.projector.weight': tensor(new Float32Array(64 * 64).map((_, i) => scale * Math.sin(i))).view([
        64, 64,
      ]),
      'srd.projector.bias': tensor(new Float32Array(64)),
    });
    const one = await trainer.termGradients({ ...at(3, 1), parts: parts(1) });
    const other = await trainer.termGradients({ ...at(3, 1), parts: parts(-1) });
    assert.deepEqual(Object.keys(one.norms), ['ce', 'srd', 'kd']);
    assert.equal(one.norms.ce, other.norms.ce);
    assert.notEqual(one.norms.srd, other.norms.srd);
    assert.deepEqual(await trainer.termGradients({ ...at(3, 1), parts: parts(1) }), one);
  });
});
