import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, mock, suite, test } from 'node:test';
import {
  functional,
  loadSafetensors,
  nn,
  saveSafetensors,
  setNumThreads,
  type Tensor,
  tensor,
  zeros,
} from '@retort/torch';
import { assertClose, assertGradientsClose } from '../../../../torch/reference/load.ts';
import { retort } from '../../../reference/command.ts';
import { brightSides, threeClasses } from '../../../reference/three-classes.ts';
import { datasets } from '../../data/index.ts';
import { inspectWeights, loadModel, ofTransformers, SwinTransformer } from '../index.ts';
import { families } from './families.ts';
import { renamed } from './family.ts';
import { wantedInput } from './input.ts';

setNumThreads(1);
const reference = path.join(import.meta.dirname, '../../../reference/models/hugging-face');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-hugging-face-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const folderOf = (name: string): string => path.join(reference, name);
const noWarning = { onWarning: () => {} };
const load = (spec: string) => loadModel(spec, { classes: 3 }, noWarning);

/** A copy of a reference's folder, changed. */
function copied(
  name: string,
  of: string,
  change: (config: Record<string, unknown>, folder: string) => void,
): string {
  const folder = path.join(scratch, name);
  fs.cpSync(folderOf(of), folder, { recursive: true });
  const file = path.join(folder, 'config.json');
  const config = JSON.parse(fs.readFileSync(file, 'utf8'));
  change(config, folder);
  if (fs.existsSync(file)) fs.writeFileSync(file, JSON.stringify(config));
  return folder;
}

/** Whose hidden states are which taps. */
const taps: Readonly<Record<string, readonly string[]>> = {
  vit: ['blocks.0:input', 'blocks.0', 'blocks.1'],
  'vit-without-bias': ['blocks.0:input', 'blocks.0', 'blocks.1'],
  deit: ['blocks.0:input', 'blocks.0', 'blocks.1'],
  'deit-distilled': ['blocks.0:input', 'blocks.0', 'blocks.1'],
  beit: ['blocks.0:input', 'blocks.0', 'blocks.1'],
  'beit-token': ['blocks.0:input', 'blocks.0', 'blocks.1'],
  'resnet-basic': ['maxpool', 'layer1', 'layer2', 'layer3', 'layer4'],
  'resnet-bottleneck': ['maxpool', 'layer1', 'layer2', 'layer3', 'layer4'],
  'resnet-downsampling': ['maxpool', 'layer1', 'layer2', 'layer3', 'layer4'],
  'mobilenet-v2': Array.from({ length: 16 }, (_, i) => `features.${i + 2}`),
  'mobilenet-v2-torch': Array.from({ length: 16 }, (_, i) => `features.${i + 2}`),
  swin: ['patch_embed', 'layers.1.downsample', 'layers.1'],
  'swin-without-bias': ['patch_embed', 'layers.1.downsample', 'layers.1'],
  convnext: ['stem', 'stages.0', 'stages.1', 'stages.2'],
  'convnext-patches': ['stem', 'stages.0', 'stages.1', 'stages.2'],
};

suite('logits, hidden states and gradients are those of transformers:', () => {
  for (const [name, paths] of Object.entries(taps))
    test(name, async () => {
      const folder = folderOf(name);
      const { model } = await load(folder);
      model.eval();
      const { tensors: expected } = loadSafetensors(path.join(folder, 'expected.safetensors'));
      const of = (key: string): Tensor => expected[key] ?? assert.fail(`no ${key}`);
      const images = of('pixel_values').clone();
      images.requiresGrad = true;
      const { output, taps: seen } = nn.tap(model, paths, () => model.forward(images));
      assertClose(output, of('logits'), 1e-5, 'logits');
      for (const [i, at] of paths.entries()) assertClose(seen[at] ?? output, of(`hidden.${i}`), 1e-5, at);
      functional.cross_entropy(output, tensor([0, 1], { dtype: 'int64' })).backward();
      assertClose(images.grad ?? zeros([1]), of('grad.pixel_values'), 1e-5, 'the images');
      const wanted = Object.entries(expected)
        .filter(([key]) => key.startsWith('grad.') && key !== 'grad.pixel_values')
        .map(([key, value]): [string, Tensor] => [key.slice('grad.'.length), value]);
      const type = JSON.parse(fs.readFileSync(path.join(folder, 'config.json'), 'utf8')).model_type;
      const { state, left } = renamed(Object.fromEntries(wanted), families[type]?.keys ?? []);
      assert.deepEqual(left, []);
      const own = Object.fromEntries(
        Array.from(model.namedParameters(), ([key, value]) => [key, value.grad ?? zeros([1])]),
      );
      assert.deepEqual(Object.keys(own).sort(), Object.keys(state).sort());
      assertGradientsClose(own, state, 1e-5, name);
    });
});

suite('the same weights come from', () => {
  const sameAs = async (folder: string, of: string) => {
    const [a, b] = [await load(folder), await load(folderOf(of))];
    const weights = b.model.stateDict();
    assert.deepEqual(Object.keys(a.model.stateDict()), Object.keys(weights));
    for (const [key, value] of Object.entries(a.model.stateDict()))
      assertClose(value, weights[key] ?? value, 0, key);
  };
  for (const name of Object.keys(taps).filter((name) => /^(vit|deit|beit|swin)/.test(name)))
    test(`the keys of transformers 5: ${name}`, () => {
      const keys = Object.keys(
        loadSafetensors(path.join(folderOf(`${name}-v5`), 'model.safetensors')).tensors,
      );
      assert.ok(keys.some((key) => /\.attention\.q_proj\./.test(key)));
      return sameAs(folderOf(`${name}-v5`), name);
    });
  test('files of several shards', async () => {
    const folder = copied('sharded', 'vit', () => {});
    const { tensors } = loadSafetensors(path.join(folder, 'model.safetensors'));
    const map: Record<string, string> = {};
    for (const part of [0, 1]) {
      const file = `model-0000${part + 1}-of-00002.safetensors`;
      const own = Object.entries(tensors).filter((_, i) => i % 2 === part);
      for (const [key] of own) map[key] = file;
      saveSafetensors(path.join(folder, file), Object.fromEntries(own));
    }
    const index = path.join(folder, 'model.safetensors.index.json');
    fs.rmSync(path.join(folder, 'model.safetensors'));
    fs.writeFileSync(index, JSON.stringify({ metadata: {}, weight_map: map }));
    await sameAs(folder, 'vit');
    const { stateDicts } = await inspectWeights(folder, noWarning);
    assert.deepEqual(
      stateDicts.map(({ key }) => key),
      ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'],
    );
    fs.rmSync(path.join(folder, 'model-00002-of-00002.safetensors'));
    await assert.rejects(
      load(folder),
      /lacks model-00002-of-00002\.safetensors of the 2 files of its weights/,
    );
    fs.writeFileSync(index, JSON.stringify({ weight_map: { a: '../model.safetensors' } }));
    await assert.rejects(
      load(folder),
      /names the weights '\.\.\/model\.safetensors', which is no file beside it/,
    );
  });
  test('pytorch_model.bin, which is one by its content', async () => {
    const folder = copied('bin', 'deit', (_, at) =>
      fs.renameSync(path.join(at, 'model.safetensors'), path.join(at, 'pytorch_model.bin')),
    );
    await sameAs(folder, 'deit');
  });
});

suite('as transformers has it again:', () => {
  for (const [name, of] of [
    ['swin', 'swin'],
    ['swin-without-bias', 'swin'],
    ['convnext', 'convnext'],
    ['convnext-patches', 'convnext'],
  ] as const)
    test(name, async () => {
      const { model } = await load(folderOf(name));
      const found = ofTransformers(model, 3, [3, 32, 32]) ?? assert.fail('it is none');
      const config = JSON.parse(fs.readFileSync(path.join(folderOf(name), 'config.json'), 'utf8'));
      assert.deepEqual([found.modelType, [found.architecture]], [of, config.architectures]);
      for (const [key, value] of Object.entries(found.settings)) assert.deepEqual(value, config[key], key);
      const { tensors } = loadSafetensors(path.join(folderOf(name), 'model.safetensors'));
      assert.deepEqual(Object.keys(found.state).sort(), Object.keys(tensors).sort());
      for (const [key, value] of Object.entries(tensors))
        assertClose(found.state[key] ?? value, value, 0, key);
    });
  test('Swin with fewer tokens than a window has is none: there its biases are of a whole one', () => {
    const options = { width: 8, depths: [1, 1], heads: [1, 2], window: 4, classes: 3 };
    const whole = new SwinTransformer({ ...options, imageSize: 16, patchSize: 2 });
    assert.equal(ofTransformers(whole, 3, [3, 16, 16])?.modelType, 'swin');
    const cut = new SwinTransformer({ ...options, imageSize: 8, patchSize: 2 });
    assert.equal(ofTransformers(cut, 3, [3, 8, 8]), null);
  });
});

test('what comes with a network: its name, classes, their names, how it wants images', async () => {
  const { name, metadata } = await load(folderOf('deit-distilled'));
  assert.equal(name, 'DeiTForImageClassificationWithTeacher');
  assert.deepEqual([metadata.classes, metadata.labels], ['3', JSON.stringify(threeClasses)]);
  assert.deepEqual(JSON.parse(metadata.input ?? ''), {
    resize: 10,
    size: 8,
    interpolation: 'bicubic',
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  });
  const said: string[] = [];
  const bare = await loadModel(
    folderOf('vit-without-bias'),
    { classes: 2 },
    { onWarning: (text) => said.push(text) },
  );
  assert.deepEqual(
    [bare.metadata.classes, bare.metadata.labels, bare.metadata.input],
    ['2', undefined, '{"size":8}'],
  );
  assert.match(said.join(), /has no preprocessor_config\.json: images are normalised as the data has them/);
});

suite('how a network wants images, by its preprocessor_config.json:', () => {
  const [mean, std] = [
    [0.5, 0.5, 0.5],
    [0.25, 0.25, 0.25],
  ];
  const normalised = { image_mean: mean, image_std: std };
  const cases: Readonly<Record<string, [config: object, input: object | null, remark?: RegExp]>> = {
    'a square': [
      { size: { height: 8, width: 8 }, resample: 3, ...normalised },
      { size: 8, interpolation: 'bicubic', mean, std },
    ],
    'a number, as feature extractors had it': [
      { size: 8, ...normalised },
      { size: 8, interpolation: 'bilinear', mean, std },
    ],
    'a crop': [
      {
        size: { shortest_edge: 256 },
        do_center_crop: true,
        crop_size: { height: 224, width: 224 },
        ...normalised,
      },
      { resize: 256, size: 224, interpolation: 'bilinear', mean, std },
    ],
    'a share that is cropped, of ConvNeXt’s': [
      {
        image_processor_type: 'ConvNextImageProcessor',
        size: { shortest_edge: 224 },
        crop_pct: 0.875,
        ...normalised,
      },
      { resize: 256, size: 224, interpolation: 'bilinear', mean, std },
    ],
    'no crop from 384 on, of ConvNeXt’s': [
      { feature_extractor_type: 'ConvNextFeatureExtractor', size: 384, crop_pct: 1, ...normalised },
      { size: 384, interpolation: 'bilinear', mean, std },
    ],
    'no normalisation': [
      { size: 8, do_normalize: false },
      { size: 8, interpolation: 'bilinear', mean: [0, 0, 0], std: [1, 1, 1] },
    ],
    'pixels to 255': [
      { size: 8, do_rescale: false, image_mean: [127.5], image_std: 63.75 },
      { size: 8, interpolation: 'bilinear', mean: [0.5], std: std },
    ],
    'no resizing': [
      { do_resize: false, ...normalised },
      { mean, std },
    ],
    'the shape kept': [
      { size: { shortest_edge: 8 }, ...normalised },
      { resize: 8, size: 8, interpolation: 'bilinear', mean, std },
      /images that are no squares keep their shape there, and are cropped from the centre here/,
    ],
    'a square that is cropped': [
      { size: 256, do_center_crop: true, crop_size: 224, ...normalised },
      { resize: 256, size: 224, interpolation: 'bilinear', mean, std },
      /images that are no squares are made ones there, and keep their shape here/,
    ],
    'another interpolation': [
      { size: 8, resample: 1, ...normalised },
      { size: 8, interpolation: 'bicubic', mean, std },
      /images are resized Lanczos there, and bicubic here/,
    ],
    'channels turned': [
      { size: 8, do_flip_channel_order: true, ...normalised },
      null,
      /BGR .*unless the recipe says otherwise \(`input`\)/,
    ],
    'no square': [
      { size: { height: 8, width: 6 }, ...normalised },
      null,
      /size is 8x6, no square, which is not done here/,
    ],
    padding: [
      { size: 8, do_center_crop: true, crop_size: 9, ...normalised },
      null,
      /crop_size 9 is larger than size 8/,
    ],
    'a mean that is missing': [{ size: 8 }, null, /it normalises, and says no image_mean and image_std/],
  };
  for (const [what, [config, input, remark]] of Object.entries(cases))
    test(what, () => {
      const found = wantedInput(config, 'FILE');
      assert.deepEqual(found.input, input);
      assert.equal(found.remarks.length, remark ? 1 : 0);
      if (remark) assert.match(found.remarks.join(), remark);
    });
  test('one number for all channels is one for each that the network takes', () => {
    const processor = { do_resize: false, image_mean: 0.25, image_std: 0.5 };
    assert.deepEqual(wantedInput(processor, 'x', 1).input, { mean: [0.25], std: [0.5] });
    assert.deepEqual(wantedInput(processor, 'x').input, { mean: [0.25, 0.25, 0.25], std: [0.5, 0.5, 0.5] });
    const raw = { do_resize: false, do_normalize: false };
    assert.deepEqual(wantedInput(raw, 'x', 1).input, { mean: [0], std: [1] });
  });

  test('a size that is none is named', () => {
    assert.throws(
      () => wantedInput({ size: 8, image_mean: 'grey' }, 'FILE'),
      /^HuggingFaceError: FILE: image_mean is 'grey'/,
    );
  });
});

suite('what is wrong with a model folder is a sentence:', () => {
  const cases: Readonly<
    Record<
      string,
      [of: string, change: (config: Record<string, unknown>, folder: string) => void, sentence: RegExp]
    >
  > = {
    'no config.json': [
      'vit',
      (_, folder) => fs.rmSync(path.join(folder, 'config.json')),
      /has no config\.json, which says which network its weights are for: put it there, or name a model with a file/,
    ],
    'no weights': [
      'vit',
      (_, folder) => fs.rmSync(path.join(folder, 'model.safetensors')),
      /has no weights of PyTorch: it has a config\.json, and neither model\.safetensors nor pytorch_model\.bin$/,
    ],
    'a model type that is not here': [
      'vit',
      (config) => Object.assign(config, { model_type: 'levit' }),
      /config\.json: the model_type is 'levit', and here are resnet, vit, deit, beit, mobilenet_v2, swin, convnext, bert, roberta, distilbert$/,
    ],
    'a model type that is not here, with its ONNX file': [
      'vit',
      (config, folder) => {
        Object.assign(config, { model_type: 'levit' });
        fs.mkdirSync(path.join(folder, 'onnx'));
        fs.writeFileSync(path.join(folder, 'onnx/model.onnx'), '');
      },
      /; its ONNX file can be a teacher: write \S+\/onnx\/model\.onnx$/,
    ],
    'no classifier': [
      'vit',
      (config) => Object.assign(config, { architectures: ['ViTModel'] }),
      /it is a ViTModel, which tells no classes apart: image classifiers of 'vit' are ViTForImageClassification$/,
    ],
    'another activation': [
      'vit',
      (config) => Object.assign(config, { hidden_act: 'relu' }),
      /config\.json: hidden_act is "relu", which is not computed here: it must be "gelu"$/,
    ],
    dilation: [
      'mobilenet-v2',
      (config) => Object.assign(config, { output_stride: 16 }),
      /config\.json: output_stride is 16, which is not computed here: it must be 32$/,
    ],
    'five stages': [
      'resnet-basic',
      (config) => Object.assign(config, { depths: [1, 1, 1, 1, 1] }),
      /config\.json: depths must have at most 4 items, is \[1,1,1,1,1\]$/,
    ],
    'bottlenecks that cannot be': [
      'resnet-bottleneck',
      (config) => Object.assign(config, { hidden_sizes: [4, 8, 10, 12] }),
      /config\.json: hidden_sizes must be multiples of 4 where layers are bottlenecks, /,
    ],
    'images that are no squares': [
      'deit',
      (config) => Object.assign(config, { image_size: [8, 16] }),
      /config\.json: image_size must be a square, is \[8,16\]$/,
    ],
    'settings that are none': [
      'vit',
      (config) => Object.assign(config, { hidden_size: 'large', num_hidden_layers: 0 }),
      /config\.json: hidden_size must be a number, is 'large'; num_hidden_layers must be at least 1, is 0$/,
    ],
    'weights of another size': [
      'vit',
      (config) => Object.assign(config, { num_hidden_layers: 3 }),
      /: the state dict does not fit VisionTransformer: missing: blocks\.2/,
    ],
    'windows that do not divide the grid': [
      'swin',
      (config) => Object.assign(config, { window_size: 3 }),
      /config\.json: window_size must divide the side of the grid of patches, and that of each later stage, which is half of the one before: others are padded there, which is not computed here$/,
    ],
    'heads for other stages': [
      'swin',
      (config) => Object.assign(config, { num_heads: [2] }),
      /config\.json: num_heads must be as many as depths, one of each stage$/,
    ],
    'positions that are learned': [
      'swin',
      (config) => Object.assign(config, { use_absolute_embeddings: true }),
      /config\.json: use_absolute_embeddings is true, which is not computed here: it must be false$/,
    ],
    'stages without a width': [
      'convnext',
      (config) => Object.assign(config, { num_stages: 4 }),
      /config\.json: hidden_sizes must be as many as num_stages says, one of each stage; depths must be as many/,
    ],
    'blocks without a scale': [
      'convnext',
      (config) => Object.assign(config, { layer_scale_init_value: 0 }),
      /config\.json: layer_scale_init_value must be above 0, is 0$/,
    ],
    'a class without a name': [
      'vit',
      (config) => Object.assign(config, { id2label: { 0: 'left', 2: 'right' } }),
      /id2label has 2 names and none of 1: it must have one of each class, numbered from 0$/,
    ],
    'a config of timm': [
      'vit',
      (config) => {
        delete config.model_type;
        config.architecture = 'resnet50';
      },
      /is of timm, for its 'resnet50', and not of transformers: name the model with its file of weights, as resnet50:FILE$/,
    ],
    'a config of something else': [
      'vit',
      (config) => {
        delete config.model_type;
      },
      /has no model_type, as those of transformers have/,
    ],
    'a config that is no JSON': [
      'vit',
      (_, folder) => fs.writeFileSync(path.join(folder, 'preprocessor_config.json'), '{'),
      /preprocessor_config\.json is not JSON: /,
    ],
    'weights that are not finite': [
      'vit',
      (_, folder) => {
        const file = path.join(folder, 'model.safetensors');
        const { tensors } = loadSafetensors(file);
        const copies = Object.fromEntries(
          Object.entries(tensors).map(([key, value]) => [key, value.clone()]),
        );
        copies['classifier.bias']?.fill_(Number.NaN);
        saveSafetensors(file, copies);
      },
      /: its weights are not finite: 'head\.bias' \(3 of its 3 numbers are NaN\)$/,
    ],
  };
  let made = 0;
  for (const [what, [of, change, sentence]] of Object.entries(cases))
    test(what, () => assert.rejects(load(copied(`wrong-${made++}`, of, change)), { message: sentence }));
  test('a name that says otherwise, a key, channels', async () => {
    const folder = folderOf('vit');
    await assert.rejects(load(`resnet8:${folder}`), /says itself which network it is: leave out 'resnet8'$/);
    await assert.rejects(
      load(`${folder}#ema`),
      /is a model folder, whose weights are one state dict: leave out #ema$/,
    );
    await assert.rejects(
      loadModel(folder, { classes: 3, channels: 1 }, noWarning),
      /takes images of 3 channels \(num_channels\), and those of the data have 1$/,
    );
  });
  test('weights that go nowhere are a warning', async () => {
    const folder = copied('pooled', 'vit', (_, at) => {
      const file = path.join(at, 'model.safetensors');
      saveSafetensors(file, { ...loadSafetensors(file).tensors, 'vit.pooler.dense.bias': zeros([16]) });
    });
    const said: string[] = [];
    await loadModel(folder, { classes: 3 }, { onWarning: (text) => said.push(text) });
    assert.match(
      said.join(),
      /a ViTForImageClassification has no place for were left aside: vit\.pooler\.dense\.bias$/,
    );
  });
  test('what the network computes itself is no such weight: Swin’s index of positions, which transformers 4 writes', async () => {
    const folder = copied('indexed', 'swin', (_, at) => {
      const file = path.join(at, 'model.safetensors');
      const index = 'swin.encoder.layers.0.blocks.0.attention.self.relative_position_index';
      saveSafetensors(file, {
        ...loadSafetensors(file).tensors,
        [index]: zeros([16, 16], { dtype: 'int64' }),
      });
    });
    const said: string[] = [];
    await loadModel(folder, { classes: 3 }, { onWarning: (text) => said.push(text) });
    assert.deepEqual(said, []);
  });
  test('dropout is said', async () => {
    const folder = copied('dropout', 'vit', (config) => Object.assign(config, { hidden_dropout_prob: 0.1 }));
    const said: string[] = [];
    await loadModel(folder, { classes: 3 }, { onWarning: (text) => said.push(text) });
    assert.match(
      said.join(),
      /its config has dropout \(hidden_dropout_prob 0\.1, .*without which it is trained here/,
    );
  });
});

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
    assert.deepEqual(stdout.replaceAll(`${reference}/`, '').split('\n').slice(0, 6), [
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
