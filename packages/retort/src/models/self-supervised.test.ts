/** Checkpoints of self-supervised training in their own layouts: their features are the original's. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import {
  Generator,
  loadSafetensors,
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
import { hashOfKeys } from '../../reference/models/hash-of-keys.ts';
import { anatomyOf, createModel, inspectWeights, loadModel, VisionTransformer } from './index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-self-supervised-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const folder = path.join(import.meta.dirname, '../../reference/models');
const { tensors, metadata } = loadSafetensors(path.join(folder, 'self_supervised.safetensors'));
const layouts: Record<string, [name: string, shape: number[]][]> = JSON.parse(metadata.layouts ?? '{}');

const images = (size: number, seed: number): Tensor => {
  using generator = new Generator(seed);
  return randn([2, 3, size, size], { generator });
};

/** The values that self_supervised.py draws for the names and shapes of a layout. */
function drawn(shapes: readonly [name: string, shape: number[]][]): Record<string, Tensor> {
  using generator = new Generator(0);
  return scope(() =>
    Object.fromEntries(
      shapes.map(([name, shape]): [string, Tensor] => {
        if (/num_batches_tracked$|_ptr$/.test(name)) return [name, zeros(shape, { dtype: 'int64' })];
        const value = randn(shape, { generator });
        if (shape.length > 1) return [name, value.mul((value.numel() / (shape[0] ?? 1)) ** -0.5)];
        if (name.endsWith('running_var')) return [name, value.abs().mul(0.1).add(1)];
        return [name, value.mul(0.1).add(name.endsWith('weight') ? 1 : 0)];
      }),
    ),
  );
}

/** A file of such values; once for each layout. */
function fileOf(layout: string, shapes = layouts[layout] ?? assert.fail(layout)): string {
  const file = path.join(scratch, `${layout.replace(' ', '-')}.safetensors`);
  if (!fs.existsSync(file)) scope(() => saveSafetensors(file, drawn(shapes)));
  return file;
}

const features = 0;

suite('the features of ResNet-50 are those of the original, of a checkpoint of', () => {
  for (const [layout, said] of [
    ['moco v1', /is a MoCo v1 checkpoint: its query encoder is taken; its projection head is left out$/],
    ['moco v2', /is a MoCo v2 checkpoint: its query encoder is taken; its projection head is left out$/],
    ['moco v3', /is a MoCo v3 checkpoint: its base encoder is taken; its projection head is left out$/],
    ['swav', /is a SwAV checkpoint: its network is taken; its projection head and prototypes are left out$/],
    ['dino', /is a DINO checkpoint: its teacher is taken; its heads are left out$/],
    ['supervised', /its classifier is left aside, and its answers are what comes before it$/],
    ['bare', null],
  ] as const)
    test(layout, async () => {
      const warnings: string[] = [];
      const { name, model, classes } = await loadModel(
        // One of them is found among all models, which takes longer.
        layout === 'moco v2' ? fileOf(layout) : `resnet50:${fileOf(layout)}`,
        { classes: features },
        { onWarning: (text) => warnings.push(text) },
      );
      assert.deepEqual([name, classes], ['resnet50', 0]);
      if (said) assert.match(warnings[0] ?? '', said);
      else assert.deepEqual(warnings, []);
      model.eval();
      scope(() =>
        noGrad(() => {
          const found = model.forward(images(64, 1));
          assertClose(found, tensors[`resnet50.${layout}`] ?? assert.fail(), 1e-4, layout);
        }),
      );
      if (/bare|v2/.test(layout)) return;
      fs.rmSync(fileOf(layout));
    });

  test('inspect names each, with the model that its backbone fits', async () => {
    const found = await inspectWeights(fileOf('moco v2'));
    assert.equal(
      found.selfSupervised,
      'a MoCo v2 checkpoint: its query encoder is taken; its projection head is left out',
    );
    assert.deepEqual(
      found.models.map(({ name, classes }) => [name, classes]),
      [['resnet50', 0]],
    );
    const bare = await inspectWeights(fileOf('bare'));
    assert.deepEqual(
      [bare.selfSupervised, bare.models[0]?.name, bare.models[0]?.classes],
      [null, 'resnet50', 0],
    );
  });
});

const small = (size: number, registers = 0) =>
  new VisionTransformer({
    ...{ imageSize: size, patchSize: 14, width: 8, depth: 2, heads: 2, classes: 3, layerScale: 0.5 },
    registers,
  });

/** A module of one's own that makes the small ViT of self_supervised.py. */
function moduleOf(size: number, registers: number): string {
  const file = path.join(scratch, `vit-${size}-${registers}.ts`);
  const index = path.join(import.meta.dirname, 'index.ts');
  const options = `imageSize: ${size}, patchSize: 14, width: 8, depth: 2, heads: 2, layerScale: 0.5, registers: ${registers}`;
  fs.writeFileSync(
    file,
    `import { VisionTransformer } from '${index}';\nexport const create = ({ classes }) => new VisionTransformer({ ${options}, classes });\n`,
  );
  return `${file}#create`;
}

suite('class tokens of Vision Transformers are those of the original, at two sizes, of', () => {
  for (const [file, registers, said] of [
    ['dinov2', 0, /is a DINOv2 checkpoint: its backbone is taken$/],
    ['dinov2_reg4', 4, /is a DINOv2 checkpoint: its backbone is taken$/],
    ['dino', 0, /is a DINO checkpoint: its teacher is taken; its heads are left out$/],
  ] as const)
    for (const size of [56, 70])
      test(`${file}, ${size} pixels`, async () => {
        const weights = path.join(folder, `self_supervised_${file}.pth`);
        const warnings: string[] = [];
        const { model } = await loadModel(
          `${moduleOf(size, registers)}:${weights}`,
          { classes: features },
          { onWarning: (text) => warnings.push(text) },
        );
        assert.match(warnings[0] ?? '', said);
        const resampled = warnings.filter((text) => text.includes('resampled'));
        assert.equal(resampled.length, size === 56 ? 0 : 1, warnings.join('\n'));
        model.eval();
        scope(() =>
          noGrad(() =>
            assertClose(
              model.forward(images(size, size)),
              tensors[`${file}.${size}`] ?? assert.fail(),
              1e-5,
              file,
            ),
          ),
        );
      });

  test('the student beside it is taken where its key chooses it', async () => {
    const file = path.join(folder, 'self_supervised_dino.pth');
    const warnings: string[] = [];
    await loadModel(
      `${moduleOf(56, 0)}:${file}#student`,
      { classes: features },
      { onWarning: (text) => warnings.push(text) },
    );
    assert.match(warnings[0] ?? '', /is a DINO checkpoint: its student is taken/);
  });
});

suite('those that have names', () => {
  const models: Record<string, { keys: string; parameters: number; heads: number; eps: number }> = JSON.parse(
    metadata.models ?? '{}',
  );
  for (const [name, { keys, parameters, heads, eps }] of Object.entries(models))
    test(`${name} has timm's keys, shapes, heads and epsilon`, () => {
      const model = withDevice('meta', () => createModel(name, { classes: features }));
      assert.equal(hashOfKeys(model.stateDict()), keys);
      assert.equal(model.parameterCount(), parameters);
      const text = String(model);
      assert.ok(text.includes(`heads: ${heads}`) && text.includes(`eps: ${eps}`), text);
      assert.equal(anatomyOf(model)?.prefixTokens, name.includes('reg4') ? 5 : 1);
    });

  test('registers begin as in timm, factors of layer scale as they are told to', () => {
    const state = small(28, 4).stateDict();
    assert.ok((state.reg_token?.abs().max().item() ?? 1) < 1e-5);
    assert.deepEqual(state['blocks.1.ls2.gamma']?.toFlatArray(), Array(8).fill(0.5));
    assert.deepEqual(state.pos_embed?.shape, [1, 4, 8]);
  });
});

suite('a sentence says why', () => {
  const refused = async (layout: string, shapes: [name: string, shape: number[]][], name?: string) => {
    const file = fileOf(layout, shapes);
    const spec = name === undefined ? file : `${name}:${file}`;
    return await loadModel(spec, { classes: features }, { onWarning: () => {} }).then(
      () => assert.fail('it was loaded'),
      ({ message }: Error) => message,
    );
  };
  const encoder = (layouts['moco v2'] ?? []).filter(([name]) => name.startsWith('module.encoder_q.'));

  test('a checkpoint has no backbone', async () => {
    const heads = (layouts.swav ?? []).filter(([name]) => /projection_head|prototypes/.test(name));
    const queue: [string, number[]][] = [
      ['module.encoder_q.fc.0.weight', [4, 4]],
      ['module.queue', [4, 2]],
      ['module.queue_ptr', [1]],
    ];
    const predictor: [string, number[]][] = [
      ['module.momentum_encoder.fc.0.weight', [4, 4]],
      ['module.predictor.0.weight', [4, 4]],
    ];
    for (const said of [
      await refused('heads', heads),
      await refused('queue', queue),
      await refused('predictor', predictor),
      await refused('queue', queue, 'resnet50'),
    ])
      assert.match(
        said,
        /has what self-supervised training puts behind a backbone, and no backbone: take the file that has it, too$/,
      );
  });
  test('a backbone lacks a layer', async () => {
    const lacking = encoder.filter(([name]) => !name.endsWith('layer3.2.conv2.weight'));
    assert.match(
      await refused('lacking', lacking),
      /is a MoCo v2 checkpoint, whose backbone fits no model here by its keys and shapes: write NAME:FILE, as resnet50:.*, and it is said which weights it lacks or has beside$/,
    );
    assert.match(await refused('lacking', lacking, 'resnet50'), /missing: layer3\.2\.conv2\.weight$/);
  });
  test('a network of the same shapes has other heads', async () => {
    const shapes: [string, number[]][] = [
      ['module.base_encoder.cls_token', [1, 1, 384]],
      ['module.base_encoder.patch_embed.proj.weight', [384, 3, 16, 16]],
    ];
    assert.match(
      await refused('mocov3 vit', shapes, 'vit_small_patch16_224'),
      /is a MoCo v3 checkpoint of a ViT-S, whose twelve heads its weights do not show, and vit_small_patch16_224 would compute otherwise: write vit_small_patch16_224_mocov3:.*, or, where yours is vit_small_patch16_224 all the same, vit_small_patch16_224:.*#module\.base_encoder$/,
    );
    assert.match(await refused('mocov3 vit', shapes, 'vit_small_patch16_224_mocov3'), /missing: pos_embed/);
  });
  test('a network without registers is given them', async () => {
    const file = path.join(scratch, 'registers.safetensors');
    // At this size the authors' positions are as many with registers as without.
    const { reg_token: registers, pos_embed: positions, ...state } = small(28, 4).stateDict();
    if (!registers || !positions) assert.fail();
    saveSafetensors(file, {
      ...state,
      register_tokens: registers,
      pos_embed: zeros([1, 5, 8]),
      mask_token: zeros([1, 8]),
    });
    await assert.rejects(
      loadModel(`${moduleOf(28, 0)}:${file}`, { classes: 3 }, { newHead: true, onWarning: () => {} }),
      /unexpected: .*register_tokens/,
    );
  });
  test('its stem is that for small images', async () => {
    const shapes = encoder.map(([name, shape]): [string, number[]] =>
      name.endsWith('encoder_q.conv1.weight') ? [name, [64, 3, 3, 3]] : [name, shape],
    );
    const at = fileOf('stem', shapes);
    assert.match((await inspectWeights(at)).noModel ?? '', /^its conv1\.weight is \[64, 3, 3, 3\]/);
    assert.match(
      await refused('stem', shapes),
      /is a MoCo v2 checkpoint, whose backbone fits no model here: its conv1\.weight is \[64, 3, 3, 3\], and that of resnet50 .* is \[64, 3, 7, 7\]: one of 3x3 is for small images/,
    );
  });
  test('it is of a wider network', async () => {
    const shapes = encoder
      .filter(([name]) => /conv1|bn1|layer1\.0|fc/.test(name))
      .map(([name, shape]): [string, number[]] => [name, shape.map((size) => (size > 3 ? 2 * size : size))]);
    assert.match(await refused('w2', shapes), /its conv1\.weight is \[128, 3, 14, 14\].*a wider network$/);
  });
  test('its layers are gated, or its network is wanted with a classifier', async () => {
    const gated: [string, number[]][] = [
      ['mask_token', [1, 8]],
      ['patch_embed.proj.weight', [8, 3, 14, 14]],
      ['blocks.0.mlp.w12.weight', [16, 8]],
    ];
    assert.match(await refused('giant', gated), /is a DINOv2 checkpoint whose layers are gated \(SwiGLU\)/);
    await assert.rejects(
      loadModel(`resnet50:${fileOf('moco v2')}`, { classes: 3 }, { onWarning: () => {} }),
      /has the weights of resnet50 but for its classifier: begin with a new one where it is trained \(`newHead`\)/,
    );
  });
});
