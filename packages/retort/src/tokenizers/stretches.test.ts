import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TokenizerError } from './error.ts';
import { mostAtOnce, stretches } from './stretches.ts';

test('a long text is cut before single spaces, and nothing of it is lost', () => {
  const text = 'some words  with two spaces\n and a line '.repeat(2000);
  const found = [...stretches(text, true)];
  assert.ok(found.length > 3);
  assert.equal(found.join(''), text);
  for (const one of found.slice(1)) assert.match(one, /^ \S/);
  for (const one of found.slice(0, -1)) assert.match(one, /\S$/);
});

test('a short text, and one that is looked at as a whole, stay', () => {
  assert.deepEqual([...stretches('a b', true)], ['a b']);
  assert.deepEqual([...stretches('', true)], ['']);
  const long = 'a b '.repeat(20_000);
  assert.deepEqual([...stretches(long, false)], [long]);
});

test('10 MB without a space are refused at once, and 10 MB of words are not', () => {
  for (const text of ['x'.repeat(10 << 20), ' '.repeat(10 << 20), '漢字'.repeat(5 << 20)])
    assert.throws(
      () => [...stretches(text, true)],
      new TokenizerError(
        'a text of 10,485,760 characters has 262,144 without a single space between words, and so many are not tokenized at once: cut it into shorter texts',
      ),
    );
  assert.ok([...stretches('words '.repeat((10 << 20) / 6), true)].every((one) => one.length <= mostAtOnce));
});
