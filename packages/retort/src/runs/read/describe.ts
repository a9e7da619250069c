/** What a run's recipe is about, for tables. */
import { z } from 'zod';
import { network, spelling } from './networks.ts';

export interface Description {
  readonly student: string | null;
  readonly teacher: string | null;
  /** Those of stages after one another: `fitnet+kd > kd`. */
  readonly method: string | null;
  readonly data: string | null;
  /** Of all stages; null where some count steps. */
  readonly epochs: number | null;
}

const named = z.looseObject({ name: z.string() });

/** As much of a recipe as is told here; a run of the library may say something else. */
const recipe = z.looseObject({
  student: network.optional().catch(undefined),
  teacher: network.optional().catch(undefined),
  teachers: z.record(z.string(), network).optional().catch(undefined),
  data: named.optional().catch(undefined),
  stages: z
    .array(z.looseObject({ methods: z.array(named).catch([]), epochs: z.number().optional() }))
    .optional()
    .catch(undefined),
});

/** @example describe({ student: 'resnet8', teacher: 'resnet20:w.pth', data: { name: 'cifar100' }, stages: [] }) */
export function describe(settings: Readonly<Record<string, unknown>>): Description {
  const { student, teacher, teachers, data, stages = [] } = recipe.parse(settings);
  const specs = teacher === undefined ? Object.values(teachers ?? {}) : [teacher];
  const methods = stages.map(({ methods }) => methods.map(({ name }) => name).join('+'));
  const epochs = stages.map((stage) => stage.epochs);
  return {
    student: student === undefined ? null : spelling(student),
    teacher: specs.map(spelling).join('+') || null,
    method: methods.filter((name, i) => name !== methods[i - 1]).join(' > ') || null,
    data: data?.name ?? null,
    epochs: epochs.length
      ? epochs.reduce<number | null>((sum, n) => (sum === null || n === undefined ? null : sum + n), 0)
      : null,
  };
}
