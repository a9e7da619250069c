import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { memory, type Tensor, tensor, zeros } from '@retort/torch';
import { loadReference } from '../../../torch/reference/load.ts';
import { rightByNeighbours, unit } from '../metrics/nearest.ts';
import { accuracyOf, fitted, prepared, scalingOf } from './linear.ts';
import { minimise } from './minimise.ts';

const reference = loadReference(path.join(import.meta.dirname, '../../reference'), 'probe.safetensors');
const number = (name: string): number => Number(reference(name).toFlatArray()[0]);
const split = (name: string) => ({
  vectors: reference(`${name}.vectors`),
  labels: reference(`${name}.labels`),
});
const [train, held] = [split('train'), split('test')];
const classes = 5;

suite('a linear probe', () => {
  for (const how of ['raw', 'standard'])
    for (const l2 of [1, 0.01, 0.0001])
      test(`is where scikit-learn's LogisticRegression is, of ${how} features with L2 ${l2}`, async () => {
        const scaling = scalingOf(train.vectors);
        const of = (vectors: Tensor): Tensor => prepared(vectors, scaling, how === 'standard');
        const inputs = of(train.vectors);
        const found = await fitted(inputs, train.labels, { l2, classes });
        const name = `linear.${how}.l2=${l2}`;
        const objective = number(`${name}.objective`);
        assert.ok(found.converged, 'it ran out of steps');
        assert.ok(
          Math.abs(found.objective - objective) <= 1e-5 * Math.max(1, objective),
          `${found.objective}, not ${objective}`,
        );
        const judged = of(held.vectors);
        const top1 = accuracyOf(judged, held, found.weights);
        // A tenth of a point is less than one of 500 samples.
        assert.equal(top1, number(`${name}.top1`));
        const said = judged.mm(found.weights).softmax(1);
        const off = said
          .sub(reference(`${name}.probabilities`))
          .abs()
          .max()
          .item();
        assert.ok(off < 5e-3, `probabilities are off by ${off}`);
      });

  test('is the same from wherever it begins, and says when its steps ran out', async () => {
    const inputs = prepared(train.vectors, scalingOf(train.vectors), true);
    const far = zeros([inputs.size(1), classes]).add(tensor([3, -1, 2, 0, 5]));
    const [one, other] = [
      await fitted(inputs, train.labels, { l2: 0.01, classes }),
      await fitted(inputs, train.labels, { l2: 0.01, classes, start: far }),
    ];
    assert.ok(Math.abs(one.objective - other.objective) < 2e-6, `${one.objective} and ${other.objective}`);
    const cut = await fitted(inputs, train.labels, { l2: 0.01, classes, iterations: 2 });
    assert.deepEqual([cut.converged, cut.iterations], [false, 2]);
  });

  test('takes a feature that does not vary', async () => {
    const still = train.vectors.clone();
    still.select(1, 3).fill_(7);
    const inputs = prepared(still, scalingOf(still), true);
    assert.ok(inputs.isfinite().all().item());
    assert.equal(inputs.select(1, 3).abs().max().item(), 0);
  });
});

suite('nearest neighbours', () => {
  const known = { vectors: unit(train.vectors), labels: train.labels, classes };
  const queries = (labels: Tensor) => ({ vectors: unit(held.vectors), labels });

  test("say what scikit-learn's by brute force say, of every sample", () => {
    const votes = [1, 5, 20, 200].flatMap((neighbours) =>
      [null, 0.07].map((temperature) => ({ neighbours, temperature })),
    );
    for (const vote of votes) {
      const name = `neighbours.k=${vote.neighbours}${vote.temperature === null ? '' : `,t=${vote.temperature}`}`;
      assert.deepEqual(rightByNeighbours(known, [vote], queries(reference(name))), [500], name);
    }
    const together = rightByNeighbours(known, votes, queries(held.labels));
    for (const [i, vote] of votes.entries())
      assert.deepEqual([together[i]], rightByNeighbours(known, [vote], queries(held.labels)));
    assert.ok(new Set(together).size > 2, 'all votes are alike');
  });

  test('are outvoted by the nearest where the temperature is so small that its weight alone is no number', () => {
    const right = (neighbours: number, temperature: number | null) =>
      rightByNeighbours(known, [{ neighbours, temperature }], queries(held.labels));
    for (const neighbours of [5, 200]) assert.deepEqual(right(neighbours, 1e-6), right(1, null));
    assert.notDeepEqual(right(200, null), right(1, null));
  });

  test('are refused where there are fewer', () => {
    assert.throws(
      () => rightByNeighbours(known, [{ neighbours: 701, temperature: null }], queries(held.labels)),
      {
        message: 'there are 700 neighbours, and 701 are asked: ask 700 or fewer',
      },
    );
  });
});

suite('a minimum', () => {
  const options = { tolerance: 1e-4, iterations: 500 };
  /** Rosenbrock's valley, with its lowest place at (1, 1). */
  const valley = (x: Tensor) => {
    const [a = 0, b = 0] = x.toFlatArray().map(Number);
    const value = (1 - a) ** 2 + 100 * (b - a * a) ** 2;
    return { value, gradient: tensor([-2 * (1 - a) - 400 * a * (b - a * a), 200 * (b - a * a)]) };
  };

  test('is found at the end of a narrow valley', async () => {
    const { place, converged, iterations } = await minimise(tensor([-1.2, 1]), valley, options);
    assert.ok(converged && iterations > 5);
    const [a = 0, b = 0] = place.toFlatArray().map(Number);
    assert.ok(Math.hypot(a - 1, b - 1) < 1e-2, `${a}, ${b}`);
  });

  test('is found where values differ by less than rounding, without trying many places', async () => {
    let tried = 0;
    // In float32, whose neighbours of 1,000 are 6e-5 apart: the last steps lower it by less.
    const bowl = (x: Tensor) => {
      tried++;
      const [a = 0, b = 0] = x.toFlatArray().map(Number);
      const value = Math.fround(1000 + Math.fround((a - 1) ** 2 + 3 * (b + 2) ** 2 + (a - 1) ** 4));
      return { value, gradient: tensor([2 * (a - 1) + 4 * (a - 1) ** 3, 6 * (b + 2)]) };
    };
    const asked = { tolerance: 1e-4, iterations: 100 };
    const { place, converged, iterations } = await minimise(tensor([3, 3]), bowl, asked);
    const [a = 0, b = 0] = place.toFlatArray().map(Number);
    assert.ok(converged && Math.hypot(a - 1, b + 2) < 1e-4, `${a}, ${b}`);
    assert.ok(tried <= 2 * iterations + 10, `${tried} places in ${iterations} steps`);
  });

  test('is where it begins, where that is one, and leaves what it began with', async () => {
    const start = tensor([1, 1]);
    const found = await minimise(start, valley, options);
    assert.deepEqual([found.iterations, found.converged, start.toList()], [0, true, [1, 1]]);
  });

  test('leaves nothing behind, and stops when it is told', async () => {
    const controller = new AbortController();
    const start = tensor([-1.2, 1]);
    const { handles } = memory();
    const stopped = minimise(start, valley, {
      ...{ ...options, signal: controller.signal },
      onStep: (step) => step === 3 && controller.abort(),
    });
    await assert.rejects(stopped, { name: 'AbortError' });
    assert.ok(memory().handles <= handles + 2, `${memory().handles - handles} tensors are left`);
  });
});
