/** Texts of one's own in tables. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { Tensor } from '@retort/torch';
import { place, read, scratch, warnings } from '../../../../reference/text-tables.ts';
import { areTextsAt, checkLearnable, type Dataset, dataAt, TensorDataset, texts } from '../../index.ts';

function columnsOf(data: Dataset): Record<string, unknown> {
  assert.ok(data instanceof TensorDataset);
  return Object.fromEntries(
    Object.entries(data.columns).map(([name, column]) => [
      name,
      column instanceof Tensor ? column.toList() : [...column],
    ]),
  );
}

/** With labels as numbers. */
const plain = (data: Dataset) =>
  JSON.parse(
    JSON.stringify(columnsOf(data), (_, value) => (typeof value === 'bigint' ? Number(value) : value)),
  );

suite('texts in tables', () => {
  test('comma-separated, with quotes and line ends within; classes by their names', async () => {
    const { train, test: held } = await read({
      'train.csv': 'text,label\n"A ""fine"" film,\nreally",good\nDull.,bad\n',
      'dev.csv': '\ufefflabel,text\nbad,So so\ngood,Fine\n',
    });
    assert.deepEqual(plain(train), { text: ['A "fine" film,\nreally', 'Dull.'], label: [1, 0] });
    assert.deepEqual(plain(held), { text: ['So so', 'Fine'], label: [0, 1] });
    assert.deepEqual(train.fields, {
      text: { kind: 'text' },
      label: { kind: 'class', classes: ['bad', 'good'] },
    });
  });

  test('tab-separated, where quotes are ordinary characters unless they are said to be none', async () => {
    const table = 'sentence1\tsentence2\tlabel\n" a\t"b"\t0\nc\td\t1\n';
    const one = await read({ 'train.tsv': table, 'test.tsv': table });
    assert.deepEqual(plain(one.train), { sentence1: ['" a', 'c'], sentence2: ['"b"', 'd'], label: [0, 1] });
    const quoted = 'text\tlabel\n"a\tb"\t0\n"c ""d"""\t1\n';
    const other = await read({ 'train.tsv': quoted, 'test.tsv': quoted }, { quotes: true });
    assert.deepEqual(plain(other.train).text, ['a\tb', 'c "d"']);
  });

  test('an object of JSON a line', async () => {
    const lines = [
      '{"premise": "a", "hypothesis": "b", "label": 1, "more": {}}',
      '',
      '{"hypothesis": "d", "premise": "c", "label": 0}',
    ];
    const { train } = await read({ 'train.jsonl': `${lines.join('\n')}\n`, 'val.jsonl': lines.join('\n') });
    assert.deepEqual(plain(train), { premise: ['a', 'c'], hypothesis: ['b', 'd'], label: [1, 0] });
  });

  test('columns that are said by name, in any order', async () => {
    const table = 'stars,title,review\n1,t,r\n0,u,s\n';
    const { train } = await read(
      { 'train.csv': table, 'test.csv': table },
      { columns: { text: ['review', 'title'], label: 'stars' } },
    );
    assert.deepEqual(plain(train), { review: ['r', 's'], title: ['t', 'u'], label: [1, 0] });
  });

  test('columns that are said by number, where there is no header', async () => {
    const table = 'a\tx\tb\tno\nc\tx\td\tyes\n';
    const given = { columns: { text: [1, 3], label: 4 } };
    const { train } = await read({ 'train.tsv': table, 'test.tsv': table }, given);
    assert.deepEqual(plain(train), { text1: ['a', 'c'], text2: ['b', 'd'], label: [0, 1] });
    const { train: one } = await read({ 'train.tsv': table, 'test.tsv': table }, { columns: { text: 1 } });
    assert.deepEqual(plain(one), { text: ['a', 'c'] });
  });

  test('labels are numbers where any is no whole one, or where that is said', async () => {
    const table = 'sentence1,sentence2,score\na,b,4.25\nc,d,-1e-1\ne,f,3\n';
    const { train } = await read({ 'train.csv': table, 'test.csv': table });
    assert.deepEqual(
      plain(train).label.map((one: number) => Math.round(one * 100)),
      [425, -10, 300],
    );
    assert.deepEqual(train.fields.label, { kind: 'scalar' });
    const whole = 'text,label\na,1\nb,5\n';
    const { train: said } = await read({ 'train.csv': whole, 'test.csv': whole }, { labels: 'number' });
    assert.deepEqual([plain(said).label, said.fields.label], [[1, 5], { kind: 'scalar' }]);
  });

  test('whole numbers are those of classes; one that none has is warned of', async () => {
    const table = 'text,label\na,0\nb,2\n';
    const { train } = await read({ 'train.csv': table, 'test.csv': table });
    assert.deepEqual(train.fields.label, { kind: 'class', classes: ['0', '1', '2'] });
    assert.match(warnings.join(), /numbers of classes counted from 0, and no text is of 1/);
  });

  test('a split whose labels are all -1 has none, as GLUE of Hugging Face has it', async () => {
    const table = 'sentence,label\na,0\nb,1\n';
    const files = { 'train.csv': table, 'validation.csv': table, 'test.csv': 'sentence,label\nc,-1\nd,-1\n' };
    const { train, test: held } = await read(files);
    assert.deepEqual(
      [train.fields.label, held.name.slice(-3)],
      [{ kind: 'class', classes: ['0', '1'] }, 'val'],
    );
    assert.match(warnings.join(), /the test split is left out: its texts have no labels/);
    const { train: bare } = await read({ 'train.csv': 'text\na\nb\n' });
    assert.deepEqual([bare.size, warnings], [2, []]);
    const numbers = await read(
      { 'train.csv': files['test.csv'], 'test.csv': files['test.csv'] },
      { labels: 'number' },
    );
    assert.deepEqual(plain(numbers.train).label, [-1, -1]);
  });

  test('a line of JSON may leave its label out, the first as any other', async () => {
    const lines = '{"text": "a"}\n{"label": ["joy"], "text": "b"}\n';
    const { train } = await read({ 'train.jsonl': lines, 'test.jsonl': lines });
    assert.deepEqual(plain(train).labels, [[0], [1]]);
    await assert.rejects(
      read({ 'a.jsonl': '{"text": "a"}\n{"text": "b", "label": "x"}\n' }),
      /a\.jsonl, line 1: there is no label/,
    );
  });

  test('several numbers of classes are in the order of numbers, and from 0', async () => {
    const lines = '{"text": "a", "labels": [10, 2]}\n{"text": "b", "labels": [0]}\n';
    const { train } = await read({ 'train.jsonl': lines, 'test.jsonl': lines });
    const classes = Array.from({ length: 11 }, (_, i) => String(i));
    assert.deepEqual(train.fields.labels, { kind: 'classes', classes });
    assert.equal(plain(train).labels[0][10], 1);
    const said = await read(
      { 'train.jsonl': lines.replace('10', '1'), 'test.jsonl': lines.replace('10', '1') },
      { classes: ['joy', 'fear', 'anger'] },
    );
    assert.deepEqual(plain(said.train).labels, [
      [0, 1, 1],
      [1, 0, 0],
    ]);
  });

  test('the classes in an order that is said, by name or by number', async () => {
    const classes = ['contradiction', 'neutral', 'entailment'];
    const table = 'text,label\na,entailment\nb,0\nc,neutral\n';
    const { train } = await read({ 'train.csv': table, 'test.csv': 'text,label\na,neutral\n' }, { classes });
    assert.deepEqual([plain(train).label, train.fields.label], [[2, 0, 1], { kind: 'class', classes }]);
    const files = { 'train.csv': table, 'test.csv': table, 'classes.txt': `${classes.join('\n')}\n` };
    assert.deepEqual(plain((await read(files, { classes: 'classes.txt' })).train).label, [2, 0, 1]);
  });

  test('several labels: columns of 0 and 1, lists of JSON, or names with | between them', async () => {
    const columns = 'text,joy,anger\na,1,0\nb,1,1\nc,0,0\n';
    const one = await read(
      { 'train.csv': columns, 'test.csv': columns },
      { columns: { label: ['joy', 'anger'] } },
    );
    assert.deepEqual(plain(one.train), {
      text: ['a', 'b', 'c'],
      labels: [
        [1, 0],
        [1, 1],
        [0, 0],
      ],
    });
    assert.deepEqual(one.train.fields.labels, { kind: 'classes', classes: ['joy', 'anger'] });
    const lists =
      '{"text": "a", "labels": ["joy"]}\n{"text": "b", "labels": ["joy", "anger"]}\n{"text": "c", "labels": []}\n';
    const other = await read({ 'train.jsonl': lists, 'test.jsonl': lists });
    assert.deepEqual(plain(other.train).labels, [
      [0, 1],
      [1, 1],
      [0, 0],
    ]);
    assert.deepEqual(other.train.fields.labels, { kind: 'classes', classes: ['anger', 'joy'] });
    const names = 'text,labels\na,joy|\nb,anger | joy\nc,\n';
    await read({ 'train.csv': 'text,label\na,joy\nb,anger | joy\nc,joy\nd,anger | joy\n' });
    assert.match(
      warnings.join(),
      /line 3: the label 'anger \| joy' is taken as the name of one class: .*labels: classes/,
    );
    const third = await read({ 'train.csv': names, 'test.csv': names }, { labels: 'classes' });
    assert.doesNotMatch(warnings.join(), /of one class/);
    assert.deepEqual(plain(third.train).labels, [
      [0, 1],
      [1, 1],
      [0, 0],
    ]);
  });

  test('a share of each class is held out where there is no split to be judged on, and of numbers a share of all', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `text ${i},${i % 4 === 0 ? 'rare' : 'often'}\n`).join(
      '',
    );
    const { train, test: held, source } = await read({ 'reviews.csv': `text,label\n${rows}` });
    assert.deepEqual([train.size, held.size], [32, 8]);
    assert.deepEqual(plain(held).label.filter((label: number) => label === 1).length, 2);
    assert.match(
      source,
      /reviews\.csv, of which 8 of 40 texts are held out as the test split, drawn from each class by seed 0$/,
    );
    const again = await read({ 'reviews.csv': `text,label\n${rows}` }, { testShare: 0.5 });
    assert.deepEqual([again.train.size, again.test.size], [20, 20]);
    const scores = Array.from({ length: 10 }, (_, i) => `text ${i},${i / 4}\n`).join('');
    const numbers = await read({ 'scores.csv': `text,score\n${scores}` });
    assert.deepEqual([numbers.train.size, numbers.test.size], [8, 2]);
    assert.equal(plain(numbers.test).text.length, 2);
    assert.match(numbers.source, /of which 2 of 10 texts are held out as the test split, drawn by seed 0$/);
  });

  test('both validation and test, each by its own file', async () => {
    const row = (text: string) => `text,label\n${text},a\n${text} again,b\n`;
    const {
      train,
      validation,
      test: held,
    } = await read({ 'train.csv': row('x'), 'dev.csv': row('y'), 'test.csv': row('z') });
    assert.deepEqual(
      [plain(train).text[0], plain(validation as Dataset).text[0], plain(held).text[0]],
      ['x', 'y', 'z'],
    );
    const folder = place({ 'one.csv': row('x'), 'other.csv': row('z'), 'third.csv': row('y') });
    const named = await texts(path.join(folder, 'one.csv'), { test: 'other.csv', validation: 'third.csv' });
    assert.deepEqual([plain(named.train).text[0], plain(named.test).text[0]], ['x', 'z']);
  });

  test('texts without labels: to be learned from a teacher alone, or left out where they are to be judged on', async () => {
    const labelled = 'text,label\na,0\nb,1\nc,0\nd,1\n';
    const bare = 'text\na\nb\n';
    const { train, test: held } = await read({ 'train.csv': bare, 'test.csv': labelled });
    assert.deepEqual([plain(train), plain(held).label], [{ text: ['a', 'b'] }, [0, 1, 0, 1]]);
    const left = await read({ 'train.csv': labelled, 'dev.csv': labelled, 'test.csv': bare });
    assert.equal(left.test.size, 4);
    assert.match(warnings.join(), /the test split is left out: its texts have no labels to be judged by/);
    const said = await read({ 'train.csv': labelled, 'test.csv': labelled }, { labels: 'none' });
    assert.deepEqual(
      [plain(said.train), plain(said.test).label],
      [{ text: ['a', 'b', 'c', 'd'] }, [0, 1, 0, 1]],
    );
    const none = await read({ 'bare.csv': bare });
    assert.match(none.source, /whose texts have no labels$/);
    const alone = await read({ 'test.csv': labelled });
    assert.equal(alone.test.size, 4);
    assert.throws(
      () => checkLearnable(alone),
      /has nothing to learn from: .*test\.csv, which is to be judged on alone/,
    );
  });

  test('empty texts are warned of', async () => {
    const table = 'text,label\na,0\n"",1\n';
    await read({ 'train.csv': table, 'test.csv': 'text,label\na,0\nb,1\n' });
    assert.match(warnings.join(), /train\.csv: 1 of 2 lines have an empty text, the first of them line 3/);
  });

  test('are others where a text or a label is another, and the same for a copy', async () => {
    const of = async (table: string) =>
      (await read({ 'train.csv': table, 'test.csv': table })).train.fingerprint;
    const table = 'text,label\na,x\nb,y\n';
    assert.equal(await of(table), await of(table));
    assert.notEqual(await of(table), await of('text,label\na,x\nc,y\n'));
    assert.notEqual(await of(table), await of('text,label\na,y\nb,x\n'));
  });
});

test('a place is of texts by what its columns are called, or by what is said of them', async () => {
  const at = (files: Readonly<Record<string, string>>, options?: object) => areTextsAt(place(files), options);
  assert.equal(at({ 'a.csv': 'text,label\na,1\n' }), true);
  assert.equal(at({ 'train.tsv': 'index\tquestion1\tquestion2\n' }), true);
  assert.equal(at({ 'train.jsonl': '{"label": 1, "Sentence": "a"}\n' }), true);
  assert.equal(at({ 'train.csv': '\ufeff"label";"premise";"hypothesis"\r\n' }), true);
  assert.equal(at({ 'a.csv': 'path,label\na.png,1\n' }), false);
  assert.equal(at({ 'a.csv': 'path,text,label\na.png,a,1\n' }), false);
  assert.equal(at({ 'a.csv': 'body,label\na,1\n' }), false);
  assert.equal(at({ 'a.csv': 'body,label\na,1\n' }, { columns: { text: 'body' } }), true);
  assert.equal(at({ 'a.csv': 'text,label\na,1\n' }, { columns: { image: 'text' } }), false);
  assert.equal(areTextsAt(path.join(scratch, 'nowhere.csv')), false);
  const { train } = await dataAt(place({ 'a.csv': 'text,label\na,1\nb,1\nc,0\nd,0\n' }));
  assert.equal(train.size, 2);
  await assert.rejects(
    dataAt(place({ 'a.csv': 'body,stars\na,1\n' })),
    /by its options: \{ columns: \{ text: NAME, label: NAME \} \} \(--data-options, /,
  );
});
