import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DamagedImageError } from '../decode/pool.ts';
import type { DrawnImage } from '../drawn.ts';
import { StandIns } from './stand-ins.ts';

suite('a stand-in', () => {
  test('is shown by the draw alone, not by what was damaged in the draws before', async () => {
    const pictures = [0, 1].map(() => ({ pixels: new Uint8Array(3), height: 1, width: 1 }));
    // The first is damaged below what the first epoch shows.
    const decode = async (place: number, drawn: DrawnImage | undefined) => {
      if (place === 0 && drawn?.epoch === 1) throw new DamagedImageError('it is cut off');
      return pictures[place] ?? assert.fail();
    };
    const of = { name: 'photos', size: 2, labels: null, isLearned: true };
    const standIns = new StandIns(of, decode, () => {});
    const drawnIn = (epoch: number): DrawnImage => ({
      seed: 0,
      epoch,
      view: 0,
      transforms: '[]',
      sample: 0,
      time: 0,
    });
    for (const [epoch, place] of [0, 1, 0].entries())
      assert.equal(await standIns.picture(0, drawnIn(epoch)), pictures[place], `epoch ${epoch}`);
  });
});
