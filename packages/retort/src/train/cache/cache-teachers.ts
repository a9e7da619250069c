/** Caches of teachers, where a recipe wants them. */
import path from 'node:path';
import { type nn, roundingTolerance } from '@retort/torch';
import { cacheFolder } from '@retort/torch/setup';
import type { Compute } from '../step.ts';
import type { Teacher } from '../teacher.ts';
import type { Views } from '../views.ts';
import { CachedTeacher } from './cached-teacher.ts';
import { describeKey, hashKey } from './key.ts';
import type { Precision } from './precision.ts';
import { folderOf } from './probe.ts';

/** What is kept of teachers, and where. */
export interface CacheOptions {
  /** How many views of each image there are: epochs show them in turn. */
  readonly views: number;
  /** Of the views; 0 where it is left out, so that runs with other seeds find the same. */
  readonly seed?: number | undefined;
  /** float16 where it is left out. */
  readonly dtype?: Precision | undefined;
  /** How many of the largest logits are kept; all where it is left out. */
  readonly topK?: number | undefined;
  /** Where caches lie, a folder each; `teachers` in Retort's own where it is left out. */
  readonly folder?: string | undefined;
}

/** A teacher of a stage, and what is asked of it. */
export interface CacheOf {
  readonly model: nn.Layer;
  readonly live: Teacher;
  /** What is tapped, with shapes without the batch. */
  readonly features: readonly { readonly path: string; readonly shape: readonly number[] }[];
  /** How many turned views a batch has. */
  readonly turns: number;
}

/** What a precision rounds to. */
const dtypes = { fp32: 'float32', bf16: 'bfloat16', fp16: 'float16' } as const;

/** Makes the caches of a run's teachers. @param compute  the precision they run in */
export function cacheTeachers(
  views: Views,
  { seed = 0, dtype = 'float16', topK, folder = path.join(cacheFolder(), 'teachers') }: CacheOptions,
  compute: Compute,
  onWarning: (text: string) => void,
): (of: CacheOf) => CachedTeacher {
  const { data, augmentation } = views.options;
  return ({ model, live, features, turns }) =>
    new CachedTeacher({
      live,
      features,
      turns,
      dtype,
      topK,
      onWarning,
      samples: data.size,
      classes: data.classes.length,
      batch: (ids, view) => views.batch(ids, views.kept(view, turns)),
      folder: (columns, probe) => {
        const form = live.form ? `${compute}, ${live.form}` : compute;
        const key = describeKey({ teacher: model, form, data, augmentation, seed, turns, columns });
        const tolerance = roundingTolerance(dtypes[compute]);
        return folderOf(path.join(folder, hashKey(key)), key, probe, tolerance, onWarning);
      },
    });
}
