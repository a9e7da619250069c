import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { type Ended, retort } from '../../reference/command.ts';
import { RunFolder } from '../runs/index.ts';

const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'retort-plot-')));
process.chdir(scratch);
after(() => fs.rmSync(scratch, { recursive: true }));

/** What a run leaves that learned for some epochs, with these test accuracies. */
function made(
  name: string,
  gamma: unknown,
  seed: number,
  accuracies: readonly number[],
  { status = 'finished', score = 'top1' }: { status?: 'finished' | 'failed'; score?: string } = {},
): void {
  const stages = [{ epochs: accuracies.length, methods: [{ name: 'ofa', gamma }] }];
  const run = RunFolder.create(path.join(scratch, 'runs', name, `seed-${seed}`), {
    settings: { name, student: 'resnet8', seed, stages },
  });
  const lines = accuracies.map((top1, i) =>
    JSON.stringify({
      stage: 0,
      epoch: i + 1,
      seconds: 1,
      losses: { loss: 1 - top1 },
      test: { [score]: top1 },
    }),
  );
  if (lines.length > 0) fs.appendFileSync(path.join(run.path, 'metrics.jsonl'), `${lines.join('\n')}\n`);
  run.end(status, {});
}

made('one', 1, 0, [0.1, 0.2]);
made('one', 1, 1, [0.2, 0.4]);
made('two', 2, 0, [0.3, 0.5]);
made('many', [1, 2], 0, [0.3, 0.5]);

made('../odd/failed', 3, 0, [0.3], { status: 'failed' });
made('../odd/other', 4, 0, [0.3, 0.4], { score: 'f1' });
made('../odd/empty', 5, 0, []);

const plot = (...args: string[]): Promise<Ended> => retort('plot', ...args);

suite('retort plot', () => {
  test('draws scores over epochs, seeds as mean and spread', async () => {
    const { code, stdout } = await plot('runs/one', 'runs/two', '--out', 'a.svg', '--json');
    assert.equal(code, 0);
    const { x, y, lines } = JSON.parse(stdout);
    assert.deepEqual(
      [x, y, lines.map(({ name }: { name: string }) => name)],
      ['epoch', 'test/top1', ['one', 'two/seed-0']],
    );
    const [first, last] = lines[0].points;
    assert.deepEqual([first.x, first.mean, last.x], [1, 15, 2]);
    assert.ok(Math.abs(last.mean - 30) < 1e-9 && Math.abs(last.deviation - 10 * Math.SQRT2) < 1e-9);
    const svg = fs.readFileSync('a.svg', 'utf8');
    assert.ok(svg.includes('<title>one, 2: 30.0000 ± 14.1421</title>'), svg);
    assert.ok(svg.includes('>top-1 %</text>'));
    assert.doesNotMatch(svg, />1\.\d<\/text>/, 'there is no half of an epoch');
  });

  test('draws the last scores over the values of a setting', async () => {
    const against = ['--against', 'stages.0.methods.0.gamma'];
    const { stdout } = await plot('runs/one', 'runs/two', ...against, '--out', 'b.svg', '--json');
    const { lines } = JSON.parse(stdout);
    assert.equal(lines.length, 1);
    assert.deepEqual(
      lines[0].points.map(({ x, mean }: { x: number; mean: number }) => [x, Math.round(mean)]),
      [
        [1, 30],
        [2, 50],
      ],
    );
    const loss = await plot('runs', '--score', 'train/loss', '--out', 'c.svg', '--json');
    assert.equal(JSON.parse(loss.stdout).y, 'train/loss');
  });

  test('leaves out what has not the score, and of final scores what is not finished, and says so', async () => {
    const all = ['runs/one', 'odd', '--out', 'e.svg', '--json'];
    const over = await plot(...all);
    assert.deepEqual(
      JSON.parse(over.stdout).lines.map(({ points }: { points: unknown[] }) => points.length),
      [2, 1],
    );
    assert.match(over.stderr, /odd\/other\/seed-0 is left out: it has no 'test\/top1'/);
    const against = await plot(...all, '--against', 'stages.0.methods.0.gamma');
    assert.deepEqual(
      JSON.parse(against.stdout).lines.map(({ points }: { points: unknown[] }) => points.length),
      [1],
    );
    assert.match(against.stderr, /odd\/failed\/seed-0 is left out: it is not finished/);
    const nothing = await plot('odd/empty', '--out', 'f.svg');
    assert.match(nothing.stderr, /the runs have no numbers yet: none has ended an epoch/);
    const failed = await plot('odd/failed', 'odd/empty', ...['--against', 'epochs', '--out', 'f.svg']);
    assert.notEqual(failed.code, 0);
    assert.ok(!fs.existsSync('f.svg'));
  });

  for (const [what, args, said] of [
    [
      'a setting in which they do not differ',
      ['--against', 'student'],
      /--against student: the runs do not differ in it: they differ in /,
    ],
    [
      'a setting that is no number',
      ['--against', 'stages.0.methods.0.gamma'],
      /it must be a number in each run, and is \[1,2\] in runs\/many/,
    ],
    ['a score that no run has', ['--score', 'test/f1'], /no run has 'test\/f1': say another --score of /],
    ['a folder without runs', ['nothing'], /nothing/],
  ] as const)
    test(`refuses ${what}`, async () => {
      const { code, stderr } = await plot('runs', ...args, '--out', 'd.svg');
      assert.notEqual(code, 0);
      assert.match(stderr, said);
      assert.ok(!fs.existsSync('d.svg'));
    });
});
