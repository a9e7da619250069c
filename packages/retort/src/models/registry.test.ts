/** What a model that has a name needs beside its line in the registry. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { withDevice } from '@retort/torch';
import * as exported from './index.ts';

const { createModel, detectors, madeFor, models, textModels } = exported;
const ofImages = Object.keys(models).filter((name) => !Object.hasOwn(textModels, name));

/** What stands before the tensors of a file: their names, and metadata. */
function header(file: string): string {
  const bytes = fs.readFileSync(file);
  return bytes.toString('utf8', 8, 8 + Number(bytes.readBigUInt64LE()));
}

suite('every model of images that has a name', () => {
  test('is made for images of some size, by its group in registry.ts, and for those of the side in its name', () => {
    assert.deepEqual(
      ofImages.filter((name) => madeFor(name) === null),
      Object.keys(detectors),
    );
    for (const name of ofImages) {
      const [, side] = /_(32|64|224)$/.exec(name) ?? [];
      if (side) assert.equal(madeFor(name)?.pixels, Number(side), name);
    }
    for (const other of [...Object.keys(textModels), './net.ts#create', 'resnet9', 'constructor'])
      assert.equal(madeFor(other), null, other);
  });
  test("stands beside the original's in numbers of reference/models", () => {
    const folder = path.join(import.meta.dirname, '../../reference/models');
    const written = fs
      .readdirSync(folder)
      .filter((file) => file.endsWith('.safetensors'))
      .flatMap((file) => header(path.join(folder, file)).split(/[^\w.]+/));
    const compared = new Set(written.flatMap((word) => [word, word.split('.')[0] ?? '']));
    assert.ok(!compared.has('resnet9'));
    assert.deepEqual(
      ofImages.filter((name) => !compared.has(name)),
      [],
    );
  });
  test('is of a class that index.ts exports', () => {
    const classes = new Set<unknown>(Object.values(exported));
    const missing = ofImages.filter(
      (name) => !classes.has(withDevice('meta', () => createModel(name, { classes: 2 })).constructor),
    );
    assert.deepEqual(missing, []);
  });
});
