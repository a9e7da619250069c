import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { loadSafetensors, saveSafetensors, setNumThreads, zeros } from '@retort/torch';
import { copiedFolder, folderOf } from '../../../reference/models/model-folders.ts';
import { loadModel } from '../index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-hugging-face-wrong-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const noWarning = { onWarning: () => {} };
const load = (spec: string) => loadModel(spec, { classes: 3 }, noWarning);

const copied = (name: string, of: string, change: Parameters<typeof copiedFolder>[3]): string =>
  copiedFolder(scratch, name, of, change);

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
