/** Many runs: the table of a sweep, the queue of this machine, and what clusters run. */
export { type Cell, type Cells, type Placed, readCells } from './cells.ts';
export type { JobOptions } from './clusters/jobs.ts';
export { kubernetesJob } from './clusters/kubernetes.ts';
export { type RayJob, rayJobs } from './clusters/ray.ts';
export { ClusterError, type KnownJob, RayCluster, type Sending } from './clusters/ray-cluster.ts';
export { slurmScript } from './clusters/slurm.ts';
export { commandOf, othersIn, type Plan, type PlannedRun, type PlanOptions, planOf } from './plan.ts';
export { logOf } from './process.ts';
export { type Queued, type QueueOptions, type QueueState, runQueue } from './queue.ts';
export { type CellResult, resultsOf } from './results.ts';
export { sweepJsonSchema, type Table } from './schema.ts';
export { secondsLeft, summaryIn, threadsOf } from './standing.ts';
