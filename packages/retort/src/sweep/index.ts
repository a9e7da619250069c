/** Many runs: the table of a sweep, the queue of this machine, and what clusters run. */
export type { JobOptions } from './clusters/jobs.ts';
export { kubernetesJob } from './clusters/kubernetes.ts';
export { type RayJob, rayJobs } from './clusters/ray.ts';
export { ClusterError, RayCluster } from './clusters/ray-cluster.ts';
export { slurmScript } from './clusters/slurm.ts';
export { commandOf, othersIn, type Plan, type PlannedRun, planOf } from './plan.ts';
export { logOf } from './process.ts';
export { type Queued, type QueueState, runQueue } from './queue.ts';
export { type CellResult, resultsOf } from './results.ts';
export { sweepJsonSchema } from './schema.ts';
export { secondsLeft } from './standing.ts';
