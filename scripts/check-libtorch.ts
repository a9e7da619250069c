/**
 * `npm run check -- libtorch [VERSION...]`: on the oldest and the newest libtorch that PyPI serves of those that Retort runs on, or on those
 * that are named, the addon is compiled, and the engine's quick tests and a distillation of two steps are run. What was downloaded and
 * compiled stays in `check-libtorch` in the cache folder.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from 'node:test';
import { cacheFolder, findPython, isUsable, pinnedVersion, usableReleases } from '@retort/torch/setup';
import { table } from '../packages/retort/src/cli/table.ts';
import { installedLibTorch, installLibTorch } from '../packages/torch/src/setup/libtorch.ts';
import type { Differences } from './check-libtorch/surface.ts';

process.chdir(path.join(import.meta.dirname, '..'));

const suites = [
  'packages/torch/src/{tensor,handles,hooks,indexing,random}.test.ts',
  'packages/torch/src/{autograd,distributed,nn,optim,files,freeze,kernels}/*.test.ts',
  'packages/torch/src/{dispatch/named,dispatch/native,operators/operators}.test.ts',
  'packages/torch/fuzz/convolutions/*.test.ts',
];

/** What failed on a release. */
class Failure extends Error {}

/** Versions that PyPI serves and that are usable, the oldest first; as set-up asks for them, with pip's own configuration. */
function served(): string[] {
  const asked = [...'-m pip index versions torch --only-binary :all:'.split(' '), '--python-version', '3.12'];
  const { status, stdout, stderr } = spawnSync(findPython() ?? 'python3', asked, { encoding: 'utf8' });
  if (status !== 0) {
    const said = stderr?.trim().split('\n').at(-1) || 'Python 3 with pip was not found';
    console.error(`pip does not say which versions of torch there are: ${said}`);
    process.exit(1);
  }
  const [, list = ''] = /^Available versions: (.*)$/m.exec(stdout) ?? [];
  return list
    .split(', ')
    .filter(isUsable)
    .sort((one, other) => one.localeCompare(other, 'en', { numeric: true }));
}

/** What a program of Node prints. */
function printed(args: readonly string[], cwd = '.'): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
  if (status !== 0)
    throw new Failure(`node ${args.join(' ')} ended with ${status}: ${stderr.trim().split('\n').at(-1)}`);
  return stdout;
}

/** How many tests passed; those that did not are printed. */
async function runTests(): Promise<{ passed: number; failed: number }> {
  let [passed, failed] = [0, 0];
  const files = suites.flatMap((suite) => fs.globSync(suite)).sort();
  const concurrency = os.availableParallelism();
  for await (const { type, data } of run({ files, concurrency, timeout: 300_000 })) {
    if (type === 'test:fail' && data.details.type !== 'suite') {
      const { message, cause } = data.details.error;
      console.log(`FAILED ${data.file}: ${data.name}\n  ${cause instanceof Error ? cause.message : message}`);
    }
    if (type !== 'test:summary' || data.file) continue;
    ({ passed } = data.counts);
    failed = data.counts.tests - passed - data.counts.skipped - data.counts.todo;
  }
  return { passed, failed };
}

/** A teacher of two steps, and a student of it of as many, by the command line; answers the student's losses. */
function distil(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-check-libtorch-'));
  const retort = path.resolve('packages/retort/bin/retort.js');
  const common = {
    data: { name: `${path.resolve('scripts/check-libtorch/squares.ts')}#squares` },
    student: 'resnet8',
    teacherCheck: false,
    batchSize: 32,
    precision: 'fp32',
  };
  const train = (verb: string, more: object, method: string): void => {
    const recipe = { ...common, ...more, stages: [{ methods: [method], steps: 2, schedule: 'constant' }] };
    fs.writeFileSync(path.join(folder, `${verb}.yaml`), JSON.stringify(recipe));
    printed([retort, verb, `${verb}.yaml`, '--out', verb, '--json'], folder);
  };
  try {
    train('train', { teacherCheck: undefined }, 'cross-entropy');
    train('distill', { teacher: 'resnet8:train' }, 'kd');
    const lines = fs.readFileSync(path.join(folder, 'distill/metrics.jsonl'), 'utf8').trim().split('\n');
    const { losses } = JSON.parse(lines.at(-1) ?? '{}');
    if (!Number.isFinite(losses?.kd)) throw new Failure(`the distillation left no losses: ${lines.at(-1)}`);
    return `kd ${losses.kd.toPrecision(4)}`;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

interface Row {
  readonly version: string;
  readonly passed?: number;
  readonly failed?: number;
  readonly distilled?: string;
  readonly lacks?: readonly string[];
  readonly problem?: string;
}

async function checkVersion(version: string): Promise<Row> {
  console.log(`\nlibtorch ${version}`);
  try {
    const installed = here.get(version) ?? installedLibTorch(version);
    const libtorch = installed ?? (await installLibTorch(console.error, version));
    process.env.LIBTORCH = libtorch.path;
    printed(['packages/torch/bin/setup.js']);
    const { lacks, others }: Differences = JSON.parse(printed(['scripts/check-libtorch/surface.ts']));
    const { passed, failed } = await runTests();
    const distilled = distil();
    const problem = others.length
      ? `other schemas than in ${pinnedVersion}: ${others.join(', ')}`
      : failed > 0
        ? `${failed} tests failed`
        : undefined;
    return { version, passed, failed, distilled, lacks, ...(problem ? { problem } : {}) };
  } catch (error) {
    return { version, problem: error instanceof Error ? error.message : String(error) };
  }
}

delete process.env.LIBTORCH;
const versions = served();
// What set-up has installed for itself is not downloaded once more.
const here = new Map(versions.map((version) => [version, installedLibTorch(version)]));
process.env.RETORT_CACHE = path.join(cacheFolder(), 'check-libtorch');
const named = process.argv.slice(2);
const unknown = named.find((version) => !versions.includes(version));
if (unknown !== undefined || versions.length === 0) {
  const list = versions.length ? versions.join(', ') : 'none';
  console.error(
    `${unknown === undefined ? 'Nothing can be checked' : `There is no libtorch ${unknown} to check`}: of ${usableReleases} PyPI serves ${list}`,
  );
  process.exit(2);
}
const chosen = named.length ? named : [...new Set([versions.at(0) ?? '', versions.at(-1) ?? ''])];
const rows: Row[] = [];
for (const version of chosen) rows.push(await checkVersion(version));
console.log(
  `\n${table(
    ['libtorch', 'tests passed', 'failed', 'distilled, 2 steps', 'operators that it lacks'],
    rows.map(({ version, passed, failed, distilled, lacks }) => [
      version,
      `${passed ?? '-'}`,
      `${failed ?? '-'}`,
      distilled ?? '-',
      lacks?.join(', ') ?? '-',
    ]),
  )}`,
);
const problems = rows.flatMap(({ version, problem }) => (problem ? [`libtorch ${version}: ${problem}`] : []));
if (problems.length) console.error(`\n${problems.join('\n')}`);
process.exit(problems.length ? 1 : 0);
