/** Metrics that data sets and recipes name, each against scikit-learn's or SciPy's, also where there is little or nothing to go by. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { loadSafetensors, setNumThreads, tensor } from '@retort/torch';
import { loadReference } from '../../../torch/reference/load.ts';
import { type Judged, type MetricName, metrics, type NamedMetric } from './index.ts';

setNumThreads(1);
const folder = path.join(import.meta.dirname, '../../reference');
const reference = loadReference(folder, 'judging.safetensors');
const names = Object.keys(loadSafetensors(path.join(folder, 'judging.safetensors')).tensors);
const has = (name: string): boolean => names.includes(name);
const number = (name: string): number => Number(reference(name).toFlatArray()[0]);
const cases = [...new Set(names.map((name) => name.split('.')[0] ?? ''))];

const judgedBy: readonly Judged[] = ['labels', 'multiLabels', 'values'];
const entries = Object.entries(metrics) as [MetricName, NamedMetric][];

/** A score of a case, fed so many samples at a time. */
function score(name: MetricName, of: string, each: number): number | undefined {
  const judged = judgedBy.find((targets) => has(`${of}.${targets}`));
  assert.ok(judged);
  const [logits, targets] = [reference(`${of}.logits`), reference(`${of}.${judged}`)];
  const metric = entries.find(([one]) => one === name)?.[1].of[judged]?.(logits.size(1));
  if (!metric) return undefined;
  for (let at = 0; at < logits.size(0); at += each) {
    const count = Math.min(each, logits.size(0) - at);
    const ids = tensor(Int32Array.from({ length: count }, (_, i) => at + i)).to('int64');
    metric.add({ logits: logits.narrow(0, at, count) }, { [judged]: targets.narrow(0, at, count) }, ids);
  }
  return metric.result()[name];
}

const near = (actual: number | undefined, wanted: number, what: string): void =>
  assert.ok(
    Math.abs((actual ?? Number.NaN) - wanted) <= 1e-12 * Math.max(1, Math.abs(wanted)),
    `${what}: ${actual}, not ${wanted}`,
  );

const compared = entries.filter(([name]) => cases.some((of) => has(`${of}.${name}`)));

suite('in batches of any size a score is that of scikit-learn or SciPy:', () => {
  for (const [name] of compared)
    test(name, () => {
      for (const of of cases.filter((one) => has(`${one}.${name}`)))
        for (const each of [1, 4, 100]) near(score(name, of, each), number(`${of}.${name}`), of);
    });
  test('all are compared but accuracy, which is with PyTorch’s metrics, and scores of boxes, with pycocotools’', () => {
    const others = entries.filter(([, { of }]) => !('boxes' in of)).map(([name]) => name);
    assert.deepEqual(
      others.filter((name) => !compared.some(([one]) => one === name)),
      ['top1', 'top5', 'crossEntropy'],
    );
  });
});

test('of constant predictions or values, and of one sample, correlations are 0, where SciPy has no number', () => {
  const without = cases.filter((of) => has(`${of}.values`) && !has(`${of}.pearson`));
  assert.deepEqual(without, ['numbers-one-sample', 'numbers-same-are', 'numbers-same-said']);
  for (const of of without)
    for (const name of ['pearson', 'spearman', 'corr'] as const) assert.equal(score(name, of, 4), 0, of);
});

test('errors near the mean are not lost, where numbers are far from 0', () => {
  const metric = metrics.pearson.of.values();
  const values = [0, 1, 2, 3, 4, 5, 6, 7];
  const said = tensor(
    values.map((value) => [1e9 + value + (value % 2)]),
    { dtype: 'float64' },
  );
  metric.add({ logits: said }, { values: tensor(values) }, tensor(values, { dtype: 'int64' }));
  assert.ok(Math.abs(metric.result().pearson - 0.9799578870122228) < 1e-9);
});

test('what a metric lacks is said', () => {
  const logits = tensor([[0.5, 1]]);
  const ids = tensor([0], { dtype: 'int64' });
  for (const [, { of }] of entries)
    for (const create of Object.values(of))
      assert.throws(
        () => create(2).add({ logits }, {}, ids),
        /needs? logits and|need logits, and|need boxes, scores and classes/,
      );
});
