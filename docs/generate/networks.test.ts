import assert from 'node:assert/strict';
import fs from 'node:fs';
import { suite, test } from 'node:test';
import { models } from '../../packages/retort/src/models/index.ts';
import { families, networks, networksFile } from './networks.ts';

suite('docs/networks.md', () => {
  test('has every model that has a name, once', () => {
    assert.deepEqual(families.flatMap(({ names }) => names).sort(), Object.keys(models).sort());
  });
  test('is as `npm run docs` writes it', () => {
    assert.equal(fs.readFileSync(networksFile, 'utf8'), networks());
  });
});
