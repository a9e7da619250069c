import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { TorchError } from '@retort/torch';
import { Budget, Placeholder } from './pickled.ts';
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
  test('what is not known is named, in every form that makes objects, and given what the file gives it', () => {
    const forms = [
      'cos\nsystem\n(U\x02lstR(K\x01K\x02u(K\x03e}b.',
      'cos\nsystem\n(U\x02lst\x81(K\x01K\x02u(K\x03e}b.',
      '(U\x02lsios\nsystem\n(K\x01K\x02u(K\x03e}b.',
      '(cos\nsystem\nU\x02lso(K\x01K\x02u(K\x03e}b.',
      'ccopy_reg\n_reconstructor\n(cos\nsystem\nU\x02lstR(K\x01K\x02u(K\x03e}b.',
    ];
    const state = [new Map([[1, 2]]), [3], Object.create(null)];
    for (const [i, form] of forms.entries()) {
      const found = load(form);
      assert.ok(found instanceof Placeholder);
      assert.deepEqual([found.name, found.state], ['os.system', state]);
      assert.equal(found.args.at(-1), 'ls', forms[i]);
    }
    const named = load('\x80\x02cbuiltins\neval\n.');
    assert.ok(named instanceof Placeholder);
    assert.deepEqual([named.name, named.args, named.state], ['builtins.eval', [], []]);
  });
  test('bytes that Python 2 wrote as text are bytes', () => {
    assert.deepEqual(load('U\x02\xff\x00.'), new Uint8Array([255, 0]));
    assert.equal(load('U\x02hi.'), 'hi');
  });
  test('a list that holds itself is read as such', () => {
    const list = load(']q\x00h\x00a.');
    assert.ok(Array.isArray(list) && list[0] === list);
  });
});
