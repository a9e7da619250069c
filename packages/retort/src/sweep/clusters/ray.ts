/** Jobs for Ray, as the REST interface of its Jobs takes them. */
import type { Plan, PlannedRun } from '../plan.ts';
import { environment, type JobOptions, runName, shellLine } from './jobs.ts';

/** What is posted to `/api/jobs/`. */
export interface RayJob {
  readonly submission_id: string;
  readonly entrypoint: string;
  readonly entrypoint_num_cpus: number;
  readonly runtime_env: { readonly env_vars: Readonly<Record<string, string>> };
  readonly metadata: Readonly<Record<string, string>>;
}

function rayJob(plan: Plan, run: PlannedRun, options: JobOptions): RayJob {
  return {
    submission_id: runName(run, options),
    entrypoint: shellLine(run, options),
    entrypoint_num_cpus: options.threads,
    runtime_env: { env_vars: environment(options) },
    metadata: { sweep: plan.name, cell: run.cell, seed: String(run.seed), folder: run.folder },
  };
}

/** A job a run, which has the same `submission_id` each time. @example rayJobs(plan, { workdir: '/work', threads: 4 }) */
export const rayJobs = (plan: Plan, options: JobOptions): RayJob[] =>
  plan.runs.map((run) => rayJob(plan, run, options));
