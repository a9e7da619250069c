/**
 * Preloaded (`--import …?runs=FOLDER`) by each process that the board starts: a module that is named by its file, as settings and the metadata
 * of weights name one's own, is not imported from among the runs.
 */
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { liesWithin } from '../kept/inside.ts';

const runs = new URL(import.meta.url).searchParams.get('runs');

registerHooks({
  resolve(specifier, context, next) {
    const found = next(specifier, context);
    // What has no parent is the program itself, or a thread of it.
    const isNamed = specifier.startsWith('file:') && context.parentURL !== undefined;
    if (isNamed && runs !== null && liesWithin(runs, fileURLToPath(found.url)))
      throw new Error(
        'it lies among the runs, and the board runs no code from there: look at it, and call retort yourself',
      );
    return found;
  },
});
