/** `retort measure`. */
import fs from 'node:fs';
import path from 'node:path';
import {
  type Measurable,
  type MeasuredNetwork,
  type MeasuredRuntime,
  type Measurement,
  measure,
  type Speed,
} from '../export/measure/index.ts';
import { isOnnx } from '../models/index.ts';
import { sideOf, specOf } from '../recipe/index.ts';
import { keepLatency } from '../runs/index.ts';
import { latencyFile } from '../runs/read/latency.ts';
import { quoted } from '../words/listed.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { UsageError } from './load.ts';
import { loadAsItIs } from './load-as-it-is.ts';
import { namedNetwork } from './network-flags.ts';
import { say, tell } from './output.ts';
import { Progress } from './progress.ts';
import { count, counted, duration, table } from './table.ts';

export interface MeasureFlags {
  readonly threads?: number;
  readonly batchSize?: number;
  readonly rounds?: number;
  readonly size?: number;
  /** Of texts: how many tokens one has. */
  readonly length?: number;
  readonly channels?: number;
  readonly classes?: number;
  /** Keeps the latency with the runs that are named. */
  readonly keep?: boolean;
  readonly json?: boolean;
}

/** The folder of the run whose student it is; null where it is of none. */
function runOf(named: string): string | null {
  const { file } = specOf(namedNetwork(named, true));
  if (file === null) return null;
  const folder = /^(best|last)\.safetensors$/.test(path.basename(file)) ? path.dirname(file) : file;
  return fs.existsSync(path.join(folder, 'run.json')) ? folder : null;
}

/** The folders of the runs that are named, by their places. @throws UsageError for what would keep what is not the run's, or keep nothing */
function runsNamed(named: readonly string[], { size, length, channels }: MeasureFlags): (string | null)[] {
  const given = Object.entries({ size, length, channels }).find(([, value]) => value !== undefined);
  if (given)
    throw new UsageError(
      `--keep keeps what a sample costs as the run has it: leave out --${given[0]}, or --keep`,
    );
  const runs = named.map(runOf);
  if (runs.every((run) => run === null))
    throw new UsageError(
      `--keep keeps the latency in run folders, and none is named by ${quoted(named)}: name a run, e.g. runs/kd`,
    );
  return runs;
}

/** In Node's onnxruntime: the browser's is another's place. @throws RunError */
function keep(runs: readonly (string | null)[], { networks, runtimes, ...machine }: Measurement): void {
  const { processor, cores } = machine;
  for (const { kind, name, version, threads, speeds } of runtimes)
    for (const [i, speed] of speeds.entries()) {
      const [run, network] = [runs[i], networks[i]];
      if (kind !== 'node' || !run || !network || 'wrong' in speed) continue;
      const { images, texts } = network;
      keepLatency(run, {
        ...speed.latency,
        ...{ precision: 'fp32', runtime: `${name} ${version}`, threads, processor, cores },
        ...{ platform: `${process.platform}-${process.arch}`, images: images && [...images], texts },
        measured: new Date().toISOString(),
      });
      tell(`kept in ${path.join(run, latencyFile)}`);
    }
}

async function measurable(
  named: string,
  { size, length, channels, classes }: MeasureFlags,
  progress: Progress,
): Promise<Measurable> {
  const written = namedNetwork(named, true);
  const network = await loadAsItIs(written, {
    ...{ channels, count: classes },
    onWarning: (text) => progress.line(text),
    report: (what, done, total) => progress.show({ what, done, total }),
  });
  if (network.takes === 'texts') {
    if (size !== undefined)
      throw new UsageError(`--size is of networks of images, and ${named} takes texts: say --length`);
    const { model, maxLength } = network;
    return { name: named, model, texts: { length: length ?? maxLength } };
  }
  if (length !== undefined)
    throw new UsageError(`--length is of networks of texts, and ${named} takes images: say --size`);
  const { model, images } = network;
  const takes = isOnnx(model) ? model.takes : null;
  const side = size ?? sideOf(network);
  const [height, width] = [size ?? takes?.height ?? side, size ?? takes?.width ?? side];
  if (height === null || width === null)
    throw new UsageError(
      `of which size the images of ${named} are is not said by its files: say --size PIXELS`,
    );
  return {
    ...{ name: named, model, images: [images.channels, height, width] },
    file: takes ? (specOf(written).file ?? undefined) : undefined,
  };
}

export async function measureCommand(named: readonly string[], flags: MeasureFlags): Promise<void> {
  const runs = flags.keep ? runsNamed(named, flags) : [];
  const progress = new Progress();
  const signal = stopOnInterrupt((line) => progress.line(line));
  const measured: Measurable[] = [];
  for (const one of named) measured.push(await measurable(one, flags, progress));
  const { threads, batchSize, rounds } = flags;
  const found = await measure(measured, {
    ...{ threads, batchSize, rounds, signal },
    onProgress: (what, done, total) => progress.show({ what, done, total }),
  });
  progress.clear();
  if (flags.json) say(JSON.stringify(found));
  else print(found);
  keep(runs, found);
  if (!flags.keep && !flags.json && named.some((one) => runOf(one) !== null))
    tell('not kept: with --keep compare, report and board show the latency of runs');
}

/** What they are measured with. */
const sampleOf = (networks: readonly MeasuredNetwork[]): string => {
  const kinds = new Set(networks.map(({ images }) => (images ? 'image' : 'text')));
  return kinds.size === 1 ? ([...kinds][0] ?? 'image') : 'sample';
};

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(2);

function printNetworks(networks: readonly MeasuredNetwork[]): void {
  const rows = networks.map(({ name, images, texts, parameters, multiplyAdds, size }) => [
    name,
    images?.join('x') ?? `${texts?.length} tokens`,
    count(parameters),
    multiplyAdds === null ? '-' : `${(multiplyAdds / 1e6).toFixed(1)} M`,
    ...('file' in size
      ? [megabytes(size.file), '-']
      : [megabytes(size.fp32), size.fp16 === null ? '-' : megabytes(size.fp16)]),
  ]);
  say(table(['network', sampleOf(networks), 'parameters', 'multiply-adds', 'ONNX, MB', 'fp16, MB'], rows));
}

const times = (ratio: number): string => `${ratio < 0.1 ? ratio.toPrecision(2) : ratio.toFixed(2)}x`;

function cells({ latency, throughput, ratio }: Speed, isCompared: boolean): string[] {
  const ofBatch = latency.batch === 1 ? '' : ` (${latency.batch} images)`;
  return [
    `${duration(latency.p50)}${ofBatch}`,
    ...(isCompared ? [times(ratio.latency)] : []),
    duration(latency.p95),
    `${count(throughput.samplesPerSecond)} (${throughput.batch})`,
    ...(isCompared ? [times(ratio.throughput)] : []),
  ];
}

function printSpeeds(
  { name, version, threads, speeds }: MeasuredRuntime,
  networks: readonly MeasuredNetwork[],
): void {
  const isCompared = networks.length > 1;
  const speed = isCompared ? ['speed'] : [];
  const head = ['network', 'latency, p50', ...speed, 'p95', `${sampleOf(networks)}s/s (batch)`, ...speed];
  const rows = speeds.flatMap((one, i) =>
    'wrong' in one ? [] : [[networks[i]?.name ?? '', ...cells(one, isCompared)]],
  );
  const where = name === 'onnxruntime-web' ? "the browser's, of WebAssembly, run in Node: " : '';
  say(`\n${where}${name} ${version}, ${counted(threads, 'thread')}`);
  if (rows.length > 0) say(table(head, rows));
  const first = speeds.findIndex((one) => !('wrong' in one));
  if (isCompared && first > 0) say(`speed is against ${networks[first]?.name} here`);
  for (const [i, one] of speeds.entries())
    if ('wrong' in one) say(`${networks[i]?.name} was not run: ${one.wrong}`);
}

function print({ processor, cores, rounds, runs, networks, runtimes }: Measurement): void {
  printNetworks(networks);
  for (const runtime of runtimes) printSpeeds(runtime, networks);
  const compared = networks.length > 1 ? `; speed is against ${networks[0]?.name}` : '';
  say(
    `\n${processor}, ${counted(cores, 'core')}: ${counted(runs, 'call')} with one ${sampleOf(networks)} and ${rounds} with a batch, in ${counted(rounds, 'round')} in which networks take turns, medians${compared}`,
  );
  if (!runtimes.some(({ kind }) => kind === 'wasm'))
    say("The browser's onnxruntime was not measured: onnxruntime-web is not installed in this project.");
}
