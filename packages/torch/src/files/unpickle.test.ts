import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { TorchError } from '@retort/torch';
import { Budget } from './pickled.ts';
import { Source } from './source.ts';
import { unpickle } from './unpickle.ts';

suite('pickles', () => {
  const load = (text: string) =>
    unpickle(Source.of(Buffer.from(text, 'latin1')), {
      globals: new Map(),
      persistentLoad: () => null,
      budget: new Budget(),
    });
  const hostile: Record<string, string> = {
    'os.system': 'cos\nsystem\n(U\x02lstR.',
    'builtins.eval': '\x80\x02cbuiltins\neval\n.',
    'a reduce of a number': 'K\x01)R.',
    'an empty stack': '.',
    'an append to a number': 'K\x01K\x02a.',
    'a missing mark': 'K\x01t.',
    'an unknown opcode': '\xff.',
    'a memo that was never filled': 'h\x05.',
    'no end': 'K\x01',
    'a length beyond the end': 'X\xff\xff\xff\x7fabc.',
    'deep nesting': `${']'.repeat(1000)}${'a'.repeat(999)}.`,
  };
  for (const [what, text] of Object.entries(hostile)) {
    test(`${what} is refused`, () => assert.throws(() => load(text), TorchError));
  }
  test('a list that holds itself is read as such', () => {
    const list = load(']q\x00h\x00a.');
    assert.ok(Array.isArray(list) && list[0] === list);
  });
});
