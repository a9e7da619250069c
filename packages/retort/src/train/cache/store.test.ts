import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, mock, suite, test } from 'node:test';
import { aten, randn, type Tensor, tensor, zeros } from '@retort/torch';
import type { Column } from './columns.ts';
import { RowStore } from './row-store.ts';
import { Store } from './store.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-store-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const columns: readonly Column[] = [
  { name: 'logits', dtype: 'float32', shape: [4] },
  { name: 'layer1', dtype: 'float32', shape: [2, 3] },
];
const samples = 20;
const rows = [randn([samples, 4]), randn([samples, 2, 3])];

/** A store of two blocks. */
function open(folder: string, warnings: string[] = []): Store {
  const onWarning = (text: string) => warnings.push(text);
  return new Store({ folder, key: { format: 1 }, samples, columns, blockSize: 10, onWarning });
}

/** Writes what is missing, as a run does that asks the teacher again. Answers which blocks these were. */
function fill(folder: string, warnings?: string[]): number[] {
  const store = open(folder, warnings);
  const missing = store.missing(0);
  for (const block of missing)
    store.write(
      0,
      block,
      rows.map((column) => column.narrow(0, 10 * block, 10)),
    );
  return missing;
}

suite('what a teacher said, in files', () => {
  const folder = path.join(scratch, 'store');
  const files = ['view-0/0.bin', 'view-0/1.bin', 'view-0/blocks.jsonl'];
  const at = (name: string) => path.join(folder, name);
  fill(folder);
  const whole = files.map((name) => fs.readFileSync(at(name)));
  const [line = '', second = ''] = String(whole[2]).split('\n');

  test('is asked again where a file is missing, or anything else is in its place', () => {
    const [other, empty] = ['other', 'empty'].map((name) => path.join(scratch, name)) as [string, string];
    const damages: Readonly<Record<string, (place: string) => void>> = {
      nothing: () => {},
      'a folder': (place) => fs.mkdirSync(path.join(place, 'inner'), { recursive: true }),
      'an empty file': (place) => fs.writeFileSync(place, ''),
      'a loop of links': (place) => fs.symlinkSync(path.basename(place), place),
      'a link to nowhere': (place) => fs.symlinkSync('nowhere', place),
      'a link to a device': (place) => fs.symlinkSync('/dev/zero', place),
      'a link to another file': (place) => fs.symlinkSync(other, place),
      'a link to another file, which is empty': (place) => fs.symlinkSync(empty, place),
    };
    fs.writeFileSync(other, 'of someone else\n'.repeat(100));
    fs.writeFileSync(empty, '');
    for (const name of ['', 'view-0', 'key.json', ...files])
      for (const [what, damage] of Object.entries(damages)) {
        fs.rmSync(at(name), { recursive: true });
        damage(at(name).replace(/\/$/, ''));
        const asked = fill(folder);
        assert.deepEqual(asked, name === 'key.json' ? [] : [0, 1], `${what} in the place of ${name}`);
        assert.deepEqual(fill(folder), []);
        assert.deepEqual(
          files.slice(0, 2).map((file) => fs.readFileSync(at(file))),
          whole.slice(0, 2),
        );
        assert.deepEqual(
          [other, empty].map((file) => fs.readFileSync(file, 'utf8')),
          ['of someone else\n'.repeat(100), ''],
          'what a link leads to is not written to',
        );
        if (name === 'key.json') fs.rmSync(at(name), { recursive: true, force: true });
        fs.rmSync(path.join(scratch, 'nowhere'), { force: true });
        if (name === 'key.json') fs.writeFileSync(at(name), '{}');
      }
  });

  test('is asked again where a byte of it is another, or it is cut short', () => {
    for (const name of files) {
      const before = fs.readFileSync(at(name));
      for (const place of [0, before.length >> 1, before.length - 2]) {
        const flipped = Buffer.from(before);
        flipped[place] = (flipped[place] ?? 0) ^ 1;
        for (const bytes of [flipped, before.subarray(0, place)]) {
          fs.writeFileSync(at(name), bytes);
          assert.ok(fill(folder).length > 0, `${name}, byte ${place}`);
          assert.deepEqual(fill(folder), []);
        }
      }
      assert.deepEqual(
        files.slice(0, 2).map((file) => fs.readFileSync(at(file))),
        whole.slice(0, 2),
      );
    }
  });

  test('is asked again where the journal says what cannot be', () => {
    const journals = [
      line.replace('"block":0', '"block":-1'),
      line.replace('"block":0', '"block":2'),
      line.replace('"block":0', '"block":1e300'),
      line.replace(/[0-9a-f]{64}/, '0'),
      line.replace(/\[.*\]/, '{}'),
      'null',
      '\0'.repeat(100),
      'x'.repeat(1 << 20),
    ];
    for (const journal of journals) {
      fs.writeFileSync(at('view-0/blocks.jsonl'), `${journal}\n${second}\n`);
      const warnings: string[] = [];
      const asked = fill(folder, warnings);
      assert.deepEqual([asked[0], warnings.length], [0, 1], journal.slice(0, 80));
      assert.match(
        warnings[0] ?? '',
        /^\S*view-0: 1 of [12] blocks of the teacher cache are damaged: the teacher is asked again$/,
      );
    }
    fs.writeFileSync(at('view-0/blocks.jsonl'), `${line}\n${second}\n`.repeat(3));
    assert.deepEqual(fill(folder), [], 'lines that are there thrice');
  });

  test('is a sentence with the file where it cannot be read or written', () => {
    const blocked = path.join(scratch, 'a-file/teachers');
    fs.writeFileSync(path.dirname(blocked), '');
    assert.throws(() => fill(blocked), {
      name: 'RunError',
      message: `the folder ${path.dirname(blocked)} cannot be made: it is there already, and no folder`,
    });
    const openFile = fs.openSync;
    mock.method(fs, 'openSync', (...args: Parameters<typeof fs.openSync>) => {
      if (String(args[0]).endsWith('1.bin'))
        throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
      return openFile(...args);
    });
    assert.throws(() => fill(folder), {
      name: 'RunError',
      message: `${at('view-0/1.bin')} of the teacher cache could not be read: this process has too many files open: raise the limit (\`ulimit -n\`)`,
    });
    mock.restoreAll();
    const whole = open(folder);
    const [, features] = whole.read(0, zeros([1]).to('int64'));
    assert.deepEqual(features?.toFlatArray(), rows[1]?.select(0, 0).toFlatArray());
  });
});

suite('what several processes write to one folder', () => {
  const narrowed = (tensors: readonly Tensor[], block: number) =>
    tensors.map((column) => column.narrow(0, 10 * block, 10));
  const others = rows.map((column) => column.add(1));
  const all = tensor(Int32Array.from({ length: samples }, (_, i) => i));
  /** What is read of all samples by somebody who comes later, and what it is warned of. */
  const later = (folder: string): unknown[] => {
    const warnings: string[] = [];
    return [
      open(folder, warnings)
        .read(0, all)
        .map((column) => column.toList()),
      warnings,
    ];
  };

  test('in blocks at the same time is that of whoever was first, for both', () => {
    const folder = path.join(scratch, 'two');
    const [one, two] = [open(folder), open(folder)];
    assert.deepEqual(
      [one.missing(0), two.missing(0)],
      [
        [0, 1],
        [0, 1],
      ],
    );
    one.write(0, 0, narrowed(rows, 0));
    two.write(0, 0, narrowed(others, 0));
    assert.deepEqual(
      [one.missing(0), two.missing(0)],
      [[1], [1]],
      'a block of another is not asked for again',
    );
    two.write(0, 1, narrowed(others, 1));
    const both = rows.map((column, i) =>
      aten
        .cat(
          [column, others[i] ?? column].map((of, j) => of.narrow(0, 10 * j, 10)),
          0,
        )
        .toList(),
    );
    for (const store of [one, two])
      assert.deepEqual(
        store.read(0, all).map((column) => column.toList()),
        both,
      );
    assert.deepEqual(later(folder), [both, []]);
  });

  test('one by one is kept by whoever writes their block', () => {
    const folder = path.join(scratch, 'rows-first');
    const store = open(folder);
    const byRow = new RowStore({ folder, key: { format: 1 }, samples, columns });
    const ids = Int32Array.of(2, 7, 13);
    assert.deepEqual(store.missing(0), [0, 1]);
    byRow.add(
      0,
      ids,
      others.map((column) => column.index_select(0, tensor(ids))),
    );
    byRow.flush();
    for (const block of [0, 1]) store.write(0, block, narrowed(rows, block));
    const mixed = rows.map((column, i) =>
      column
        .index_copy(0, tensor(ids, { dtype: 'int64' }), (others[i] ?? column).index_select(0, tensor(ids)))
        .toList(),
    );
    assert.deepEqual(later(folder), [mixed, []]);
    assert.deepEqual(
      byRow.find(0, ids).columns.map((column) => column.toList()),
      others.map((column) => column.index_select(0, tensor(ids)).toList()),
    );
  });
});
