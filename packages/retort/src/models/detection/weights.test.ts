/** Weights that detectors are read from: of other releases and programs, of classifiers as backbones, and of our own. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import {
  manualSeed,
  nn,
  noGrad,
  ones,
  randn,
  saveSafetensors,
  type Tensor,
  withDevice,
  zeros,
} from '@retort/torch';
import { assertClose } from '../../../../torch/reference/load.ts';
import { type Detector, isDetector } from '../detector.ts';
import { inspectWeights } from '../inspect-weights.ts';
import { loadModel } from '../load.ts';
import { createModel } from '../registry.ts';
import { bodyOf } from './bodies.ts';
import { detectron2BodyOf } from './detectron2-bodies.ts';
import { detectron2Layout, torchvisionLayout } from './layouts.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-detectors-'));
after(() => fs.rmSync(folder, { recursive: true }));

const asDetector = (model: nn.Layer): Detector => (isDetector(model) ? model : assert.fail('no detector'));

/** Of shapes alone. */
const shaped = (name: string, options: Readonly<Record<string, unknown>> = {}): nn.Layer =>
  withDevice('meta', () => createModel(name, { classes: 3, ...options }));

const shapes = (state: nn.StateDict): Record<string, readonly number[]> =>
  Object.fromEntries(
    Object.entries(state).flatMap(([key, { shape }]): [string, readonly number[]][] =>
      key.endsWith('num_batches_tracked') ? [] : [[key, shape]],
    ),
  );

const renamed = (state: nn.StateDict, rename: (key: string) => string | null): nn.StateDict =>
  Object.fromEntries(
    Object.entries(state).flatMap(([key, tensor]): [string, Tensor][] => {
      const other = rename(key);
      return other === null ? [] : [[other, tensor]];
    }),
  );

/** A file of weights of these shapes, all zeros, that takes no room. */
function zerosIn(name: string, state: nn.StateDict): string {
  let end = 0;
  const entries = Object.entries(state).map(([key, tensor]) => {
    const begin = end;
    const [dtype, bytes] = tensor.dtype === 'int64' ? ['I64', 8] : ['F32', 4];
    end += bytes * tensor.numel();
    return [key, { dtype, shape: tensor.shape, data_offsets: [begin, end] }];
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const file = path.join(folder, name);
  fs.writeFileSync(file, Buffer.concat([length, header]));
  fs.truncateSync(file, 8 + header.length + end);
  return file;
}

const isOfBody = (key: string): boolean => /^backbone\.(?:body|bottom_up)\./.test(key);
const bodyIn = (state: nn.StateDict): nn.StateDict => renamed(state, (key) => (isOfBody(key) ? key : null));

const oldNames = (key: string): string =>
  key.replace(/((?:inner|layer)_blocks\.\d)\.0\./, '$1.').replace('rpn.head.conv.0.0.', 'rpn.head.conv.');

/** Caffe2's letters of convolutions. */
const letters: Readonly<Record<string, string>> = { shortcut: '1', conv1: '2a', conv2: '2b', conv3: '2c' };
const parameters: Readonly<Record<string, string>> = {
  weight: 'w',
  'norm.weight': 'bn_s',
  'norm.bias': 'bn_b',
};

function caffe2Names(key: string): string | null {
  const [, stem] = /^backbone\.bottom_up\.stem\.conv1\.(.+)$/.exec(key) ?? [];
  if (stem === 'weight') return 'conv1_w';
  if (stem !== undefined) return Object.hasOwn(parameters, stem) ? `res_conv1_${parameters[stem]}` : null;
  const [, stage, block, layer = '', kind = ''] = /bottom_up\.res(\d)\.(\d+)\.(\w+)\.(.+)$/.exec(key) ?? [];
  return stage !== undefined && Object.hasOwn(parameters, kind)
    ? `res${stage}_${block}_branch${letters[layer]}_${parameters[kind]}`
    : null;
}

suite('weights in another layout are read under a detector’s own keys:', () => {
  test('torchvision’s from before 0.14', () => {
    const own = shaped('fasterrcnn_resnet18_fpn').stateDict();
    const old = renamed(own, oldNames);
    assert.notDeepEqual(shapes(old), shapes(own));
    assert.deepEqual(shapes(torchvisionLayout(old) ?? {}), shapes(own));
  });
  test('of these torchvision’s own for COCO, which have no eps in their batch norms', () => {
    const variances = (rows: number) =>
      torchvisionLayout({
        'backbone.fpn.inner_blocks.0.weight': zeros([1]),
        'backbone.body.bn1.running_var': ones([2]),
        'roi_heads.box_predictor.cls_score.weight': zeros([rows, 1]),
      })?.['backbone.body.bn1.running_var'] ?? assert.fail();
    assertClose(variances(91), ones([2]).sub(1e-5), 1e-7, 'so much less as the eps adds');
    assertClose(variances(4), ones([2]), 0, 'of another');
  });
  for (const [classifier, name] of [
    ['resnet18', 'fasterrcnn_resnet18_fpn'],
    ['resnet50', 'fasterrcnn_resnet50_fpn'],
    ['mobilenet_v2', 'fasterrcnn_mobilenet_v2_fpn'],
    ['resnet18', 'faster_rcnn_R_18_FPN'],
    ['resnet50', 'faster_rcnn_R_50_FPN'],
    ['mobilenet_v2', 'faster_rcnn_MV2_FPN'],
  ] as const)
    test(`${classifier} as the backbone of ${name}`, () => {
      const own = bodyIn(shaped(name).stateDict());
      const layout = name.startsWith('faster_') ? detectron2Layout : torchvisionLayout;
      assert.deepEqual(shapes(layout(shaped(classifier).stateDict()) ?? {}), shapes(own));
    });
  test('detectron2’s own files of backbones: as it names torchvision’s, and MSRA’s in Caffe2’s names', () => {
    const own = bodyIn(shaped('faster_rcnn_R_50_FPN').stateDict());
    const parts = renamed(own, (key) => key.replace('backbone.bottom_up.', ''));
    assert.deepEqual(shapes(detectron2Layout({ ...parts, 'stem.fc.weight': zeros([1]) }) ?? {}), shapes(own));
    // Statistics that change nothing are in them.
    const read = detectron2Layout({ ...renamed(own, caffe2Names), fc1000_w: zeros([1]) }) ?? {};
    const sorted = (state: nn.StateDict) => Object.entries(shapes(state)).sort();
    assert.deepEqual(sorted(read), sorted(own));
  });
  test('what is none of these is left to others', () => {
    for (const layout of [torchvisionLayout, detectron2Layout])
      assert.equal(layout({ 'blocks.0.attn.qkv.weight': zeros([1]) }), null);
  });
  test('torchvision’s MobileNetV2 computes in detectron2’s keys what it does in its own', () => {
    const options = { channels: 3, batchNorm: 'frozen', strideFirst: false } as const;
    manualSeed(1);
    const { body } = bodyOf('mobilenet_v2', options);
    const { body: other } = detectron2BodyOf('mobilenet_v2', options);
    const features = renamed(body.stateDict(), (key) => `features.${key}`);
    const read = renamed(detectron2Layout(features) ?? {}, (key) => key.replace('backbone.bottom_up.', ''));
    other.loadStateDict(read);
    const images = randn([1, 3, 64, 96]);
    const [maps, others] = noGrad(() => [body.maps(images), other.maps(images)]);
    assert.equal(maps.length, 4);
    for (const [i, map] of maps.entries()) assertClose(map, others[i] ?? assert.fail(), 0, `map ${i}`);
  });
});

suite('a file of weights', () => {
  test('of mdistiller has a student, and a teacher by its prefix', async () => {
    const student = shaped('faster_rcnn_R_18_FPN', { pretrained: true }).stateDict();
    const teacher = shaped('faster_rcnn_R_34_FPN', { pretrained: true }).stateDict();
    const file = zerosIn('r18-r34.safetensors', {
      ...student,
      ...renamed(teacher, (key) => `teacher.${key}`),
      'kd_trans.abfs.0.conv1.0.weight': zeros([256, 256, 1, 1]),
      pixel_mean: zeros([3, 1, 1]),
    });
    const said: string[] = [];
    const read = { onWarning: (text: string) => said.push(text) };
    const spec = { source: 'faster_rcnn_R_18_FPN', file, key: null };
    const { model, classes } = await loadModel(spec, { classes: 3 }, { ...read, classesOfWeights: true });
    assert.deepEqual([classes, asDetector(model).classes], [3, 3]);
    assert.equal(model.stateDict()['roi_heads.box_head.fc1.weight']?.abs().max().item(), 0);
    assert.match(said.join('\n'), /teacher\.backbone/);
    await loadModel({ source: 'faster_rcnn_R_34_FPN', file, key: 'teacher' }, { classes: 3 }, read);
    const { models } = await inspectWeights(file);
    assert.deepEqual(models.map(({ name, key, classes: told }) => [name, key, told]).sort(), [
      ['faster_rcnn_R_18_FPN', '', 3],
      ['faster_rcnn_R_34_FPN', 'teacher', 3],
    ]);
  });
  test('of a classifier is a backbone, all else of which begins anew, and its statistics are frozen', async () => {
    const file = zerosIn('resnet18.safetensors', shaped('resnet18').stateDict());
    const spec = { source: 'fasterrcnn_resnet18_fpn', file, key: null };
    const said: string[] = [];
    const read = { newHead: true, onWarning: (text: string) => said.push(text) };
    const { model, drawn = [] } = await loadModel(spec, { classes: 3 }, read);
    assert.match(said.join('\n'), /so do backbone\.fpn, rpn and roi_heads|backbone\.fpn/);
    const state = model.stateDict();
    assert.deepEqual(
      drawn.toSorted(),
      Object.keys(state)
        .filter((key) => !isOfBody(key))
        .sort(),
    );
    const norms = [...model.namedModules()].map(([, module]) => module);
    assert.ok(norms.some((module) => module instanceof nn.FrozenBatchNorm2d));
    assert.ok(!norms.some((module) => module instanceof nn.BatchNorm2d));
    assert.equal(state['backbone.body.layer4.1.conv2.weight']?.abs().max().item(), 0);
    await assert.rejects(
      loadModel(spec, { classes: 3 }),
      /but for its classifier: begin with a new one where it is trained \(`newHead`\)/,
    );
  });
  test('of a classifier with another body are refused, with what the file is of', async () => {
    const small = createModel('resnet8', { classes: 3, channels: 3 }).stateDict();
    const file = path.join(folder, 'resnet8.safetensors');
    saveSafetensors(file, small, { model: 'resnet8', classes: '3' });
    await assert.rejects(
      loadModel({ source: 'fasterrcnn_resnet18_fpn', file, key: null }, { classes: 3 }, { newHead: true }),
      /it has the weights of resnet8, which are not those of the body of fasterrcnn_resnet18_fpn: begin with weights of its own body, or another model$/,
    );
  });
  test('of the other dialect is refused, with the network that it is for', async () => {
    for (const [file, name, sentence] of [
      [
        'r18.safetensors',
        ['faster_rcnn_R_18_FPN', 'fasterrcnn_resnet18_fpn'],
        /r18.safetensors has weights of a detector in detectron2's dialect, and fasterrcnn_resnet18_fpn is in torchvision's, .*: write faster_rcnn_R_18_FPN in its place$/,
      ],
      [
        'mv2.safetensors',
        ['fasterrcnn_mobilenet_v2_fpn', 'faster_rcnn_MV2_FPN'],
        /mv2.safetensors has weights of a detector in torchvision's dialect, and faster_rcnn_MV2_FPN is in detectron2's, .*: write fasterrcnn_mobilenet_v2_fpn in its place$/,
      ],
    ] as const) {
      const weights = zerosIn(file, shaped(name[0], { pretrained: true }).stateDict());
      await assert.rejects(loadModel(`${name[1]}:${weights}`, { classes: 3 }), {
        name: 'RangeError',
        message: sentence,
      });
    }
  });
  test('with group norm is known by what it lacks', async () => {
    const state = shaped('faster_rcnn_R_18_FPN', { batchNorm: 'group' }).stateDict();
    const file = zerosIn('group.safetensors', state);
    const { model } = await loadModel(`faster_rcnn_R_18_FPN:${file}`, { classes: 3 });
    assert.deepEqual(Object.keys(model.stateDict()), Object.keys(state));
  });
});

suite('classes of weights that stand for those of the data', () => {
  const rowsOf = (model: Detector): number[][] =>
    ['cls_score', 'bbox_pred'].map((layer) =>
      (model.stateDict()[`roi_heads.box_predictor.${layer}.bias`] ?? assert.fail(layer))
        .toFlatArray()
        .map(Number),
    );
  const numbered = (name: string, classes: number): Detector => {
    const model = asDetector(createModel(name, { classes }));
    for (const [key, tensor] of Object.entries(model.stateDict()))
      if (/box_predictor\.\w+\.bias$/.test(key))
        noGrad(() => tensor.copy_(ones([tensor.numel()]).cumsum(0).sub(1)));
    return model;
  };
  test('are rows of torchvision’s behind that of background', () => {
    const model = numbered('fasterrcnn_resnet18_fpn', 4);
    model.selectClasses([2, -1]);
    assert.deepEqual(rowsOf(model), [
      [0, 3, Number.NEGATIVE_INFINITY],
      [0, 1, 2, 3, 12, 13, 14, 15, 0, 0, 0, 0],
    ]);
    assert.equal(model.classes, 2);
  });
  test('are rows of detectron2’s before that of background', () => {
    const model = numbered('faster_rcnn_R_18_FPN', 4);
    model.selectClasses([2, -1]);
    assert.deepEqual(rowsOf(model), [
      [2, Number.NEGATIVE_INFINITY, 4],
      [8, 9, 10, 11, 0, 0, 0, 0],
    ]);
    assert.equal(model.classes, 2);
  });
  test('of published weights are COCO’s by name', async () => {
    const file = zerosIn('coco.safetensors', shaped('fasterrcnn_resnet18_fpn', { classes: 90 }).stateDict());
    const spec = { source: 'fasterrcnn_resnet18_fpn', file, key: null };
    const load = (classes: readonly string[]) =>
      loadModel(spec, { classes: classes.length }, { mapped: { mapping: 'names', classes } });
    const { model, classes } = await load(['toothbrush', 'person']);
    assert.deepEqual([classes, asDetector(model).classes], [90, 2]);
    await assert.rejects(load(['gnu']), /no class of the data is one of the network's/);
  });
});
