/** Texts of one's own in tables. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { Tensor } from '@retort/torch';
import {
  areTextsAt,
  checkLearnable,
  DataError,
  type Dataset,
  dataAt,
  TensorDataset,
  type TextOptions,
  texts,
} from '../../index.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-texts-'));
after(() => fs.rmSync(scratch, { recursive: true }));

let made = 0;
/** A folder of files; a place in it where one file is given. */
function place(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = path.join(scratch, String(made++));
  fs.mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), content);
  const [only, ...more] = Object.keys(files);
  return only && more.length === 0 && !only.startsWith('train.') ? path.join(folder, only) : folder;
}

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

const warnings: string[] = [];
const read = (files: Readonly<Record<string, string | Buffer>>, options: TextOptions = {}) => {
  warnings.length = 0;
  return texts(place(files), options, undefined, (text) => warnings.push(text));
};

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
    assert.match(none.source, /whose texts have no labels: nothing can be judged/);
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

suite('what is refused, with file and line', () => {
  const cases: Readonly<
    Record<string, [files: Readonly<Record<string, string | Buffer>>, options: TextOptions, sentence: RegExp]>
  > = {
    'an empty file': [{ 'a.csv': '' }, {}, /a\.csv is empty/],
    'an empty file of JSON': [{ 'a.jsonl': '\n' }, {}, /a\.jsonl is empty/],
    'a header alone': [{ 'a.csv': 'text,label\n' }, {}, /a\.csv has a header, and no line of texts below it/],
    'another encoding': [
      { 'a.csv': Buffer.from('text,label\ncaf\u00e9,1\n', 'latin1') },
      {},
      /a\.csv, line 2: it cannot be read: this is no UTF-8/,
    ],
    'no column of texts': [
      { 'a.csv': 'body,label\na,1\n' },
      {},
      /a\.csv, line 1: there is no column of texts \(text, sentence, sentence1 and sentence2, .*\), but 'body', 'label': say which it is, as columns: \{ text: NAME \}/,
    ],
    'a column that is not there': [
      { 'a.csv': 'text,label\na,1\n' },
      { columns: { text: 'body' } },
      /a\.csv, line 1: there is no column 'body', but 'text', 'label'/,
    ],
    'a number of a column that is not there': [
      { 'a.csv': 'a,1\n' },
      { columns: { text: 1, label: 3 } },
      /a\.csv, line 1: there is no column 3: there are 2/,
    ],
    'one text of a pair': [
      { 'a.csv': 'sentence1,label\na,1\n' },
      {},
      /there is a column 'sentence1', and none 'sentence2', and a pair needs both: the columns are 'sentence1', 'label'; say columns: \{ text: sentence1 \}/,
    ],
    'texts that may be several': [
      { 'a.csv': 'text,sentence1,sentence2,label\na,b,c,1\n' },
      {},
      /the texts may be 'sentence1', 'sentence2', or 'text': say which/,
    ],
    'labels that may be several': [
      { 'a.csv': 'text,label,score\na,1,2\n' },
      {},
      /the columns 'label', 'score' may each be the label: say which, as columns: \{ label: NAME \}/,
    ],
    'a column that is both': [
      { 'a.csv': 'text,label\na,1\n' },
      { columns: { text: 'text', label: 'text' } },
      /the column 'text' is meant twice/,
    ],
    'a label by number alone': [
      { 'a.csv': 'a,1\n' },
      { columns: { label: 2 } },
      /columns says the label by its number, and no text/,
    ],
    'a line of other columns': [
      { 'a.csv': 'text,label\na,1\nb,c,0\n' },
      {},
      /a\.csv, line 3: there are 3 columns, and 2 in line 1/,
    ],
    'a quote that is not closed': [
      { 'a.csv': 'text,label\n"a,1\nb,0\n' },
      {},
      /a\.csv, line \d: quotes are not as CSV has them/,
    ],
    'a line of 10 MB': [
      { 'a.tsv': `text\tlabel\na\t1\n${'word '.repeat(2 << 20)}.\t0\n` },
      {},
      /a\.tsv, line 3: text has 10,485,761 characters, and may have 1,000,000: it is no text of one sample$/,
    ],
    'a quote that is closed much later': [
      { 'a.csv': `text,label\na,1\n"${'word '.repeat(1 << 18)}",0\n` },
      {},
      /a\.csv, line 3: text has 1,310,7\d\d characters, .*, or a quote before it is not closed/,
    ],
    'JSON that is none': [
      { 'a.jsonl': '{"text": "a", "label": 1}\n{"text"\n' },
      {},
      /a\.jsonl, line 2: this is not JSON/,
    ],
    'JSON that is no object': [
      { 'a.jsonl': '["a"]\n' },
      {},
      /a\.jsonl, line 1: this is no object, as \{ "text": "A fine film\.", "label": "good" \}/,
    ],
    'JSON without the text': [
      { 'a.jsonl': '{"text": "a", "label": 1}\n{"label": 1}\n' },
      {},
      /a\.jsonl, line 2: there is no 'text', but 'label'/,
    ],
    'JSON whose text is none': [
      { 'a.jsonl': '{"text": 7, "label": 1}\n' },
      {},
      /a\.jsonl, line 1: text must be text/,
    ],
    'JSON whose label is none': [
      { 'a.jsonl': '{"text": "a", "label": {}}\n' },
      {},
      /a\.jsonl, line 1: label must be the name or the number of a class, a list of them, a number, or null/,
    ],
    'JSON by numbers of columns': [
      { 'a.jsonl': '{}\n' },
      { columns: { text: 1 } },
      /columns are said by their names where each line is an object/,
    ],
    'labels half numbers, half words': [
      { 'a.csv': 'text,label\na,1\nb,good\n' },
      {},
      /some labels are numbers, and some words: .*a\.csv, line 2 has '1', and .*a\.csv, line 3 has 'good'; say labels: class/,
    ],
    'classes that a program wrote as 1.0': [
      { 'a.csv': 'text,label\na,1.0\nb,0.0\n' },
      {},
      /all labels are whole numbers, .*a\.csv, line 2 has '1\.0'; say labels: class .*, or labels: number/,
    ],
    'classes that are counted from -1': [
      { 'a.csv': 'text,label\na,1\nb,-1\n' },
      {},
      /all labels are whole numbers, .*a\.csv, line 3 has '-1'; say labels: class/,
    ],
    'one number alone': [
      { 'a.csv': 'text,label\na,1.5\n' },
      {},
      /there is one text, and one is needed to learn from and one to be judged on/,
    ],
    'two columns of one name': [
      { 'a.csv': 'text,Text,label\na,b,1\n' },
      {},
      /a\.csv, line 1: there are two columns 'text': leave one out, or call it otherwise/,
    ],
    'a label that is missing': [
      { 'a.csv': 'text,label\na,good\nb,\n' },
      {},
      /a\.csv, line 3: there is no label, and other texts of this split have one/,
    ],
    'a number that is missing': [
      { 'a.csv': 'text,label\na,0.5\nb,\n' },
      {},
      /a\.csv, line 3: there is no label, and those of other lines are numbers/,
    ],
    'a word among numbers': [
      { 'a.csv': 'text,label\na,0.5\nb,x\n' },
      { labels: 'number' },
      /a\.csv, line 3: the label 'x' is no number, and those of other lines are numbers/,
    ],
    'a label that is none of the classes': [
      { 'a.csv': 'text,label\na,good\nb,so-so\n' },
      { classes: ['bad', 'good'] },
      /a\.csv, line 3: 'so-so' is none of the 2 classes that `classes` says/,
    ],
    'one of several labels that is none': [
      { 'a.jsonl': '{"text": "a", "labels": ["x", "y"]}\n' },
      { classes: ['x'] },
      /a\.jsonl, line 1: 'y' is none of the classes, which are 'x'/,
    ],
    'a column of a class that is neither 0 nor 1': [
      { 'a.csv': 'text,x,y\na,1,2\n' },
      { columns: { label: ['x', 'y'] } },
      /a\.csv, line 2: y is '2', and must be 0 or 1/,
    ],
    'several classes, where each text has one of its own': [
      { 'a.csv': `text,label\n${Array.from({ length: 150_000 }, (_, i) => `a,word ${i}\n`).join('')}` },
      { labels: 'classes' },
      /a\.csv: its labels name 150,000 classes, and for 150,000 texts that is too much .*: say labels: class/,
    ],
    'lists where one class is said': [
      { 'a.jsonl': '{"text": "a", "label": ["x"]}\n' },
      { labels: 'class' },
      /a\.jsonl, line 1: the label is a list, and labels: class says one class/,
    ],
    'several labels that are all empty': [
      { 'a.jsonl': '{"text": "a", "label": []}\n' },
      {},
      /a\.jsonl: no text is of any class/,
    ],
    'a class of one text that is to be held out': [
      { 'a.csv': 'text,label\na,x\nb,x\nc,y\n' },
      {},
      /the class 'y' has one text, and needs one to learn from/,
    ],
    'classes that splits do not share': [
      { 'train.csv': 'text,label\na,x\nb,y\n', 'test.csv': 'text,label\na,x\n' },
      {},
      /no text of .*test\.csv is of the class 'y': splits must have the same classes/,
    ],
    'splits of other texts': [
      { 'train.csv': 'text,label\na,x\n', 'test.csv': 'sentence,label\na,x\n' },
      {},
      /test\.csv has texts 'sentence', and .*train\.csv 'text': they must be the same|train\.csv has texts 'text', and .*test\.csv 'sentence': they must be the same/,
    ],
    'a file that is not there': [
      { 'a.csv': 'text,label\na,x\n' },
      { test: 'b.csv' },
      /b\.csv: it cannot be read: there is no such file/,
    ],
    'options that there are not': [
      { 'a.csv': 'text,label\na,x\n' },
      { column: 'a' } as TextOptions,
      /a\.csv: its options: column: there is no such key: did you mean 'columns'/,
    ],
  };
  for (const [what, [files, options, sentence]] of Object.entries(cases))
    test(what, async () => {
      await assert.rejects(read(files, options), (error: unknown) => {
        assert.ok(error instanceof DataError, String(error));
        assert.match(error.message, sentence);
        return true;
      });
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
