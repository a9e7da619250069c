/** Listings that are kept, and when they are made anew. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { Files, FilesBuilder } from './files.ts';
import { keptListing } from './kept-listing.ts';

const top = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-listing-'));
process.env.RETORT_CACHE = path.join(top, 'cache');
after(() => fs.rmSync(top, { recursive: true }));

let made = 0;
/** Two classes of images that nobody decodes, with a folder in one. */
function photos(): string {
  const root = path.join(top, String(made++));
  for (const name of [
    'train/a/1.jpg',
    'train/a/inner/2.jpg',
    'train/b/3.jpg',
    'train/b/é.jpg',
    'train/list.csv',
  ])
    write(root, name, `content of ${name}`);
  return root;
}

function write(root: string, name: string, content: string): void {
  fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  fs.writeFileSync(path.join(root, name), content);
}

/** Until a change would be seen by a folder's times. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 120));

/** A listing, and whether it was made anew. */
async function opened(root: string, from = 1) {
  let isNew = false;
  const found = await keptListing(root, 'train', () => (isNew = true), from);
  const { files } = found;
  const names = Array.from({ length: files.length }, (_, place) => files.at(place));
  return { ...found, names, isNew };
}

const names = ['train/a/1.jpg', 'train/a/inner/2.jpg', 'train/b/3.jpg', 'train/b/é.jpg'];

suite('the listing of a large folder', () => {
  test('is kept, and is the same when it comes from there', async () => {
    const root = photos();
    await settled();
    const first = await opened(root);
    assert.equal(first.isNew, true);
    const again = await opened(root);
    assert.equal(again.isNew, false);
    for (const { names: found, labels, classes, files, remark } of [first, again]) {
      assert.deepEqual(found, names);
      assert.deepEqual([...labels], [0, 0, 1, 1]);
      assert.deepEqual(classes, ['a', 'b']);
      assert.deepEqual(
        [...files.sizes],
        names.map((name) => fs.statSync(path.join(root, name)).size),
      );
      assert.match(remark ?? '', /1 file is left out, .*'train\/list\.csv'/);
    }
    again.forget();
    assert.equal((await opened(root)).isNew, true);
  });

  const changes: Readonly<Record<string, (root: string) => void>> = {
    'an image more': (root) => write(root, 'train/a/more.jpg', 'more'),
    'an image less, deep within': (root) => fs.rmSync(path.join(root, 'train/a/inner/2.jpg')),
    'an image of another name': (root) =>
      fs.renameSync(path.join(root, 'train/b/3.jpg'), path.join(root, 'train/b/4.jpg')),
    'a class more': (root) => write(root, 'train/c/1.jpg', 'more'),
    'a class that was exchanged': (root) => {
      fs.renameSync(path.join(root, 'train/b'), path.join(root, 'away'));
      write(root, 'train/b/3.jpg', 'other');
      write(root, 'train/b/é.jpg', 'others');
    },
    'an image that was written over with another size': (root) =>
      fs.appendFileSync(path.join(root, 'train/a/1.jpg'), '!'),
    'a folder that cannot be looked into': (root) => {
      fs.rmSync(path.join(root, 'train/a/inner'), { recursive: true });
      fs.writeFileSync(path.join(root, 'train/a/inner'), 'a file');
    },
  };
  for (const [what, change] of Object.entries(changes))
    test(`is made anew with ${what}`, async () => {
      const root = photos();
      await settled();
      await opened(root);
      change(root);
      assert.equal((await opened(root)).isNew, true);
    });

  test('is made anew where what is kept is damaged, of another place or of another version', async () => {
    const root = photos();
    await settled();
    await opened(root);
    const kept = path.join(top, 'cache/listings');
    const file = path.join(
      kept,
      fs
        .readdirSync(kept)
        .find((name) => fs.readFileSync(path.join(kept, name)).includes(JSON.stringify(root))) ?? '',
    );
    const whole = fs.readFileSync(file);
    for (const [from, to] of [
      ['train/b/3', 'train/b/5'],
      ['"classes":["a"', '"classes":["A"'],
      ['"images":4', '"images":9'],
      ['"format":"1"', '"format":"0"'],
      [path.basename(root), 'x'.repeat(path.basename(root).length)],
    ] as const) {
      const at = whole.indexOf(from);
      assert.ok(at > 0, from);
      const other = Buffer.from(whole);
      other.write(to, at);
      fs.writeFileSync(file, other);
      assert.equal((await opened(root)).isNew, true);
      fs.writeFileSync(file, whole.subarray(0, whole.length / 2));
      assert.equal((await opened(root)).isNew, true);
    }
    assert.equal((await opened(root)).isNew, false);
  });

  test('is not kept of a folder that has only just changed, nor of a small one', async () => {
    const root = photos();
    const [first, second] = [await opened(root), await opened(root)];
    assert.deepEqual([first.isNew, second.isNew], [true, true]);
    await settled();
    await opened(root, 5);
    assert.equal((await opened(root, 5)).isNew, true);
  });

  test('needs no cache folder that can be written to', async () => {
    const root = photos();
    await settled();
    fs.writeFileSync(path.join(top, 'a file'), '');
    process.env.RETORT_CACHE = path.join(top, 'a file');
    assert.deepEqual((await opened(root)).names, names);
    process.env.RETORT_CACHE = path.join(top, 'cache');
  });
});

test('names of many files take the memory of their letters', () => {
  const builder = new FilesBuilder();
  const count = 50_000;
  for (let i = 0; i < count; i++) builder.add(`train/n01440764/n01440764_${i}é\u{1f431}.JPEG`, i);
  const files = builder.files();
  assert.ok(files instanceof Files);
  assert.equal(files.length, count);
  for (const place of [0, 1, 255, 256, 257, 9_999, count - 1]) {
    assert.equal(files.at(place), `train/n01440764/n01440764_${place}é\u{1f431}.JPEG`);
    assert.equal(files.sizes[place], place);
  }
  assert.equal(files.at(count), undefined);
  const held = [files.names, files.ends, files.sizes].reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  assert.ok(held / count < 60, `${held / count} bytes an image`);
  const few = files.only([7, 3]);
  assert.deepEqual([few.at(0), few.at(1), few.sizes[1], few.length], [files.at(7), files.at(3), 3, 2]);
});
