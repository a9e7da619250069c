import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualSeed, randn, setNumThreads, tensor } from '@retort/torch';
import { NeighbourAgreement } from './index.ts';

setNumThreads(1);

const agreement = (student: number[][], teacher: number[][]): number => {
  const meter = new NeighbourAgreement();
  meter.add(tensor(student), tensor(teacher));
  return meter.result().teacherNeighbours ?? Number.NaN;
};

test('neighbours are the same where one is the other turned and scaled, whatever the widths', () => {
  manualSeed(0);
  const vectors = randn([40, 3]);
  const meter = new NeighbourAgreement();
  for (const at of [0, 25]) {
    const part = vectors.narrow(0, at, at === 0 ? 25 : 15);
    const turned = part.mm(
      tensor([
        [0, -1, 0, 0],
        [1, 0, 0, 0],
        [0, 0, 1, 0],
      ]),
    );
    meter.add(turned.mul(7), part);
  }
  assert.deepEqual(meter.result(), { teacherNeighbours: 1 });
});

test('of few samples all others are neighbours; each counts by itself where there are more', () => {
  assert.equal(
    agreement(
      [
        [1, 0],
        [0, 1],
        [1, 1],
      ],
      [[1], [2], [-1]],
    ),
    1,
  );
  const around = (step: number) =>
    Array.from({ length: 22 }, (_, i) => [
      Math.cos((2 * Math.PI * i * step) / 22),
      Math.sin((2 * Math.PI * i * step) / 22),
    ]);
  // Five on each side of a circle; in the other order those that are three apart, of which 1 to 5 are 15, -7, 8, -14 and 1 steps away.
  const steps = (own: number): number[] =>
    [1, 2, 3, 4, 5].flatMap((j) => [j * own, -j * own]).map((n) => ((n % 22) + 22) % 22);
  const inverse = 15;
  assert.equal((3 * inverse) % 22, 1);
  const shared = steps(1).filter((place) => steps(inverse).includes(place)).length;
  assert.equal(agreement(around(1), around(3)), shared / 10);
});

test('one sample has no neighbours', () => {
  assert.throws(() => agreement([[1, 2]], [[1]]), /neighbours need two samples or more/);
});
