/** The ImageNet models against torchvision, timm and efficientnet_lite_pytorch, whose numbers reference/models/imagenet_models.py wrote. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { nn, randn, scope, setNumThreads, withDevice } from '@retort/torch';
import { readReference, testCases } from '../../reference/models/beside.ts';
import { hashOfKeys } from '../../reference/models/hash-of-keys.ts';
import { efficientNets } from './efficientnet.ts';
import { efficientNetLiteModels } from './efficientnet-lite.ts';
import { createModel, ImageNetResNet } from './index.ts';
import { torchvisionMobileNets } from './mobilenet-torchvision.ts';
import { imageNetResnets } from './resnet-imagenet.ts';

setNumThreads(1);

interface Described {
  /** With 1,000 classes. */
  readonly parameters: number;
  readonly keys: string;
  /** Of the batch norms. */
  readonly eps: readonly number[];
  readonly momentum: readonly number[];
}

const reference = readReference('imagenet_models');
const described: Readonly<Record<string, Described>> = JSON.parse(reference.metadata.models ?? '{}');

suite('keys, shapes, numbers of parameters and batch norms are those of the library of their names:', () => {
  for (const [name, { parameters, keys, eps, momentum }] of Object.entries(described))
    test(name, () => {
      const model = withDevice('meta', () => createModel(name, { classes: 1000 }));
      assert.equal(hashOfKeys(model.stateDict()), keys);
      assert.equal(model.parameterCount(), parameters);
      const norms = Array.from(model.namedModules(), ([, module]) => module).filter(
        (module) => module instanceof nn.BatchNorm2d,
      );
      assert.deepEqual([...new Set(norms.map((norm) => norm.eps))], eps);
      assert.deepEqual(
        [...new Set(norms.map((norm) => norm.momentum))].map((value) => value?.toFixed(6)),
        momentum.map((value) => value.toFixed(6)),
      );
    });
  test('all that there are', () => {
    const families = [imageNetResnets, torchvisionMobileNets, efficientNets, efficientNetLiteModels];
    assert.deepEqual(families.flatMap(Object.keys).sort(), Object.keys(described).sort());
  });
});

testCases(reference);

suite('a ResNet for ImageNet', () => {
  const small = { block: 'bottleneck', blocks: [1, 1, 1, 2], classes: 2 } as const;
  const lastNorms = (model: ImageNetResNet): unknown[] =>
    ['layer1.0', 'layer4.1'].map((block) => model.stateDict()[`${block}.bn3.weight`]?.sum().item());
  test('begins as torchvision’s, or with timm’s zeros by `zeroInitLast`', () => {
    assert.deepEqual(lastNorms(new ImageNetResNet(small)), [256, 2048]);
    const zeroed = new ImageNetResNet({ ...small, zeroInitLast: true });
    assert.deepEqual(lastNorms(zeroed), [0, 0]);
    assert.equal(zeroed.stateDict()['layer1.0.bn2.weight']?.sum().item(), 64);
  });
});

test('one channel and images of odd sides will do', () => {
  scope(() => {
    for (const name of ['resnet18', 'mobilenet_v2', 'mobilenetv2_100', 'efficientnet_lite0'])
      assert.deepEqual(
        createModel(name, { classes: 5, channels: 1 })
          .eval()
          .forward(randn([1, 1, 51, 38])).shape,
        [1, 5],
        name,
      );
  });
});

test('in training EfficientNet-Lite drops blocks and elements of the last vector as its package does', () => {
  const model = createModel('efficientnet_lite3', { classes: 2 });
  const modules = Array.from(model.namedModules(), ([, module]) => module);
  const drops = modules.filter((module) => module instanceof nn.DropPath).map(({ p }) => p);
  const blocks = Object.keys(model.stateDict()).filter((key) => key.endsWith('_project_conv.weight')).length;
  // The last block changes the width, and is not dropped.
  assert.equal(drops.at(-1)?.toFixed(6), ((0.2 * (blocks - 2)) / blocks).toFixed(6));
  assert.deepEqual(
    modules.filter((module) => module instanceof nn.Dropout).map(({ p }) => p),
    [0.3],
  );
});
