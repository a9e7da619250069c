import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, mock, suite, test } from 'node:test';
import { RunFolder } from '../runs/index.ts';
import { main } from './main.ts';

const bin = path.join(import.meta.dirname, '../../bin/retort.js');
const root = path.join(import.meta.dirname, '../../../..');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-output-'));
after(() => fs.rmSync(scratch, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process. */
async function retort(...args: string[]): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    mock.method(process[name], 'write', (text: string) => {
      said[name] += text;
      return true;
    });
  try {
    await main(args);
  } finally {
    mock.restoreAll();
  }
  const code = Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  return { code, ...said };
}

/** Runs a program in another one. */
function spawned(file: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(file, args, { cwd: scratch, env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr }),
    );
  });
}

suite('what is printed', () => {
  test('has no commands to a terminal in it, wherever a name comes from', async () => {
    const runs = path.join(scratch, 'runs');
    const hostile = '\x1b[2Jx\x9b31m\u202e\r\n';
    const folder = path.join(runs, 'a\x1b]0;title\x07');
    RunFolder.create(folder, {
      settings: { name: hostile, student: hostile, stages: [{ methods: [{ name: hostile }] }] },
    });
    RunFolder.create(path.join(runs, 'b'), { settings: { name: 'b', student: 'resnet8', stages: [] } });
    const broken = path.join(runs, 'c\x1b[2J');
    fs.mkdirSync(broken);
    fs.writeFileSync(path.join(broken, 'run.json'), '\x1b[2J');
    const shown = [
      await retort('runs', runs),
      await retort('runs', runs, '--json'),
      await retort('runs', `${runs}\x1b[2J`),
      await retort('compare', folder, path.join(runs, 'b')),
      await retort('distil\x1b[2J'),
      await retort('train', '--model\x1b[2J'),
      await retort('distill', '\x1b[2J.yaml'),
      await retort('inspect', '\x1b[2J'),
      await retort('reproduce', '--recipes', '\x1b[2J'),
      await retort('eval', '--data', 'x\x1b[2J', '--weights', 'x'),
      await retort('loss', 'x\x1b[2J', '--describe'),
    ];
    for (const { stdout, stderr } of shown) {
      assert.ok(stdout + stderr);
      assert.doesNotMatch(stdout + stderr, /[^\P{Cc}\n]|\u202e/u);
    }
    const [list, json] = shown;
    assert.match(list?.stdout ?? '', /\\u001b\[2Jx\\u009b31m\\u202e\\u000d\\n/);
    const students = JSON.parse(json?.stdout ?? '').map(({ student }: { student?: string }) => student);
    assert.ok(students.includes(hostile), 'in JSON it is the same value');
  });

  test('and lost is an error; where nobody reads on it is none', async () => {
    fs.mkdirSync(path.join(scratch, 'empty'));
    const quoted = `'${process.execPath}' '${bin}' runs empty`;
    const [full, closed] = await Promise.all([
      spawned('sh', ['-c', `${quoted} > /dev/full`]),
      spawned('bash', ['-c', `set -o pipefail; { sleep 0.3; ${quoted}; } | true`]),
    ]);
    assert.deepEqual(full, {
      code: 1,
      stdout: '',
      stderr:
        'retort: the output could not be written: the disk is full: free some, or choose a folder on another\n',
    });
    assert.deepEqual(closed, { code: 0, stdout: '', stderr: '' });
  });
});

suite('a recipe whose teacher is still to be trained', () => {
  const recipe = path.join(root, 'recipes/ofa/cifar100-32/kd-mixer_b4_32-deit_tiny_patch4_32.yaml');
  const missing = (stderr: string): string => stderr.replace(/ looked for as .*?; /, ' looked for as …; ');

  test('is shown, with what is missing, and the command that makes it', async () => {
    const { code, stdout, stderr } = await retort('distill', recipe, '--print');
    const near = path.relative('', recipe);
    const where = near.startsWith('..') ? recipe : near;
    const made = where.replace('kd-mixer_b4_32-deit_tiny_patch4_32', 'alone-mixer_b4_32');
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^teacher: mixer_b4_32:runs\/ofa-cifar100-32-alone-mixer_b4_32\/last\.safetensors$/m,
    );
    assert.equal(
      missing(stderr),
      `${where}:5: teacher: there is no file runs/ofa-cifar100-32-alone-mixer_b4_32/last.safetensors: it was looked for as …; this makes it: npx retort train ${made} --out runs/ofa-cifar100-32-alone-mixer_b4_32\n`,
    );
    const run = await retort('distill', recipe);
    assert.deepEqual([run.code, run.stderr], [1, `retort: ${stderr}`]);
  });

  test('may be told by flags', async () => {
    const flags = '--teacher resnet20:some.pth --student resnet8 --data cifar10 --print'.split(' ');
    const { code, stdout, stderr } = await retort('distill', ...flags);
    assert.equal(code, 0);
    assert.match(stdout, /^teacher: resnet20:some\.pth$/m);
    assert.match(stderr, /^the command line: teacher: there is no file some\.pth: it was looked for as /);
  });
});

test('a run of pipes is read no further than that', async () => {
  const runs = path.join(scratch, 'pipes');
  for (const name of ['record', 'log']) RunFolder.create(path.join(runs, name), { settings: {} });
  const record = path.join(runs, 'record/run.json');
  const log = path.join(runs, 'log/metrics.jsonl');
  fs.rmSync(record);
  execFileSync('mkfifo', [record, log]);
  const { code, stdout, stderr } = await retort('runs', runs, '--sort', 'name');
  assert.equal(code, 0);
  assert.ok(
    stdout.endsWith(
      `${path.dirname(record)} (unreadable): ${record} cannot be read: it is a pipe, a device or a socket, not a file\n`,
    ),
    stdout,
  );
  assert.equal(stderr, `${log} is not a file and was passed over\n`);
});

test('a folder where none can be made is refused', () => {
  assert.throws(() => RunFolder.create('/proc/retort/run', { settings: {} }), {
    name: 'RunError',
    message: 'the folder /proc/retort cannot be made: folders cannot be made here',
  });
});

test('a command whose folder can be made nowhere, as in /proc, ends at the first SIGTERM', {
  timeout: 120_000,
}, async (t) => {
  const out = '/proc/retort/run';
  const script = path.join(scratch, 'in-proc.ts');
  // It listens for signals as the commands do, makes the folder, and then stays.
  fs.writeFileSync(
    script,
    `import { stopOnInterrupt } from '${path.join(import.meta.dirname, 'interrupt.ts')}';
import { RunFolder } from '${path.join(import.meta.dirname, '../runs/index.ts')}';
const signal = stopOnInterrupt((line) => console.log(line));
signal.addEventListener('abort', () => process.exit(7));
console.log('listening');
setTimeout(() => {
  try {
    RunFolder.create('${out}', { settings: {} });
  } catch (error) {
    console.log(String(error));
  }
}, 0);
setInterval(() => {}, 1000);
`,
  );
  const child = spawn(process.execPath, [script], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    signal: t.signal,
    killSignal: 'SIGKILL',
  });
  let said = '';
  const exited = once(child, 'exit');
  for await (const chunk of child.stdout) {
    said += chunk;
    if (said.includes('RunError')) break;
  }
  child.kill('SIGTERM');
  assert.deepEqual(await exited, [7, null], said);
  assert.match(said, /RunError: the folder \/proc\/retort cannot be made: folders cannot be made here/);
});

suite('the environment', () => {
  const doctor = async (env: Record<string, string>) => {
    const { code, stdout } = await spawned(process.execPath, [bin, 'doctor', '--json'], env);
    const findings: { name: string; ok: boolean; value: string; cure?: string }[] = JSON.parse(stdout);
    assert.equal(code, 1);
    return findings.filter(({ ok, name }) => !ok && /libtorch|addon/.test(name));
  };

  test('with a limit of memory that is none is refused, and doctor says how to mend it', async () => {
    const refusal = (limit: string) =>
      `RETORT_MEMORY_LIMIT must be a whole number of bytes, as 8000000000, is "${limit}"`;
    assert.deepEqual(await doctor({ RETORT_MEMORY_LIMIT: '1e9999' }), [
      {
        name: 'libtorch loaded',
        ok: false,
        value: refusal('1e9999'),
        cure: 'set RETORT_MEMORY_LIMIT to bytes, or unset it',
      },
    ]);
    const torch = path.join(root, 'packages/torch/src/index.ts');
    const program = `import(${JSON.stringify(torch)}).catch(({ message }) => console.log(message))`;
    for (const limit of ['-1', '0.5', '']) {
      const { stdout } = await spawned(process.execPath, ['--input-type=module', '--eval', program], {
        RETORT_MEMORY_LIMIT: limit,
      });
      assert.equal(stdout, `${refusal(limit)}\n`);
    }
  });

  test('with a LIBTORCH that is none is mended by another one, not by a set-up', async () => {
    const found = await doctor({ LIBTORCH: scratch });
    assert.deepEqual(
      found.map(({ name, cure }) => [name, cure]),
      ['libtorch', 'addon', 'libtorch loaded'].map((name) => [
        name,
        'set LIBTORCH to the folder of a torch package or of an unpacked libtorch, of 2.11 to 2.15, or unset it',
      ]),
    );
  });
});
