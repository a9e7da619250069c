/** Tables of texts that cannot be learned from. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { read } from '../../../../reference/text-tables.ts';
import { DataError, type TextOptions } from '../../index.ts';

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
