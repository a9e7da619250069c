import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { compareRuns, EventWriter, findRuns, Log, RunError, RunFolder, readLog, readRun } from './index.ts';
import { encodeEvent, record } from './write/event.ts';
import { Lock } from './write/lock.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-runs-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const place = (...names: string[]): string => path.join(scratch, ...names);

suite('events', () => {
  const reference: string[] = JSON.parse(
    fs.readFileSync(path.join(import.meta.dirname, '../../reference/tensorboard-events.json'), 'utf8'),
  );
  test('are byte for byte what TensorBoard writes', () => {
    const events = [
      encodeEvent({ wallTime: 1700000000.25, step: 0, what: { kind: 'version' } }),
      encodeEvent({ wallTime: 1700000001.5, step: 7, what: { kind: 'start' } }),
      encodeEvent({
        wallTime: 1700000002,
        step: 300,
        what: { kind: 'scalars', values: { 'train/loss': 2.5, lr: 0.05, 'test/top1': 0.6493 } },
      }),
      encodeEvent({
        wallTime: 1700000003,
        step: 0,
        what: { kind: 'text', tag: 'recipe', text: '    seed: 0\n    name: größer' },
      }),
    ];
    assert.deepEqual(
      events.map((event) => Buffer.from(record(event)).toString('base64')),
      reference,
    );
  });

  test('behind a checkpoint are cut away, and the new file says from which step on it counts', () => {
    const folder = place('events');
    fs.mkdirSync(folder);
    let time = 1000;
    const clock = () => time++;
    const first = new EventWriter(folder, { clock });
    first.scalars({ lr: 1 }, 1);
    first.close();
    new EventWriter(folder, { clock, step: 9 }).close();
    const after = fs.readdirSync(folder).length;
    assert.equal(after, 1, 'nothing is kept where nothing was checkpointed');
    fs.rmSync(folder, { recursive: true });
    fs.mkdirSync(folder);
    const again = new EventWriter(folder, { clock });
    again.scalars({ lr: 1 }, 1);
    const kept = again.flush();
    again.scalars({ lr: 2 }, 2);
    again.close();
    new EventWriter(folder, { clock, after: kept, step: 2 }).close();
    const [old = '', now = ''] = fs.readdirSync(folder).sort();
    assert.equal(old, kept.file);
    assert.equal(fs.statSync(path.join(folder, old)).size, kept.offset);
    const version = Buffer.from(reference[0] ?? '', 'base64').length;
    const start = record(encodeEvent({ wallTime: 1, step: 2, what: { kind: 'start' } })).length;
    assert.equal(fs.statSync(path.join(folder, now)).size, version + start);
  });
});

suite('events of a run that is resumed', () => {
  const folder = place('events-elsewhere');
  const name = 'events.out.tfevents.0000001000.here.1';
  const file = path.join(folder, name);
  const goOn = () => new EventWriter(folder, { after: { file: name, offset: 9 }, step: 2 }).close();
  test('are not cut out of what is no file of events, and folders do not stop it', () => {
    fs.mkdirSync(folder);
    const other = path.join(folder, 'other.txt');
    fs.writeFileSync(other, 'of someone else');
    for (const make of [
      () => fs.symlinkSync('other.txt', file),
      () => fs.symlinkSync(name, file),
      () => fs.symlinkSync('nowhere', file),
      () => fs.mkdirSync(file),
      () => fs.writeFileSync(file, 'a text that is not of events'),
      () => execFileSync('mkfifo', [file]),
    ]) {
      make();
      goOn();
      assert.equal(fs.readFileSync(other, 'utf8'), 'of someone else');
      assert.ok(fs.lstatSync(file), 'it stays');
      fs.rmSync(file, { recursive: true });
    }
    fs.mkdirSync(path.join(folder, 'events.out.tfevents.9999999999.here.1/inner'), { recursive: true });
    goOn();
    assert.ok(!fs.existsSync(path.join(folder, 'events.out.tfevents.9999999999.here.1')));
  });
});

suite('a log', () => {
  test('is cut back to a checkpoint, and refuses one that it does not know', () => {
    const file = place('log.jsonl');
    const log = Log.openAt(file, 0);
    log.append({ epoch: 1 });
    const { offset } = log;
    log.append({ epoch: 2 });
    log.close();
    Log.openAt(file, offset).close();
    assert.deepEqual(readLog(file).records, [{ epoch: 1 }]);
    assert.throws(() => Log.openAt(file, offset + 1), /is shorter than at its last checkpoint/);
    assert.throws(() => Log.openAt(file, offset - 1), /no line that ends at byte/);
    assert.throws(
      () => Log.openAt(place('none.jsonl'), 5),
      /is missing: at its last checkpoint it had 5 bytes/,
    );
  });
  test('is not resumed where a byte before the checkpoint is another, or it is no file', () => {
    const file = place('changed.jsonl');
    const log = Log.openAt(file, 0);
    log.append({ epoch: 1 });
    const { offset, sha256 } = log;
    log.append({ epoch: 2 });
    log.close();
    Log.openAt(file, offset, sha256).close();
    assert.equal(Log.openAt(file, offset, sha256).sha256, sha256);
    fs.writeFileSync(file, '{"epoch":7}\n{"epoch":2}\n');
    assert.throws(
      () => Log.openAt(file, offset, sha256),
      new RunError(
        `${file} was changed since the checkpoint: its first 12 bytes differ. Bring back what was there, or begin anew in another folder (--out)`,
      ),
    );
    assert.equal(fs.readFileSync(file, 'utf8'), '{"epoch":7}\n{"epoch":2}\n', 'nothing is cut');
    for (const [why, make] of [
      ['it is a folder, not a file', () => fs.mkdirSync(file)],
      ['its links lead in a loop', () => fs.symlinkSync('changed.jsonl', file)],
      ['there is no such file or folder', () => fs.symlinkSync('nowhere', file)],
      ['it is a pipe, a device or a socket, not a file', () => execFileSync('mkfifo', [file])],
    ] as const) {
      fs.rmSync(file, { recursive: true });
      make();
      assert.throws(
        () => Log.openAt(file, offset, sha256),
        new RunError(`${file} cannot be read: ${why}; at its last checkpoint it had 12 bytes`),
      );
    }
    assert.throws(
      () => Log.openAt(place('nothing.jsonl'), 5),
      new RunError(`${place('nothing.jsonl')} is missing: at its last checkpoint it had 5 bytes`),
    );
  });
  test('that begins is a file of its own, whatever a link of its name leads to', () => {
    const [file, other] = [place('linked.jsonl'), place('other.txt')];
    fs.writeFileSync(other, 'of someone else');
    fs.symlinkSync('other.txt', file);
    using log = Log.openAt(file, 0);
    log.append({ epoch: 1 });
    assert.equal(fs.readFileSync(other, 'utf8'), 'of someone else');
    assert.deepEqual(readLog(file).records, [{ epoch: 1 }]);
    fs.mkdirSync(place('folder.jsonl'));
    assert.throws(
      () => Log.openAt(place('folder.jsonl'), 0),
      new RunError(`${place('folder.jsonl')} could not be opened: it is a folder, not a file`),
    );
  });
  test('is read as far as it is whole', () => {
    const file = place('half.jsonl');
    fs.writeFileSync(file, '{"epoch":1}\nnonsense\n{"epoch":2}\n{"ep');
    const { records, notes } = readLog(file);
    assert.deepEqual(records, [{ epoch: 1 }, { epoch: 2 }]);
    assert.deepEqual(
      notes.map((note) => note.replace(scratch, '')),
      [
        '/half.jsonl: line 2 is no JSON object and was passed over',
        '/half.jsonl: line 4 is not whole and was passed over',
      ],
    );
  });
});

suite('a lock', () => {
  test('is one process’s until it lets go, or is killed', async () => {
    const folder = place('locked');
    fs.mkdirSync(folder);
    const script = `import { Lock } from '${path.join(import.meta.dirname, 'write/lock.ts')}'; globalThis.lock = Lock.take(process.argv[1]); console.log(String(globalThis.lock !== null)); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script, folder]);
    const said = await new Promise((resolve) =>
      child.stdout.on('data', (text) => resolve(String(text).trim())),
    );
    assert.equal(said, 'true');
    assert.equal(Lock.take(folder), null);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('close', resolve));
    using lock = Lock.take(folder);
    assert.ok(lock);
    assert.equal(Lock.take(folder), null, 'nor is it taken twice in a process');
    lock.release();
    assert.deepEqual(fs.readdirSync(folder), ['lock']);
    using again = Lock.take(folder);
    assert.ok(again);
    fs.rmSync(folder, { recursive: true });
    assert.throws(
      () => Lock.take(folder),
      new RunError(
        `${folder}/lock could not be locked (unable to open database file): a run needs a folder that it can lock`,
      ),
    );
  });
});

const recipe = (more: object = {}): Record<string, unknown> => ({
  name: 'kd',
  seed: 0,
  student: 'resnet8',
  teacher: 'resnet20:/weights/resnet20.pth',
  data: { name: 'cifar100' },
  stages: [
    { epochs: 2, methods: [{ name: 'fitnet' }, { name: 'kd', temperature: 4 }] },
    { epochs: 3, methods: [{ name: 'kd' }] },
  ],
  ...more,
});

function write(name: string, settings: object, top1: readonly number[], more: object = {}): string {
  const folder = place(name);
  fs.mkdirSync(folder, { recursive: true });
  const started = '2026-01-01T00:00:00.000Z';
  const run = {
    settings,
    status: 'finished',
    started,
    versions: { libtorch: '2.15.0' },
    machine: {},
    process: '',
    host: os.hostname(),
  };
  fs.writeFileSync(path.join(folder, 'run.json'), JSON.stringify({ ...run, ...more }));
  const lines = top1.map((value, i) =>
    JSON.stringify({
      epoch: i + 1,
      epochs: 5,
      seconds: 10,
      losses: { kd: 1 / (i + 1) },
      lr: 0.1,
      test: { top1: value, images: 100 },
    }),
  );
  fs.writeFileSync(path.join(folder, 'metrics.jsonl'), `${lines.join('\n')}\n`);
  return folder;
}

suite('runs', () => {
  test('are read: what they are about, how they ended, last and best', () => {
    const run = readRun(write('a', recipe(), [0.2, 0.5, 0.4]));
    const { student, teacher, method, data, epochsDone, epochsTotal, scores, seconds, status } = run;
    assert.deepEqual(
      [student, teacher, method, data, epochsDone, epochsTotal, seconds, status],
      ['resnet8', 'resnet20:/weights/resnet20.pth', 'fitnet+kd > kd', 'cifar100', 3, 5, 30, 'finished'],
    );
    assert.deepEqual(scores, { top1: { last: 0.4, best: 0.5 } });
    assert.deepEqual(run.headline, { metric: 'top1', better: 'higher' });
  });
  test('call a network the same, whichever way it was written, and its model where a run says it', () => {
    const teacher = write('teacher', { student: { name: 'resnet20' }, stages: [] }, [0.5]);
    const best = path.join(teacher, 'best.safetensors');
    const written = [
      teacher,
      best,
      `resnet20:${teacher}`,
      `resnet20:${best}`,
      { weights: teacher },
      { name: 'resnet20', weights: best },
    ];
    const runs = written.map((teacher) => readRun(write('student', recipe({ teacher }), [0.2])));
    for (const run of runs) assert.equal(run.teacher, `resnet20:${teacher}`);
    assert.deepEqual(compareRuns(runs).settings, [], 'nor do they differ in it');
    assert.equal(compareRuns(runs).groups.length, 1);
    const other = { name: 'resnet20', weights: best, key: 'ema', classes: 10 };
    const [of, also] = [{ a: '/a.pth', b: other }, { a: '/a.pth' }].map((teachers) =>
      readRun(write('student', recipe({ teacher: undefined, teachers }), [0.2])),
    );
    assert.equal(of?.teacher, `/a.pth+resnet20:${best}#ema`);
    assert.deepEqual(
      of && also && compareRuns([of, also]).settings.map(({ path, values }) => [path, values]),
      [
        ['teachers.b.classes', [[10], [undefined]]],
        ['teachers.b', [[`resnet20:${best}#ema`], [undefined]]],
      ],
    );
    assert.equal(
      readRun(write('student', recipe({ student: '/net.ts#create:/a.pth' }), [0.2])).student,
      '/net.ts#create:/a.pth',
    );
    for (const name of ['student', 'teacher']) fs.rmSync(place(name), { recursive: true });
  });
  test('that are done are told by their result, whatever became of the log', () => {
    const result = { last: { top1: 0.7 }, best: { top1: 0.8 }, epochs: 5 };
    const run = readRun(write('cut', recipe(), [0.2, 0.5], { result }));
    assert.deepEqual([run.scores, run.epochsDone], [{ top1: { last: 0.7, best: 0.8 } }, 5]);
    assert.match(run.notes[0] ?? '', /metrics\.jsonl ends at epoch 2 of 5/);
    fs.rmSync(place('cut'), { recursive: true });
  });
  test('are not made where there are others below, which would be hidden', () => {
    write('seeds/seed-0', recipe(), [0.2]);
    assert.throws(
      () => RunFolder.create(place('seeds'), { settings: {} }),
      /holds runs of its own, as seed-0: choose another --out/,
    );
    fs.rmSync(place('seeds'), { recursive: true });
  });
  test('whose process is gone were killed; those of another machine are said to be there', () => {
    const running = { status: 'running', process: '999999@1' };
    assert.equal(readRun(write('gone', recipe(), [0.1], running)).status, 'killed');
    const { status, elsewhere } = readRun(write('far', recipe(), [0.1], { ...running, host: 'far-away' }));
    assert.deepEqual([status, elsewhere], ['running', 'far-away']);
  });
  test('are found where links lead, each once, and by its own name where it has one', () => {
    const disk = place('linked', 'disk');
    fs.cpSync(place('a'), path.join(disk, 'far', 'kd'), { recursive: true });
    const folder = place('linked', 'runs');
    fs.cpSync(place('a'), path.join(folder, 'own'), { recursive: true });
    for (const [name, target] of [
      ['again', path.join(disk, 'far')],
      ['a-longer-way', path.join(folder, '..')],
      ['latest', 'own'],
      ['all', disk],
      ['round', '.'],
      ['itself', 'itself'],
      ['nowhere', 'no-such-folder'],
    ] as const)
      fs.symlinkSync(target, path.join(folder, name));
    const found = (onLinked?: (run: string) => void): string[] =>
      findRuns(folder, onLinked ? { onLinked } : {}).map((run) => path.relative(folder, run));
    assert.deepEqual(found(), ['again/kd', 'own']);
    const linked: string[] = [];
    assert.deepEqual(
      found((run) => linked.push(path.relative(folder, run))),
      ['own'],
    );
    assert.deepEqual(linked, ['again/kd']);
    assert.deepEqual(
      findRuns(path.join(folder, 'again')).map((run) => path.basename(run)),
      ['kd'],
    );
    fs.rmSync(place('linked'), { recursive: true });
  });
  test('are found below a folder; what is no run is a sentence', () => {
    assert.deepEqual(
      findRuns(scratch).map((folder) => path.relative(scratch, folder)),
      ['a', 'far', 'gone'],
    );
    assert.throws(
      () => readRun(scratch),
      new RegExp(`holds no run: there is no run\\.json; runs are below it: name one, as ${place('a')}$`),
    );
    assert.throws(() => readRun(place('nowhere')), /there is no folder/);
    fs.mkdirSync(place('broken'));
    for (const [text, sentence] of [
      ['{"settings":', /is damaged/],
      [
        '{\n  "settings": {},\n x',
        /run\.json is damaged: Expected double-quoted property name in JSON at position 21 \(line 3 column 2\)$/,
      ],
      ['no\nJSON', /run\.json is damaged: Unexpected token 'o', "no\\nJSON" is not valid JSON$/],
      [
        '{"settings":{},"status":"sleeping","started":""}',
        /run\.json is not the record of a run: status: there is no status 'sleeping': there are running, finished, stopped, failed$/,
      ],
      [
        '{"settings":[],"status":"failed","started":3,"inputs":{"data":{"sha256":4}},"changes":{}}',
        /run\.json is not the record of a run: settings: must be a map of keys, is \[\]; changes: must be a list, is \{\}; inputs\.data\.sha256: must be text, is 4; started: must be text, is 3$/,
      ],
      ['[]', /run\.json is not the record of a run: must be a map of keys, is \[\]$/],
    ] as const) {
      fs.writeFileSync(place('broken/run.json'), text);
      assert.throws(
        () => readRun(place('broken')),
        (error) => error instanceof RunError && sentence.test(error.message),
      );
    }
    fs.rmSync(place('broken'), { recursive: true });
  });
  test('are compared: settings that differ by their paths, seeds as mean and spread', () => {
    const other = recipe({ stages: [{ epochs: 5, methods: [{ name: 'kd', temperature: 2 }] }] });
    const runs = [
      write('kd/seed-0', recipe(), [0.5, 0.6]),
      // Which published row it is beside is no setting.
      write('kd/seed-1', recipe({ seed: 1, published: { table: 'crd' } }), [0.5, 0.7]),
      write('other', other, [0.4]),
    ].map(readRun);
    const { groups, settings, metrics } = compareRuns(runs);
    assert.deepEqual(
      groups.map(({ runs }) => runs.length),
      [2, 1],
    );
    assert.equal(groups[0]?.name, place('kd'));
    assert.deepEqual(
      settings.map(({ path, values }) => [path, values]),
      [
        ['seed', [[0, 1], [0]]],
        ['stages.0.epochs', [[2], [5]]],
        ['stages.0.methods.0.name', [['fitnet'], ['kd']]],
        ['stages.0.methods.1.name', [['kd'], [undefined]]],
        ['stages.0.methods.1.temperature', [[4], [undefined]]],
        ['stages.1.epochs', [[3], [undefined]]],
        ['stages.1.methods.0.name', [['kd'], [undefined]]],
        ['stages.0.methods.0.temperature', [[undefined], [2]]],
      ],
    );
    const [top1] = metrics;
    assert.equal(top1?.tag, 'test/top1');
    const [kd, alone] = top1?.values ?? [];
    assert.ok(
      Math.abs((kd?.mean ?? 0) - 0.65) < 1e-12 && Math.abs((kd?.deviation ?? 0) - Math.SQRT1_2 / 10) < 1e-12,
    );
    assert.equal(alone?.mean, 0.4);
    // The folder of all runs is not the name of two of them.
    const again = ['kd-first', 'kd-again'].map((name) => readRun(write(name, recipe(), [0.5])));
    assert.deepEqual(
      compareRuns(again).groups.map(({ name }) => name),
      [`${place('kd-first')} and 1 more`],
    );
    // A third seed that was stopped in its first epoch.
    const stopped = readRun(write('kd/seed-2', recipe({ seed: 2 }), [0.1], { status: 'stopped' }));
    const [top1OfThree] = compareRuns([...runs, stopped]).metrics;
    assert.deepEqual(top1OfThree, top1);
  });
});
