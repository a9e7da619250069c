import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { paretoFront } from './pareto.ts';
import { repeatCommand } from './repeat.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-repeat-'));
after(() => fs.rmSync(scratch, { recursive: true }));

suite('a run is trained anew', () => {
  const folder = path.join(scratch, "it's kd");
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'recipe.yaml'), 'student: resnet8\n');
  const quoted = `'${scratch}/it'\\''s kd`;

  test('by its recipe, into a folder beside it, in words of a shell', () => {
    const command = `npx retort distill ${quoted}/recipe.yaml' --out ${quoted}-again'`;
    assert.equal(repeatCommand(folder, { teacher: 'resnet20' }), command);
    assert.equal(repeatCommand(`${folder}/`, { teachers: { a: 'resnet20' } }), command);
  });

  test('alone, where it had no teacher', () =>
    assert.match(repeatCommand(folder, {}) ?? '', /^npx retort train /));

  test('by the quickstart, where that put it together, and by no other command that a record says', () => {
    for (const program of ['npx retort quickstart', 'npx retort quickstart --text'])
      assert.equal(repeatCommand(scratch, { program }), program);
    const data = { name: "./it's; own.tsv" };
    assert.equal(
      repeatCommand(scratch, { program: 'npx retort quickstart --text', data }),
      "npx retort quickstart --text --data './it'\\''s; own.tsv'",
    );
    for (const program of ['rm -rf ~', 'npx retort quickstart; rm -rf ~', 'npx retort quickstart\n--text'])
      assert.equal(repeatCommand(scratch, { program }), null);
  });

  test('by nothing, where it keeps no recipe', () => assert.equal(repeatCommand(scratch, {}), null));
});

suite('on the Pareto front', () => {
  test('is what no other beats in one of both without being worse in the other', () => {
    const all = [
      { cost: 1, score: 70 },
      { cost: 2, score: 69 },
      { cost: 2, score: 72 },
      { cost: 2, score: 72 },
      { cost: 3, score: 72 },
    ];
    assert.deepEqual(paretoFront(all, 'higher'), [true, false, true, true, false]);
    assert.deepEqual(paretoFront(all, 'lower'), [true, true, false, false, false]);
  });
});
