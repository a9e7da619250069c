import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { makeRun } from '../../../reference/made-runs.ts';
import { boardOf, freshRuns, said, scratch } from '../../../reference/stand-in.ts';
import { Commands } from './command.ts';
import { codeAmongRuns } from './own-code.ts';

after(() => fs.rmSync(scratch, { recursive: true }));

suite('code that a run names', () => {
  test('is not run where it lies among the runs', async () => {
    const folder = freshRuns('a');
    const code = path.join(folder, 'a/net.ts');
    fs.writeFileSync(code, 'export const net = 1;');
    makeRun(path.join(folder, 'a'), { settings: { teacher: `${code}#net:teacher.safetensors` } });
    await using board = await boardOf(folder);
    const diagnosed = await board.send('POST', '/api/runs/a/diagnoses', { what: ['agreement'] });
    const answered = await board.send('POST', '/api/runs/a/teacher', { text: 'a film' });
    for (const { status, json } of [diagnosed, answered]) {
      assert.equal(status, 409);
      assert.match(json.error, /code that lies among the runs, .*net\.ts, and the board runs none of these/);
    }
    assert.deepEqual(said(), []);
  });
  test('is found wherever settings name it, also by a way round', () => {
    const folder = freshRuns('a');
    fs.writeFileSync(path.join(folder, 'a/net.mjs'), '');
    fs.symlinkSync(path.join(folder, 'a/net.mjs'), path.join(scratch, 'link.mjs'));
    fs.writeFileSync(path.join(scratch, 'own.ts'), '');
    const found = (settings: unknown): string | null => codeAmongRuns(folder, settings);
    for (const file of [`${folder}/a/net.mjs`, `${folder}/a/../a/net.mjs`, `${scratch}/link.mjs`])
      for (const settings of [
        { data: { name: `${file}#data` } },
        { stages: [{ methods: [{ name: `${file}#m` }] }] },
        { student: `${file}#net` },
      ])
        assert.equal(found(settings), file);
    assert.equal(found({ student: `${folder}/x.js#y/../a/net.mjs#net` }), `${folder}/x.js#y/../a/net.mjs`);
    assert.equal(found({ student: `${scratch}/own.ts#net` }), null, "a user's own, beside the runs");
    assert.equal(found({ student: 'resnet8', data: { name: 'nothing.ts#x' } }), null);
  });
});

suite('a process of the board', () => {
  test('that ends without a word is said to have ended, and how', async () => {
    const commands = new Commands([process.execPath, '-e', 'process.exit(3)', '--'], scratch);
    await assert.rejects(commands.run([]), { message: 'it ended with 3' });
  });
  test('runs no code of the runs, whoever names it, and any other', async () => {
    const folder = freshRuns('a b');
    const program = path.join(scratch, 'imports.mjs');
    fs.writeFileSync(
      program,
      `const { what } = await import(process.argv[2]).catch(({ message }) => ({ what: message }));
       console.log(what);`,
    );
    const said = async (file: string): Promise<string> => {
      const commands = new Commands([process.execPath, program], folder);
      return (await commands.run([pathToFileURL(file).href])).trim();
    };
    const own = path.join(folder, 'a b/net.ts');
    const beside = path.join(scratch, 'beside.ts');
    for (const file of [own, beside]) fs.writeFileSync(file, 'export const what: string = "it ran";');
    fs.symlinkSync(own, path.join(scratch, 'linked.ts'));
    assert.match(await said(own), /^it lies among the runs, and the board runs no code from there/);
    assert.match(await said(path.join(scratch, 'linked.ts')), /^it lies among the runs/);
    assert.equal(await said(beside), 'it ran');
  });
});
