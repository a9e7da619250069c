/**
 * `npm run check -- ranks [PART...]`: a rank of PyTorch's in Python and one of ours in one Gloo group do everything that ranks do together, and
 * come to the same bits (`oracle`); and two of ours under torchrun meet through its agent's store, also after it has started them again
 * (`torchrun`).
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { type DType, distributed, nn, op, scope, setNumThreads, Tensor, tensor } from '@retort/torch';
import { pythonEnvironment } from '../bench/python.ts';
import { freePort } from '../packages/torch/reference/ranks/start.ts';
import { partsAsked } from './parts.ts';

const { values: flags, positionals } = parseArgs({
  options: { python: { type: 'string' } },
  allowPositionals: true,
});
const asked = partsAsked(positionals, ['oracle', 'torchrun']);
const python = flags.python ?? pythonEnvironment().python;
const folder = path.join(import.meta.dirname, 'check-ranks');
setNumThreads(1);

const floats: readonly DType[] = ['float32', 'float64', 'float16', 'bfloat16'];
const integers: readonly DType[] = ['int64', 'int32', 'int8', 'uint8'];
const reductions: Readonly<Record<distributed.ReduceOp, readonly DType[]>> = {
  sum: [...floats, ...integers, 'complex64', 'complex128'],
  avg: [...floats, 'complex64'],
  min: [...floats, ...integers, 'bool'],
  max: [...floats, ...integers, 'bool'],
  product: [...floats, ...integers],
};
const carried: readonly DType[] = [...floats, ...integers, 'bool', 'int16', 'complex64', 'float8_e4m3fn'];

/** As rank.py shows it. */
function shown(value: unknown): unknown {
  if (value instanceof Tensor) {
    const { buffer, byteOffset, byteLength } = value.toTypedArray();
    return [value.dtype, value.shape, [...new Uint8Array(buffer, byteOffset, byteLength)]];
  }
  return Array.isArray(value) ? value.map(shown) : value;
}

const linspace = op<Tensor>('aten::linspace');

/** The rank of PyTorch's, driven a line at a time. */
async function oracle(rank: number): Promise<number> {
  const port = await freePort();
  const child = spawn(python, [path.join(folder, 'rank.py'), String(port), String(1 - rank), '2'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: '1', GLOO_SOCKET_IFNAME: 'lo' },
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the rank in Python ended');
    return JSON.parse(value);
  };
  await distributed.initProcessGroup({
    initMethod: `tcp://127.0.0.1:${port}`,
    rank,
    worldSize: 2,
    timeout: 60,
  });
  await answer();

  const values = (dtype: DType): Tensor => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]).add(2 * rank);
    return dtype === 'bool' ? x.gt(3) : x.to(dtype);
  };
  let count = 0;
  const same = async (command: object, ours: () => unknown): Promise<void> => {
    child.stdin.write(`${JSON.stringify(command)}\n`);
    const theirs = answer();
    const mine = JSON.parse(JSON.stringify(shown(await ours()) ?? null));
    assert.deepEqual(mine, await theirs, `${JSON.stringify(command)}, ours being rank ${rank}`);
    count++;
  };
  for (const [by, dtypes] of Object.entries(reductions) as [distributed.ReduceOp, DType[]][])
    for (const dtype of dtypes)
      await same({ do: 'allReduce', dtype, op: by }, async () => {
        const x = values(dtype);
        await distributed.allReduce(x, { op: by });
        return x;
      });
  for (const dtype of carried) {
    for (const source of [0, 1])
      await same({ do: 'broadcast', dtype, source }, async () => {
        const x = values(dtype);
        await distributed.broadcast(x, { src: source });
        return x;
      });
    await same({ do: 'allGather', dtype }, () => distributed.allGather(values(dtype)));
  }
  await same({ do: 'allGatherRows' }, () => {
    const range = Array.from({ length: 3 * rank }, (_, i) => BigInt(i));
    return distributed.blocking.allGatherRows([
      tensor(new Float32Array(2 * (2 + rank)).fill(0.5 + rank), { shape: [2 + rank, 2] }),
      tensor(range, { dtype: 'int64' }),
      tensor(Array.from({ length: 1 + rank }, () => [true])),
    ]);
  });
  await same({ do: 'allGatherObject' }, () =>
    distributed.allGatherObject({ rank, text: 'é 蒸留 😀', list: [1.5, null, true] }),
  );
  for (const source of [0, 1])
    await same({ do: 'broadcastObject', source }, () =>
      distributed.broadcastObject({ from: rank }, { src: source }),
    );
  await same({ do: 'barrier' }, () => distributed.barrier());

  const parameterOf = (begin: number, end: number, shape: number[]): nn.Parameter =>
    new nn.Parameter(
      linspace(
        begin,
        end,
        shape.reduce((a, b) => a * b),
        { dtype: 'float64' },
      ).reshape(shape),
    );
  const [first, second] = [parameterOf(-1, 1, [3, 4]), parameterOf(1, 2, [4, 2])];
  await same({ do: 'Reducer', buckets: [[1, 0]] }, () => {
    using reducer = new distributed.Reducer([first, second]);
    assert.deepEqual(reducer.buckets, [[1, 0]]);
    reducer.prepare();
    scope(() => {
      const x = linspace(0, 1, 6, { dtype: 'float64' }).reshape([2, 3]).add(rank);
      x.matmul(first).square().matmul(second).sum().backward();
    });
    return [first.grad, second.grad];
  });
  // Python's rank leaves with its process; ours has nothing under way with it.
  child.stdin.end();
  await new Promise((resolve) => child.on('exit', resolve));
  await distributed.barrier().catch(() => {});
  await distributed.destroyProcessGroup();
  return count;
}

/** Two ranks of ours under torchrun, which fail the first time and are started again. */
function underTorchrun(): void {
  const asks = '-m torch.distributed.run --no-python --standalone --nproc-per-node 2 --max-restarts 1'.split(
    ' ',
  );
  const { status, stdout, stderr } = spawnSync(
    python,
    [...asks, process.execPath, path.join(folder, 'restarted.ts')],
    { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1' }, timeout: 120_000 },
  );
  assert.equal(status, 0, stderr);
  const lines = stdout.trim().split('\n').sort();
  assert.deepEqual(
    lines,
    [0, 1].flatMap((attempt) =>
      [0, 1].map((rank) => `attempt ${attempt}, rank ${rank} of 2: 3, store of the agent`),
    ),
    stderr,
  );
}

if (asked('oracle'))
  for (const rank of [0, 1])
    console.log(
      `ours as rank ${rank}: ${await oracle(rank)} operations with PyTorch's rank to the same bits`,
    );
if (asked('torchrun')) {
  underTorchrun();
  console.log('under torchrun: two ranks meet by its store, and again after it has started them anew');
}
