/** Processes that meet, by Gloo, and what the commands say of ranks. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { retort } from '../../../reference/command.ts';
import { RunFolder } from '../../runs/index.ts';
import { identify } from '../../system/process.ts';
import { predecessorEnded } from './predecessor.ts';
import { Warnings } from './warnings.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-join-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const here = (name: string): string => JSON.stringify(pathToFileURL(path.join(import.meta.dirname, name)));

const programs = {
  /** Meets the others; of the first attempt rank 1 dies, in the second rank 0 sees another folder. */
  'rank.mjs': `import { main } from ${here('../main.ts')};
import { beRank } from ${here('be-rank.ts')};
import { joined, refuseOtherRuns } from ${here('join.ts')};
import { complain, say } from ${here('../output.ts')};
const { RANK, TORCHELASTIC_RESTART_COUNT: attempt } = process.env;
beRank();
try {
  const there = attempt === '1' && RANK === '0' ? { status: 'running' } : null;
  const ranks = await joined({ timeout: 20 }, new AbortController().signal);
  refuseOtherRuns(ranks, [there]);
  say('attempt ' + ranks.restarts + ': rank ' + ranks.rank + ' of ' + ranks.count);
  if (RANK === '1') process.kill(process.pid, 'SIGKILL');
  await ranks.leave();
} catch (error) {
  complain(error.message);
  process.exitCode = error.name === 'DistributedError' ? 75 : 1;
}
`,
  'launcher.mjs': `import { launch } from ${here('launch.ts')};
const options = { ranks: 2, maxRestarts: 3, env: { ...process.env, OMP_NUM_THREADS: '1' } };
process.exitCode = await launch([process.execPath, process.argv[2]], options);
`,
};

test('ranks meet; where one dies all begin again; where they see other runs they end', async () => {
  for (const [name, text] of Object.entries(programs)) fs.writeFileSync(path.join(scratch, name), text);
  const { code, stdout, stderr } = await new Promise<{ code: number; stdout: string; stderr: string }>(
    (resolve) => {
      const args = ['launcher.mjs', 'rank.mjs'].map((name) => path.join(scratch, name));
      execFile(process.execPath, args, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    },
  );
  assert.equal(stdout, 'attempt 0: rank 0 of 2\n', stderr);
  assert.match(stderr, /^retort: rank 0 of 2: barrier lost the connection to another rank/m);
  assert.match(
    stderr,
    /^retort: rank 1 was killed .*: all 2 ranks begin again where the last checkpoint was written \(restart 1 of 3\)$/m,
  );
  assert.match(
    stderr,
    /^retort: the run folder is not the same for all ranks \(--out\): rank 0 finds a run in it, and rank 1 no run; they need a file system that all see$/m,
  );
  assert.equal(code, 1);
});

test('ranks that are started again wait for those before them, who may still have the folder', async () => {
  const folder = path.join(scratch, 'run');
  RunFolder.create(folder, { settings: { name: 'b', student: 'resnet8', stages: [] } })[Symbol.dispose]();
  const file = path.join(folder, 'run.json');
  const before = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20_000)']);
  const record = JSON.parse(fs.readFileSync(file, 'utf8'));
  fs.writeFileSync(file, JSON.stringify({ ...record, process: identify(before.pid ?? 0) }));
  let hasEnded = false;
  setTimeout(() => {
    hasEnded = true;
    before.kill('SIGKILL');
  }, 200);
  await predecessorEnded(folder);
  assert.ok(hasEnded);
  await predecessorEnded(folder);
  await predecessorEnded(path.join(scratch, 'no-run'));
});

suite('of ranks a command', () => {
  const recipe = path.join(scratch, 'recipe.yaml');
  before(() => {
    process.env.RETORT_DATA = scratch;
    fs.writeFileSync(
      recipe,
      'data: { name: fashion-mnist }\nstudent: resnet8\nbatchSize: 4\nstages: [{ methods: [cross-entropy], epochs: 1 }]\n',
    );
  });
  const rank = { RANK: '1', WORLD_SIZE: '2', MASTER_ADDR: '127.0.0.1', MASTER_PORT: '4000' };

  /** With variables that are set for this time. */
  async function as(env: Record<string, string>, ...args: string[]) {
    Object.assign(process.env, env);
    try {
      return await retort('train', recipe, ...args);
    } finally {
      for (const name of Object.keys(env)) delete process.env[name];
    }
  }

  const refused: [string, Record<string, string>, string[], string][] = [
    [
      'that are more than a batch has samples',
      {},
      ['--ranks', '5'],
      '--ranks 5: a batch has 4 samples, and each rank needs two at least: start fewer, or set batchSize',
    ],
    [
      'that a rank is to start',
      rank,
      ['--ranks', '2', '--out', 'x'],
      'rank 1: --ranks starts ranks on this machine, and this process is one itself (rank 1 of 2, as its environment says): leave --ranks out',
    ],
    [
      'that have no folder in common',
      rank,
      [],
      'rank 1: --out is missing: 2 ranks train together, and all must name the same run folder',
    ],
    [
      'whose environment contradicts itself',
      { ...rank, RANK: '2' },
      ['--out', 'x'],
      'RANK is 2 and WORLD_SIZE 2: the last of 2 ranks is 1',
    ],
    [
      'that nobody starts again',
      {},
      ['--max-restarts', '1'],
      '--max-restarts is of --ranks, which starts processes again: give that too, or tell it to your own launcher',
    ],
    [
      'that are none',
      {},
      ['--timeout', '9'],
      '--timeout is how long ranks wait for one another, and this process is alone: give --ranks too, or start several by torchrun or srun',
    ],
  ];
  for (const [what, env, args, sentence] of refused)
    test(`refuses those ${what}`, async () => {
      assert.deepEqual(await as(env, ...args), { code: 2, stdout: '', stderr: `retort: ${sentence}\n` });
    });

  test('prints as rank 0 only, also where more are asked for', async () => {
    assert.deepEqual(await as(rank, '--print'), { code: 0, stdout: '', stderr: '' });
    const first = await as({ ...rank, RANK: '0' }, '--print');
    assert.match(first.stdout, /^batchSize: 4$/m);
    assert.deepEqual(await as({}, '--print', '--ranks', '2'), first);
  });
});

test('what any rank warns of is told by the first, once; a process alone tells what it is told', () => {
  const told: string[] = [];
  let theirs = ['both', 'theirs'];
  const exchange = <Value>(own: Value): Value[] => [own, theirs as Value];
  const warnings = new Warnings({ exchange }, (text) => told.push(text));
  warnings.add('own');
  warnings.add('both');
  warnings.share();
  theirs = ['own'];
  warnings.share();
  assert.deepEqual(told, ['own', 'both', 'theirs']);
  const alone = new Warnings(null, (text) => told.push(text));
  alone.add('alone');
  alone.share();
  assert.deepEqual(told.slice(3), ['alone']);
});
