/** The vision transformers, Mixers and ResMLPs beside timm's, and as students of a CNN. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  aten,
  Generator,
  manualSeed,
  nn,
  noGrad,
  randn,
  scope,
  setNumThreads,
  type Tensor,
  withDevice,
} from '@retort/torch';
import { assertClose } from '../../../torch/reference/load.ts';
import { readReference, testDescribed } from '../../reference/models/beside.ts';
import { compareMoments } from '../../reference/models/compare.ts';
import { assertLearnsFromCNN, assertReadByExits } from '../../reference/models/students.ts';
import { type Classifier, createModel, MlpMixer, ResMLP, VisionTransformer } from './index.ts';
import { mixers } from './mixer.ts';
import { resmlps } from './resmlp.ts';
import { visionTransformers } from './vit.ts';

setNumThreads(1);

const reference = readReference('timm_models');
const { tensors, described } = reference;
const pixels = (name: string): number => Number(name.split('_').at(-1));

/** The model with the weights that timm_models.py draws. */
function drawn(name: string, classes: number, generator: Generator): Classifier {
  const model = createModel(name, { classes });
  const values = Object.entries(model.stateDict()).map(([key, { shape }]): [string, Tensor] => {
    const value = randn(shape, { generator });
    if (key.endsWith('.weight') && shape.length > 1)
      return [key, value.mul((value.numel() / (shape[0] ?? 1)) ** -0.5)];
    return [key, value.mul(0.1).add(/(norm\d?\.weight|alpha|ls\d)$/.test(key) ? 1 : 0)];
  });
  model.loadStateDict(Object.fromEntries(values));
  return model.eval();
}

const family = { ...visionTransformers, ...mixers, ...resmlps };
testDescribed(reference, family);
test('each family, on images of 224, 64 and 32 pixels', () => assert.equal(Object.keys(family).length, 47));

suite('logits, stages and penultimate vectors on the same weights are timm’s:', () => {
  for (const [name, { classes = 1000 }] of Object.entries(described)) {
    test(name, () =>
      scope(() => {
        const logits = tensors[`${name}.logits`];
        assert.ok(logits);
        const generator = new Generator(0);
        const model = drawn(name, classes, generator);
        const images = randn([logits.size(0), 3, pixels(name), pixels(name)], { generator });
        const { stages, penultimate } = model.anatomy;
        const { output, taps } = noGrad(() =>
          nn.tap(model, [...stages, penultimate], () => model.forward(images)),
        );
        const tapped = (at: string): Tensor => {
          const found = taps[at];
          assert.ok(found);
          return found;
        };
        const own = {
          logits: output,
          stages: aten.stack(stages.map((stage) => tapped(stage).mean([1]))),
          penultimate: tapped(penultimate),
        };
        for (const [what, value] of Object.entries(own)) {
          const wanted = tensors[`${name}.${what}`];
          if (wanted) assertClose(value, wanted, 1e-4, what);
          else assert.notEqual(pixels(name), 32, `no ${what}`);
        }
      }),
    );
  }
});

suite('fresh weights have the mean, magnitude and deviation of timm’s:', () => {
  for (const [key, wanted] of Object.entries(tensors)) {
    if (!key.endsWith('.initial')) continue;
    const name = key.slice(0, -'.initial'.length);
    test(name, () =>
      noGrad(() =>
        scope(() => {
          manualSeed(1);
          compareMoments(createModel(name, { classes: 10 }).stateDict(), wanted);
        }),
      ),
    );
  }
});

test('a distillation token’s logits are averaged with the class token’s, in training too', () =>
  scope(() => {
    const model = createModel('deit_tiny_distilled_patch4_32', { classes: 3 });
    assert.deepEqual(model.anatomy.classifier, ['head', 'head_dist']);
    const { output, taps } = nn.tap(model, ['head', 'head_dist'], () => model.forward(randn([2, 3, 32, 32])));
    assertClose(output, taps.head.add(taps.head_dist).div(2), 1e-6, 'logits');
    assert.ok(taps.head.sub(taps.head_dist).abs().max().item() > 0.01);
  }));

suite('OFA-KD’s exits read each of the four stages:', () => {
  for (const [name, prefixTokens] of [
    ['vit_pico_patch4_32', 1],
    ['deit_tiny_distilled_patch16_224', 2],
    ['resmlp_12_224', 0],
  ] as const) {
    test(name, () => {
      const model = withDevice('meta', () => createModel(name, { classes: 10 }));
      assert.equal(model.anatomy.prefixTokens, prefixTokens);
      assertReadByExits(name);
    });
  }
});

suite('a student learns from a CNN by OFA-KD:', () => {
  const options = { imageSize: 8, patchSize: 2, width: 16, depth: 4, classes: 2, channels: 1 };
  const students: Readonly<Record<string, () => Classifier>> = {
    ViT: () => new VisionTransformer({ ...options, heads: 2 }),
    'ViT with a distillation token': () => new VisionTransformer({ ...options, heads: 2, distilled: true }),
    Mixer: () => new MlpMixer(options),
    ResMLP: () => new ResMLP({ ...options, layerScale: 0.1 }),
  };
  for (const [kind, make] of Object.entries(students)) test(kind, () => assertLearnsFromCNN(make));
});
