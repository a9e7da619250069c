/** GLUE's original files: made ones of all nine tasks, and the real ones where they are. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { Tensor } from '@retort/torch';
import { DataError, type Dataset, dataFolders, datasets, glue, glueTest, TensorDataset } from '../index.ts';

const saved = process.env.RETORT_DATA;
const real = dataFolders()
  .map((place) => path.join(place, 'glue'))
  .find((place) => fs.existsSync(place));
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-glue-'));
process.env.RETORT_DATA = scratch;
after(() => {
  process.env.RETORT_DATA = saved;
  if (saved === undefined) delete process.env.RETORT_DATA;
  fs.rmSync(scratch, { recursive: true });
});

type Rows = readonly (readonly string[])[];

function write(file: string, rows: Rows, begin = ''): void {
  const place = path.join(scratch, 'glue', file);
  fs.mkdirSync(path.dirname(place), { recursive: true });
  fs.writeFileSync(place, begin + rows.map((row) => `${row.join('\t')}\n`).join(''));
}

/** The columns of a split as lists. */
function columnsOf(data: Dataset): Record<string, unknown[]> {
  assert.ok(data instanceof TensorDataset);
  return Object.fromEntries(
    Object.entries(data.columns).map(([name, column]) => [
      name,
      column instanceof Tensor ? column.toFlatArray().map(Number) : [...column],
    ]),
  );
}

const mnliHeader = [
  ...['index', 'promptID', 'pairID', 'genre', 'sentence1_binary_parse', 'sentence2_binary_parse'],
  ...['sentence1_parse', 'sentence2_parse', 'sentence1', 'sentence2'],
];
const mnliRow = (first: string, second: string, ...labels: string[]): string[] => [
  ...['0', '1', '1n', 'fiction', '( a )', '( b )', '(ROOT)', '(ROOT)'],
  first,
  second,
  ...labels,
];
const annotators = ['label1', 'label2', 'label3', 'label4', 'label5', 'gold_label'];

function writeMnli(): void {
  const train = [
    mnliRow('He said "no', 'No.', 'neutral', 'entailment'),
    mnliRow('a', 'b', 'neutral', 'neutral'),
    mnliRow('c', 'd', 'x', 'contradiction'),
  ];
  const dev = (text: string): Rows => [
    [...mnliHeader, ...annotators],
    mnliRow(text, 'h', 'neutral', 'neutral', '', '', '', 'contradiction'),
  ];
  write('MNLI/train.tsv', [[...mnliHeader, 'label1', 'gold_label'], ...train]);
  write('MNLI/dev_matched.tsv', dev('matched'));
  write('MNLI/dev_mismatched.tsv', dev('mismatched'));
  write('MNLI/test_matched.tsv', [mnliHeader, mnliRow('p', 'h'), mnliRow('p2', 'h2')]);
  write('MNLI/test_mismatched.tsv', [mnliHeader, mnliRow('q', 'r')]);
}

suite('the original files', () => {
  test('CoLA has no header, but its test split', async () => {
    write('CoLA/train.tsv', [
      ['gj04', '1', '', 'A "good one.'],
      ['gj04', '0', '*', 'One bad a.'],
    ]);
    write('CoLA/dev.tsv', [['gj04', '0', '*', 'Bad.']]);
    write('CoLA/test.tsv', [
      ['index', 'sentence'],
      ['0', 'Bill whistled.'],
      ['1', 'Whistled "Bill.'],
    ]);
    const { train, test: held, source } = await glue('glue-cola');
    assert.deepEqual(columnsOf(train), { sentence: ['A "good one.', 'One bad a.'], label: [1, 0] });
    assert.deepEqual(columnsOf(held), { sentence: ['Bad.'], label: [0] });
    assert.deepEqual(train.fields.label, { kind: 'class', classes: ['unacceptable', 'acceptable'] });
    assert.deepEqual(held.metrics, ['matthews']);
    assert.match(source, /CoLA, judged on dev\.tsv$/);
    const { data, index, file, submission } = await glueTest('glue-cola');
    assert.deepEqual(columnsOf(data), { sentence: ['Bill whistled.', 'Whistled "Bill.'] });
    assert.deepEqual([index, file], [['0', '1'], 'CoLA.tsv']);
    assert.equal(submission([1, 0]), 'index\tprediction\n0\t1\n1\t0\n');
  });

  test('SST-2, whose test split has its texts in another column', async () => {
    for (const name of ['train', 'dev'])
      write(`SST-2/${name}.tsv`, [
        ['sentence', 'label'],
        [`${name} it 's fine . `, '1'],
      ]);
    write('SST-2/test.tsv', [
      ['index', 'sentence'],
      ['0', 'dull'],
    ]);
    const { train } = await glue('glue-sst2');
    assert.deepEqual(columnsOf(train), { sentence: ["train it 's fine . "], label: [1] });
    assert.deepEqual(columnsOf((await glueTest('glue-sst2')).data), { sentence: ['dull'] });
  });

  test('MRPC begins with a byte order mark, and has quotes that are not closed', async () => {
    const header = ['Quality', '#1 ID', '#2 ID', '#1 String', '#2 String'];
    for (const name of ['train', 'dev'])
      write(
        `MRPC/${name}.tsv`,
        [header, ['1', '7', '8', '" One', 'Two "x" " .'], ['0', '7', '9', 'c', 'd']],
        '\ufeff',
      );
    write(
      'MRPC/test.tsv',
      [
        ['index', ...header.slice(1)],
        ['0', '7', '8', 'e', 'f'],
      ],
      '\ufeff',
    );
    const { train } = await glue('glue-mrpc');
    assert.deepEqual(columnsOf(train), {
      sentence1: ['" One', 'c'],
      sentence2: ['Two "x" " .', 'd'],
      label: [1, 0],
    });
    assert.deepEqual(train.metrics, ['f1', 'top1']);
    assert.deepEqual(columnsOf((await glueTest('glue-mrpc')).data), { sentence1: ['e'], sentence2: ['f'] });
  });

  test('STS-B has numbers, which are handed in as numbers from 0 to 5', async () => {
    const header = [
      'index',
      'genre',
      'filename',
      'year',
      'old_index',
      'source1',
      'source2',
      'sentence1',
      'sentence2',
    ];
    const row = ['0', 'news', 'x', '2012', '3', 'none', 'none', 'A plane.', 'A jet.'];
    for (const name of ['train', 'dev'])
      write(`STS-B/${name}.tsv`, [
        [...header, 'score'],
        [...row, '4.250'],
      ]);
    write('STS-B/test.tsv', [header, row, row, row]);
    const { train } = await glue('glue-stsb');
    assert.deepEqual(columnsOf(train), { sentence1: ['A plane.'], sentence2: ['A jet.'], label: [4.25] });
    assert.deepEqual([train.fields.label, train.metrics], [{ kind: 'scalar' }, ['pearson', 'spearman']]);
    const { submission } = await glueTest('glue-stsb');
    assert.equal(submission([1.23456, 5.2, -0.1]), 'index\tprediction\n0\t1.235\n0\t5.000\n0\t0.000\n');
    assert.throws(() => submission([1, Number.NaN, 2]), /the answer to sample 1 is NaN, which is no number/);
    assert.throws(() => submission([1]), /there are 1 answers to 3 samples/);
    await assert.rejects(
      glue('glue-stsb', { classes: ['a'] }),
      /its labels are numbers, and there are no classes/,
    );
  });

  test('QQP has lines that are too short, which are left out', async () => {
    const header = ['id', 'qid1', 'qid2', 'question1', 'question2', 'is_duplicate'];
    const rows = [
      header,
      ['0', '1', '2', 'How?', 'How so?', '1'],
      ['cut', 'short'],
      ['3', '4', '5', 'Why?', 'When?', '0'],
    ];
    for (const name of ['train', 'dev']) write(`QQP/${name}.tsv`, rows);
    write('QQP/test.tsv', [
      ['id', 'question1', 'question2'],
      ['0', 'Who?', 'Where?'],
    ]);
    const { train } = await glue('glue-qqp');
    assert.deepEqual(columnsOf(train), {
      question1: ['How?', 'Why?'],
      question2: ['How so?', 'When?'],
      label: [1, 0],
    });
    assert.deepEqual(train.metrics, ['top1', 'f1']);
    assert.deepEqual(columnsOf((await glueTest('glue-qqp')).data), {
      question1: ['Who?'],
      question2: ['Where?'],
    });
  });

  test('MNLI is judged on the matched or the mismatched split, by the label that counts', async () => {
    writeMnli();
    const matched = await glue('glue-mnli');
    assert.deepEqual(columnsOf(matched.train), {
      premise: ['He said "no', 'a', 'c'],
      hypothesis: ['No.', 'b', 'd'],
      label: [1, 2, 0],
    });
    assert.deepEqual(columnsOf(matched.test), { premise: ['matched'], hypothesis: ['h'], label: [0] });
    const { test: mismatched, source } = await glue('glue-mnli-mm');
    assert.deepEqual(columnsOf(mismatched).premise, ['mismatched']);
    assert.match(source, /judged on dev_mismatched\.tsv$/);
    const [m, mm] = [await glueTest('glue-mnli'), await glueTest('glue-mnli-mm')];
    assert.deepEqual([m.file, mm.file], ['MNLI-m.tsv', 'MNLI-mm.tsv']);
    assert.deepEqual(columnsOf(mm.data), { premise: ['q'], hypothesis: ['r'] });
  });

  test("MNLI has its classes in RoBERTa's order, where that is said", async () => {
    writeMnli();
    const classes = ['contradiction', 'neutral', 'entailment'];
    const { train } = (await datasets['glue-mnli']?.(undefined, { classes })) as Awaited<
      ReturnType<typeof glue>
    >;
    assert.deepEqual(columnsOf(train).label, [2, 1, 0]);
    assert.deepEqual(train.fields.label, { kind: 'class', classes });
    const { submission } = await glueTest('glue-mnli', { classes });
    assert.equal(submission([1, 2]), 'index\tprediction\n0\tneutral\n0\tentailment\n');
    assert.throws(() => submission([1, 3]), /the answer to sample 1 is 3, which is no class/);
    await assert.rejects(
      glue('glue-mnli', { classes: ['contradiction', 'neutral'] }),
      /classes must be 'contradiction', 'entailment', 'neutral', each once, in any order, and are 'contradiction', 'neutral'/,
    );
  });

  for (const [name, folder, first] of [
    ['glue-qnli', 'QNLI', 'question'],
    ['glue-rte', 'RTE', 'sentence1'],
    ['glue-wnli', 'WNLI', 'sentence1'],
  ] as const)
    test(`${folder} calls its classes`, async () => {
      const second = folder === 'QNLI' ? 'sentence' : 'sentence2';
      const label = folder === 'WNLI' ? '0' : 'not_entailment';
      for (const split of ['train', 'dev'])
        write(`${folder}/${split}.tsv`, [
          ['index', first, second, 'label'],
          ['0', 'a', 'b', label],
        ]);
      write(`${folder}/test.tsv`, [
        ['index', first, second],
        ['0', 'c', 'd'],
      ]);
      const { train } = await glue(name);
      assert.deepEqual(columnsOf(train), {
        [first]: ['a'],
        [second]: ['b'],
        label: [folder === 'WNLI' ? 0 : 1],
      });
      const { submission } = await glueTest(name);
      assert.equal(submission([folder === 'WNLI' ? 0 : 1]), `index\tprediction\n0\t${label}\n`);
    });
});

suite('what is refused, with file and line', () => {
  const header = ['index', 'sentence1', 'sentence2', 'label'];
  const cases: Readonly<Record<string, [rows: Rows, sentence: RegExp]>> = {
    'a label that is none of the classes': [
      [header, ['0', 'a', 'b', 'maybe']],
      /RTE\/train\.tsv, line 2: the label is 'maybe', and must be 'entailment', 'not_entailment'/,
    ],
    'a line that is too short': [
      [header, ['0', 'a', 'b', 'entailment'], ['1', 'a']],
      /line 3: there are 2 columns, and must be 4 at least/,
    ],
    'another header': [
      [
        ['sentence', 'label'],
        ['a', '1'],
      ],
      /line 1: there is no column 'sentence1', but 'sentence', 'label'/,
    ],
    'an empty file': [[], /RTE\/train\.tsv is empty/],
    'a header alone': [[header], /RTE\/train\.tsv has no samples/],
  };
  for (const [what, [rows, sentence]] of Object.entries(cases))
    test(what, async () => {
      write('RTE/train.tsv', rows);
      await assert.rejects(glue('glue-rte'), (error: unknown) => {
        assert.ok(error instanceof DataError);
        assert.match(error.message, sentence);
        return true;
      });
    });

  test('another encoding', async () => {
    write('RTE/train.tsv', [header]);
    fs.appendFileSync(path.join(scratch, 'glue/RTE/train.tsv'), Buffer.from([0x30, 9, 0xe9, 9, 0x61, 10]));
    await assert.rejects(glue('glue-rte'), /RTE\/train\.tsv, line 2: it cannot be read: this is no UTF-8/);
  });

  test('files that are not there, and a task that there is not', async () => {
    fs.rmSync(path.join(scratch, 'glue/RTE'), { recursive: true });
    await assert.rejects(
      glue('glue-rte'),
      /glue-rte was not found: it was looked for as .*glue\/RTE, .*set RETORT_DATA/,
    );
    await assert.rejects(glue('glue-ax'), /there is no task 'glue-ax' of GLUE: there are glue-cola, /);
  });
});

if (!real) console.log('GLUE is not here: set RETORT_DATA to read its real files, too');
test('the real files have as many samples as their authors say', { skip: !real }, async () => {
  process.env.RETORT_DATA = path.dirname(real ?? '');
  const sizes: Readonly<Record<string, [train: number, dev: number, positive: number]>> = {
    'glue-cola': [8551, 1043, 721],
    'glue-sst2': [67_349, 872, 444],
    'glue-mrpc': [3668, 408, 279],
    'glue-rte': [2490, 277, 131],
    'glue-wnli': [635, 71, 31],
  };
  try {
    for (const [name, [learned, held, positive]] of Object.entries(sizes)) {
      const { train, test: dev } = await glue(name);
      assert.deepEqual([train.size, dev.size], [learned, held], name);
      assert.equal(columnsOf(dev).label?.filter((label) => label === 1).length, positive, name);
    }
    const { train, test: dev } = await glue('glue-stsb');
    assert.deepEqual([train.size, dev.size], [5749, 1500]);
    for (const label of columnsOf(train).label ?? []) assert.ok(Number(label) >= 0 && Number(label) <= 5);
  } finally {
    process.env.RETORT_DATA = scratch;
  }
});
