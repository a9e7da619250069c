import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { retort } from '../../reference/command.ts';
import { RunFolder } from '../runs/index.ts';

const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'retort-compare-')));
const [home, here] = [path.join(scratch, 'home'), path.join(scratch, 'here')];
fs.mkdirSync(home);
fs.mkdirSync(here);
process.env.HOME = home;
process.chdir(here);
after(() => fs.rmSync(scratch, { recursive: true }));

/** What a run leaves that learned for an epoch. */
function made(
  name: string,
  settings: Readonly<Record<string, unknown>>,
  losses: Record<string, number>,
): void {
  const run = RunFolder.create(path.join(here, 'runs', name), { settings });
  const log = { epoch: 1, epochs: 1, seconds: 73.2, losses, watched: { top1: 0.2 }, test: { top1: 0.5 } };
  fs.appendFileSync(path.join(run.path, 'metrics.jsonl'), `${JSON.stringify(log)}\n`);
  run.end('finished', {});
}

const data = { name: path.join(here, 'data.ts#stripes') };
const stages = [{ epochs: 1, methods: [{ name: 'kd' }] }];
made('alone', { student: 'resnet14', data, stages }, { ce: 2.3, loss: 2.3 });
const kept = { data, student: 'resnet8', stages };
const losses = { ce: 0.23, kd: 0.1, loss: 0.33 };
made('kd', { ...kept, teacher: path.join(here, 'runs/alone') }, losses);
made('kd-2', { ...kept, teacher: { name: 'resnet20', weights: path.join(home, 'a.pth') } }, losses);
made('kd-3', { ...kept, teacher: `resnet20:${path.join(scratch, 'b.pth')}` }, losses);

/** The cells of a table's row. */
const row = (table: string, first: string): string[] =>
  table.split('\n').flatMap((line) => (line.startsWith(`${first}   `) ? [line.split(/ {3,}/)] : []))[0] ?? [];

suite('runs side by side', () => {
  test('leave out what is found among them and is no run, but not what is named', async () => {
    const odd = path.join(here, 'odd');
    fs.cpSync(path.join(here, 'runs'), odd, { recursive: true });
    fs.mkdirSync(path.join(odd, 'other'));
    fs.writeFileSync(path.join(odd, 'other/run.json'), '[1]');
    const said = 'odd/other/run.json is not the record of a run: must be a map of keys, is [1]';
    const compared = await retort('compare', 'odd');
    assert.equal(compared.code, 0);
    assert.deepEqual(row(compared.stdout, '').slice(1), ['odd/alone', 'odd/kd', 'odd/kd-2', 'odd/kd-3']);
    assert.equal(compared.stderr.trim(), `left out: ${said}`);
    const plotted = await retort('plot', 'odd', '--out', 'odd.svg');
    assert.equal(plotted.code, 0, plotted.stderr);
    for (const named of [['odd/kd', 'odd/other'], ['odd/other']]) {
      const { code, stderr } = await retort('compare', ...named);
      assert.deepEqual([code, stderr.trim()], [1, `retort: ${said}`]);
    }
  });

  test('are told by places that are read from here, a teacher in one spelling, times in one format', async () => {
    const { stdout } = await retort('runs', path.join(here, 'runs'));
    const shown = (name: string) => row(stdout, name).slice(2);
    assert.deepEqual(shown('kd').slice(0, 4), ['resnet8', 'resnet14:runs/alone', 'kd', 'data.ts#stripes']);
    assert.equal(shown('kd-2')[1], 'resnet20:~/a.pth');
    assert.equal(shown('kd-3')[1], `resnet20:${scratch}/b.pth`);
    assert.ok(shown('kd').includes('1 min 13 s'), stdout);
    const compared = (await retort('compare', path.join(here, 'runs'))).stdout;
    assert.deepEqual(row(compared, '').slice(1), ['runs/alone', 'runs/kd', 'runs/kd-2', 'runs/kd-3']);
    assert.deepEqual(row(compared, 'teacher').slice(1), [
      '-',
      'resnet14:runs/alone',
      'resnet20:~/a.pth',
      `resnet20:${scratch}/b.pth`,
    ]);
    assert.deepEqual(row(compared, 'training').slice(1), Array(4).fill('1 min 13 s'));
  });

  test('have their terms of the loss times their weights, and it is said; the sum and scores are what they are', async () => {
    const { stdout } = await retort('compare', 'runs/alone', 'runs/kd');
    assert.deepEqual(row(stdout, 'train/ce (times its weight)').slice(1), ['2.3', '0.23']);
    assert.deepEqual(row(stdout, 'train/kd (times its weight)').slice(1), ['-', '0.1']);
    assert.deepEqual(row(stdout, 'train/loss').slice(1), ['2.3', '0.33']);
    assert.deepEqual(row(stdout, 'train/top1 %').slice(1), ['20.00', '20.00']);
    const { metrics } = JSON.parse((await retort('compare', 'runs/alone', 'runs/kd', '--json')).stdout);
    const weighted = metrics.filter((metric: { weighted: boolean }) => metric.weighted);
    assert.deepEqual(
      weighted.map(({ tag }: { tag: string }) => tag),
      ['train/ce', 'train/kd'],
    );
  });
});
