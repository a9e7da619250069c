import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Gap, gaps } from './docstrings.ts';

/** Files and folders whose docstrings are still being written: their gaps are printed, all others are failures. */
const stillToCome: readonly string[] = [
  'autograd.ts',
  'files/',
  'functional.ts',
  'nn/',
  'optim/',
  'random.ts',
];

const line = ({ file, line, name, lacks }: Gap): string =>
  `packages/torch/src/${file}:${line}: ${name} lacks ${lacks}`;

test('all that @retort/torch exports has a docstring, functions and classes with an example', (t) => {
  const found = gaps();
  const isToCome = ({ file }: Gap): boolean => stillToCome.some((place) => file.startsWith(place));
  for (const gap of found.filter(isToCome)) t.diagnostic(line(gap));
  const missing = found.filter((gap) => !isToCome(gap));
  assert.equal(missing.length, 0, `\n${missing.map(line).join('\n')}`);
  const done = stillToCome.filter((place) => !found.some(({ file }) => file.startsWith(place)));
  assert.equal(done.length, 0, `no longer to come, to be taken off the list: ${done.join(', ')}`);
});
