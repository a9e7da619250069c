/** Lists of a JSON file, an element at a time: what JSON.parse makes of the whole, wherever a chunk of the file ends. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { DataError } from '../../dataset.ts';
import { Elements, readElements } from './json-elements.ts';

const top = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-elements-'));
after(() => fs.rmSync(top, { recursive: true }));
const file = path.join(top, 'made.json');

const whole = {
  info: { images: [1, 2], about: 'a "quoted" ]}, one \\', nested: [[{ annotations: [] }]] },
  images: [
    { id: 1, file_name: 'é "1",[].jpg' },
    [],
    [[1, [2]], { a: { b: [] } }],
    'text, with ] and \\"',
    -1.5e3,
    null,
    true,
  ],
  note: 'images',
  annotations: [],
  categories: [{ name: '\u{1f600}' }],
};

function elementsOf(text: string, wanted: readonly string[]): Record<string, unknown[]> {
  fs.writeFileSync(file, text);
  const found: Record<string, unknown[]> = {};
  const keys = readElements(
    file,
    Object.fromEntries(
      wanted.map((name) => [
        name,
        (element: unknown, place: number) => {
          found[name] ??= [];
          assert.equal(place, found[name].push(element) - 1);
        },
      ]),
    ),
  );
  return Object.fromEntries([...keys].map((name) => [name, found[name] ?? []]));
}

test('lists are what JSON has, in either way of writing it', () => {
  const { images, annotations, categories } = whole;
  for (const text of [
    JSON.stringify(whole),
    JSON.stringify(whole, null, 2),
    `\ufeff${JSON.stringify(whole)}\n`,
  ])
    assert.deepEqual(elementsOf(text, ['images', 'annotations', 'categories', 'others']), {
      ...{ images, annotations, categories },
    });
});

test('it does not matter where a chunk of the file ends', () => {
  const bytes = Buffer.from(JSON.stringify(whole, null, 1));
  for (let size = 1; size < 40; size++) {
    const images: unknown[] = [];
    const elements = new Elements(file, { images: (element) => images.push(element) });
    for (let at = 0; at < bytes.length; at += size)
      // Each in memory of its own, which is written over.
      elements.read(Buffer.from(bytes.subarray(at, at + size)), at === 0);
    elements.end();
    assert.deepEqual(images, whole.images, `chunks of ${size} bytes`);
  }
});

test('what is no such file is said', () => {
  const wrong = (text: string, message: RegExp): void =>
    void assert.throws(
      () => elementsOf(text, ['images']),
      (error) => error instanceof DataError && error.message.startsWith(file) && message.test(error.message),
      text,
    );
  wrong('', /it is cut off/);
  wrong('{"images": [{"id": 1}', /it is cut off: its end is missing/);
  wrong('[{"id": 1}]', /this is no object of JSON, as \{ "images"/);
  wrong('images', /this is no JSON/);
  wrong('{"images": [{"id": 1,}]}', /images\[0\] is not JSON/);
  wrong('{"images": [1,]}', /images has a comma too many/);
  wrong('{"images": [1,,2]}', /images has a comma too many/);
  wrong('{"images": [1], "images": []}', /it has images twice/);
  wrong('{"images": []} {}', /something follows the object/);
  assert.throws(() => readElements(path.join(top, 'none.json'), {}), /none.json cannot be read: there is no/);
});
