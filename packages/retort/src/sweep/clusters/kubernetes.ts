/** An Indexed Job for Kubernetes. */
import { stringify } from 'yaml';
import type { Plan } from '../plan.ts';
import { environment, type JobOptions, scriptOf, sweepName } from './jobs.ts';

/** What only the cluster knows. */
export interface KubernetesOptions extends JobOptions {
  /** An image with Node 24 and what Retort needs. */
  readonly image: string;
  /** The claim of a volume, and where it is mounted. */
  readonly volume: { readonly claim: string; readonly path: string };
}

/** How often the run of an index is begun again, as after a node that was taken away. */
const restarts = 6;

/** Of a command that was asked wrongly: it is so again. */
const askedWrongly = 2;

/**
 * A Job of as many indexes as there are runs, as YAML.
 *
 * @example fs.writeFileSync('sweep.yaml', kubernetesJob(plan, { image, volume: { claim: 'work', path: '/work' }, workdir: '/work', threads: 4 }));
 */
export function kubernetesJob(plan: Plan, options: KubernetesOptions): string {
  const { image, volume, threads, jobs } = options;
  // Kubernetes would put variables in the place of $(NAME).
  const script = scriptOf(plan.runs, 'JOB_COMPLETION_INDEX', options).replaceAll('$(', '$$$(');
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: sweepName(plan, options) },
    spec: {
      completionMode: 'Indexed',
      completions: plan.runs.length,
      parallelism: Math.min(jobs ?? plan.runs.length, plan.runs.length),
      backoffLimitPerIndex: restarts,
      podFailurePolicy: {
        rules: [
          {
            action: 'FailIndex',
            onExitCodes: { containerName: 'retort', operator: 'In', values: [askedWrongly] },
          },
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
        ],
      },
      template: {
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 120,
          containers: [
            {
              name: 'retort',
              image,
              command: ['/bin/sh', '-c', script],
              env: Object.entries(environment(options)).map(([name, value]) => ({ name, value })),
              resources: { requests: { cpu: String(threads) }, limits: { cpu: String(threads) } },
              volumeMounts: [{ name: 'work', mountPath: volume.path }],
            },
          ],
          volumes: [{ name: 'work', persistentVolumeClaim: { claimName: volume.claim } }],
        },
      },
    },
  };
  return `# The runs of ${plan.name}: kubectl apply -f THIS_FILE starts them (Kubernetes 1.29 or later); deleted and applied again it resumes what is not finished.
# image: has Node 24 and what libtorch needs. The volume ${volume.claim}: has this project, with node_modules, libtorch in Retort's cache folder, and the data: RETORT_CACHE and RETORT_DATA, of the image or in env, say where.
# Memory is your runs': resources.requests.memory. For a queue of Kueue: metadata.labels, kueue.x-k8s.io/queue-name.
${stringify(job, { lineWidth: 0 })}`;
}
