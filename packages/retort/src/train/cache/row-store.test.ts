import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, mock, suite, test } from 'node:test';
import { randn, scope, setNumThreads, type Tensor, tensor } from '@retort/torch';
import { Lock } from '../../runs/write/lock.ts';
import { blockSize } from './blocks.ts';
import type { Column } from './columns.ts';
import { RowStore } from './row-store.ts';
import { Store } from './store.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-rows-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const columns: readonly Column[] = [
  { name: 'logits', dtype: 'float32', shape: [4] },
  { name: 'layer1', dtype: 'float16', shape: [2, 3] },
];
const samples = 20;
const rows = [randn([samples, 4]), randn([samples, 2, 3]).to('float16')];
const all = Int32Array.from({ length: samples }, (_, i) => i);
/** In no order, and not all of them. */
const some = Int32Array.of(7, 19, 0, 8, 9, 3);

const pick = (tensors: readonly Tensor[], ids: Int32Array): Tensor[] => {
  const index = tensor(ids);
  return tensors.map((column) => column.index_select(0, index));
};

interface Opened {
  readonly store: RowStore;
  readonly warnings: string[];
}

function open(folder: string, mostWaiting?: number): Opened {
  const warnings: string[] = [];
  const onWarning = (text: string) => warnings.push(text);
  const store = new RowStore({ folder, key: { format: 1 }, samples, columns, mostWaiting, onWarning });
  return { store, warnings };
}

/** The samples that were missing, or damaged, which are there then, as a run leaves it that asks the teacher again. */
function complete({ store }: Opened, ids = all): number[] {
  const { places } = store.find(0, ids);
  const missing = ids.filter((_, place) => !places.includes(place));
  store.add(0, missing, pick(rows, missing));
  store.flush();
  return Array.from(missing);
}

function assertRows({ store }: Opened, ids: Int32Array, expected: readonly Tensor[] = rows): void {
  const found = store.find(0, ids);
  assert.deepEqual(Array.from(found.places), [...ids.keys()]);
  for (const [i, column] of pick(expected, ids).entries())
    assert.deepEqual(found.columns[i]?.toFlatArray(), column.toFlatArray());
}

const names = ['0.bin', '1.bin', 'rows.bin'];
const filesOf = (folder: string) => names.map((name) => fs.readFileSync(path.join(folder, 'view-0', name)));

suite('rows by sample', () => {
  test('are there at once, in any order, and for whoever opens the folder later', () => {
    const folder = path.join(scratch, 'order');
    const first = open(folder);
    assert.equal(first.store.missing(0), samples);
    assert.deepEqual(first.store.find(0, some).columns, []);
    assert.ok(!fs.existsSync(folder), 'looking makes no files');
    first.store.add(0, some, pick(rows, some));
    assert.equal(first.store.missing(0), samples - some.length, 'also while they wait to be written');
    assertRows(first, some.toReversed());
    first.store.flush();
    const later = open(folder);
    assert.equal(later.store.missing(0), samples - some.length);
    const { places } = later.store.find(0, all);
    assert.deepEqual(
      Array.from(places),
      Array.from(some).sort((a, b) => a - b),
    );
    assertRows(later, some);
    assert.deepEqual(
      complete(later),
      Array.from(all).filter((id) => !some.includes(id)),
    );
    assertRows(open(folder), all);
    assert.equal(open(folder).store.missing(1), samples, 'of another view there are none');
    assert.deepEqual(later.warnings, []);
  });

  test('are asked again where a file is missing, or anything else is in its place', () => {
    const folder = path.join(scratch, 'places');
    complete(open(folder));
    const whole = filesOf(folder);
    const other = path.join(scratch, 'other');
    const text = 'of someone else\n'.repeat(100);
    fs.writeFileSync(other, text);
    const damages: Readonly<Record<string, (place: string) => void>> = {
      nothing: () => {},
      'a folder': (place) => fs.mkdirSync(path.join(place, 'inner'), { recursive: true }),
      'an empty file': (place) => fs.writeFileSync(place, ''),
      'a loop of links': (place) => fs.symlinkSync(path.basename(place), place),
      'a link to nowhere': (place) => fs.symlinkSync('nowhere', place),
      'a link to a device': (place) => fs.symlinkSync('/dev/zero', place),
      'a link to another file': (place) => fs.symlinkSync(other, place),
      'a pipe': (place) => execFileSync('mkfifo', [place]),
    };
    const keeps = ['key.json', 'lock'];
    for (const name of ['', 'view-0', ...keeps, ...names.map((file) => `view-0/${file}`)])
      for (const [what, damage] of Object.entries(damages)) {
        const place = path.join(folder, name);
        fs.rmSync(place, { recursive: true, force: true });
        damage(place);
        const asked = complete(open(folder));
        assert.deepEqual(
          asked,
          keeps.includes(name) ? [] : Array.from(all),
          `${what} in the place of ${name}`,
        );
        // What is not in the way of reading is put right by the next that writes.
        if (keeps.includes(name)) {
          fs.rmSync(path.join(folder, 'view-0/rows.bin'));
          assert.equal(complete(open(folder)).length, samples, `${what} in the place of ${name}`);
          const stat = name === 'lock' ? fs.lstatSync(place) : fs.statSync(place);
          assert.ok(stat.isFile(), `${what} in the place of ${name}`);
        }
        assert.deepEqual(complete(open(folder)), []);
        assert.deepEqual(filesOf(folder), whole);
        assert.equal(fs.readFileSync(other, 'utf8'), text, 'what a link leads to is not written to');
        fs.rmSync(path.join(folder, 'nowhere'), { force: true });
        fs.rmSync(path.join(folder, 'view-0/nowhere'), { force: true });
        fs.rmSync(path.join(scratch, 'nowhere'), { force: true });
      }
  });

  test('through a link are read, and written beside it', () => {
    const folder = path.join(scratch, 'linked');
    complete(open(folder), some);
    for (const name of names) {
      const file = path.join(folder, 'view-0', name);
      fs.renameSync(file, path.join(scratch, `linked-${name}`));
      fs.symlinkSync(path.join(scratch, `linked-${name}`), file);
    }
    const before = names.map((name) => fs.readFileSync(path.join(scratch, `linked-${name}`)));
    const opened = open(folder);
    assertRows(opened, some);
    complete(opened);
    assertRows(opened, all);
    assert.deepEqual(
      names.map((name) => fs.readFileSync(path.join(scratch, `linked-${name}`))),
      before,
    );
  });

  test('of which a byte is another, or whose file was cut short, are asked again, and no others; a warning says so once', () => {
    const folder = path.join(scratch, 'bytes');
    complete(open(folder));
    const whole = filesOf(folder);
    const sizes = [16, 12, 16];
    for (const [i, name] of names.entries()) {
      const before = whole[i] ?? Buffer.alloc(0);
      const size = sizes[i] ?? 1;
      for (const place of [0, 1, before.length >> 1, before.length - 1]) {
        const sample = Math.floor(place / size);
        const flipped = Buffer.from(before);
        flipped[place] = (flipped[place] ?? 0) ^ 1;
        const cut = Array.from(all).slice(sample);
        for (const [bytes, lost] of [
          [flipped, [sample]],
          [before.subarray(0, place), cut],
        ] as const) {
          fs.writeFileSync(path.join(folder, 'view-0', name), bytes);
          const opened = open(folder);
          assert.deepEqual(complete(opened), lost, `${name}, byte ${place}`);
          const warning = `${path.join(folder, 'view-0')}: rows of the teacher cache are damaged: the teacher is asked again`;
          // A table that ends between two names says nothing of those that it lacks.
          const isSilent = name === 'rows.bin' && bytes.length < before.length && place % size === 0;
          assert.deepEqual(opened.warnings, isSilent ? [] : [warning], `${name}, byte ${place}`);
          assert.deepEqual(filesOf(folder), whole, `${name}, byte ${place}`);
          assertRows(opened, all);
        }
      }
    }
  });

  test('moved to the place of another are no rows of it', () => {
    const folder = path.join(scratch, 'moved');
    complete(open(folder));
    const whole = filesOf(folder);
    const copies = filesOf(folder);
    for (const [i, size] of [16, 12, 16].entries()) copies[i]?.copy(copies[i], 5 * size, 4 * size, 5 * size);
    for (const [i, name] of names.entries())
      fs.writeFileSync(path.join(folder, 'view-0', name), copies[i] ?? '');
    assert.deepEqual(complete(open(folder)), [5]);
    assert.deepEqual(filesOf(folder), whole);
  });

  test('of a process that ended before it named them, or between two bytes of a name, are asked again', () => {
    const folder = path.join(scratch, 'half');
    complete(open(folder));
    const whole = filesOf(folder);
    const table = Buffer.from(whole[2] ?? '');
    table.fill(0, 3 * 16, 4 * 16);
    table.fill(0, 11 * 16 + 5, 12 * 16);
    fs.writeFileSync(path.join(folder, 'view-0/rows.bin'), table);
    const columnOf = Buffer.from(whole[0] ?? '');
    columnOf.fill(7, 3 * 16, 4 * 16 - 3);
    fs.writeFileSync(path.join(folder, 'view-0/0.bin'), columnOf);
    assert.deepEqual(complete(open(folder)), [3, 11]);
    assert.deepEqual(filesOf(folder), whole);
  });

  test('of two writers at one folder are those of whoever was first, for both', () => {
    const folder = path.join(scratch, 'two');
    const others = rows.map((column) => column.add(1));
    const [one, two] = [open(folder), open(folder)];
    const [odd, late] = [Int32Array.of(1, 3, 5), Int32Array.of(3, 4, 5, 6)];
    for (const { store } of [one, two]) store.open(0);
    one.store.add(0, odd, pick(rows, odd));
    two.store.add(0, late, pick(others, late));
    one.store.flush();
    two.store.flush();
    const mixed = rows.map((column, i) => {
      const copy = column.clone();
      for (const id of [4, 6]) copy.select(0, id).copy_(others[i]?.select(0, id) ?? copy);
      return copy;
    });
    for (const opened of [one, two, open(folder)]) {
      assertRows(opened, Int32Array.of(1, 3, 4, 5, 6), mixed);
      assert.deepEqual(opened.warnings, []);
    }
  });

  test('that come while another writes their block are those of the block', () => {
    const folder = path.join(scratch, 'block-first');
    const others = rows.map((column) => column.add(1));
    const opened = open(folder);
    opened.store.open(0);
    opened.store.add(0, some, pick(others, some));
    const blocks = new Store({ folder, key: { format: 1 }, samples, columns, blockSize });
    blocks.write(0, 0, rows);
    opened.store.flush();
    assert.deepEqual(new Store({ folder, key: { format: 1 }, samples, columns, blockSize }).missing(0), []);
    for (const one of [opened, open(folder)]) {
      assertRows(one, all);
      assert.deepEqual(one.warnings, []);
    }
  });

  test('wait for a moment only, and at most so many bytes of them', () => {
    const folder = path.join(scratch, 'waiting');
    const { store } = open(folder, 3 * (16 + 12));
    const on = (id: number) =>
      fs.existsSync(folder) ? open(folder).store.find(0, Int32Array.of(id)).places.length : 0;
    const add = (id: number) => store.add(0, Int32Array.of(id), pick(rows, Int32Array.of(id)));
    for (const id of [4, 2]) add(id);
    assert.deepEqual([on(4), on(2)], [0, 0]);
    add(9);
    assert.deepEqual([on(4), on(2), on(9)], [1, 1, 1]);
    add(11);
    assert.equal(on(11), 0);
    const { now } = performance;
    mock.method(performance, 'now', () => now.call(performance) + 3000);
    add(12);
    mock.restoreAll();
    assert.deepEqual([on(11), on(12)], [1, 1]);
  });

  test('wait on while another process has the lock, which is an error only where they must be on the disk', () => {
    const folder = path.join(scratch, 'locked');
    const opened = open(folder, 1000);
    complete(opened, some);
    const take = mock.method(Lock, 'take', () => null);
    const { now } = performance;
    mock.method(performance, 'now', () => now.call(performance) + 3000);
    for (const id of [1, 2]) opened.store.add(0, Int32Array.of(id), pick(rows, Int32Array.of(id)));
    assert.equal(open(folder).store.missing(0), samples - some.length);
    assert.throws(() => opened.store.flush(), {
      name: 'RunError',
      message: `the teacher cache ${folder} could not be written: another process has had its lock for 10 seconds: wait until it is done, or end it`,
    });
    take.mock.restore();
    mock.restoreAll();
    opened.store.flush();
    assert.equal(open(folder).store.missing(0), samples - some.length - 2);
    assertRows(open(folder), Int32Array.of(1, 2, ...some));
  });

  test('that cannot be written are a sentence with the folder, and are written when they can be', () => {
    const folder = path.join(scratch, 'full');
    const opened = open(folder);
    complete(opened, some);
    const write = fs.writeSync;
    let left = 2;
    mock.method(fs, 'writeSync', (...args: Parameters<typeof fs.writeSync>) => {
      if (--left < 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      return write(...args);
    });
    opened.store.add(0, all, rows);
    assert.throws(() => opened.store.flush(), {
      name: 'RunError',
      message: `the teacher cache ${path.join(folder, 'view-0')} could not be written: the disk is full: free some, or choose a folder on another`,
    });
    mock.restoreAll();
    assert.equal(open(folder).store.missing(0), samples - some.length, 'what is half written has no name');
    opened.store.flush();
    assertRows(open(folder), all);
  });

  test('take files of one size, however often they are damaged and written', () => {
    const folder = path.join(scratch, 'bounded');
    complete(open(folder));
    const whole = filesOf(folder);
    for (let i = 0; i < 20; i++) {
      const flipped = Buffer.from(whole[0] ?? '');
      flipped[i * 16] = (flipped[i * 16] ?? 0) ^ 1;
      fs.writeFileSync(path.join(folder, 'view-0/0.bin'), flipped);
      assert.deepEqual(complete(open(folder)), [i]);
    }
    assert.deepEqual(filesOf(folder), whole);
    assert.deepEqual(fs.readdirSync(folder).sort(), ['key.json', 'lock', 'view-0']);
    assert.deepEqual(fs.readdirSync(path.join(folder, 'view-0')).sort(), names);
  });

  test('are opened by their table alone', () => {
    const folder = path.join(scratch, 'large');
    const many = 1_300_000;
    const wide: readonly Column[] = [{ name: 'layer', dtype: 'float16', shape: [512, 7, 7] }];
    const make = () => new RowStore({ folder, key: {}, samples: many, columns: wide });
    const ids = Int32Array.of(many - 1, 5);
    scope(() => {
      const large = [randn([2, 512, 7, 7]).to('float16')];
      const store = make();
      store.add(0, ids, large);
      store.flush();
      const bytes: number[] = [];
      const read = fs.readSync;
      mock.method(fs, 'readSync', (...args: Parameters<typeof fs.readSync>) => {
        const length = read(...args);
        bytes.push(length);
        return length;
      });
      const later = make();
      assert.equal(later.missing(0), many - 2);
      assert.equal(
        bytes.reduce((sum, length) => sum + length, 0),
        many * 16,
        'of 65 GB',
      );
      mock.restoreAll();
      const { columns: found } = later.find(0, ids);
      assert.ok(found[0]?.equal(large[0] ?? found[0]));
    });
  });

  test('leaves what another process makes while it looks whether there is a cache', () => {
    const folder = path.join(scratch, 'raced');
    let other: Opened | null = null;
    for (const name of ['statSync', 'lstatSync'] as const) {
      const asked = fs[name];
      mock.method(fs, name, (...args: Parameters<typeof asked>) => {
        if (args[0] !== folder || other) return asked(...args);
        other = open(folder);
        complete(other, some);
        fs.writeFileSync(path.join(folder, 'theirs'), '');
        throw Object.assign(new Error('it was not there'), { code: 'ENOENT' });
      });
    }
    const own = open(folder);
    own.store.add(0, all, pick(rows, all));
    own.store.flush();
    mock.restoreAll();
    assert.ok(fs.existsSync(path.join(folder, 'theirs')));
    assertRows(open(folder), all);
  });
});
