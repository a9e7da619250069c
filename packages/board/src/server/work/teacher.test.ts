import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { makeRun } from '../../../reference/made-runs.ts';
import { begun, boardOf, freshRuns, said, scratch } from '../../../reference/stand-in.ts';

after(() => fs.rmSync(scratch, { recursive: true }));

suite('the teacher', () => {
  test('answers of a text and of two, whatever they look like', async () => {
    const folder = freshRuns('a');
    await using board = await boardOf(folder);
    const { status, json } = await board.send('POST', '/api/runs/a/teacher', { text: '--out=/etc/passwd' });
    assert.equal(status, 200);
    assert.deepEqual(json, {
      answers: [
        { name: '1', probability: 0.75 },
        { name: '0', probability: 0.25 },
      ],
    });
    await board.send('POST', '/api/runs/a/teacher', { text: 'one', pair: '; rm -rf /' });
    const network = 'resnet20:teacher.safetensors';
    assert.deepEqual(
      begun().map(({ args }) => args),
      [
        ['predict', '--json', '--top', '5', '--', network, '--out=/etc/passwd'],
        ['predict', '--json', '--top', '5', '--pairs', '--', network, 'one', '; rm -rf /'],
      ],
    );
  });
  test("answers of an image, which is not kept, in the student's names where it has none", async () => {
    const folder = freshRuns('a');
    makeRun(path.join(folder, 'a'), { settings: { teacher: { weights: '-x.onnx', input: { size: 32 } } } });
    fs.mkdirSync(path.join(folder, 'a/student/onnx'), { recursive: true });
    fs.writeFileSync(path.join(folder, 'a/student/config.json'), '{"id2label":{"0":"cat","1":"dog"}}');
    fs.writeFileSync(path.join(folder, 'a/student/preprocessor_config.json'), '{}');
    fs.writeFileSync(path.join(folder, 'a/student/onnx/model.onnx'), 'graph');
    await using board = await boardOf(folder);
    const headers = { origin: `http://127.0.0.1:${board.board.port}`, 'content-type': 'image/png' };
    const { json } = await board.ask('/api/runs/a/teacher', { method: 'POST', headers, body: 'the picture' });
    assert.deepEqual(
      json.answers.map(({ name }: { name: string }) => name),
      ['dog', 'cat'],
    );
    const [{ args = [] } = {}] = begun();
    assert.deepEqual(args.slice(4, -1), ['--input', '{"size":32}', '--', '-x.onnx']);
    assert.match(args.at(-1) ?? '', /image\.png$/);
    assert.equal(said().find(({ image }) => image !== undefined)?.image, 'the picture');
    assert.ok(!fs.existsSync(args.at(-1) ?? ''), 'the picture is still there');
    const { json: detail } = await board.ask('/api/runs/a');
    assert.deepEqual(detail.exported, {
      kind: 'images',
      files: [
        { name: 'config.json', bytes: 34 },
        { name: 'preprocessor_config.json', bytes: 2 },
        { name: 'onnx/model.onnx', bytes: 5 },
      ],
    });
  });
  test('that cannot answer says why', async () => {
    const folder = freshRuns('a', 'alone');
    makeRun(path.join(folder, 'alone'), { settings: { teacher: undefined } });
    await using board = await boardOf(folder);
    const asked = async (id: string, body: unknown): Promise<string> => {
      const { status, json } = await board.send('POST', `/api/runs/${id}/teacher`, body);
      return `${status} ${json.error}`;
    };
    assert.equal(await asked('alone', { text: 'a' }), '409 alone has no teacher that could be asked');
    assert.equal(
      await asked('a', { text: 'fail' }),
      '409 the teacher could not be asked: it knows no such word',
    );
    assert.equal(
      await asked('a', { text: 'number' }),
      '409 the teacher could not be asked: it answers with no classes',
    );
    for (const body of [
      {},
      { text: '' },
      { text: 1 },
      { text: 'x'.repeat(30_000) },
      { text: 'a', file: '/etc/passwd' },
    ])
      assert.match(await asked('a', body), /^400 /);
  });
  test('where there are no exported files the cure is said', async () => {
    const folder = freshRuns('a');
    await using board = await boardOf(folder);
    const { status, json } = await board.ask('/api/runs/a/student/onnx/model.onnx');
    const named = path.join(folder, 'a');
    assert.deepEqual(
      [status, json.error],
      [404, `a has no exported student: npx retort export ${named} --out ${named}/student`],
    );
    makeRun(path.join(folder, "it's new"));
    const { json: detail } = await board.ask("/api/runs/it's%20new");
    const quoted = `'${folder}/it'\\''s new`;
    assert.equal(detail.exportCommand, `npx retort export ${quoted}' --out ${quoted}/student'`);
  });
});
