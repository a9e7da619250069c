/**
 * Two ranks of one thread each, on this machine: a step with averaged gradients beside PyTorch's DistributedDataParallel under torchrun; and what
 * averaging costs, beside the same step of both ranks without it, and the sum of as many gradients alone.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { on, once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../packages/torch/reference/ranks/start.ts';
import { alternate, type Line, lineOf, median, print } from './compare.ts';

/** Each with its batch on each rank, and how many steps are timed at once. */
const models = { resnet20: { batch: 32, count: 8 }, wide: { batch: 32, count: 4 } } as const;
const worldSize = 2;

/** The ranks of one side, who do the same at once. */
class Ranks {
  readonly #channels: { socket: net.Socket; lines: AsyncIterator<string> }[] = [];
  readonly #children: readonly ChildProcess[];

  private constructor(children: readonly ChildProcess[]) {
    this.#children = children;
  }

  static async start(begin: (env: NodeJS.ProcessEnv) => readonly ChildProcess[]): Promise<Ranks> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-bench-'));
    const file = path.join(folder, 'ranks');
    const server = net.createServer().listen(file);
    await once(server, 'listening');
    const connections = on(server, 'connection');
    const ranks = new Ranks(
      begin({
        ...process.env,
        OMP_NUM_THREADS: '1',
        GLOO_SOCKET_IFNAME: 'lo',
        RETORT_BENCH_SOCKET: file,
        MASTER_ADDR: '127.0.0.1',
        MASTER_PORT: String(await freePort()),
        WORLD_SIZE: String(worldSize),
      }),
    );
    for (let i = 0; i < worldSize; i++) {
      const { value } = await connections.next();
      const [socket] = value as [net.Socket];
      const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
      ranks.#channels.push({ socket, lines });
      await lines.next();
    }
    server.close();
    fs.rmSync(folder, { recursive: true });
    return ranks;
  }

  async ask<Answer>(command: object): Promise<Answer[]> {
    for (const { socket } of this.#channels) socket.write(`${JSON.stringify(command)}\n`);
    return Promise.all(
      this.#channels.map(async ({ lines }) => {
        const { value, done } = await lines.next();
        if (done) throw new Error('a rank of the bench ended');
        return JSON.parse(value) as Answer;
      }),
    );
  }

  /** As long as the slower rank takes. */
  async seconds(what: string, count: number): Promise<number> {
    const answers = await this.ask<{ seconds: number }>({ do: 'run', what, count });
    return Math.max(...answers.map(({ seconds }) => seconds));
  }

  /** Lets them leave by themselves; who has not after a while is ended. */
  close(): void {
    for (const { socket } of this.#channels) socket.end();
    for (const child of this.#children) {
      const late = setTimeout(() => child.kill(), 5000);
      child.on('exit', () => clearTimeout(late));
    }
  }
}

const startOurs = (): Promise<Ranks> =>
  Ranks.start((env) =>
    Array.from({ length: worldSize }, (_, rank) =>
      spawn(process.execPath, [path.join(import.meta.dirname, 'rank.ts')], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...env, RANK: String(rank) },
      }),
    ),
  );

const startTheirs = (python: string): Promise<Ranks> =>
  Ranks.start((env) => [
    spawn(
      python,
      [
        ...['-m', 'torch.distributed.run', '--nproc-per-node', String(worldSize)],
        ...['--master-addr', '127.0.0.1', '--master-port', env.MASTER_PORT ?? ''],
        path.join(import.meta.dirname, 'ranks.py'),
      ],
      { stdio: ['ignore', 'ignore', 'inherit'], env },
    ),
  ]);

/** Prints the bars, and answers the lines of the report. */
export async function ranksBench({
  python,
  pairs,
}: {
  readonly python: string;
  readonly pairs: number;
}): Promise<Line[]> {
  const [ours, theirs] = [await startOurs(), await startTheirs(python)];
  const lines: Line[] = [];
  try {
    for (const [model, { batch, count }] of Object.entries(models)) {
      const prepare = { do: 'prepare', model, batch };
      await ours.ask(prepare);
      const [{ variant } = { variant: '' }] = await theirs.ask<{ variant: string }>(prepare);
      const took = await alternate(
        {
          ours: (n) => ours.seconds('step', n),
          theirs: (n) => theirs.seconds('step', n),
          local: (n) => ours.seconds('local', n),
          allReduce: (n) => ours.seconds('all-reduce', n),
        },
        count,
        pairs,
      );
      const name = `ranks: a step of ${worldSize}, ${model}, ${batch} samples each (DistributedDataParallel: ${variant})`;
      const line = lineOf(name, took.ours, took.theirs, count);
      lines.push(line);
      print(line);
      const milliseconds = (seconds: readonly number[]): number => (1000 * median(seconds)) / count;
      const hidden = took.ours.map((all, i) => (all - (took.local[i] ?? 0)) / (took.allReduce[i] ?? 1));
      console.log(
        `  ${milliseconds(took.ours).toFixed(1)} ms, ${milliseconds(took.local).toFixed(1)} without averaging, ${milliseconds(took.allReduce).toFixed(1)} the all-reduce alone: averaging adds ${median(hidden).toFixed(2)} of it`,
      );
    }
  } finally {
    ours.close();
    theirs.close();
  }
  return lines;
}
