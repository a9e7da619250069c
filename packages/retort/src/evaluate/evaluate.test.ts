import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { nn, type Tensor, tensor } from '@retort/torch';
import { type Dataset, inMemory } from '../data/index.ts';
import { assess, evaluate } from './index.ts';

/** Six classes; the image's one pixel says which row of logits it gets. */
const rows = [
  [9, 8, 7, 6, 5, 4],
  [4, 5, 6, 7, 8, 9],
  [0, 0, 0, 0, 0, 50],
];
class Fixed extends nn.Layer {
  modes: boolean[] = [];
  forward(x: Tensor): Tensor {
    this.modes.push(this.training);
    return tensor(rows).index_select(0, x.flatten().to('int64'));
  }
}

// Labels: right; fifth of five; not among five; right.
const data = inMemory({
  images: new Uint8Array([0, 0, 1, 2]),
  labels: [0, 4, 0, 5],
  height: 1,
  width: 1,
  channels: 1,
  classes: ['a', 'b', 'c', 'd', 'e', 'f'],
  mean: [0],
  std: [1 / 255],
});

suite('accuracy', () => {
  test('top-1, top-5 and cross entropy are what they are by hand, whatever the batches', async () => {
    const crossEntropy = (row: number[], label: number) =>
      Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0)) - (row[label] ?? 0);
    const expected = [0, 0, 1, 2].map((row, i) => crossEntropy(rows[row] ?? [], [0, 4, 0, 5][i] ?? 0));
    const mean = expected.reduce((sum, value) => sum + value, 0) / 4;
    for (const batchSize of [1, 3, 250]) {
      const model = new Fixed();
      const { top1, top5, samples, crossEntropy: measured } = await evaluate(model, data, { batchSize });
      assert.deepEqual([top1, top5, samples], [0.5, 0.75, 4]);
      assert.ok(Math.abs(measured - mean) < 1e-5, `${measured} against ${mean}`);
      assert.ok(model.training && model.modes.every((training) => !training));
    }
  });
  test('NaN and infinity are no answer, and not counted as one', async () => {
    for (const [value, what] of [
      [Number.NaN, 'NaN'],
      [Number.POSITIVE_INFINITY, 'infinite'],
    ] as const) {
      class Broken extends Fixed {
        override forward(x: Tensor): Tensor {
          return super.forward(x).masked_fill(super.forward(x).eq(50), value);
        }
      }
      const message = `the model cannot be scored: its logits are ${what} for 1 of 1 samples; its weights and images are finite, so that it arises within the network`;
      await assert.rejects(evaluate(new Broken(), data, { batchSize: 1 }), {
        name: 'EvaluationError',
        message,
      });
      await assert.rejects(assess(new Broken(), data, { batchSize: 1 }), {
        message: message.replace('model', 'student'),
      });
      await assert.rejects(assess(new Fixed(), data, { batchSize: 1, teacher: new Broken() }), {
        message: message.replace('model', 'teacher'),
      });
    }
  });
  test('a masked class is scored: it is never the answer', async () => {
    class Masked extends Fixed {
      override forward(x: Tensor): Tensor {
        return super.forward(x).masked_fill(super.forward(x).eq(50), Number.NEGATIVE_INFINITY);
      }
    }
    const { top1, crossEntropy } = await evaluate(new Masked(), data);
    assert.equal(top1, 0.25);
    assert.equal(crossEntropy, Number.POSITIVE_INFINITY);
    const { agreement } = await assess(new Fixed(), data, { teacher: new Masked() });
    assert.ok(Number.isFinite(agreement?.divergence) && Number.isFinite(agreement?.meanCosine));
  });
  test('batches are of 250 samples, and of fewer where images are large', async () => {
    const seenIn = async (side: number, count: number, size?: number): Promise<number[]> => {
      const seen: number[] = [];
      class Mean extends nn.Layer {
        forward(x: Tensor): Tensor {
          seen.push(x.size(0));
          return tensor(rows)
            .narrow(0, 0, 1)
            .add(x.mean([1, 2, 3]).unsqueeze(1));
        }
      }
      const pixels = new Uint8Array(side * side);
      const kind = { kind: 'image', channels: 1, mean: [0.5], std: [0.5] } as const;
      const classes = { kind: 'class', classes: ['a', 'b', 'c', 'd', 'e', 'f'] } as const;
      const images: Dataset = {
        name: 'grey',
        size: count,
        fields: { image: kind, label: classes },
        fingerprint: `${side}`,
        read: async (ids) =>
          Array.from(ids, () => ({ image: { pixels, height: side, width: side }, label: 0 })),
      };
      await evaluate(new Mean(), images, { renderings: { student: { size } } });
      return seen;
    };
    assert.deepEqual(await seenIn(1, 251), [250, 1]);
    assert.deepEqual(await seenIn(64, 251), [250, 1]);
    assert.deepEqual(await seenIn(224, 21), [20, 1]);
    assert.deepEqual(await seenIn(2, 21, 224), [20, 1], 'as the network sees them');
    assert.deepEqual(await seenIn(224, 21, 2), [21], 'of what is only stored a pixel takes a sixteenth');
    assert.deepEqual(await seenIn(1024, 16, 2), [15, 1], 'as they are stored');
    assert.deepEqual(await seenIn(1025, 2), [1, 1]);
  });
  test('it can be stopped', async () => {
    await assert.rejects(evaluate(new Fixed(), data, { signal: AbortSignal.abort() }), {
      name: 'AbortError',
    });
  });
});
