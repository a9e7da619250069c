/** An array of jobs for Slurm's sbatch. */
import type { Plan } from '../plan.ts';
import { environment, type JobOptions, scriptOf, sweepName } from './jobs.ts';

/**
 * A batch script, an element of the array a run. Elements that are stopped by a time limit or for others' jobs leave a checkpoint, and resume when they come again.
 *
 * @example fs.writeFileSync('sweep.sh', slurmScript(plan, { workdir: '/work', threads: 4 }));
 */
export function slurmScript(plan: Plan, options: JobOptions): string {
  const { threads, jobs } = options;
  const last = plan.runs.length - 1;
  return `#!/bin/bash
# The runs of ${plan.name}: sbatch THIS_FILE starts them, and once more it resumes what is not finished.
# Time, memory and partition are your cluster's: #SBATCH --time=…, or as flags of sbatch.
#SBATCH --job-name=${sweepName(plan, options)}
#SBATCH --array=0-${last}${jobs === undefined ? '' : `%${jobs}`}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=${threads}
#SBATCH --requeue
# Before a time limit: enough for a step and a checkpoint.
#SBATCH --signal=B:TERM@120
${Object.entries(environment(options))
  .map(([name, value]) => `export ${name}=${value}`)
  .join('\n')}
${scriptOf(plan.runs, 'SLURM_ARRAY_TASK_ID', options)}
`;
}
