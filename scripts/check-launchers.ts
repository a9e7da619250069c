/**
 * `npm run check -- launchers`: a run of two ranks, started by `--ranks` and by each launcher that is here: torchrun, two agents of it as on two
 * machines, Slurm's srun, mpirun. All come to the same bits, also where one rank is killed or hangs and the launcher starts them again.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pythonEnvironment } from '../bench/python.ts';
import { faultyRecipe } from '../packages/retort/reference/faulty.ts';
import { partsAsked } from './parts.ts';

const root = path.join(import.meta.dirname, '..');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-check-launchers-'));
const recipe = path.join(scratch, 'recipe.yaml');
fs.writeFileSync(recipe, faultyRecipe);

interface Launcher {
  readonly name: string;
  /** What stands before the command, for each machine, all of which are this one; null where it is not here. */
  readonly before: () => readonly (readonly string[])[] | null;
  readonly flags?: readonly string[];
  /** What becomes of a rank, once, at a call of its data. */
  readonly faults: readonly string[];
}

const found = (program: string): boolean =>
  (process.env.PATH ?? '').split(path.delimiter).some((folder) => fs.existsSync(path.join(folder, program)));

const onPath = (program: string): string[][] | null => (found(program) ? [[program, '-n', '2']] : null);

const torchrun = (...args: string[]): string[] => [
  ...[pythonEnvironment().python, '-m', 'torch.distributed.run', '--no-python', '--max-restarts', '3'],
  ...args,
];

let meetings = 0;

/** Two agents, which count their restarts each for itself. */
function agents(): string[][] {
  const rendezvous = ['--rdzv-backend', 'c10d', '--rdzv-endpoint', 'localhost:29431'];
  const id = `retort-${process.pid}-${meetings++}`;
  return [1, 2].map(() => torchrun('--nnodes', '2', '--nproc-per-node', '1', ...rendezvous, '--rdzv-id', id));
}

const kill = 'kill 1 9';
const hang = 'hang 1 9';
const launchers: readonly Launcher[] = [
  { name: 'ranks', before: () => [[]], flags: ['--ranks', '2'], faults: ['', kill] },
  {
    name: 'torchrun',
    before: () => [torchrun('--standalone', '--nproc-per-node', '2')],
    faults: ['', kill],
  },
  { name: 'agents', before: agents, faults: ['', kill, hang] },
  { name: 'srun', before: () => onPath('srun'), faults: [''] },
  { name: 'mpirun', before: () => onPath('mpirun'), faults: [''] },
];

/** Runs a command to its end, and answers what it said on standard error. */
async function ended([program = '', ...args]: readonly string[], fault: string): Promise<string> {
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      PATH: `${path.join(root, 'node_modules/.bin')}${path.delimiter}${process.env.PATH}`,
      RETORT_TEST_FAULT: fault,
      OMP_NUM_THREADS: '1',
      // Open MPI asks this of whoever is root, as in a container.
      OMPI_ALLOW_RUN_AS_ROOT: '1',
      OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
    },
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${[program, ...args].join(' ')} failed:\n${said}`);
  return said;
}

/** The last weights of a run; null where the launcher is not here. */
async function trained({ name, before, flags = [] }: Launcher, fault: string): Promise<Buffer | null> {
  const machines = before();
  if (machines === null) return null;
  const out = path.join(scratch, `${name} ${fault}`);
  const command = ['npx', 'retort', 'train', recipe, '--out', out, '--timeout', '10', ...flags];
  const said = await Promise.all(machines.map((launcher) => ended([...launcher, ...command], fault)));
  const attempts = said.join('').split(' parameters) by ').length - 1;
  if (fault ? attempts < 2 : attempts !== 1)
    throw new Error(`${name}: it was started ${attempts} times:\n${said.join('\n')}`);
  return fs.readFileSync(path.join(out, 'last.safetensors'));
}

const asked = partsAsked(
  process.argv.slice(2),
  launchers.map(({ name }) => name),
);
let failed = 0;
try {
  const [own] = launchers;
  const wanted = own && (await trained(own, ''));
  for (const launcher of launchers.filter(({ name }) => asked(name)))
    for (const fault of launcher.faults) {
      const weights = launcher === own && !fault ? wanted : await trained(launcher, fault);
      const isSame = weights && wanted?.equals(weights);
      if (weights && !isSame) failed++;
      const how = weights ? (isSame ? 'the same bits' : 'OTHER BITS') : 'not here';
      console.log(`${launcher.name}${fault ? `, ${fault}` : ''}: ${how}`);
    }
} finally {
  fs.rmSync(scratch, { recursive: true });
}
if (failed) process.exit(1);
