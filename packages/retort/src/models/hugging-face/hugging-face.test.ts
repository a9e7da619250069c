import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
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
import { copiedFolder, folderOf } from '../../../reference/models/model-folders.ts';
import { threeClasses } from '../../../reference/three-classes.ts';
import { inspectWeights, loadModel, ofTransformers, SwinTransformer } from '../index.ts';
import { families } from './families.ts';
import { renamed } from './family.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-hugging-face-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const noWarning = { onWarning: () => {} };
const load = (spec: string) => loadModel(spec, { classes: 3 }, noWarning);

const copied = (name: string, of: string, change: Parameters<typeof copiedFolder>[3]): string =>
  copiedFolder(scratch, name, of, change);

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
