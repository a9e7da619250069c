/** Caches of teachers, where a recipe wants them. */
import path from 'node:path';
import { type nn, roundingTolerance } from '@retort/torch';
import { cacheFolder } from '@retort/torch/setup';
import { fieldOf, type Rank } from '../../data/index.ts';
import { listed } from '../../words/listed.ts';
import { TrainingError } from '../errors.ts';
import type { SettledPrecision } from '../precision.ts';
import type { Source } from '../source.ts';
import type { LiveTeacher } from '../teacher.ts';
import type { Answered, CachedTeacher } from './cached-teacher.ts';
import { viewBytes } from './columns.ts';
import { FilledTeacher } from './filled-teacher.ts';
import { describeKey, hashKey } from './key.ts';
import { LazyTeacher } from './lazy-teacher.ts';
import type { KeptDtype } from './narrowed.ts';
import { folderOf } from './probe.ts';

/** What is kept of teachers, and where. */
export interface CacheOptions {
  /** How many views of each sample there are: epochs show them one after another. */
  readonly views: number;
  /** Of the views; 0 where it is left out, so that runs with other seeds find the same. */
  readonly seed?: number | undefined;
  /** float16 where it is left out. */
  readonly dtype?: KeptDtype | undefined;
  /** How many of the largest logits are kept; all where it is left out. */
  readonly topK?: number | undefined;
  /** Where caches lie, a folder each; `teachers` in Retort's own where it is left out. */
  readonly folder?: string | undefined;
}

/** A teacher of a stage, and what is asked of it. */
export interface CacheOf {
  readonly model: nn.Layer;
  readonly live: LiveTeacher;
  readonly outputs: readonly Answered[];
  /** What is tapped, by path. */
  readonly features: readonly Answered[];
  /** In how many turns a batch is shown. */
  readonly turns: number;
  /** Whether these are upright. */
  readonly upright: boolean;
  /** Whether it is shown texts. */
  readonly ofTexts: boolean;
}

/** What a precision rounds to. */
const dtypes = { fp32: 'float32', bf16: 'bfloat16', fp16: 'float16' } as const;

/** @throws TrainingError for tokens of texts, of which there are as many as the longest text of the batch has */
function refuseRagged(features: readonly Answered[]): void {
  const ragged = features.find(({ shape }) => shape.length > 1);
  if (ragged)
    throw new TrainingError(
      `what the teacher says cannot be kept: '${ragged.name}' is of each token of a text, and a batch has as many as its longest text. Pad all texts to one length (\`input: { padding: max }\` of the teacher), or leave out the cache; vectors and logits of texts can be kept`,
      { at: ['cache'] },
    );
}

/** @throws TrainingError for maps of images that are seen in their own shapes, which are as large as the largest image of the batch */
function refuseWhole(answered: readonly Answered[], dtype: KeptDtype): never {
  const bytes = viewBytes(
    answered.map(({ name, shape }) => ({ name, dtype, shape })),
    1,
  );
  throw new TrainingError(
    `what the teacher says cannot be kept: ${listed([...new Set(answered.map(({ name }) => name))])} of an image take ${(bytes / 1e6).toFixed(1)} MB, and are of another size in each batch, as images with boxes are: leave out the cache, and the teacher is asked in each step`,
    { at: ['cache'] },
  );
}

/** Makes the caches of a run's teachers. @param precision  the precision they run in @param rank  one of the processes that fill them together @throws TrainingError for views that cannot come again */
export function cacheTeachers(
  source: Source,
  { seed = 0, dtype = 'float16', topK, folder = path.join(cacheFolder(), 'teachers') }: CacheOptions,
  precision: SettledPrecision,
  onWarning: (text: string) => void,
  rank?: Rank,
): (of: CacheOf) => CachedTeacher {
  const { data, task, transforms, renderings } = source.options;
  for (const { name, uncacheable } of transforms)
    if (uncacheable)
      throw new TrainingError(
        `what the teacher says cannot be kept: ${name} ${uncacheable}; leave out the cache, or ${name}`,
        { at: ['cache'] },
      );
  const areWhole = fieldOf(data.fields, 'boxes') !== null;
  const Kept = data.gather ? FilledTeacher : LazyTeacher;
  return ({ model, live, outputs, features, turns, upright, ofTexts }) => {
    const turning = { turns, upright };
    if (areWhole) refuseWhole([...outputs, ...features], dtype);
    if (ofTexts && renderings.teacher?.padding !== 'max') refuseRagged(features);
    return new Kept({
      live,
      task,
      outputs,
      features,
      turns,
      dtype,
      topK,
      onWarning,
      rank,
      samples: data.size,
      fetch: (ids, view) => source.fetch(ids, source.kept(view, turning)),
      batch: (fetched, view) => source.batch(fetched, source.kept(view, turning)),
      folder: (columns, probe) => {
        const form = live.form ? `${precision}, ${live.form}` : precision;
        const { teacher: rendering } = renderings;
        const of = {
          teacher: model,
          form,
          task: task.name,
          data,
          transforms,
          rendering,
          seed,
          ...turning,
          columns,
        };
        const key = describeKey(of);
        const tolerance = roundingTolerance(dtypes[precision]);
        return folderOf(path.join(folder, hashKey(key)), key, probe, tolerance, onWarning);
      },
    });
  };
}
