/** BEiT v2 against timm's, whose numbers reference/models/beit_models.py wrote. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import {
  autocast,
  freeze,
  nn,
  noGrad,
  randn,
  saveSafetensors,
  scope,
  setNumThreads,
  type Tensor,
  withDevice,
  zeros,
} from '@retort/torch';
import { assertClose } from '../../../torch/reference/load.ts';
import {
  assertSameState,
  loadedByKeys,
  readReference,
  testCases,
  testDescribed,
} from '../../reference/models/beside.ts';
import { beits } from './beit.ts';
import { families } from './hugging-face/families.ts';
import { renamed } from './hugging-face/family.ts';
import { Beit, createModel, loadModel, ofTransformers } from './index.ts';
import { madeFor } from './made-for.ts';
import { publishedInput } from './published-inputs.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-beit-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const reference = readReference('beit_models');
const { tensors } = reference;
testDescribed(reference, beits);
testCases(reference);

test('each is made for images of the size that its name ends with', () => {
  for (const name of Object.keys(beits))
    assert.deepEqual(madeFor(name), { pixels: Number(name.split('_').at(-1)), isConvolutional: false });
});

test('stages end with the blocks of OFA-KD’s table', () => {
  const blocks = (...of: number[]) => of.map((block) => `blocks.${block}`);
  const stages = (size: string) =>
    withDevice('meta', () => createModel(`beitv2_${size}_patch16_224`, { classes: 2 })).anatomy.stages;
  assert.deepEqual(stages('base'), blocks(1, 3, 9, 11));
  assert.deepEqual(stages('large'), blocks(1, 3, 21, 23));
});

test('which place of the table two tokens have is timm’s', () => {
  for (const grid of [2, 8]) {
    const model = new Beit({
      ...{ imageSize: grid, patchSize: 1, width: 4, depth: 1, heads: 1, classes: 2, channels: 1 },
    });
    const wanted = tensors[`relative_position_index.${grid}`];
    const index = new Map(model.namedBuffers()).get('blocks.0.attn.relative_position_index');
    assert.deepEqual(index?.toList(), wanted?.flatten().toList());
  }
});

test('stochastic depth rises linearly, as timm’s', () => {
  const model = createModel('beitv2_pico_patch4_32', { classes: 2, dropPath: 0.1 });
  const drops = Array.from(model.namedModules(), ([, module]) => module).filter(
    (module) => module instanceof nn.DropPath,
  );
  assert.deepEqual(
    drops.map(({ p }) => p.toFixed(3)),
    [0, 0.02, 0.04, 0.06, 0.08, 0.1].flatMap((p) => [p.toFixed(3), p.toFixed(3)]),
  );
});

suite('weights in another layout', () => {
  const name = 'beitv2_pico_patch4_32';
  const model = createModel(name, { classes: 3 }) as Beit;
  noGrad(() => {
    for (const parameter of model.parameters()) nn.init.normal_(parameter, 0, 0.02);
  });
  const own = model.stateDict();
  const index = Object.fromEntries(
    Array.from({ length: 6 }, (_, i) => [
      `blocks.${i}.attn.relative_position_index`,
      zeros([65, 65], { dtype: 'int64' }),
    ]),
  );
  const written = (as: string, state: Record<string, Tensor>): string => {
    const at = path.join(scratch, `${as}.safetensors`);
    saveSafetensors(at, state);
    return at;
  };
  const without = (state: nn.StateDict, keys: RegExp): nn.StateDict =>
    Object.fromEntries(Object.entries(state).filter(([key]) => !keys.test(key)));
  const quiet = { onWarning: () => {} };

  test('of timm 0.6 and Microsoft have the places of tables, too, and load by their keys alone', async () => {
    assert.equal(model.ownLayout(own), null);
    assert.deepEqual(
      Object.keys(model.ownLayout({ ...own, ...index }) ?? {}).sort(),
      Object.keys(own).sort(),
    );
    const { name: found, model: loaded, said } = await loadedByKeys({ ...own, ...index }, 3);
    assert.equal(found, name);
    assertSameState(loaded.stateDict(), own);
    assert.match(said, /6 of its keys are another program's \(blocks\.0\.attn\.relative_position_index/);
  });

  test('of pre-training share a table, which each block begins with, and have no classifier', async () => {
    const table = 'relative_position_bias_table';
    const ofBlock = own[`blocks.0.attn.${table}`];
    assert.ok(ofBlock);
    const shared = randn(ofBlock.shape);
    const pretrained = {
      ...without(own, /^(head|fc_norm)\.|relative_position_bias_table$/),
      ...{ [`rel_pos_bias.${table}`]: shared, 'rel_pos_bias.relative_position_index': zeros([65, 65]) },
      ...{ mask_token: zeros([1, 1, 128]), 'norm.weight': zeros([128]), 'norm.bias': zeros([128]) },
      ...{ 'lm_head.weight': zeros([8, 128]), 'lm_head.bias': zeros([8]) },
    };
    const at = written('pretrained', pretrained);
    const loaded = await loadModel(`${name}:${at}`, { classes: 5 }, { ...quiet, newHead: true });
    const state = loaded.model.stateDict();
    for (let i = 0; i < 6; i++)
      assert.deepEqual(state[`blocks.${i}.attn.${table}`]?.toList(), shared.toList(), String(i));
    assert.deepEqual(state['blocks.5.mlp.fc2.weight']?.toList(), own['blocks.5.mlp.fc2.weight']?.toList());
    assert.deepEqual([...(loaded.drawn ?? [])].sort(), [
      'fc_norm.bias',
      'fc_norm.weight',
      'head.bias',
      'head.weight',
    ]);
    await assert.rejects(loadModel(`${name}:${at}`, { classes: 3 }, quiet), {
      message: `${at} has the weights of ${name} but for its classifier: begin with a new one where it is trained (\`newHead\`); what its features are worth, \`retort probe\` says`,
    });
    await assert.rejects(loadModel(at, { classes: 3 }, quiet), {
      message: `${at} does not say which model its weights are for, and they are those of ${name} but for the classifier: write ${name}:${at}, and begin with a new one where it is trained (\`newHead\`); what its features are worth, \`retort probe\` says`,
    });
    const within = Object.entries(pretrained).map(([key, value]): [string, Tensor] => [
      `model.${key}`,
      value,
    ]);
    const below = await loadModel(
      `${name}:${written('pretrained-below', Object.fromEntries(within))}`,
      { classes: 5 },
      { ...quiet, newHead: true },
    );
    assert.deepEqual(below.model.stateDict()[`blocks.0.attn.${table}`]?.toList(), shared.toList());
  });

  test('of others are none', () => {
    assert.equal(model.ownLayout({ ...index, 'head.weight': zeros([3, 128]) }), null);
    assert.equal(model.ownLayout({ ...own, ...index, 'blocks.6.norm1.weight': zeros([128]) }), null);
  });
});

test('a shared table stays one where the network has one', () => {
  const options = { classes: 3, sharedPositions: true, relativePositions: false };
  const model = createModel('beitv2_pico_patch4_32', options) as Beit;
  const own = model.stateDict();
  const state = model.ownLayout({ ...own, 'rel_pos_bias.relative_position_index': zeros([65, 65]) });
  assert.deepEqual(Object.keys(state ?? {}).sort(), Object.keys(own).sort());
});

test('published weights see images as timm and Microsoft show them', () => {
  assert.deepEqual(publishedInput('beitv2_base_patch16_224', 1000), {
    ...{ size: 224, resize: 248, interpolation: 'bicubic' },
    ...{ mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  });
  assert.equal(publishedInput('beitv2_large_patch16_224', 1000)?.resize, 235);
  assert.equal(publishedInput('beitv2_base_patch16_224', 10), undefined);
  assert.equal(publishedInput('beitv2_nano_patch16_224', 1000), undefined);
});

test('in bf16 it answers nearly what it answers in float32', () =>
  scope(() => {
    const model = createModel('beitv2_pico_patch4_32', { classes: 3 }).eval();
    noGrad(() => {
      for (const parameter of model.parameters()) nn.init.normal_(parameter, 0, 0.1);
      const images = randn([2, 3, 32, 32]);
      const precise = model.forward(images);
      const rough = autocast('bfloat16', () => model.forward(images));
      assertClose(rough.to('float32'), precise, 0.05, 'logits');
    });
  }));

test('compiled, it answers the same', () =>
  scope(() => {
    const options = { classes: 3, sharedPositions: true };
    const model = createModel('beitv2_pico_patch4_32', options).eval();
    noGrad(() => {
      for (const parameter of model.parameters()) nn.init.normal_(parameter, 0, 0.1);
      const images = randn([2, 3, 32, 32]);
      assertClose(freeze(model).forward(images), model.forward(images), 1e-5, 'logits');
    });
  }));

test('what does not fit is said', () => {
  const options = { imageSize: 32, patchSize: 4, width: 16, depth: 2, heads: 2, classes: 2 };
  assert.throws(() => new Beit({ ...options, heads: 3 }), /a width of 16 does not divide into 3 heads/);
  assert.throws(
    () => new Beit({ ...options, patchSize: 5, absolutePositions: true }),
    /images of 32 pixels do not divide into patches of 5/,
  );
  assert.throws(
    () => new Beit(options).forward(randn([1, 3, 64, 64])),
    /takes images of 32x32 pixels, got \[1, 3, 64, 64\]/,
  );
});

test('it is transformers’ `beit`, whose keys come back as ours; without scales of residuals it is not', () => {
  const images = [3, 32, 32] as const;
  const options = { classes: 3, sharedPositions: true, absolutePositions: true, dropPath: 0.1 };
  for (const pooling of ['mean', 'token']) {
    const model = createModel('beitv2_pico_patch4_32', { ...options, pooling });
    const theirs = ofTransformers(model, 3, images);
    assert.deepEqual([theirs?.modelType, theirs?.architecture], ['beit', 'BeitForImageClassification']);
    const { state, left } = renamed(theirs?.state ?? {}, families.beit?.keys ?? []);
    assert.deepEqual(left, []);
    assertSameState(state, model.stateDict());
  }
  const unscaled = createModel('beitv2_pico_patch4_32', { classes: 3, layerScale: 0 });
  assert.equal(ofTransformers(unscaled, 3, images), null);
});
