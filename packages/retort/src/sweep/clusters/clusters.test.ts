import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { parse } from 'yaml';
import { planOf } from '../plan.ts';
import { kubernetesJob } from './kubernetes.ts';
import { rayJobs } from './ray.ts';
import { slurmScript } from './slurm.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "retort-cluster's $(x) "));
after(() => fs.rmSync(scratch, { recursive: true }));
process.chdir(scratch);

fs.writeFileSync(
  'kd.yaml',
  'data: { name: fashion-mnist }\nstudent: resnet8\nstages: [{ methods: [cross-entropy], epochs: 1 }]\n',
);
// What a shell would take as commands must come to the run as it is written.
const named = `name=$(touch here)'s "run" \`x\` $HOME`;
fs.writeFileSync(
  'hard.yaml',
  `recipes: kd.yaml\noverrides: [${JSON.stringify(named)}]\ngrid: { batchSize: { small: 16, large: 32 } }\nseeds: 2\n`,
);
const plan = planOf('hard.yaml', { out: "runs/it's $(touch there)" });
const options = { workdir: scratch, threads: 3 };

/** In place of retort: says how it was called. */
fs.mkdirSync('node_modules/.bin', { recursive: true });
fs.writeFileSync(
  'node_modules/.bin/retort',
  `#!${process.execPath}\nconsole.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), threads: process.env.OMP_NUM_THREADS, parent: process.ppid }))\n`,
  { mode: 0o755 },
);

/** How retort was called by a shell. */
function called(command: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    cwd: os.tmpdir(),
    env: { ...process.env, ...env },
  });
  assert.equal(status, 0, stderr);
  const said: { args: string[]; cwd: string; threads: string; parent: number } = JSON.parse(stdout);
  // It is in the place of the shell, so that signals come to it.
  assert.equal(said.parent, process.pid);
  return said;
}

/** Each run is called with its arguments, in its folder, and no shell has taken anything out of them. */
function checkCalls(call: (index: number) => ReturnType<typeof called>): void {
  for (const [i, run] of plan.runs.entries()) {
    const { args, cwd, threads } = call(i);
    assert.deepEqual(args, run.args);
    assert.deepEqual([fs.realpathSync(cwd), threads], [fs.realpathSync(scratch), '3']);
  }
  assert.deepEqual(fs.readdirSync(scratch).sort(), ['hard.yaml', 'kd.yaml', 'node_modules']);
}

const refusal = { encoding: 'utf8', cwd: os.tmpdir() } as const;

suite('Slurm', () => {
  const script = slurmScript(plan, { ...options, jobs: 2 });
  test('has a script that bash reads, with an element of the array a run', () => {
    assert.equal(spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' }).stderr, '');
    assert.match(script, /^#SBATCH --array=0-3%2$/m);
    assert.match(script, /^#SBATCH --cpus-per-task=3$/m);
    assert.match(script, /^#SBATCH --job-name=hard-[0-9a-f]{8}$/m);
    assert.match(slurmScript(plan, options), /^#SBATCH --array=0-3$/m);
    // sbatch reads what stands before the first command.
    const lines = script.split('\n');
    assert.ok(
      lines.findLastIndex((line) => line.startsWith('#SBATCH')) <
        lines.findIndex((line) => line && !line.startsWith('#')),
    );
  });
  test('runs each by its index, and refuses one that there is not', () => {
    checkCalls((i) =>
      called('bash', ['-c', script], { SLURM_ARRAY_TASK_ID: String(i), OMP_NUM_THREADS: '1' }),
    );
    const { status, stderr } = spawnSync('bash', ['-c', script], {
      ...refusal,
      env: { ...process.env, SLURM_ARRAY_TASK_ID: '4' },
    });
    assert.deepEqual([status, stderr], [2, 'there is no run 4: there are 4, counted from 0\n']);
  });
});

suite('Kubernetes', () => {
  const text = kubernetesJob(plan, {
    ...options,
    jobs: 3,
    image: 'registry/retort:1',
    volume: { claim: 'work', path: '/work' },
  });
  const job = parse(text);
  const [container] = job.spec.template.spec.containers;
  test('has an Indexed Job of as many indexes as runs', () => {
    const { completionMode, completions, parallelism, backoffLimitPerIndex } = job.spec;
    assert.deepEqual([completionMode, completions, parallelism, backoffLimitPerIndex], ['Indexed', 4, 3, 6]);
    assert.match(job.metadata.name, /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/);
    assert.deepEqual([container.image, container.resources.requests], ['registry/retort:1', { cpu: '3' }]);
    assert.deepEqual(container.volumeMounts, [{ name: 'work', mountPath: '/work' }]);
    assert.deepEqual(job.spec.template.spec.volumes, [
      { name: 'work', persistentVolumeClaim: { claimName: 'work' } },
    ]);
    // A command that was asked wrongly is so again, and a pod that was sent away has failed at nothing.
    assert.equal(job.spec.podFailurePolicy.rules[0].onExitCodes.containerName, container.name);
    assert.equal(
      parse(kubernetesJob(plan, { ...options, image: 'i', volume: { claim: 'c', path: '/' } })).spec
        .parallelism,
      4,
    );
  });
  test('runs each by its index', () => {
    // As the kubelet does: $(NAME) is a variable where there is one, and $$ is $.
    const [shell = '', ...args] = container.command.map((word: string) =>
      word.replaceAll(/\$\$|\$\((\w+)\)/g, (match, name) =>
        match === '$$' ? '$' : ({ x: 'expanded' }[name as string] ?? match),
      ),
    );
    const env = Object.fromEntries(
      container.env.map(({ name, value }: { name: string; value: string }) => [name, value]),
    );
    checkCalls((i) => called(shell, args, { ...env, JOB_COMPLETION_INDEX: String(i) }));
  });
});

suite('Ray', () => {
  const jobs = rayJobs(plan, options);
  test('has a job a run, by the same name each time, and by another in another folder', () => {
    assert.deepEqual(rayJobs(plan, options), jobs);
    const names = new Set(
      [...jobs, ...rayJobs(plan, { ...options, workdir: '/elsewhere' })].map((job) => job.submission_id),
    );
    assert.equal(names.size, 8);
    for (const name of names) assert.match(name, /^[a-z][-a-z0-9]+$/);
    assert.deepEqual(jobs[0]?.metadata, {
      sweep: 'hard',
      cell: plan.runs[0]?.cell,
      seed: '0',
      folder: plan.runs[0]?.folder,
    });
    assert.deepEqual(
      [jobs[0]?.entrypoint_num_cpus, jobs[0]?.runtime_env],
      [3, { env_vars: { OMP_NUM_THREADS: '3' } }],
    );
  });
  test('runs each by its entrypoint', () => {
    checkCalls((i) =>
      called('/bin/sh', ['-c', jobs[i]?.entrypoint ?? ''], { ...jobs[i]?.runtime_env.env_vars }),
    );
  });
});
