import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, mock, suite, test } from 'node:test';
import { loadSafetensors, nn, saveSafetensors, setNumThreads, zeros } from '@retort/torch';
import { retort } from '../../../reference/command.ts';
import { copiedFolder, folderOf, modelFolders } from '../../../reference/models/model-folders.ts';
import { brightSides, threeClasses } from '../../../reference/three-classes.ts';
import { datasets } from '../../data/index.ts';
import { loadModel } from '../index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-hugging-face-run-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const copied = (name: string, of: string, change: Parameters<typeof copiedFolder>[3]): string =>
  copiedFolder(scratch, name, of, change);

suite('a model folder in a run:', () => {
  const at = (...names: string[]): string => path.join(scratch, ...names);
  before(() => {
    mock.method(datasets, 'fashion-mnist', async () => ({
      train: brightSides(24),
      test: brightSides(12, 7),
      source: 'made up',
    }));
  });
  after(() => mock.restoreAll());

  /** A recipe of two epochs. */
  function recipe(name: string, lines: readonly string[], methods: string): string {
    const file = at(`${name}.yaml`);
    const stage = ['  - epochs: 2', '    schedule: constant', `    methods: ${methods}`];
    fs.writeFileSync(
      file,
      [
        'data: { name: fashion-mnist, train: [] }',
        'batchSize: 12',
        'teacherCheck: false',
        ...lines,
        'stages:',
        ...stage,
      ].join('\n'),
    );
    return file;
  }

  const losses = (out: string): number[] =>
    fs
      .readFileSync(path.join(out, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ kind }) => kind === undefined)
      .map(({ losses }) => losses.loss);

  for (const [name, tap] of [
    ['vit', 'blocks.1'],
    ['deit-distilled', 'blocks.1'],
    ['resnet-basic', 'layer3'],
    ['mobilenet-v2', 'features.13'],
  ] as const)
    test(`${name} teaches, by its logits and a tap, live and from a cache`, async () => {
      const file = recipe(
        name,
        ['student: resnet8', `teacher: ${folderOf(name)}`],
        `[kd, { name: srd, teacher: ${tap} }]`,
      );
      const live = await retort('distill', file, '--out', at(`${name}-live`));
      assert.equal(live.code, 0, live.stderr);
      const cached = await retort(
        'distill',
        file,
        `cache={ views: 1, dtype: fp32, folder: ${at('teachers')} }`,
        '--out',
        at(`${name}-cached`),
      );
      assert.equal(cached.code, 0, cached.stderr);
      const [first, second] = [losses(at(`${name}-live`)), losses(at(`${name}-cached`))];
      assert.equal(first.length, 2);
      for (const [i, loss] of first.entries())
        assert.ok(Math.abs(loss - (second[i] ?? 0)) < 1e-3, `${first} ${second}`);
    });

  test('learns, is evaluated and resumed from its run folder, and is a teacher of the next', async () => {
    const folder = copied('begun', 'vit-without-bias', (config) => {
      config.id2label = { 0: 'left', 1: 'right', 2: 'above' };
    });
    const weights = path.join(folder, 'model.safetensors');
    const { tensors } = loadSafetensors(weights);
    saveSafetensors(weights, {
      ...tensors,
      'classifier.weight': zeros([3, 16]),
      'classifier.bias': zeros([3]),
    });
    const out = at('student');
    const begun = await retort(
      'train',
      recipe('student', [`student: ${folder}`], '[cross-entropy]'),
      '--out',
      out,
    );
    assert.equal(begun.code, 0, begun.stderr);
    const resumed = await retort('resume', out, 'stages.0.epochs=3');
    assert.equal(resumed.code, 0, resumed.stderr);
    const evaluated = await retort('eval', '--weights', out, '--data', 'fashion-mnist', '--json');
    assert.equal(evaluated.code, 0, evaluated.stderr);
    const found = JSON.parse(evaluated.stdout);
    assert.equal(found.model, 'ViTForImageClassification');
    const { best } = JSON.parse(fs.readFileSync(path.join(out, 'run.json'), 'utf8')).result;
    assert.equal(found.scores.top1, best.scores?.top1 ?? best.top1);
    const { model, metadata } = await loadModel(out, { classes: 3 });
    const norms = Array.from(model.namedModules(), ([, module]) => module).filter(
      (module) => module instanceof nn.LayerNorm,
    );
    assert.deepEqual([...new Set(norms.map((norm: nn.LayerNorm) => norm.eps))], [1e-2]);
    assert.equal(metadata.model, 'ViTForImageClassification');
    const next = await retort(
      'distill',
      recipe('next', ['student: resnet8', `teacher: ${out}`], '[kd]'),
      '--out',
      at('next'),
    );
    assert.equal(next.code, 0, next.stderr);
    const named = await retort('eval', '--model', 'resnet8', '--weights', out, '--data', 'fashion-mnist');
    assert.match(
      named.stderr,
      /says itself which network it is for, 'ViTForImageClassification': leave out 'resnet8'/,
    );
  });

  test('whose classes are others than the data’s is refused before the first step', async () => {
    const ended = await retort(
      'distill',
      recipe('misfit', ['student: resnet8', `teacher: ${folderOf('vit-without-bias')}`], '[kd]'),
      '--out',
      at('misfit'),
    );
    assert.equal(ended.code, 1);
    assert.match(ended.stderr, /gives \[\d+, 2\] .* has 3 classes/);
    assert.equal(fs.existsSync(at('misfit')), false);
  });

  test('is evaluated and inspected as it is', async () => {
    const evaluated = await retort(
      'eval',
      '--weights',
      folderOf('deit'),
      '--data',
      'fashion-mnist',
      '--json',
    );
    assert.equal(JSON.parse(evaluated.stdout).model, 'DeiTForImageClassification');
    const { stdout } = await retort('inspect', folderOf('deit'));
    assert.deepEqual(stdout.replaceAll(`${modelFolders}/`, '').split('\n').slice(0, 6), [
      'deit: a model folder of transformers',
      '  network: DeiTForImageClassification (model_type deit)',
      '  classes: 3 (left, right, above)',
      '  input: {"resize":10,"size":8,"interpolation":"bicubic","mean":[0.485,0.456,0.406],"std":[0.229,0.224,0.225]}',
      '',
      'deit/model.safetensors: safetensors',
    ]);
    const { modelFolder } = JSON.parse((await retort('inspect', folderOf('vit'), '--json')).stdout);
    assert.deepEqual(
      [modelFolder.name, modelFolder.modelType, modelFolder.classes, modelFolder.labels],
      ['ViTForImageClassification', 'vit', 3, threeClasses],
    );
  });
});
