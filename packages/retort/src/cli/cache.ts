/** `retort cache`. */

import fs from 'node:fs';
import path from 'node:path';
import { samplesCalled } from '../data/index.ts';
import { prepare, readRecipe } from '../recipe/index.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { UsageError } from './load.ts';
import { say } from './output.ts';
import { Progress } from './progress.ts';
import { count, counted, table } from './table.ts';

/** Bytes that may still be written where a folder is, or will be. */
function freeBytes(folder: string): number {
  let there = folder;
  while (!fs.existsSync(there)) there = path.dirname(there);
  const { bavail, bsize } = fs.statfsSync(there);
  return bavail * bsize;
}

const size = (bytes: number): string =>
  bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;

export async function cacheCommand(
  file: string,
  overrides: readonly string[],
  flags: { readonly json?: boolean; readonly print?: boolean },
): Promise<void> {
  const resolved = readRecipe(file, { overrides });
  const { cache } = resolved.recipe;
  if (!cache)
    throw new UsageError(`${file} has no cache: add \`cache: { views: 4 }\`, or cache.views=4 here`);
  const progress = new Progress();
  const signal = stopOnInterrupt((line) => progress.line(line));
  const onWarning = (text: string) => progress.line(text);
  const prepared = await prepare(resolved, {
    report: (what, done, total) => progress.show({ what, done, total }),
    onWarning,
  });
  progress.clear();
  const { trainer } = prepared;
  const caches = await trainer.caches();
  if (caches.length === 0)
    throw new UsageError(`no method of ${file} asks a teacher: there is nothing to cache`);
  const called = samplesCalled(prepared.data.train);
  const perSample = prepared.settings.cache?.views ?? 1;
  const views = Array.from({ length: perSample }, (_, view) => view);
  const plans = caches.map((teacher) => ({
    folder: teacher.folder,
    bytes: teacher.bytes * perSample,
    missing: views.reduce((sum, view) => sum + teacher.missing(view), 0),
    images: prepared.data.train.size * perSample,
  }));
  const { epochs } = trainer;
  const needed = plans.reduce((sum, { bytes, missing, images }) => sum + (bytes * missing) / images, 0);
  if (!flags.json) {
    say(
      table(
        ['cache', 'size', `${called} to ask`, 'of'],
        plans.map(({ folder, bytes, missing, images }) => [
          folder,
          size(bytes),
          count(missing),
          count(images),
        ]),
      ),
    );
    say(
      epochs > perSample
        ? `pays for itself after ${counted(perSample, 'epoch')}: over the recipe's ${epochs} the teacher sees each of the ${called} ${counted(perSample, 'time')} instead of ${epochs}`
        : `the recipe has ${counted(epochs, 'epoch')} and ${counted(perSample, 'view')}: the cache pays only where other runs share it`,
    );
  }
  const free = freeBytes(plans[0]?.folder ?? '');
  if (needed > free)
    throw new UsageError(
      `the cache needs another ${size(needed)}, and ${size(free)} are free: fewer views, or cache.dtype=fp16`,
    );
  if (!flags.print) {
    try {
      for (const teacher of caches)
        for (const view of views)
          await teacher.ahead(
            view,
            ({ done, total }) =>
              progress.show({ what: `view ${view + 1}/${perSample}`, done, total, unit: called }),
            signal,
          );
    } catch (error) {
      if (error !== signal.reason) throw error;
      process.exitCode = 130;
    }
    progress.clear();
  }
  const missing = caches.reduce(
    (sum, teacher) => sum + views.reduce((all, view) => all + teacher.missing(view), 0),
    0,
  );
  if (flags.json)
    say(JSON.stringify({ caches: plans, views: perSample, epochs, breakEvenEpochs: perSample, missing }));
  else if (!flags.print)
    say(
      missing ? `stopped with ${count(missing)} ${called} to ask: the same command resumes it` : 'complete',
    );
}
