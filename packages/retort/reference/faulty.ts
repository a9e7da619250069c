/** For tests: data whose reading kills, hangs or fails one rank, once, as `RETORT_TEST_FAULT` says: `kill RANK CALL`. */
import { DataError, type Splits } from '../src/data/index.ts';
import { halves } from './halves.ts';

const faults: Readonly<Record<string, () => void>> = {
  kill: () => process.kill(process.pid, 'SIGKILL'),
  hang: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 120_000),
  fail() {
    throw new DataError('the disk is gone');
  },
};

export function faulty(): Splits {
  const [what = '', rank, call] = (process.env.RETORT_TEST_FAULT ?? '').split(' ');
  const isMine = process.env.RANK === rank && process.env.TORCHELASTIC_RESTART_COUNT === '0';
  const train = halves(61);
  const { gather } = train;
  let calls = 0;
  Object.assign(train, {
    gather(ids: Int32Array) {
      if (isMine && ++calls === Number(call)) faults[what]?.();
      return gather.call(train, ids);
    },
  });
  return { train, test: halves(31, 7), source: 'bright halves' };
}
