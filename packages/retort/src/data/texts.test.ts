/** Texts as data, and as networks are called with them. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { scope, type Tensor, tensor } from '@retort/torch';
import { batchOf } from '../tasks/index.ts';
import {
  checkSampling,
  DataError,
  type Dataset,
  epochBatches,
  fetchColumns,
  mixing,
  render,
  shownBatches,
  subset,
  TensorDataset,
  type TextTokenizer,
} from './index.ts';
import { wordsIn } from './words-in.ts';

/** A token for each letter, between 1 and 2. */
const letters = (fingerprint = 'letters'): TextTokenizer => ({
  ...{ fingerprint, vocabulary: 0x10000, padding: 0, usesTypes: true },
  encode(text, pair, maxLength) {
    const of = (one: string, type: number) =>
      [...one].map((letter) => ({ token: letter.charCodeAt(0), type })).slice(0, maxLength - 2);
    const all = [
      { token: 1, type: 0 },
      ...of(text, 0),
      { token: 2, type: 0 },
      ...(pair === null ? [] : [...of(pair, 1), { token: 2, type: 1 }]),
    ];
    return {
      tokens: Int32Array.from(all, ({ token }) => token),
      types: Int32Array.from(all, ({ type }) => type),
    };
  },
  files: () => ({}),
  toJSON: () => ({ fingerprint }),
});

const sentences = ['a', 'bcd', '', 'ef', 'g h i', 'jk'];

const made = (texts: readonly string[] = sentences): TensorDataset =>
  new TensorDataset(
    'made',
    { sentence: { kind: 'text' }, label: { kind: 'class', classes: ['no', 'yes'] } },
    { sentence: texts, label: tensor(texts.map((_, i) => i % 2)).to('int64') },
  );

const pairs = (): TensorDataset =>
  new TensorDataset(
    'pairs',
    { premise: { kind: 'text' }, hypothesis: { kind: 'text' }, score: { kind: 'scalar' } },
    { premise: ['a', 'bcd'], hypothesis: ['xy', ''], score: tensor([0.5, 2]) },
  );

const list = (held: Tensor | undefined) => held?.to('int64').toList();

suite('a data set of texts', () => {
  test('gives them as strings, and others where a text is another', async () => {
    const data = made();
    using fetched = await fetchColumns(data, Int32Array.of(4, 1));
    assert.deepEqual(fetched.columns.sentence, ['g h i', 'bcd']);
    assert.equal(data.fingerprint, made([...sentences]).fingerprint);
    // The same letters, cut elsewhere.
    assert.notEqual(made(['ab', 'c']).fingerprint, made(['a', 'bc']).fingerprint);
    assert.throws(() => data.column('sentence'), /'sentence' is texts/);
  });

  test('is cut into parts', async () => {
    const part = subset(made(), Int32Array.of(3, 0));
    using fetched = await fetchColumns(part, Int32Array.of(1, 0));
    assert.deepEqual(fetched.columns.sentence, ['a', 'ef']);
    assert.deepEqual([...(part.lengths ?? [])], [1, 1]);
  });

  test('is refused where a column is none of texts, or of another length', () => {
    const fields = { sentence: { kind: 'text' } } as const;
    const refused = (column: unknown, message: RegExp) =>
      assert.throws(() => new TensorDataset('bad', fields, { sentence: column as string[] }), message);
    refused(tensor([1, 2]), /sentence must be 2 texts, and is a tensor/);
    refused(['a', 3], /sentence of sample 1 must be a text, and is number/);
    refused([], /there are no samples/);
    assert.throws(
      () =>
        new TensorDataset('bad', { a: { kind: 'text' }, b: { kind: 'text' } }, { a: ['x', 'y'], b: ['z'] }),
      /b must be 2 texts, and is 1 of them/,
    );
  });

  test('has samples of several classes each', async () => {
    const fields = {
      text: { kind: 'text' },
      topics: { kind: 'classes', classes: ['a', 'b', 'c'] },
    } as const;
    const topics = [[2, 0], [], [1]];
    const data: Dataset = {
      ...{ name: 'topics', size: 3, fields, fingerprint: 'topics' },
      read: async (ids) => Array.from(ids, (id) => ({ text: `${id}`, topics: topics[id] ?? [] })),
    };
    using fetched = await fetchColumns(data, Int32Array.of(0, 1, 2));
    assert.deepEqual((fetched.columns.topics as Tensor).toList(), [
      [1, 0, 1],
      [0, 0, 0],
      [0, 1, 0],
    ]);
    topics[1] = [3];
    await assert.rejects(fetchColumns(data, Int32Array.of(1)), {
      name: DataError.name,
      message: 'topics: topics of sample 1 has 3, and must have numbers of classes, 0 to 2',
    });
  });
});

suite('tokens of a batch', () => {
  const rendering = { tokenizer: letters() };
  const drawing = { seed: 0, epoch: 0 };

  test('are as long as its longest sample, with a mask', () =>
    scope(() => {
      const data = made();
      const ids = Int32Array.of(0, 2, 1);
      const { student, teacher } = render(data, data.gather(ids), ids, drawing, { student: rendering });
      assert.equal(student, teacher);
      assert.deepEqual(list(student.tokens), [
        [1n, 97n, 2n, 0n, 0n],
        [1n, 2n, 0n, 0n, 0n],
        [1n, 98n, 99n, 100n, 2n],
      ]);
      assert.deepEqual(list(student.mask), [
        [1n, 1n, 1n, 0n, 0n],
        [1n, 1n, 0n, 0n, 0n],
        [1n, 1n, 1n, 1n, 1n],
      ]);
      assert.equal(student.mask?.dtype, 'bool');
    }));

  test('of a pair say of which text they are', () =>
    scope(() => {
      const data = pairs();
      const ids = Int32Array.of(0, 1);
      const { student } = render(data, data.gather(ids), ids, drawing, { student: rendering });
      assert.deepEqual(list(student.types), [
        [0n, 0n, 0n, 1n, 1n, 1n],
        [0n, 0n, 0n, 0n, 0n, 1n],
      ]);
    }));

  test('are each side’s own where the vocabularies differ, and all of one length where that is asked', () =>
    scope(() => {
      const data = made();
      const ids = Int32Array.of(0, 1);
      const other = { tokenizer: letters('others'), padding: 'max', maxLength: 7 } as const;
      const sides = render(data, data.gather(ids), ids, drawing, { student: rendering, teacher: other });
      assert.notEqual(sides.student, sides.teacher);
      assert.deepEqual(
        [sides.student.tokens, sides.teacher.tokens].map((tokens) => tokens?.shape),
        [
          [2, 5],
          [2, 7],
        ],
      );
    }));

  test('need a tokenizer, and are neither mixed nor turned', () =>
    scope(() => {
      const data = made();
      const ids = Int32Array.of(0, 1);
      const columns = data.gather(ids);
      assert.throws(() => render(data, columns, ids, drawing), /texts need a tokenizer/);
      assert.throws(
        () => render(data, columns, ids, { ...drawing, turns: 4 }, { student: rendering }),
        /texts cannot be turned/,
      );
      const mixed = { ...drawing, mixing: mixing({ mixup: 0.2 }) };
      assert.throws(
        () => batchOf(data, { ids, columns }, mixed, { renderings: { student: rendering } }),
        /texts are not mixed/,
      );
      assert.throws(
        () => render(data, columns, ids, drawing, { student: { ...rendering, maxLength: 2 } }),
        /texts are cut to 2 tokens/,
      );
    }));
});

suite('batches of texts that are alike long', () => {
  const lengths = Array.from({ length: 1003 }, (_, i) => 1 + ((i * 7919) % 61));
  const data = made(lengths.map((length) => 'word '.repeat(length)));
  const epochOf = (epoch: number) => [
    ...shownBatches(data, { seed: 1, epoch, batchSize: 8 }, { by: 'length' }),
  ];

  test('show each once, and hold little padding', () => {
    const batches = epochOf(0).map(({ ids }) => ids);
    assert.deepEqual(
      batches.flatMap((ids) => [...ids]).sort((a, b) => a - b),
      [...lengths.keys()],
    );
    assert.deepEqual(new Set(batches.slice(0, -1).map(({ length }) => length)), new Set([8]));
    const padded = (each: Iterable<Int32Array>): number => {
      let sum = 0;
      for (const ids of each) sum += ids.length * Math.max(...Array.from(ids, (id) => lengths[id] ?? 0));
      return sum;
    };
    const needed = lengths.reduce((sum, length) => sum + length, 0);
    const shuffled = padded(epochBatches(data, { seed: 1, epoch: 0, batchSize: 8 }));
    assert.ok(padded(batches) < 1.1 * needed, `${padded(batches)} tokens for ${needed}`);
    assert.ok(shuffled > 1.5 * needed);
  });

  test('are a function of seed and epoch, and come in no order of length', () => {
    assert.deepEqual(epochOf(3), epochOf(3));
    assert.notDeepEqual(epochOf(3), epochOf(4));
    const longest = epochOf(0).map(({ ids }) => lengths[ids[0] ?? 0] ?? 0);
    const falls = longest.filter((length, i) => i > 0 && length <= (longest[i - 1] ?? 0)).length;
    assert.ok(falls > 40 && falls < 100, `${falls} of ${longest.length}`);
  });

  test('are made of no images', () => {
    const images: Dataset = { name: 'images', size: 4, fields: {}, fingerprint: '', read: async () => [] };
    assert.throws(() => checkSampling(images, { by: 'length' }), /are of texts, and it has none/);
    checkSampling(data, { by: 'length' });
    assert.throws(() => checkSampling(data, { repeats: data.size + 1 }), /: texts are shown \d+ times/);
  });
});

test('words and signs are counted, and each character where there are no spaces', () => {
  const counts = { '': 0, 'a b': 2, "It's  fine.": 5, 'naïve café': 2, 中文: 2, '  ': 0, 'x-1': 3 };
  for (const [text, count] of Object.entries(counts)) assert.equal(wordsIn(text), count, text);
});
