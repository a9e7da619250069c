/**
 * Reads the hostile files `from` to `to` of a seed; says which before each, and what was wrong. Arguments: seed from to fault. It works in
 * the folder in which it is started.
 */
import fs from 'node:fs';
import v8 from 'node:v8';
import vm from 'node:vm';
import {
  loadPth,
  loadSafetensors,
  memory,
  nn,
  openWeights,
  setNumThreads,
  Tensor,
  TorchError,
} from '@retort/torch';
import type { Case } from './case.ts';
import { canary, hostileCase } from './cases.ts';
import { goodFiles } from './mutants.ts';

const [seed = 0, from = 0, to = 0, fault = -1] = process.argv.slice(2).map(Number);
const say = (line: string): void => {
  fs.writeSync(3, `${line.replaceAll('\n', ' | ')}\n`);
};

const maxMilliseconds = 2000;
const maxBytes = 200e6;

v8.setFlagsFromString('--expose-gc');
const collect: () => void = vm.runInNewContext('gc');
setNumThreads(1);

function tensorsIn(value: unknown, found = new Set<Tensor>(), seen = new Set<object>()): Set<Tensor> {
  if (typeof value !== 'object' || value === null || seen.has(value)) return found;
  seen.add(value);
  if (value instanceof Tensor) found.add(value);
  else if (value instanceof Map) for (const pair of value) tensorsIn(pair, found, seen);
  else for (const item of Object.values(value)) tensorsIn(item, found, seen);
  return found;
}

/** Reads every element: one that is not where it should be would crash now. */
function use(value: unknown): void {
  for (const tensor of tensorsIn(value)) {
    if (tensor.numel() < 100_000) tensor.toTypedArray();
    tensor.dispose();
  }
}

const silent = { onWarning: () => {} };
const own = new nn.Linear(2, 1).stateDict();
const loaders: Readonly<Record<Case['format'], (file: string) => Promise<unknown>>> = {
  pth: (file) => loadPth(file, silent),
  safetensors: async (file) => loadSafetensors(file).tensors,
  weights: async (file) => {
    const found = await openWeights(file, silent);
    found.matches(own);
    return found.only();
  },
};
const load = (file: string, format: Case['format']): Promise<unknown> => loaders[format](file);

const file = 'hostile';

/** What is wrong with how a file was read, if anything. */
async function judge({ format, outcome }: Case): Promise<string | undefined> {
  const handles = memory().handles;
  try {
    use(await load(file, format));
    if (outcome === 'refused') return 'it was loaded';
  } catch (error) {
    if (!(error instanceof TorchError))
      return `a foreign error: ${error instanceof Error ? error.stack : error}`;
    if (!/^hostile[ :]/.test(error.message) || error.message.length > 500)
      return `an unclear error: ${error.message.slice(0, 600)}`;
    if (outcome === 'loads') return `it was refused: ${error.message}`;
    // Fewer, where the event loop turned meanwhile and tensors of a file before were collected.
    return memory().handles <= handles ? undefined : 'tensors are left';
  }
  return undefined;
}

interface Spent {
  readonly milliseconds: number;
  readonly bytes: number;
}

/** The most resident memory since the last call of `forgetPeak`. */
function peak(): number {
  const [, kilobytes] = /VmHWM:\s*(\d+) kB/.exec(fs.readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}
const forgetPeak = (): void => fs.writeFileSync('/proc/self/clear_refs', '5');

async function measured(body: () => Promise<void>): Promise<Spent> {
  forgetPeak();
  const before = peak();
  const cpu = process.cpuUsage();
  await body();
  const { user, system } = process.cpuUsage(cpu);
  return { milliseconds: (user + system) / 1000, bytes: peak() - before };
}

/** A new file each time: to cut an old one off makes some file systems wait for the disk. */
function writeFile(bytes: Buffer): number {
  fs.rmSync(file, { force: true });
  fs.writeFileSync(file, bytes);
  return bytes.length;
}

for (const good of goodFiles) {
  writeFile(good.bytes);
  use(await load(file, good.format));
}

let answered = 0;
for (let number = from; number < to; number++) {
  say(`${number} ${answered}`);
  if (number === fault) process.kill(process.pid, 'SIGSEGV');
  const hostile = hostileCase(seed, number);
  // Garbage of others must not be counted; collecting it each time would take longer than all the rest.
  if (writeFile(hostile.make()) > 100_000 || number % 100 === 0) collect();
  let wrong: string | undefined;
  let spent = await measured(async () => {
    wrong = await judge(hostile);
  });
  // Processor time, and the best of three: the machine may have other things to do.
  for (let again = 0; again < 2 && spent.milliseconds > maxMilliseconds; again++) {
    const { milliseconds } = await measured(async () => void (await judge(hostile)));
    spent = { ...spent, milliseconds: Math.min(milliseconds, spent.milliseconds) };
  }
  if (spent.milliseconds > maxMilliseconds) wrong ??= `it took ${Math.round(spent.milliseconds)} ms`;
  if (spent.bytes > maxBytes) wrong ??= `it took ${Math.round(spent.bytes / 1e6)} MB`;
  if (fs.existsSync(canary)) wrong = 'its code was run';
  if (wrong) say(`wrong ${number} (${hostile.name}): ${wrong}`);
  else answered++;
}
say(`done ${answered}`);
