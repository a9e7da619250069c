/** What detectors promise beside the numbers of the originals. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  Generator,
  getNumThreads,
  nn,
  noGrad,
  randn,
  scope,
  setNumThreads,
  tensor,
  withDevice,
  withGenerator,
  zeros,
} from '@retort/torch';
import { assertClose } from '../../../../torch/reference/load.ts';
import { type Detector, isDetector, type Learned } from '../detector.ts';
import { publishedInput } from '../published-inputs.ts';
import { createModel } from '../registry.ts';
import { detectorInput } from './inputs.ts';

type Options = Readonly<Record<string, unknown>>;

function detector(name: string, options: Options = {}): Detector {
  const model = createModel(name, { classes: 2, ...options });
  return isDetector(model) ? model : assert.fail(name);
}

const shaped = (name: string, options: Options = {}): Detector =>
  withDevice('meta', () => detector(name, options));

const few = { before: { training: 40, evaluation: 40 }, after: { training: 20, evaluation: 20 } };
const small = { proposals: { ...few, samples: 16 }, samples: 8 };

const names = ['fasterrcnn_resnet18_fpn', 'faster_rcnn_R_18_FPN'] as const;

/** Two images, of which the second shows nothing. */
const sizes = tensor(
  [
    [60, 90],
    [64, 70],
  ],
  { dtype: 'int64' },
);
const truth = {
  boxes: tensor([
    [
      [5, 5, 40, 50],
      [30, 10, 80, 45],
    ],
    [
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ],
  ]),
  classes: tensor(
    [
      [1, 0],
      [-1, -1],
    ],
    { dtype: 'int64' },
  ),
};

const bits = (learned: Learned): unknown =>
  Object.entries(learned).map(([key, of]) => [key, of.toFlatArray()]);

suite('a detector of either dialect', () => {
  const models = new Map(names.map((name) => [name, detector(name, small).eval()]));
  const images = withGenerator(new Generator(5), () => randn([2, 3, 64, 96]));
  for (const name of names) {
    const model = models.get(name) ?? assert.fail();
    const learn = (seed: number): Learned =>
      withGenerator(new Generator(seed), () => noGrad(() => model.learn(images, sizes, truth)));

    test(`${name} draws the same samples of the same seed, with any number of threads`, () => {
      const threads = getNumThreads();
      try {
        setNumThreads(1);
        const one = scope(() => bits(learn(1)));
        assert.notDeepEqual(
          scope(() => bits(learn(2))),
          one,
        );
        setNumThreads(3);
        scope(() => {
          const again = learn(1);
          const places = (of: Learned) => [
            of.proposalClasses.toFlatArray(),
            of.objectnessTargets.toFlatArray(),
          ];
          setNumThreads(1);
          assert.deepEqual(places(again), places(learn(1)));
        });
      } finally {
        setNumThreads(threads);
      }
    });

    test(`${name} learns from images without objects that all is background`, () =>
      scope(() => {
        const { proposalClasses, objectnessTargets, anchorTargets, boxTargets, classLogits } = learn(1);
        assert.deepEqual(proposalClasses.shape, [2, 8]);
        assert.deepEqual(classLogits.shape, [2, 8, 3]);
        assert.deepEqual([...new Set(proposalClasses.get(1).toFlatArray())], [2n]);
        assert.deepEqual([...new Set(objectnessTargets.get(1).toFlatArray())], [0]);
        assert.ok(
          proposalClasses
            .get(0)
            .toFlatArray()
            .some((of) => Number(of) < 2),
        );
        for (const targets of [anchorTargets.get(1), boxTargets.get(1)])
          assertClose(targets, targets.mul(0), 0, 'nothing is to be moved');
      }));

    test(`${name} judges proposals as it does its own`, () =>
      scope(() => {
        const { proposals, proposalClasses, classLogits, boxDeltas } = learn(1);
        const judged = noGrad(() => model.judge(model.pyramid(images), sizes, proposals));
        assert.deepEqual(judged.boxDeltas.shape, [2, 8, 8]);
        assertClose(judged.classLogits, classLogits, 1e-5, 'logits');
        const which = proposalClasses.clamp(0, 1).reshape([2, 8, 1, 1]).expand([-1, -1, 1, 4]);
        const own = judged.boxDeltas.reshape([2, 8, 2, 4]).gather(2, which).squeeze(2);
        assertClose(own, boxDeltas, 1e-5, 'moves');
      }));

    test(`${name} finds boxes within the sizes of images, best first, and says where there is none`, () =>
      scope(() => {
        const found = noGrad(() => model.forward(images, sizes));
        assert.deepEqual(found.shape, [2, 100, 6]);
        for (const [image, [height, width]] of [
          [60, 90],
          [64, 70],
        ].entries()) {
          const rows = found.get(image).toList() as number[][];
          const real = rows.filter(([, , , , , of]) => of !== -1);
          assert.ok(real.length > 0 && real.length < 100, `${real.length}`);
          for (const [x1 = -1, y1 = -1, x2 = -1, y2 = -1, score = 0] of real)
            assert.ok(x1 >= 0 && y1 >= 0 && x2 <= (width ?? 0) && y2 <= (height ?? 0) && score > 0.05);
          const scores = rows.map(([, , , , score]) => score);
          assert.deepEqual(
            scores,
            scores.toSorted((a, b) => Number(b) - Number(a)),
          );
          assert.deepEqual(rows.at(-1), [0, 0, 0, 0, 0, -1]);
        }
      }));
  }
});

suite('without numbers', () => {
  for (const name of [...names, 'fasterrcnn_mobilenet_v2_fpn', 'faster_rcnn_MV2_FPN', 'faster_rcnn_R_50_FPN'])
    test(`${name} has the shapes of what it says, and levels at the paths of its stages`, () =>
      withDevice('meta', () => {
        const model = detector(name, small);
        const images = zeros([2, 3, 128, 192]);
        const { taps, output } = nn.tap(model, model.anatomy.stages, () => model.forward(images));
        assert.deepEqual(output.shape, [2, 100, 6]);
        const levels = [4, 8, 16, 32, 64].map((stride) => [2, 256, 128 / stride, 192 / stride]);
        assert.deepEqual(
          model.anatomy.stages.map((stage) => taps[stage]?.shape),
          levels,
        );
        const learned = model.learn(images, zeros([2, 2], { dtype: 'int64' }), {
          boxes: zeros([2, 3, 4]),
          classes: zeros([2, 3], { dtype: 'int64' }),
        });
        assert.deepEqual(learned.classLogits.shape, [2, 8, 3]);
        assert.deepEqual(learned.anchorDeltas.shape, [2, 16, 4]);
        for (const loss of Object.values(model.losses(learned))) assert.deepEqual(loss.shape, []);
        const paths = new Set(Array.from(model.namedModules(), ([path]) => path));
        const { stem, classifier, head = [] } = model.anatomy;
        for (const path of [stem, ...classifier, ...head]) assert.ok(paths.has(path), path);
      }));
});

suite('a detector’s backbone', () => {
  const trained = (model: nn.Module): string[] => [
    ...new Set(
      Array.from(model.namedParameters()).flatMap(([key, { requiresGrad }]) => {
        const [, layer] = /^backbone\.(?:body|bottom_up)\.(\w+)/.exec(key) ?? [];
        return layer !== undefined && requiresGrad ? [layer] : [];
      }),
    ),
  ];
  const kinds = (model: nn.Module): string[] =>
    [...new Set(Array.from(model.namedModules(), ([, module]) => module.constructor.name))]
      .filter((name) => /Norm2d|GroupNorm/.test(name))
      .filter((name) => name !== 'NormedConv2d');

  test('is all trained with batch norm where it begins with fresh weights', () => {
    for (const [name, layers] of [
      ['fasterrcnn_resnet18_fpn', ['conv1', 'bn1', 'layer1', 'layer2', 'layer3', 'layer4']],
      ['faster_rcnn_R_18_FPN', ['stem', 'res2', 'res3', 'res4', 'res5']],
    ] as const) {
      const model = shaped(name);
      assert.deepEqual(trained(model), layers);
      assert.deepEqual(kinds(model), ['BatchNorm2d']);
    }
  });
  test('has frozen batch norms, and its first layers too, where weights will be read into it', () => {
    const of = (name: string, options: Options = {}) => shaped(name, { pretrained: true, ...options });
    assert.deepEqual(trained(of('fasterrcnn_resnet18_fpn')), ['layer2', 'layer3', 'layer4']);
    assert.deepEqual(trained(of('faster_rcnn_R_50_FPN')), ['res3', 'res4', 'res5']);
    assert.deepEqual(trained(of('faster_rcnn_MV2_FPN')), ['features']);
    assert.deepEqual(trained(of('fasterrcnn_resnet18_fpn', { trainableLayers: 1 })), ['layer4']);
    assert.deepEqual(trained(of('fasterrcnn_mobilenet_v2_fpn', { trainableLayers: 1 })), [
      '14',
      '15',
      '16',
      '17',
    ]);
    assert.deepEqual(kinds(of('faster_rcnn_R_18_FPN')), ['FrozenBatchNorm2d']);
  });
  test('does not move the statistics of layers that detectron2 freezes', () => {
    const model = shaped('faster_rcnn_R_18_FPN', { pretrained: true, batchNorm: 'trained' });
    const frozen = Array.from(model.namedModules()).flatMap(([path, module]) =>
      module instanceof nn.FrozenBatchNorm2d ? [path.split('.')[2]] : [],
    );
    assert.deepEqual([...new Set(frozen)], ['stem', 'res2']);
  });
  test('has group norm where that is asked for', () => {
    for (const name of ['fasterrcnn_mobilenet_v2_fpn', 'faster_rcnn_R_18_FPN'])
      assert.deepEqual(kinds(shaped(name, { batchNorm: 'group' })), ['GroupNorm']);
  });
  test('is refused what would keep fresh weights, and what is none of it', () => {
    const refused = (options: Options, sentence: RegExp) =>
      assert.throws(() => shaped('fasterrcnn_resnet18_fpn', options), sentence);
    refused({ batchNorm: 'frozen' }, /frozen statistics would be those of fresh weights/);
    refused({ trainableLayers: 3 }, /layers that are not trained would keep fresh weights/);
    refused({ trainableLayers: 6, pretrained: true }, /has 5 layers, of which 0 to 5 are trained, not 6/);
    refused({ batchNorm: 'layer' }, /'layer' is none: it is one of frozen, trained, group/);
    refused({ samples: 0 }, /at least one proposal of an image, not from 0/);
  });
  test('has the stride of bottlenecks where its dialect has it, or where that is said', () => {
    const strides = (name: string, options: Options = {}): unknown => {
      const model = shaped(name, options);
      const block = name.startsWith('faster_') ? 'backbone.bottom_up.res3.0' : 'backbone.body.layer2.0';
      return ['conv1', 'conv2'].map((layer) => {
        const { stride } = model.getSubmodule(`${block}.${layer}`) as nn.Conv2d;
        return Number(Array.isArray(stride) ? stride[0] : stride);
      });
    };
    assert.deepEqual(strides('fasterrcnn_resnet50_fpn'), [1, 2]);
    assert.deepEqual(strides('faster_rcnn_R_50_FPN'), [2, 1]);
    assert.deepEqual(strides('faster_rcnn_R_50_FPN', { strideFirst: false }), [1, 2]);
  });
});

test('published weights of COCO want their images as those were who trained them', () => {
  const mean = (name: string): unknown =>
    detectorInput(name, 80)?.mean.map((of) => Number((255 * of).toFixed(3)));
  assert.deepEqual(mean('faster_rcnn_R_101_FPN'), [103.53, 116.28, 123.675]);
  assert.deepEqual(mean('fasterrcnn_resnet50_fpn'), [123.675, 116.28, 103.53]);
  const orders = ['faster_rcnn_R_50_FPN', 'faster_rcnn_R_18_FPN', 'fasterrcnn_resnet50_fpn'].map(
    (name) => detectorInput(name, 90)?.order,
  );
  assert.deepEqual(orders, ['bgr', 'rgb', 'rgb']);
  for (const [name, classes] of [
    ['faster_rcnn_R_50_FPN', 20],
    ['resnet50', 80],
  ] as const)
    assert.equal(detectorInput(name, classes), undefined);
  assert.deepEqual(publishedInput('faster_rcnn_R_50_FPN', 80), detectorInput('faster_rcnn_R_50_FPN', 80));
});

test('a detector prints in which numbers its dialect differs', () => {
  const [one, other] = names.map((name) => String(shaped(name)));
  assert.match(one ?? '', /isRounded: true.*samplingRatio: 2/s);
  assert.match(other ?? '', /isRounded: false.*samplingRatio: -1/s);
  assert.notEqual(String(shaped(names[0], { samples: 64 })), one);
});
