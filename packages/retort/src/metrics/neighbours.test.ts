import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { manualSeed, memory, randint, randn, scope, tensor } from '@retort/torch';
import { Neighbours } from './index.ts';

/** As the paper has it, one sample at a time. */
function plainly(
  vectors: readonly (readonly number[])[],
  labels: readonly number[],
  classes: number,
): number {
  const unit = vectors.map((vector) => {
    const norm = Math.hypot(...vector);
    return vector.map((value) => value / norm);
  });
  let right = 0;
  const voters = unit.length > 400 ? 200 : Math.max(1, Math.floor((unit.length - 1) / classes));
  for (const [i, own] of unit.entries()) {
    const others = unit
      .map((other, j) => ({ j, cosine: own.reduce((sum, value, k) => sum + value * (other[k] ?? 0), 0) }))
      .filter(({ j }) => j !== i)
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, voters);
    const votes = Array<number>(classes).fill(0);
    for (const { j, cosine } of others) {
      const label = labels[j] ?? 0;
      votes[label] = (votes[label] ?? 0) + Math.exp(cosine / 0.07);
    }
    if (votes.indexOf(Math.max(...votes)) === labels[i]) right++;
  }
  return right / vectors.length;
}

/** Vectors around a direction for each class. */
function clusters(count: number, classes: number, noise: number): { vectors: number[][]; labels: number[] } {
  return scope(() => {
    const labels = randint(0, classes, [count]);
    const vectors = randn([classes, 6])
      .index_select(0, labels)
      .add(randn([count, 6]).mul(noise));
    return { vectors: vectors.toList() as number[][], labels: labels.toFlatArray().map(Number) };
  });
}

function found(vectors: readonly (readonly number[])[], labels: readonly number[], batch: number): number {
  const metric = new Neighbours(4);
  for (let at = 0; at < labels.length; at += batch) {
    const own = labels.slice(at, at + batch);
    metric.add(
      { embedding: tensor(vectors.slice(at, at + batch)) },
      { labels: tensor(own).to('int64') },
      tensor(own.map((_, i) => at + i)).to('int64'),
    );
  }
  return metric.result().neighbours ?? Number.NaN;
}

suite('nearest neighbours', () => {
  test('tell classes as the paper’s formula does, whatever the batches, of few samples and of many', () => {
    manualSeed(3);
    for (const [count, noise] of [
      [2, 0.5],
      [30, 1],
      // More than one group of 500, and more than 200 neighbours.
      [730, 0.8],
      [730, 3],
    ] as const) {
      const { vectors, labels } = clusters(count, 4, noise);
      const expected = plainly(vectors, labels, 4);
      for (const batch of [count, 250]) assert.equal(found(vectors, labels, batch), expected);
      if (count > 2)
        assert.ok(expected > 0.25 && expected < 1, `${expected} could be told from chance and from all`);
    }
  });

  test('tell no class by its absence from a small split, where all others voting would', () => {
    // Four classes of three, whose directions differ by a little.
    const labels = Array.from({ length: 12 }, (_, i) => i % 4);
    const vectors = labels.map((label, i) => [1, label / 200 + i / 1e5]);
    assert.equal(found(vectors, labels, 12), 1);
  });

  test('count directions only, and none is its own neighbour', () => {
    const vectors = [
      [1, 0],
      [100, 1],
      [0, 1],
      [1, 100],
    ];
    assert.equal(found(vectors, [0, 0, 1, 1], 4), 1);
    // Each would be right by itself; its neighbour is of the other class.
    assert.equal(found(vectors, [0, 1, 0, 1], 4), 0);
  });

  test('can be put together by the samples’ numbers', () => {
    const metric = new Neighbours(2);
    for (const id of [4, 2])
      metric.add(
        { embedding: tensor([[id, 0]]) },
        { labels: tensor([id % 2]).to('int64') },
        tensor([id]).to('int64'),
      );
    const [ids, vectors, labels] = metric.state();
    assert.equal(metric.merge, 'gather');
    assert.deepEqual(
      [ids?.toFlatArray(), vectors?.toList(), labels?.toFlatArray()],
      [
        [4n, 2n],
        [
          [1, 0],
          [1, 0],
        ],
        [0n, 0n],
      ],
    );
  });

  test('leave nothing behind, and are refused what they are not of', () => {
    manualSeed(3);
    const { vectors, labels } = clusters(20, 4, 1);
    const metric = new Neighbours(4);
    const ids = tensor(labels.map((_, i) => i)).to('int64');
    metric.add({ embedding: tensor(vectors) }, { labels: tensor(labels).to('int64') }, ids);
    const { handles } = memory();
    metric.result();
    assert.ok(memory().handles <= handles);
    assert.throws(() => metric.add({}, {}, ids), {
      message: 'the score of neighbours needs embeddings and labels',
    });
    assert.throws(() => new Neighbours(2).result(), { name: 'RangeError', message: 'there are no samples' });
  });
});
