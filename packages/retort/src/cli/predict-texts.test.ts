/** `retort predict` on networks of texts, beside their logits. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { suite, test } from 'node:test';
import { loadSafetensors, noGrad, saveSafetensors, scope, setNumThreads, tensor } from '@retort/torch';
import { type Ended, retort } from '../../reference/command.ts';
import { workingFolder } from '../../reference/data-folder.ts';
import { writeGlue, writeTextFolder } from '../../reference/glue.ts';
import { openTokenizer } from '../tokenizers/index.ts';

setNumThreads(1);
const scratch = workingFolder('predict-texts');
writeGlue(scratch, 7);

const bert = writeTextFolder('bert', 'bert', ['bad', 'good', 'so']);
const roberta = writeTextFolder('roberta', 'roberta', ['LABEL_0', 'LABEL_1']);
const numbers = writeTextFolder('numbers', 'bert', ['LABEL_0'], 'regression');
const several = writeTextFolder('several', 'roberta', ['a', 'b', 'c', 'd'], 'multi_label_classification');
for (const model of [bert, roberta, numbers, several]) model.eval();

const texts = ['a good film', 'so', 'the bad film is so so bad', ''];

/** What a network answers for one text alone, or a pair. */
function logits(folder: string, model: typeof bert, text: string, pair: string | null = null): number[] {
  const { tokens, types } = openTokenizer(folder).encode(text, pair, 128);
  const row = (values: Int32Array) => tensor([[...values].map(BigInt)], { dtype: 'int64' });
  return scope(() =>
    noGrad(() => model.forward(row(tokens), undefined, folder === 'roberta' ? undefined : row(types)))
      .to('float64')
      .toFlatArray()
      .map(Number),
  );
}

const softmax = (values: readonly number[]): number[] => {
  const shares = values.map(Math.exp);
  const sum = shares.reduce((a, b) => a + b, 0);
  return shares.map((share) => share / sum);
};

interface Said {
  readonly network: string;
  readonly task: string;
  readonly texts: {
    text: string;
    pair?: string;
    number?: number;
    classes?: { class: number; name: string; probability: number }[];
  }[];
}

const predict = (...args: string[]): Promise<Ended> => retort('predict', ...args);
async function answer(...args: string[]): Promise<Said> {
  const { code, stdout, stderr } = await predict(...args, '--json');
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

const near = (value: number | undefined, expected: number | undefined): void =>
  assert.ok(Math.abs((value ?? Number.NaN) - (expected ?? Number.NaN)) < 1e-5, `${value} and ${expected}`);

suite('what is said of texts is what the network answers for each alone:', () => {
  test('classes, the likeliest first, in the order of the texts', async () => {
    const said = await answer('bert', ...texts);
    assert.deepEqual([said.network, said.task], ['BertForSequenceClassification', 'classification']);
    assert.deepEqual(
      said.texts.map(({ text }) => text),
      texts,
    );
    for (const { text, classes = [] } of said.texts) {
      const expected = softmax(logits('bert', bert, text));
      assert.equal(classes.length, 3);
      assert.ok((classes[0]?.probability ?? 0) >= (classes[1]?.probability ?? 1));
      for (const { class: number, name, probability } of classes) {
        near(probability, expected[number]);
        assert.equal(name, ['bad', 'good', 'so'][number]);
      }
    }
    assert.equal(new Set(said.texts.map(({ classes }) => classes?.[0]?.probability)).size, 4, 'they differ');
  });
  test('pairs', async () => {
    const said = await answer('roberta', '--pairs', ...texts);
    assert.deepEqual(
      said.texts.map(({ text, pair }) => [text, pair]),
      [texts.slice(0, 2), texts.slice(2)],
    );
    for (const { text, pair = null, classes = [] } of said.texts) {
      const expected = softmax(logits('roberta', roberta, text, pair));
      for (const { class: number, name, probability } of classes) {
        near(probability, expected[number]);
        // What transformers calls classes that have no names is none.
        assert.equal(name, String(number));
      }
    }
  });
  test('a number', async () => {
    const said = await answer('numbers', ...texts);
    assert.equal(said.task, 'regression');
    for (const { text, number } of said.texts) near(number, logits('numbers', numbers, text)[0]);
    const { stdout } = await predict('numbers', 'so');
    assert.match(stdout, /^text +number\n-+ +-+\nso +-?\d\.\d{4}\n$/);
  });
  test('several classes, or none', async () => {
    const said = await answer('several', ...texts);
    assert.equal(said.task, 'multi-label');
    for (const { text, classes = [] } of said.texts) {
      const shares = logits('several', several, text).map((value) => 1 / (1 + Math.exp(-value)));
      const expected = shares.flatMap((share, i) => (share > 0.5 ? [i] : []));
      assert.deepEqual(
        classes.map(({ class: number }) => number),
        expected.sort((a, b) => (shares[b] ?? 0) - (shares[a] ?? 0)),
      );
      for (const { class: number, probability } of classes) near(probability, shares[number]);
    }
    assert.ok(said.texts.some(({ classes = [] }) => classes.length > 0));
    const weights = path.join('several', 'model.safetensors');
    const { tensors } = loadSafetensors(weights);
    const bias = tensors['classifier.out_proj.bias'];
    fs.cpSync('several', 'silent', { recursive: true });
    saveSafetensors(path.join('silent', 'model.safetensors'), {
      ...tensors,
      ...(bias ? { 'classifier.out_proj.bias': bias.sub(100) } : {}),
    });
    assert.match((await predict('silent', 'so')).stdout, /\nso +none\n$/);
  });
});

suite('texts are given', () => {
  test('in a file, one a line, and a long one is cut in the table', async () => {
    fs.writeFileSync('lines.txt', `${texts.join('\r\n')}\r\n`);
    assert.deepEqual(await answer('bert', '--file', 'lines.txt'), await answer('bert', ...texts));
    const { stdout } = await predict('bert', 'so '.repeat(100), '--top', '1');
    assert.match(stdout, /\n(so ){20}… +(bad|good|so) +\d+\.\d\d\n$/);
  });
  test('in a file of pairs, two a line', async () => {
    fs.writeFileSync('pairs.tsv', `${texts[0]}\t${texts[1]}\n${texts[2]}\t${texts[3]}\n`);
    assert.deepEqual(
      await answer('roberta', '--pairs', '--file', 'pairs.tsv'),
      await answer('roberta', '--pairs', ...texts),
    );
  });
  test('in a table, by the column that is called as texts are', async () => {
    const rows = texts.map((text, i) => `${i},"${text.replaceAll('"', '""')}"\n`).join('');
    fs.writeFileSync('table.csv', `number,text\n${rows}`);
    const said = await predict('bert', '--file', 'table.csv', '--json');
    assert.equal(said.code, 0, said.stderr);
    assert.match(said.stderr, /table\.csv is read as a table, its texts in 'text'/);
    assert.deepEqual(JSON.parse(said.stdout), await answer('bert', ...texts));
    const alone = await predict('roberta', '--pairs', '--file', 'table.csv');
    assert.match(alone.stderr, /--pairs takes two texts a line, and the table has 'text' alone/);
    const pairs = texts.slice(0, 2).map((text) => JSON.stringify({ sentence1: text, sentence2: texts[2] }));
    fs.writeFileSync('pairs.jsonl', pairs.join('\n'));
    assert.deepEqual(
      (await answer('roberta', '--file', 'pairs.jsonl')).texts.map(({ text, pair }) => [text, pair]),
      texts.slice(0, 2).map((text) => [text, texts[2]]),
    );
    fs.writeFileSync('other.csv', 'review,stars\ngood,1\n');
    const whole = await predict('bert', '--file', 'other.csv');
    assert.match(
      whole.stderr,
      /other\.csv has no column that is called as texts are .*: each line is a text, whole/,
    );
    assert.match(whole.stdout, /\nreview,stars /);
  });
  test('on standard input', async () => {
    const stdin = Object.getOwnPropertyDescriptor(process, 'stdin');
    const given = (bytes: Buffer): void => {
      Object.defineProperty(process, 'stdin', { value: Readable.from([bytes]), configurable: true });
    };
    try {
      given(Buffer.from(`${texts.join('\n')}\n`));
      assert.deepEqual(await answer('bert', '--file', '-'), await answer('bert', ...texts));
      given(Buffer.from([0xe9]));
      assert.match((await predict('bert', '--file', '-')).stderr, /standard input is no UTF-8/);
    } finally {
      if (stdin) Object.defineProperty(process, 'stdin', stdin);
    }
  });
  test('as they are, even where they are the name of a file, which is said', async () => {
    const { stderr, code } = await predict('bert', 'lines.txt');
    assert.equal(code, 0);
    assert.match(stderr, /lines\.txt is a file, and is taken as a text: --file reads texts of one/);
  });
  test('with names of classes', async () => {
    fs.writeFileSync('names.txt', 'no\nyes\n');
    const said = await answer('roberta', 'so', '--classes', 'names.txt', '--top', '1');
    assert.match(said.texts[0]?.classes?.[0]?.name ?? '', /^(no|yes)$/);
    assert.equal(said.texts[0]?.classes?.length, 1);
  });
});

suite('a test split of GLUE is written as it is handed in:', () => {
  const lines = (file: string): string[][] =>
    fs
      .readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));

  test('classes, where the network does not name them, in the order of the files', async () => {
    const { code, stdout, stderr } = await predict('roberta', '--glue', 'glue-rte');
    assert.equal(code, 0, stderr);
    assert.equal(stdout, 'RTE.tsv: 7 answers to the test split of glue-rte\n');
    assert.match(stderr, /does not say what its classes are called: .* 'entailment', 'not_entailment'/);
    const [head, ...rows] = lines('RTE.tsv');
    assert.deepEqual(head, ['index', 'prediction']);
    const said = await answer('roberta', '--pairs', '--file', 'rte.txt', '--top', '1');
    assert.deepEqual(
      rows,
      said.texts.map(({ classes }, i) => [
        String(i),
        ['entailment', 'not_entailment'][classes?.[0]?.class ?? 2],
      ]),
    );
  });
  test('classes in the order of the network, whatever their capitals', async () => {
    writeTextFolder('mnli', 'roberta', ['NEUTRAL', 'CONTRADICTION', 'ENTAILMENT']);
    const { code, stdout, stderr } = await predict(
      'mnli',
      '--glue',
      'glue-mnli-mm',
      '--out',
      'mm.tsv',
      '--json',
    );
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(stdout), {
      ...{ network: 'RobertaForSequenceClassification', task: 'glue-mnli-mm', file: 'mm.tsv', answers: 7 },
    });
    const said = await answer('mnli', '--pairs', '--file', 'rte.txt', '--top', '1');
    assert.deepEqual(
      lines('mm.tsv')
        .slice(1)
        .map(([, prediction]) => prediction),
      said.texts.map(({ classes }) => classes?.[0]?.name.toLowerCase()),
    );
  });
  test('numbers', async () => {
    assert.equal((await predict('numbers', '--glue', 'glue-stsb')).code, 0);
    const said = await answer('numbers', '--pairs', '--file', 'rte.txt');
    assert.deepEqual(
      lines('STS-B.tsv')
        .slice(1)
        .map(([, prediction]) => prediction),
      said.texts.map(({ number = 0 }) => Math.min(5, Math.max(0, number)).toFixed(3)),
    );
  });
});
// The test splits of pairs are alike.
fs.writeFileSync(
  'rte.txt',
  fs
    .readFileSync('glue/RTE/test.tsv', 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t').slice(1).join('\t'))
    .join('\n'),
);

/** Weights as a run leaves them, trained on a data set. */
function trainedOn(data: string, more: Readonly<Record<string, string>> = {}): string {
  const folder = `of-${data}`;
  fs.cpSync('roberta', folder, { recursive: true });
  const { tensors } = loadSafetensors('roberta/model.safetensors');
  const config = fs.readFileSync('roberta/config.json', 'utf8');
  fs.rmSync(path.join(folder, 'config.json'));
  fs.rmSync(path.join(folder, 'model.safetensors'));
  saveSafetensors(path.join(folder, 'best.safetensors'), tensors, {
    ...{ model: 'RobertaForSequenceClassification', config, data, classes: '2', ...more },
  });
  return folder;
}

suite('is refused in a sentence:', () => {
  fs.writeFileSync('empty.txt', '');
  fs.writeFileSync('latin.txt', Buffer.from([0x61, 10, 0xe9, 10]));
  fs.writeFileSync('untabbed.tsv', 'a\tb\nc d\n');
  fs.writeFileSync('tabbed.tsv', 'a\tb\tc\n');
  const ofRte = trainedOn('glue-rte', { task: 'classification' });
  const ofCola = trainedOn('glue-cola');
  const ofPairs = trainedOn('pairs.tsv', { texts: '2' });
  const ofOwn = trainedOn('own', { task: './tagging.ts#tagging' });
  const cases: readonly [what: string, args: string[], code: number, sentence: RegExp][] = [
    ['nothing at all', ['bert'], 2, /there is nothing to be predicted: name images, or give texts/],
    [
      'texts in two ways',
      ['bert', 'so', '--file', 'lines.txt'],
      2,
      /texts are given as arguments and by --file/,
    ],
    ['a pair without a second text', ['bert', '--pairs', 'a', 'b', 'c'], 2, /two by two, and there are 3$/m],
    ['one text to a network of pairs', [ofRte, 'so'], 2, /was trained on glue-rte, .* with --pairs/],
    [
      'two texts to a network of one',
      [ofCola, '--pairs', 'a', 'b'],
      2,
      /was trained on glue-cola, .* leave out --pairs/,
    ],
    [
      'one text to a network of pairs of one’s own',
      [ofPairs, 'so'],
      2,
      /trained on pairs\.tsv, .* with --pairs/,
    ],
    ['a task that is not ours', [ofOwn, 'so'], 2, /was trained for the task \.\/tagging\.ts#tagging/],
    [
      'a file that is not there',
      ['bert', '--file', 'none.txt'],
      1,
      /none\.txt: it cannot be read: there is no such file/,
    ],
    ['an empty file', ['bert', '--file', 'empty.txt'], 1, /empty\.txt has no texts/],
    ['another encoding', ['bert', '--file', 'latin.txt'], 1, /latin\.txt, line 2: .* no UTF-8/],
    [
      'a line without a tab',
      ['bert', '--pairs', '--file', 'untabbed.tsv'],
      1,
      /line 2: there is no tab in 'c d'/,
    ],
    ['a line with two', ['bert', '--pairs', '--file', 'tabbed.tsv'], 1, /line 1: there are 2 tabs/],
    [
      'options of images',
      ['bert', 'so', '--data-options', '{ exif: apply }'],
      2,
      /--data-options is of images/,
    ],
    ['names of a number', ['numbers', 'so', '--classes', 'names.txt'], 2, /says a number of each text/],
    [
      'a task of GLUE that is none',
      ['bert', '--glue', 'rte'],
      1,
      /there is no task 'rte' of GLUE: there are glue-cola/,
    ],
    [
      'classes where numbers are handed in',
      ['bert', '--glue', 'glue-stsb'],
      2,
      /handed in as numbers, and bert was/,
    ],
    [
      'numbers where classes are',
      ['numbers', '--glue', 'glue-rte'],
      2,
      /handed in as classes, and numbers was/,
    ],
    [
      'another number of classes',
      ['bert', '--glue', 'glue-rte'],
      2,
      /tells apart 3 classes, and glue-rte has 2/,
    ],
    [
      'other classes',
      ['bert', '--glue', 'glue-mnli'],
      2,
      /classes of bert are 'bad', .* and those of glue-mnli are/,
    ],
    [
      'a folder that is not there',
      ['roberta', '--glue', 'glue-rte', '--out', 'no/RTE.tsv'],
      2,
      /there is no folder no$/m,
    ],
    ['a file of GLUE without it', ['bert', 'so', '--out', 'x.tsv'], 2, /--out is the file of --glue/],
    ['pairs of GLUE', ['roberta', '--glue', 'glue-rte', '--pairs'], 2, /leave out --pairs/],
  ];
  for (const [what, args, code, sentence] of cases)
    test(what, async () => {
      const ended = await predict(...args);
      assert.match(ended.stderr, sentence);
      assert.equal(ended.code, code, ended.stderr);
      assert.equal(ended.stdout, '');
    });
  test('but a network of another task of GLUE answers, which is said', async () => {
    const { code, stderr } = await predict(ofRte, '--glue', 'glue-qnli');
    assert.equal(code, 0, stderr);
    assert.match(stderr, /was trained on glue-rte, and what is written is of glue-qnli/);
  });
});
