/** What a method that has a name needs beside its line in the registry. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import * as exported from './index.ts';

const names = Object.keys(exported.methods);

suite('every method that has a name', () => {
  test('is exported by index.ts, for programs', () => {
    const definitions = new Set<unknown>(
      Object.values(exported).flatMap((value) =>
        typeof value === 'function' && 'definition' in value ? [value.definition] : [],
      ),
    );
    assert.deepEqual(
      names.filter((name) => !definitions.has(exported.methods[name])),
      [],
    );
  });
  test('is not called as the log calls its term, which is said', () =>
    assert.throws(() => exported.methodNamed('ce'), {
      name: 'RangeError',
      message:
        "there is no method 'ce': did you mean 'supervised', the labels' own loss, or 'cross-entropy', that of classes?",
    }));
  test('stands in the table of the README', () => {
    const readme = fs.readFileSync(path.join(import.meta.dirname, '../../../../README.md'), 'utf8');
    const [, table = ''] = /\n\| method \|.*\n\|[-|]+\n((?:\|.*\n)+)/.exec(readme) ?? [];
    const first = table.split('\n').flatMap((row) => row.split('|')[1]?.match(/`[^`]+`/g) ?? []);
    assert.deepEqual(first.sort(), names.map((name) => `\`${name}\``).sort());
  });
});
