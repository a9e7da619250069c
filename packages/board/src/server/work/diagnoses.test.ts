import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { makeRun, running } from '../../../reference/made-runs.ts';
import { served, type TestBoard } from '../../../reference/served.ts';
import { begun, boardOf, freshRuns, said, scratch } from '../../../reference/stand-in.ts';
import type { DiagnosesAnswer } from '../../api.ts';

after(() => fs.rmSync(scratch, { recursive: true }));

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function settled(board: TestBoard, id: string): Promise<DiagnosesAnswer> {
  for (let tries = 0; tries < 2000; tries++) {
    const { json } = await board.ask(`/api/runs/${id}/diagnoses`);
    if (json.running.length + json.waiting.length === 0) return json;
    await wait(30);
  }
  throw new Error('it never ended');
}

const whats = (answer: DiagnosesAnswer): string[] => answer.results.map(({ what }) => what);

suite('diagnoses', () => {
  test('are asked of retort, which gives way to all else, one process at a time, and each once', async () => {
    const folder = freshRuns('a', 'b');
    await using board = await boardOf(folder);
    const asked = await board.send('POST', '/api/runs/a/diagnoses', { what: ['agreement', 'per-class'] });
    assert.equal(asked.status, 202);
    assert.deepEqual(asked.json.running, ['agreement', 'per-class']);
    await board.send('POST', '/api/runs/a/diagnoses', { what: ['per-class', 'reliability'] });
    const other = await board.send('POST', '/api/runs/b/diagnoses', { what: ['agreement'] });
    const { json: now } = await board.ask('/api/runs/a/diagnoses');
    assert.deepEqual(
      [now.running, now.waiting, other.json.running, other.json.waiting],
      [['agreement', 'per-class'], ['reliability'], [], ['agreement']],
    );
    const answer = await settled(board, 'a');
    assert.deepEqual(whats(answer), ['per-class', 'agreement', 'reliability']);
    assert.deepEqual(
      [answer.samples, answer.split, answer.weights?.file, answer.failed],
      [5, 'test', 'best', []],
    );
    await settled(board, 'b');
    const { status, json } = await board.send('POST', '/api/runs/a/diagnoses', { what: ['agreement'] });
    assert.deepEqual([status, json.running], [202, []]);
    assert.deepEqual(
      begun().map(({ args }) => args),
      [
        ['diagnose', '--what', 'agreement,per-class', '--json', '--', path.join(folder, 'a')],
        ['diagnose', '--what', 'reliability', '--json', '--', path.join(folder, 'a')],
        ['diagnose', '--what', 'agreement', '--json', '--', path.join(folder, 'b')],
      ],
    );
    assert.deepEqual(
      said().map(({ begins }) => begins),
      [true, false, true, false, true, false],
    );
    assert.ok(begun().every(({ priority }) => priority === 19));
  });

  const knowsSessions = fs.existsSync('/proc/self/autogroup');
  test('give way to a run of another session, while one is going on', {
    skip: !knowsSessions && 'this system shares its processors between processes, not sessions',
  }, async () => {
    const folder = freshRuns('done', 'going');
    const sessionOf = async (what: string): Promise<string> => {
      await using board = await boardOf(folder);
      await board.ask('/api/runs');
      await board.send('POST', '/api/runs/done/diagnoses', { what: [what] });
      await settled(board, 'done');
      return said().at(-1)?.session ?? '';
    };
    assert.match(await sessionOf('agreement'), / nice 0$/);
    makeRun(path.join(folder, 'going'), running());
    assert.match(await sessionOf('per-class'), / nice 19$/);
  });

  test('that are known are asked for again where it is said, and what waits is not asked for twice', async () => {
    const folder = freshRuns('a');
    await using board = await boardOf(folder);
    const ask = (again?: boolean) =>
      board.send('POST', '/api/runs/a/diagnoses', { what: ['agreement'], again });
    await ask();
    await settled(board, 'a');
    assert.deepEqual((await ask(true)).json.running, ['agreement']);
    await ask(true);
    assert.deepEqual(whats(await settled(board, 'a')), ['agreement']);
    assert.equal(begun().length, 2);
  });

  test('are kept as long as the weights are the same, also of another run', async () => {
    const folder = freshRuns('a', 'copy');
    fs.copyFileSync(path.join(folder, 'a/best.safetensors'), path.join(folder, 'copy/best.safetensors'));
    {
      await using board = await boardOf(folder);
      await board.send('POST', '/api/runs/a/diagnoses', { what: ['agreement'] });
      await settled(board, 'a');
    }
    await using board = await boardOf(folder);
    for (const id of ['a', 'copy'])
      assert.deepEqual(whats((await board.ask(`/api/runs/${id}/diagnoses`)).json), ['agreement']);
    fs.writeFileSync(path.join(folder, 'a/best.safetensors'), 'others');
    const { json } = await board.ask('/api/runs/a/diagnoses');
    assert.deepEqual([json.results, json.weights], [[], null]);
  });

  test('that cannot be written are there all the same', async () => {
    const folder = freshRuns('a');
    await using board = await boardOf(folder);
    // As where the disk is full.
    fs.writeFileSync(path.join(folder, '.board/diagnoses'), 'in the place of their folder');
    for (const what of ['agreement', 'per-class']) {
      await board.send('POST', '/api/runs/a/diagnoses', { what: [what] });
      await settled(board, 'a');
    }
    const answer = await settled(board, 'a');
    assert.deepEqual([whats(answer), answer.failed], [['per-class', 'agreement'], []]);
  });

  test('that fail say why, in the words of retort, and may be asked for again', async () => {
    const folder = freshRuns('a');
    await using board = await boardOf(folder);
    await board.send('POST', '/api/runs/a/diagnoses', { what: ['cka'] });
    await board.send('POST', '/api/runs/a/diagnoses', { what: ['temperatures'] });
    await board.send('POST', '/api/runs/a/diagnoses', { what: ['projector', 'agreement'] });
    const answer = await settled(board, 'a');
    assert.deepEqual(whats(answer), ['agreement']);
    assert.deepEqual(Object.fromEntries(answer.failed.map(({ what, error }) => [what, error])), {
      cka: 'the data of the run is gone',
      temperatures: 'retort diagnose answered in a form that this board does not know',
      projector: 'nothing was said of it',
    });
    const { json } = await board.send('POST', '/api/runs/a/diagnoses', { what: ['cka'] });
    assert.deepEqual(json.running, ['cka']);
    assert.ok(!json.failed.some(({ what }: { what: string }) => what === 'cka'));
    await settled(board, 'a');
  });

  test('of weights that change meanwhile are not kept', async () => {
    const folder = freshRuns('a');
    await using board = await boardOf(folder);
    await board.send('POST', '/api/runs/a/diagnoses', { what: ['annealing'] });
    const answer = await settled(board, 'a');
    assert.deepEqual(answer.results, []);
    assert.match(answer.failed[0]?.error ?? '', /its weights changed meanwhile/);
  });

  test('that are asked for wrongly are a sentence, and nothing is started', async () => {
    const folder = freshRuns('a');
    makeRun(path.join(folder, 'fresh'));
    await using board = await boardOf(folder);
    for (const body of [
      {},
      { what: [] },
      { what: ['all'] },
      { what: ['--out'] },
      { what: 'cka' },
      { what: ['cka'], run: '/etc' },
    ])
      assert.equal(
        (await board.send('POST', '/api/runs/a/diagnoses', body)).status,
        400,
        JSON.stringify(body),
      );
    const { status, json } = await board.send('POST', '/api/runs/fresh/diagnoses', { what: ['cka'] });
    assert.equal(status, 409);
    assert.match(json.error, /fresh has no weights \(best/);
    assert.equal((await board.send('POST', '/api/runs/nope/diagnoses', { what: ['cka'] })).status, 404);
    assert.deepEqual(said(), []);
  });

  test('end with the board', async () => {
    const folder = freshRuns('a');
    {
      await using board = await boardOf(folder);
      // It would never end.
      await board.send('POST', '/api/runs/a/diagnoses', { what: ['disagreements'] });
      while (begun().length === 0) await wait(10);
    }
    const pid = begun()[0]?.pid ?? 0;
    for (let tries = 0; isThere(pid); tries++) {
      assert.ok(tries < 2000, 'it went on');
      await wait(10);
    }
  });
});

test('a retort that cannot be started is a sentence', async () => {
  const folder = freshRuns('a');
  await using board = await served(folder, { command: ['/nowhere/retort'] });
  await board.send('POST', '/api/runs/a/diagnoses', { what: ['agreement'] });
  assert.match((await settled(board, 'a')).failed[0]?.error ?? '', /nowhere\/retort/);
});
