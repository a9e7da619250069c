import assert from 'node:assert/strict';
import fs from 'node:fs';
import { suite, test } from 'node:test';
import { detectors, models, textModels } from '../../packages/retort/src/models/index.ts';
import { detectorFamilies, families, networks, networksFile, textFamilies } from './networks.ts';

suite('docs/networks.md', () => {
  test('has every model that has a name, once', () => {
    assert.deepEqual(
      [...families, ...detectorFamilies, ...textFamilies].flatMap(({ names }) => names).sort(),
      Object.keys(models).sort(),
    );
  });
  test('has those of texts apart', () => {
    assert.deepEqual(textFamilies.flatMap(({ names }) => names).sort(), Object.keys(textModels).sort());
  });
  test('has those that find objects apart', () => {
    assert.deepEqual(detectorFamilies.flatMap(({ names }) => names).sort(), Object.keys(detectors).sort());
  });
  test('is as `npm run docs` writes it', () => {
    assert.equal(fs.readFileSync(networksFile, 'utf8'), networks());
  });
});
