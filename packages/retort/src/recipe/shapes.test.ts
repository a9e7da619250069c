/**
 * Recipes for images of 224 pixels by their shapes alone: the networks of each are made on the meta device, without weights, and shown images there; its
 * methods then compare numbers by chance of the shapes that these gave.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { suite, test } from 'node:test';
import {
  nn,
  noGrad,
  randn,
  scope,
  setNumThreads,
  type Tensor,
  tensor,
  withDevice,
  zeros,
} from '@retort/torch';
import { type Classifier, createModel, madeFor, readRecipe } from 'retort';
import { methodNamed, type PairSide, type Side } from '../methods/index.ts';
import type { Recipe } from './index.ts';
import { specOf, type WrittenNetwork } from './network.ts';
import { optionsOf } from './resolve.ts';

setNumThreads(1);
const root = path.join(import.meta.dirname, '../../../../recipes');
const batch = 4;

const classesOf: Readonly<Record<string, number>> = { './imagenet-1k': 1000, cifar100: 100 };

interface Shaped {
  readonly anatomy: Classifier['anatomy'];
  /** By path, with the batch. */
  readonly features: Readonly<Record<string, readonly number[]>>;
  readonly logits: readonly number[];
}

const known = new Map<string, Shaped>();

/** What a network without weights gives for images of so many pixels. */
function shapesOf(name: string, size: number, classes: number, more: readonly string[]): Shaped {
  const key = JSON.stringify([name, size, classes, more]);
  const found = known.get(key);
  if (found) return found;
  const shaped = scope(() => {
    const model = withDevice('meta', () => createModel(name, { classes }));
    const { anatomy } = model;
    const paths = [
      ...new Set([...anatomy.stages, ...(anatomy.preActivations ?? []), anatomy.penultimate, ...more]),
    ];
    const { output, taps } = noGrad(() =>
      nn.tap(model.eval(), paths, () => model.forward(zeros([batch, 3, size, size], { device: 'meta' })), {
        copy: true,
      }),
    );
    const features = Object.fromEntries(Object.entries(taps).map(([at, { shape }]) => [at, [...shape]]));
    return { anatomy, features, logits: [...output.shape] };
  });
  known.set(key, shaped);
  return shaped;
}

/** The name of a network, and of which size its images are: of a teacher that sees what the student sees, the student's. */
function seen(network: WrittenNetwork, student: WrittenNetwork): { name: string; size: number } {
  const { source } = specOf(network);
  const { input } = network as { input?: { size: number } | 'student' };
  const { size = 0 } = input === 'student' ? (student as { input: { size: number } }).input : (input ?? {});
  assert.ok(typeof source === 'string');
  return { name: source, size };
}

/** Numbers by chance of a network's shapes. */
function sideOf({ features, logits }: Shaped, paths: readonly string[], turns: number): Side {
  const numbers = (at: string): Tensor => {
    const [count = 0, ...shape] = features[at] ?? assert.fail(at);
    return randn([turns * count, ...shape]);
  };
  return {
    outputs: { logits: randn([...logits]) },
    features: Object.fromEntries(paths.map((at) => [at, numbers(at)])),
    mask: null,
  };
}

const pairSide = ({ anatomy, features }: Shaped): PairSide => ({
  anatomy,
  ofTexts: false,
  shape: (at) => features[at]?.slice(1) ?? assert.fail(at),
});

type Named = Recipe['stages'][number]['methods'][number];

/** Paths that a recipe gives a method for its student. */
const pathsGiven = ({ stages, student }: { stages?: unknown; student?: unknown }): string[] =>
  [stages, student].flat().filter((at) => typeof at === 'string');

/** CRD's negatives, and what it needs. */
const smaller: Readonly<Record<string, object>> = { crd: { negatives: 4 } };

function tryMethod(method: Named, student: Shaped, teacher: Shaped): void {
  const made = methodNamed(method.name).create({ ...optionsOf(method), ...smaller[method.name] });
  const { turns = 1 } = made;
  const [, classes = 0] = student.logits;
  const labels = tensor(Array.from({ length: batch }, (_, i) => BigInt(i)));
  const pair = { student: pairSide(student), teacher: pairSide(teacher), classes, samples: batch, labels };
  const taps = made.taps?.(pair) ?? { student: [], teacher: [] };
  const { losses, parts } = made.objective(pair);
  parts?.train();
  const terms = losses({
    student: sideOf(student, taps.student, turns),
    teacher: sideOf(teacher, taps.teacher, turns),
    targets: { labels },
    ids: labels,
    progress: { epoch: 1, epochs: 1 },
    loss: () => ({}),
  });
  assert.ok(/supervised|cross-entropy/.test(made.name) || Object.keys(terms).length > 0);
  for (const [term, value] of Object.entries(terms))
    assert.ok(Number.isFinite(value.item()), `${term} is ${value.item()}`);
}

function tryRecipe(file: string): void {
  const { recipe } = readRecipe(path.join(root, file), { weightsAsWritten: true });
  const { data, student, teacher, stages } = recipe;
  const classes = classesOf[data.name] ?? assert.fail(data.name);
  const methods = stages.flatMap((stage) => stage.methods);
  const more = methods.flatMap((method) => pathsGiven(optionsOf(method)));
  const own = seen(student, student);
  assert.equal(madeFor(own.name)?.pixels, own.size, `${own.name} is made for other images`);
  const ours = shapesOf(own.name, own.size, classes, more);
  assert.deepEqual(ours.logits, [batch, classes]);
  const theirs = teacher === undefined ? null : seen(teacher, student);
  const taught = theirs && shapesOf(theirs.name, theirs.size, classes, []);
  for (const method of methods) {
    const { needsTeacher } = methodNamed(method.name).create(optionsOf(method));
    assert.ok(!needsTeacher || taught !== null);
    scope(() => noGrad(() => tryMethod(method, ours, taught ?? ours)));
  }
}

for (const folder of [
  'ofa/imagenet',
  'ofa/cifar100',
  'crd/imagenet',
  'srd/imagenet',
  'cskd/imagenet',
  'dlkd/imagenet',
]) {
  const files = fs.globSync(`${folder}/*.yaml`, { cwd: root }).sort();
  suite(`networks and methods of ${folder} fit:`, () => {
    test('there are some', () => assert.ok(files.length > 0));
    for (const file of files) test(path.basename(file, '.yaml'), () => tryRecipe(file));
  });
}

test('ImageNet is found in the data folders, and not among the recipes', (t) => {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-shapes-'));
  const before = process.env.RETORT_DATA;
  t.after(() => {
    fs.rmSync(data, { recursive: true });
    if (before === undefined) delete process.env.RETORT_DATA;
    else process.env.RETORT_DATA = before;
  });
  process.env.RETORT_DATA = data;
  fs.mkdirSync(path.join(data, 'imagenet-1k'));
  const files = fs.globSync('{ofa,crd,srd,cskd,dlkd}/imagenet*.yaml', { cwd: root });
  assert.equal(files.length, 8);
  for (const file of files) {
    const [row = ''] = fs
      .globSync(`${path.dirname(file)}/imagenet/*.yaml`, { cwd: root })
      .filter((one) => fs.readFileSync(path.join(root, one), 'utf8').includes(`/${path.basename(file)}`));
    const { recipe } = readRecipe(path.join(root, row), { weightsMayCome: true });
    assert.equal(recipe.data.name, path.join(data, 'imagenet-1k'), row);
  }
});

suite('students branch off where the released code does:', () => {
  const [tokens, swinOf] = [
    (width: number, count: number) => Array.from({ length: 4 }, () => [count, width]),
    (width: number) => [3136, 784, 196, 49].map((count, i) => [count, width * 2 ** i]),
  ];
  const wanted: Readonly<Record<string, readonly (readonly number[])[]>> = {
    resnet18: [64, 128, 256, 512].map((channels, i) => [channels, 56 / 2 ** i, 56 / 2 ** i]),
    mobilenetv2_100: [
      [24, 56, 56],
      [32, 28, 28],
      [96, 14, 14],
      [1280, 7, 7],
    ],
    deit_tiny_patch16_224: tokens(192, 197),
    swin_nano_patch4_window7_224: swinOf(64),
    swin_pico_patch4_window7_224: swinOf(48),
    resmlp_12_224: tokens(384, 196),
    CycleMLP_B3: [64, 128, 320, 512].map((channels, i) => [channels, 56 / 2 ** i, 56 / 2 ** i]),
  };
  const branching = fs.globSync('ofa/{imagenet,cifar100}/ofa-*.yaml', { cwd: root }).map((file) => {
    const { recipe } = readRecipe(path.join(root, file), { weightsAsWritten: true });
    const [method] = recipe.stages[0]?.methods ?? [];
    return { name: seen(recipe.student, recipe.student).name, given: pathsGiven(optionsOf(method)) };
  });
  for (const [name, shapes] of Object.entries(wanted))
    test(name, () => {
      const own = branching.filter((one) => one.name === name);
      assert.ok(own.length > 0);
      for (const { given } of own) {
        const { anatomy, features } = shapesOf(name, 224, 1000, given);
        const paths = given.length > 0 ? given : anatomy.stages;
        assert.deepEqual(
          paths.map((at) => features[at]?.slice(1)),
          shapes,
        );
      }
    });
  test('and there are no others', () =>
    assert.deepEqual([...new Set(branching.map(({ name }) => name))].sort(), Object.keys(wanted).sort()));
});
