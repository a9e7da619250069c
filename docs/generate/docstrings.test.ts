import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gaps } from './docstrings.ts';

test('all that @retort/torch exports has a docstring, functions and classes with an example', () => {
  const missing = gaps().map(
    ({ file, line, name, lacks }) => `packages/torch/src/${file}:${line}: ${name} lacks ${lacks}`,
  );
  assert.ok(missing.length === 0, `${missing.length} of them:\n${missing.join('\n')}`);
});
