/**
 * `npm run check -- folders [pictures|photographs|texts|python] [--weights FILE] [--python FILE]`: exported folders, run by those that their users have. By transformers.js in Node on
 * 500 pictures of a network's own size, where it must say what the engine says; on photographs that it resizes, without antialiasing, where it must do so for
 * 97 % and be right as often within a point; on 200 sentences of SST-2 by tokenizers of 30,522 words and of 50,257, where probabilities must be within 1e-4; and by Python's transformers:
 * weights, images, tokens, and the snippets of the cards as they stand.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { noGrad, saveSafetensors, scope, setNumThreads, type Tensor } from '@retort/torch';
import sharp from 'sharp';
import { pythonEnvironment, transformersPython } from '../bench/python.ts';
import { livelyStudent, pictureData, pictures, shown } from '../packages/retort/reference/students.ts';
import { classified, sameTop1, tried } from '../packages/retort/reference/transformers-js.ts';
import { dataFolders } from '../packages/retort/src/data/formats/locate.ts';
import { type ExportFolderOptions, exportFolder } from '../packages/retort/src/export/folder/index.ts';
import { failures, hold, root, runSnippet, said, scratch } from './check-folders/checked.ts';
import { onTexts, textsInPython } from './check-folders/texts.ts';
import { partsAsked } from './parts.ts';
import { publishedWeights } from './published-weights.ts';

const { values, positionals } = parseArgs({
  options: { weights: { type: 'string' }, python: { type: 'string' } },
  allowPositionals: true,
});
const asks = partsAsked(positionals, ['pictures', 'photographs', 'texts', 'python']);

setNumThreads(1);
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

if (asks('pictures')) for (const [name, size] of tried) await onPictures(name, size);
if (asks('photographs')) await onPhotographs(values.weights ?? publishedWeights());
if (asks('texts')) await onTexts();
if (asks('python')) {
  const python = values.python ?? transformersPython(pythonEnvironment());
  await inPython(python);
  await textsInPython(python);
}
if (failures() > 0) console.log(`${failures()} failed`);
process.exit(failures() > 0 ? 1 : 0);
