/** `retort sweep`. */
import os from 'node:os';
import path from 'node:path';
import { headlineScore } from '../runs/index.ts';
import { makeFolder } from '../runs/write/make-folder.ts';
import {
  commandOf,
  type JobOptions,
  kubernetesJob,
  logOf,
  othersIn,
  type Plan,
  planOf,
  type Queued,
  RayCluster,
  type RayJob,
  rayJobs,
  resultsOf,
  runQueue,
  slurmScript,
} from '../sweep/index.ts';
import { refuseRun } from './hidden-runs.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { LiveTable } from './live-table.ts';
import { say, tell } from './output.ts';
import {
  cellsTable,
  changeText,
  countsText,
  failures,
  runsTable,
  summaryText,
  workText,
} from './sweep-lines.ts';
import { counted, table } from './table.ts';
import { UsageError } from './usage-error.ts';

export interface SweepFlags {
  readonly out?: string;
  readonly jobs?: number;
  readonly threads?: number;
  readonly print?: 'runs' | 'ray' | 'slurm' | 'k8s';
  /** Ray's address; true for the one that its variables have. */
  readonly submit?: string | true;
  readonly workdir?: string;
  readonly image?: string;
  readonly volume?: string;
  readonly json?: boolean;
}

/** @throws UsageError for flags that say nothing together */
function checkFlags({ print, submit, workdir, image, volume, json, out }: SweepFlags): void {
  const isOfCluster = submit !== undefined || (print !== undefined && print !== 'runs');
  if (out === '') throw new UsageError('--out is empty: name a folder, or leave it out');
  if (submit !== undefined && print !== undefined && print !== 'ray')
    throw new UsageError(`--submit sends jobs to Ray, and --print ${print} writes others: leave one out`);
  if (workdir !== undefined && !isOfCluster)
    throw new UsageError(
      '--workdir is where a cluster runs jobs: it needs --print ray, slurm or k8s, or --submit',
    );
  for (const [flag, value] of Object.entries({ image, volume }))
    if (value !== undefined && print !== 'k8s') throw new UsageError(`--${flag} is of --print k8s`);
  if (json && isOfCluster && submit === undefined)
    throw new UsageError(`--json is of runs: --print ${print} has a form of its own`);
}

/** The threads of a process as its environment says them, as libtorch reads it; undefined where it says none. */
function threadsOfEnvironment(): number | undefined {
  const threads = Number(process.env.OMP_NUM_THREADS);
  return Number.isInteger(threads) && threads > 0 ? threads : undefined;
}

/** How many runs at once, and the threads of each, together as many as there are cores. */
function shareCores(runs: number, flags: SweepFlags): { readonly jobs: number; readonly threads: number } {
  const cores = os.availableParallelism();
  const wanted = flags.jobs ?? Math.min(cores, runs);
  const threads = flags.threads ?? threadsOfEnvironment() ?? Math.max(1, Math.floor(cores / wanted));
  return { threads, jobs: flags.jobs ?? Math.max(1, Math.floor(cores / threads)) };
}

function printRuns({ out, name, runs }: Plan, json: boolean): void {
  const said = runs.map((run) => ({
    ...{ name: run.name, cell: run.cell, seed: run.seed, folder: run.folder },
    command: commandOf(run),
  }));
  if (json) say(JSON.stringify({ name, out, runs: said }));
  else
    say(
      table(
        ['run', 'command'],
        said.map(({ name, command }) => [name, command]),
      ),
    );
}

/** @throws UsageError where Kubernetes lacks what only its users know */
function kubernetesOptions(flags: SweepFlags): { image: string; volume: { claim: string; path: string } } {
  const { image, volume = '' } = flags;
  const [, claim, mount] = /^([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?):(\/.*)$/.exec(volume) ?? [];
  if (!image || claim === undefined || mount === undefined)
    throw new UsageError(
      `--print k8s needs --image, an image with Node 24 and what libtorch needs, and --volume CLAIM:PATH, the persistent volume claim that has this project and its data, and where it is mounted, e.g. --image registry.example/retort:1 --volume work:/work${volume && claim === undefined ? `; --volume is '${volume}'` : ''}`,
    );
  return { image, volume: { claim, path: mount } };
}

function jobOptions(flags: SweepFlags, workdir: string): JobOptions {
  return { workdir: flags.workdir ?? workdir, threads: flags.threads ?? 1, jobs: flags.jobs };
}

/** Where Ray's dashboard is. @throws UsageError for an address of something else */
function rayAddress(submit: string | true): string {
  const { RAY_API_SERVER_ADDRESS, RAY_ADDRESS } = process.env;
  const [address, from] =
    typeof submit === 'string'
      ? [submit, '--submit']
      : RAY_API_SERVER_ADDRESS
        ? [RAY_API_SERVER_ADDRESS, 'RAY_API_SERVER_ADDRESS']
        : RAY_ADDRESS
          ? [RAY_ADDRESS, 'RAY_ADDRESS']
          : ['http://127.0.0.1:8265', ''];
  if (!/^https?:$/.test(URL.parse(address)?.protocol ?? ''))
    throw new UsageError(
      `${from} is '${address}': jobs are sent to Ray's dashboard, e.g. --submit http://127.0.0.1:8265, behind the name of the table`,
    );
  return address;
}

/** What each request to Ray carries, by the variables of Ray's own tools. @throws UsageError */
function rayHeaders(): Record<string, string> {
  const { RAY_JOB_HEADERS, RAY_AUTH_TOKEN } = process.env;
  const token: Record<string, string> = RAY_AUTH_TOKEN
    ? { Authorization: `Bearer ${RAY_AUTH_TOKEN.trim()}` }
    : {};
  if (!RAY_JOB_HEADERS) return token;
  try {
    const own = Object.entries(JSON.parse(RAY_JOB_HEADERS)).map(([name, value]) => [name, String(value)]);
    return { ...token, ...Object.fromEntries(own) };
  } catch {
    throw new UsageError('RAY_JOB_HEADERS is not JSON: it has headers as {"KEY": "VALUE"}');
  }
}

async function submit(plan: Plan, jobs: readonly RayJob[], flags: SweepFlags): Promise<void> {
  const cluster = new RayCluster(rayAddress(flags.submit ?? true), { headers: rayHeaders() });
  tell(`Ray ${await cluster.version()} at ${cluster.address}`);
  await cluster.check(jobs);
  const sent = [];
  for (const [i, job] of jobs.entries()) {
    const sending = await cluster.send(job);
    sent.push({ run: plan.runs[i]?.name ?? '', submissionId: job.submission_id, sending });
  }
  const said = [];
  for (const one of sent) {
    const known = await cluster.job(one.submissionId);
    said.push({ ...one, status: known?.status ?? 'GONE', message: known?.message ?? null });
  }
  if (said.some(({ status }) => status === 'FAILED')) process.exitCode = 1;
  if (flags.json) say(JSON.stringify({ address: cluster.address, jobs: said }));
  else
    say(
      table(
        ['run', 'job', '', 'status'],
        said.map(({ run, submissionId, sending, status }) => [
          run,
          submissionId,
          sending,
          status.toLowerCase(),
        ]),
      ),
    );
}

/** Recipes that do not lie in the folder that a cluster has by another name. */
function tellOfOutside({ runs }: Plan, { print, submit, workdir }: SweepFlags): void {
  const isElsewhere = workdir !== undefined || print === 'k8s';
  if ((submit === undefined && print === undefined) || print === 'runs' || !isElsewhere) return;
  const outside = new Set(
    runs.flatMap(({ args: [, recipe = ''] }) => (path.isAbsolute(recipe) ? [recipe] : [])),
  );
  for (const recipe of outside)
    tell(
      `${recipe} does not lie in ${process.cwd()}: the jobs look for it under this name, and it must be there`,
    );
}

/** @returns whether it was something for elsewhere */
async function forElsewhere(plan: Plan, flags: SweepFlags): Promise<boolean> {
  const { print, json = false } = flags;
  const here = process.cwd();
  tellOfOutside(plan, flags);
  if (flags.submit !== undefined) await submit(plan, rayJobs(plan, jobOptions(flags, here)), flags);
  else if (print === 'runs') printRuns(plan, json);
  else if (print === 'ray')
    for (const job of rayJobs(plan, jobOptions(flags, here))) say(JSON.stringify(job));
  else if (print === 'slurm') say(slurmScript(plan, jobOptions(flags, here)).trimEnd());
  else if (print === 'k8s') {
    const known = kubernetesOptions(flags);
    say(kubernetesJob(plan, { ...jobOptions(flags, known.volume.path), ...known }).trimEnd());
  } else return false;
  return true;
}

/** A run as JSON has it. */
function record({ run, state, summary, code, why }: Queued): object {
  const score = summary && headlineScore(summary);
  return {
    ...{ name: run.name, cell: run.cell, seed: run.seed, folder: run.folder, log: logOf(run), state },
    epochsDone: summary?.epochsDone ?? 0,
    epochsTotal: summary?.epochsTotal ?? null,
    metric: summary?.headline?.metric ?? null,
    last: score?.last ?? null,
    best: score?.best ?? null,
    seconds: summary?.seconds ?? 0,
    ...{ code, why },
  };
}

function print(plan: Plan, all: readonly Queued[], json: boolean): void {
  const cells = resultsOf(all);
  for (const { cell, isAlike } of cells)
    if (!isAlike)
      tell(
        `${cell}: its runs were not all begun with the same data, teachers and weights: retort compare ${path.join(plan.out, cell)} says which`,
      );
  if (json) return say(JSON.stringify({ name: plan.name, out: plan.out, runs: all.map(record), cells }));
  say(cellsTable(cells));
  for (const line of failures(all)) say(line);
}

/** The queue of this machine. */
async function runHere(plan: Plan, flags: SweepFlags): Promise<void> {
  refuseRun(plan.out, 'a sweep');
  makeFolder(plan.out);
  const { jobs, threads } = shareCores(plan.runs.length, flags);
  const live = new LiveTable();
  const atOnce = new AbortController();
  const signal = stopOnInterrupt((line) => live.line(line), {
    stopping: 'stopping all runs, each after its step, with a checkpoint (once more to end them at once)',
    atOnce: () => atOnce.abort(),
  });
  // Not before: whoever reads it may stop the sweep.
  live.line(
    `${counted(plan.runs.length, 'run')} in ${plan.out}, ${jobs} at once with ${counted(threads, 'thread')} each; what a run says is in the file beside its folder, as ${plan.runs[0] ? logOf(plan.runs[0]) : ''}`,
  );
  const draw = (all: readonly Queued[]): void =>
    live.show([summaryText(all, jobs), ...runsTable(all, live.room - 3)]);
  let lastLine = performance.now();
  const all = await runQueue(plan.runs, {
    ...{ out: plan.out, threads: jobs * threads, threadsEach: threads, signal, atOnce: atOnce.signal },
    onChange: (changed, all) => {
      if (changed.state !== 'running' || !live.isShown) live.line(changeText(changed));
      draw(all);
    },
    onTick: (all) => {
      draw(all);
      if (live.isShown || performance.now() - lastLine < 60_000) return;
      lastLine = performance.now();
      tell(`${summaryText(all, jobs)}; ${workText(all)}`);
    },
  });
  live.clear();
  print(plan, all, flags.json ?? false);
  const isStopped = all.some(({ state }) => state === 'stopped' || state === 'waiting');
  const hasFailed = all.some(({ state }) => state === 'failed');
  if (!flags.json)
    say(
      `${counted(all.length, 'run')}: ${countsText(all)} in ${plan.out}${isStopped || hasFailed ? '; the same command resumes them' : ''}`,
    );
  if (isStopped) process.exitCode = 130;
  else if (hasFailed) process.exitCode = 1;
}

export async function sweepCommand(file: string, flags: SweepFlags): Promise<void> {
  checkFlags(flags);
  const isElsewhere = flags.submit !== undefined || flags.print !== undefined;
  const plan = planOf(file, { out: flags.out, weightsMayCome: isElsewhere });
  for (const sentence of [...plan.remarks, ...plan.missing]) tell(sentence);
  const others = othersIn(plan);
  if (others.length > 0) throw new UsageError(others.join('\n'));
  if (!(await forElsewhere(plan, flags))) await runHere(plan, flags);
}
