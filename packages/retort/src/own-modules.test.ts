import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { hashOwn } from './own-modules.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-own-modules-'));
after(() => fs.rmSync(scratch, { recursive: true }));

/** A folder with `net.ts`, which imports code and a table, and from which the code imports in turn. */
function folder(name: string): string {
  const place = path.join(scratch, name);
  fs.mkdirSync(place);
  fs.writeFileSync(
    path.join(place, 'net.ts'),
    `import { width } from './width.ts';\nexport const most = 8;\nexport const create = () => width;\n`,
  );
  fs.writeFileSync(
    path.join(place, 'width.ts'),
    `import table from './table.json' with { type: 'json' };\nimport { most } from './net.ts';\nexport const width = Math.min(table.width, most);\n`,
  );
  fs.writeFileSync(path.join(place, 'table.json'), '{ "width": 4 }');
  return place;
}

suite('the hash of a module of one’s own', () => {
  test('changes with each file that it imports, code or not', async () => {
    const place = folder('changed');
    const hashes = [await hashOwn(path.join(place, 'net.ts'))];
    for (const name of ['width.ts', 'table.json']) {
      fs.appendFileSync(path.join(place, name), '\n');
      hashes.push(await hashOwn(path.join(place, 'net.ts')));
    }
    assert.equal(new Set(hashes).size, 3);
  });

  test('is the same wherever the folder lies, and by whichever link it is reached', async () => {
    const here = await hashOwn(path.join(folder('here #1 %20'), 'net.ts'));
    const link = path.join(scratch, 'link');
    fs.symlinkSync(path.join(scratch, 'here #1 %20'), link);
    assert.equal(await hashOwn(path.join(folder('there'), 'net.ts')), here);
    assert.equal(await hashOwn(path.join(link, 'net.ts')), here);
  });

  test('needs the file', async () => {
    await assert.rejects(hashOwn(path.join(scratch, 'none.ts')), { name: 'OwnModuleError' });
  });
});
