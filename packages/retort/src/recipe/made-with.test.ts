import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { nn, saveSafetensors, setNumThreads } from '@retort/torch';
import { prepare, RecipeError, readRecipe } from 'retort';
import { halves } from '../../reference/halves.ts';
import { ofTransformers, VisionTransformer } from '../models/index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-drop-path-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const splits = { train: halves(8), test: halves(8, 5), source: 'made up' };

/** The student of a recipe. */
async function student(written: string): Promise<nn.Layer> {
  const file = path.join(scratch, 'net.yaml');
  const rest = 'data: { name: fashion-mnist }\nbatchSize: 4\nprecision: fp32';
  fs.writeFileSync(file, `student: ${written}\n${rest}\nstages: [{ steps: 1, methods: [supervised] }]\n`);
  const { trainer } = await prepare(readRecipe(file), { data: splits, onWarning: () => {} });
  return trainer.student;
}

const refused = async (written: string): Promise<string> => {
  try {
    await student(written);
  } catch (error) {
    assert.ok(error instanceof RecipeError, String(error));
    return error.message.replace(/^.*net\.yaml/, 'net.yaml');
  }
  return assert.fail('nothing was wrong');
};

suite('stochastic depth that a recipe gives its student', () => {
  test('rises to the last block', async () => {
    const net = await student('{ name: vit_pico_patch4_32, input: { size: 32 }, dropPath: 0.1 }');
    const shares = [...net.namedModules()].flatMap(([, module]) =>
      module instanceof nn.DropPath ? [module.p] : [],
    );
    const wanted = [0, 0.02, 0.04, 0.06, 0.08, 0.1].flatMap((share) => [share, share]);
    assert.ok(
      shares.every((share, i) => Math.abs(share - (wanted[i] ?? 1)) < 1e-9),
      String(shares),
    );
    assert.equal(shares.length, wanted.length);
  });
  test('is refused where no block is left out', async () => {
    assert.equal(
      await refused('{ name: resnet8, dropPath: 0.1 }'),
      'net.yaml:1: student: resnet8 has no blocks that are left out by chance: leave out dropPath, or take a network that has them, as deit_tiny_patch16_224',
    );
    await student('{ name: resnet8, dropPath: 0 }');
  });
  test('is refused of a model folder, which says itself how it is made', async () => {
    const folder = path.join(scratch, 'vit');
    const images = { imageSize: 32, patchSize: 8, channels: 1 };
    const made = new VisionTransformer({ ...images, depth: 2, width: 16, heads: 2, classes: 2 });
    const { modelType, architecture, settings, state } =
      ofTransformers(made, 2, [1, 32, 32]) ?? assert.fail();
    fs.mkdirSync(folder);
    fs.writeFileSync(
      path.join(folder, 'config.json'),
      JSON.stringify({ model_type: modelType, architectures: [architecture], ...settings }),
    );
    saveSafetensors(path.join(folder, 'model.safetensors'), state, { format: 'pt' });
    await student(`{ weights: ${folder} }`);
    assert.match(
      await refused(`{ weights: ${folder}, dropPath: 0.1 }`),
      /^net\.yaml:1: student: ViTForImageClassification is made as its own file says, and looks at no dropPath: leave it out, or take a model by its name$/,
    );
  });
  test('is a share', async () =>
    assert.match(await refused('{ name: resnet8, dropPath: 1 }'), /^net\.yaml:1: student\.dropPath: .*1/));
});

suite('last batch norms that begin with 0, as timm has them', () => {
  const lasts = (net: nn.Layer) =>
    [...net.namedModules()].flatMap(([path, module]) =>
      /^layer\d\.\d\.bn2$/.test(path) && module instanceof nn.BatchNorm2d
        ? [module.weight?.sum().item()]
        : [],
    );
  test('of a ResNet for ImageNet', async () => {
    const timms = lasts(await student('{ name: resnet18, input: { size: 32 }, zeroInitLast: true }'));
    assert.deepEqual(
      timms,
      Array.from({ length: 8 }, () => 0),
    );
    const torchvisions = lasts(await student('{ name: resnet18, input: { size: 32 } }'));
    assert.deepEqual(torchvisions, [64, 64, 128, 128, 256, 256, 512, 512]);
  });
  test('are refused of others', async () =>
    assert.equal(
      await refused('{ name: resnet8, zeroInitLast: true }'),
      'net.yaml:1: student: resnet8 is none of the ResNets for ImageNet: leave out zeroInitLast',
    ));
});

suite('what is of detectors', () => {
  test('is refused of networks that find no boxes', async () => {
    assert.equal(
      await refused('{ name: resnet8, batchNorm: group }'),
      'net.yaml:1: student: resnet8 finds no boxes, and batchNorm is of networks that do: leave it out, or take one of these, as fasterrcnn_resnet50_fpn',
    );
    assert.match(await refused('{ name: resnet8, trainableLayers: 6 }'), /student\.trainableLayers: .*5/);
  });
  test('is none of a classification, and neither are they', async () => {
    assert.equal(
      await refused('{ name: fasterrcnn_resnet18_fpn, batchNorm: group }'),
      'net.yaml:1: student: fasterrcnn_resnet18_fpn finds boxes in images, and the task is classification: take data with boxes, or a network of another kind, as resnet18',
    );
    assert.match(
      await refused('{ name: fasterrcnn_resnet18_fpn, batchNorm: frozen }'),
      /frozen statistics would be those of fresh weights/,
    );
  });
});
