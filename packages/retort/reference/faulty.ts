/** For tests: data whose reading kills, stops, cuts off, hangs or fails one rank, once, as `RETORT_TEST_FAULT` says: `kill RANK CALL`. */
import fs from 'node:fs';
import { DataError, type Splits } from '../src/data/index.ts';
import { halves } from './halves.ts';

/** Closes the connections to other ranks, as far as they are there. */
function cut(): void {
  const own = new Set(
    ['tcp', 'tcp6'].flatMap((name) =>
      fs
        .readFileSync(`/proc/self/net/${name}`, 'utf8')
        .split('\n')
        // 01 is established.
        .flatMap((line) => (/^\s*\d+: \S+ \S+ 01 /.test(line) ? (line.trim().split(/\s+/)[9] ?? []) : [])),
    ),
  );
  for (const name of fs.readdirSync('/proc/self/fd')) {
    const descriptor = `/proc/self/fd/${name}`;
    const [, inode] =
      (fs.existsSync(descriptor) && /^socket:\[(\d+)\]$/.exec(fs.readlinkSync(descriptor))) || [];
    if (inode && own.has(inode)) fs.closeSync(Number(name));
  }
}

const faults: Readonly<Record<string, () => void>> = {
  cut,
  stop: () => process.kill(process.pid, 'SIGSTOP'),
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

/** A recipe whose data these are: of a few steps, with an average of the weights. */
export const faultyRecipe = `name: faulty
data: { name: ${JSON.stringify(`${import.meta.filename}#faulty`)} }
student: resnet8
batchSize: 12
precision: fp32
log: { everySteps: 1 }
stages:
  - epochs: 3
    methods: [cross-entropy]
    ema: { decay: 0.9 }
`;
