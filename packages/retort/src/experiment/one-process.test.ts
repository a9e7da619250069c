/** A run's folder is one process's at a time, however the last one ended. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { RunError, readRun, run } from 'retort';
import { interruptible, resumed } from '../../reference/interruptible.ts';
import { assertSame, interruptibleScript } from '../../reference/left.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-one-process-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const folder = (name: string): string => path.join(scratch, name);

suite('a run that was stopped', async () => {
  const whole = folder('whole');
  await run(interruptible(whole));

  test('is resumed by one at a time: others are refused, and what they would cut is whole', async () => {
    const out = folder('two');
    const taken = new RunError(
      `${out} is being trained by process ${process.pid}: wait until it has ended, or choose another folder`,
    );
    const others: Promise<unknown>[] = [];
    let steps = 0;
    await run({
      ...interruptible(out),
      onStep: () => {
        if (++steps !== 3) return;
        others.push(assert.rejects(resumed(out), taken), assert.rejects(run(interruptible(out)), taken));
      },
    });
    assert.equal(others.length, 2);
    await Promise.all(others);
    assertSame(out, whole);
  });

  test('by kill -9 is resumed at once, also where nobody has reaped the process', async () => {
    const out = folder('zombie');
    // What the shell becomes asks no child how it ended.
    const parent = spawn('sh', [
      '-c',
      '"$0" "$1" "$2" 13 & exec sleep 60',
      process.execPath,
      interruptibleScript,
      out,
    ]);
    const isZombie = (): boolean => {
      if (!fs.existsSync(path.join(out, 'run.json'))) return false;
      const { process: worker } = JSON.parse(fs.readFileSync(path.join(out, 'run.json'), 'utf8'));
      const proc = `/proc/${Number.parseInt(worker, 10)}`;
      // The first thread may have ended before the others, which hold what it held.
      return (
        /\) Z /.test(fs.readFileSync(`${proc}/stat`, 'utf8')) && fs.readdirSync(`${proc}/task`).length === 1
      );
    };
    try {
      while (!isZombie()) await new Promise((resolve) => setTimeout(resolve, 20));
      assert.equal(readRun(out).status, 'killed');
      await resumed(out);
    } finally {
      parent.kill('SIGKILL');
    }
    assertSame(out, whole);
  });

  test('on another machine is left to it, unless it is said to be taken over', async () => {
    const out = folder('far');
    fs.cpSync(whole, out, { recursive: true });
    const file = path.join(out, 'run.json');
    const record = JSON.parse(fs.readFileSync(file, 'utf8'));
    fs.writeFileSync(file, JSON.stringify({ ...record, status: 'running', host: 'far-away' }));
    await assert.rejects(
      resumed(out),
      new RunError(
        `${out} says that it is running on far-away, which cannot be seen from ${os.hostname()}: if it is not, resume it by npx retort resume ${out} --take-over`,
      ),
    );
    assert.equal((await resumed(out, { takeOver: true })).epochs, 4);
    assert.equal(readRun(out).elsewhere, null);
  });

  test('leaves no half of a file when it is resumed', async () => {
    const out = folder('halves');
    fs.cpSync(whole, out, { recursive: true });
    const dead = [
      'run.json.tmp',
      'last.safetensors.4711-0.tmp',
      'best.safetensors.tmp',
      'checkpoints/000009.tmp',
    ];
    const names = [...dead, 'notes.tmp'];
    for (const name of names) fs.writeFileSync(path.join(out, name), 'half');
    await resumed(out);
    assert.deepEqual(
      names.filter((name) => fs.existsSync(path.join(out, name))),
      ['notes.tmp'],
    );
  });
});
