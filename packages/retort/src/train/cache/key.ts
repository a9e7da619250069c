/**
 * What a cached answer depends on, as far as it can be read: it makes the name of the folder. What cannot be read is found out by asking
 * (see `probe.ts`). Versions are not among it: another version that answers the same does not throw away what was asked.
 */
import { createHash } from 'node:crypto';
import type { nn } from '@retort/torch';
import {
  type Dataset,
  fullRendering,
  fullTextRendering,
  imagesOf,
  type Rendering,
  type Transform,
  textFields,
} from '../../data/index.ts';
import { architectureOf } from '../../tensors/architecture.ts';
import { hashTensors } from '../../tensors/hash-tensors.ts';
import type { Column } from './columns.ts';

/** Grows when what is stored changes its meaning. */
const format = 3;

export interface KeyOf {
  readonly teacher: nn.Layer;
  /** How it is run, e.g. `fp32`, folded. */
  readonly form: string;
  readonly task: string;
  readonly data: Dataset;
  readonly transforms: readonly Transform[];
  /** How the teacher wants its images or its texts. */
  readonly rendering: Rendering | undefined;
  readonly seed: number;
  readonly turns: number;
  /** Whether these are upright. */
  readonly upright?: boolean;
  readonly columns: readonly Column[];
}

/** A teacher as far as it can be read. @param form  how it is run, e.g. `fp32, frozen` */
export const describeTeacher = (teacher: nn.Layer, form: string) => ({
  architecture: createHash('sha256').update(architectureOf(teacher)).digest('hex'),
  weights: hashTensors(teacher.stateDict()),
  form,
});

/** Samples, and how a teacher wants them. */
export const describeShown = (data: Dataset, rendering: Rendering | undefined) => ({
  data: { name: data.name, size: data.size, fingerprint: data.fingerprint },
  rendering:
    textFields(data).length > 0
      ? fullTextRendering(data.name, rendering)
      : fullRendering(imagesOf(data), rendering),
});

/** Everything, readable: what `key.json` holds. Which image and which view are addresses within. */
export function describeKey(of: KeyOf): object {
  const { teacher, form, task, data, transforms, rendering, seed, turns, upright = false, columns } = of;
  return {
    format,
    task,
    teacher: describeTeacher(teacher, form),
    ...describeShown(data, rendering),
    views: {
      transforms: transforms.map(({ name, options }) => ({ name, ...options })),
      turns,
      ...(upright && { upright }),
      seed,
      generator: 'philox4x32-10',
    },
    columns,
  };
}

export function hashKey(key: object): string {
  return createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 24);
}
