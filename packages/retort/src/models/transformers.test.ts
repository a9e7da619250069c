/** The vision transformers, Mixers and ResMLPs beside timm's, and as students of a CNN. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import {
  aten,
  Generator,
  loadSafetensors,
  manualSeed,
  nn,
  noGrad,
  optim,
  randn,
  scope,
  setNumThreads,
  type Tensor,
  withDevice,
} from '@retort/torch';
import { assertClose } from '../../../torch/reference/load.ts';
import { halves } from '../../reference/halves.ts';
import { compareMoments } from '../../reference/models/compare.ts';
import { hashOfKeys } from '../../reference/models/hash-of-keys.ts';
import { crossEntropy, ofa } from '../methods/index.ts';
import { makeExit } from '../methods/ofa/exits.ts';
import { stageOf, Trainer } from '../train/index.ts';
import {
  type Classifier,
  createModel,
  MlpMixer,
  models,
  ResMLP,
  ResNet,
  VisionTransformer,
} from './index.ts';

setNumThreads(1);

interface Described {
  readonly classes: number;
  /** Of the layer norms; they are too small to show in float32. */
  readonly eps: readonly number[];
  readonly parameters: number;
  readonly keys: string;
}

const { tensors, metadata } = loadSafetensors(
  path.join(import.meta.dirname, '../../reference/models/timm_models.safetensors'),
);
const described: Readonly<Record<string, Described>> = JSON.parse(metadata.models ?? '{}');
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

/** The model on the device of shapes without numbers. */
const shapesOnly = (name: string, classes: number): Classifier =>
  withDevice('meta', () => createModel(name, { classes }));

suite('keys, shapes, numbers of parameters and epsilons are timm’s:', () => {
  for (const [name, { classes, eps, parameters, keys }] of Object.entries(described)) {
    test(name, () => {
      const model = shapesOnly(name, classes);
      assert.equal(hashOfKeys(model.stateDict()), keys);
      assert.equal(model.parameterCount(), parameters);
      const norms = Array.from(model.namedModules(), ([, module]) => module).filter(
        (module) => module instanceof nn.LayerNorm,
      );
      assert.deepEqual([...new Set(norms.map((norm) => norm.eps))], eps);
    });
  }
  test('each family, on images of 224, 64 and 32 pixels', () => {
    const names = Object.keys(models).filter((name) => /^(vit|deit|mixer|resmlp)_/.test(name));
    assert.equal(names.length, 47);
    assert.deepEqual(names.sort(), Object.keys(described).sort());
  });
});

suite('logits, stages and penultimate vectors on the same weights are timm’s:', () => {
  for (const [name, { classes }] of Object.entries(described)) {
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
    test(name, () =>
      scope(() => {
        const model = createModel(name, { classes: 10 });
        const { stages, penultimate } = model.anatomy;
        assert.equal(model.anatomy.prefixTokens, prefixTokens);
        assert.equal(stages.length, 4);
        const images = randn([1, 3, pixels(name), pixels(name)]);
        const { taps } = noGrad(() => nn.tap(model, [...stages, penultimate], () => model.forward(images)));
        const studentWidth = taps[penultimate]?.size(1) ?? 0;
        for (const [i, stage] of stages.entries()) {
          const tokens = taps[stage];
          assert.ok(tokens);
          const exit = makeExit({
            stage: i + 1,
            stages: 4,
            shape: tokens.shape.slice(1),
            studentWidth,
            teacherWidth: 512,
            classes: 10,
            prefixTokens,
            classToken: 'read',
            grid: 7,
            heads: 4,
          });
          assert.deepEqual(exit.forward(tokens).shape, [1, 10]);
        }
      }),
    );
  }
});

suite('a student learns from a CNN by OFA-KD:', () => {
  const data = halves(64);
  const options = { imageSize: 8, patchSize: 2, width: 16, depth: 4, classes: 2, channels: 1 };
  const students: Readonly<Record<string, () => Classifier>> = {
    ViT: () => new VisionTransformer({ ...options, heads: 2 }),
    'ViT with a distillation token': () => new VisionTransformer({ ...options, heads: 2, distilled: true }),
    Mixer: () => new MlpMixer(options),
    ResMLP: () => new ResMLP({ ...options, layerScale: 0.1 }),
  };
  const taught = (async () => {
    manualSeed(1);
    const teacher = new ResNet({ depth: 8, widths: [8, 8, 16, 32], classes: 2, channels: 1 });
    const stages = [stageOf({ method: crossEntropy(), epochs: 4, lr: 0.1 })];
    for await (const _ of new Trainer({ student: teacher, data, batchSize: 16, stages }).run());
    return teacher;
  })();
  for (const [kind, make] of Object.entries(students)) {
    test(kind, async () => {
      const teacher = await taught;
      manualSeed(2);
      const student = make();
      const stage = stageOf({ method: ofa(), epochs: 7, lr: 0.01, schedule: 'constant' });
      const optimizer = (parameters: nn.Parameter[]) => new optim.AdamW(parameters, { lr: 0.01 });
      const losses: number[] = [];
      for await (const event of new Trainer({
        student,
        teachers: [teacher],
        data,
        batchSize: 16,
        stages: [{ ...stage, optimizer }],
      }).run())
        if (event.kind === 'epoch') losses.push(event.losses.loss ?? Number.NaN);
      // As long as it tells nothing apart it stays near the first.
      assert.ok((losses.at(-1) ?? Number.NaN) < 0.8 * (losses[0] ?? 0), String(losses));
    });
  }
});
