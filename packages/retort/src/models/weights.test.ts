import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { type nn, noGrad, saveSafetensors, type Tensor, zeros } from '@retort/torch';
import { createModel, loadModel, VisionTransformer } from './index.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-weights-'));
after(() => fs.rmSync(scratch, { recursive: true }));

/** The weights of a fresh model, in a file that does not name it. */
function fileOf(name: string, classes: number): string {
  const file = path.join(scratch, `${name}.safetensors`);
  saveSafetensors(file, createModel(name, { classes }).stateDict());
  return file;
}

suite('the model that a file of weights is for', () => {
  for (const [of, found] of [
    ['wrn_16_1', 'wrn_16_1'],
    ['deit_tiny_distilled_patch4_32', 'deit_tiny_distilled_patch4_32'],
    ['ResNet50', 'ResNet50'],
    ['resnet50', 'resnet50'],
    ['mobilenetv2_100', 'mobilenetv2_100'],
    ['efficientnet_lite0', 'efficientnet_lite0'],
    // The same network by two names: the first of them.
    ['deit_tiny_patch4_32', 'vit_tiny_patch4_32'],
  ] as const)
    test(`is found by the keys and shapes of ${of}`, async () => {
      assert.equal((await loadModel(fileOf(of, 3), { classes: 3 })).name, found);
    });

  test('is found without the counters of batch norm, under any prefix and key, with another number of classes', async () => {
    const state = createModel('vgg8', { classes: 5 }).stateDict();
    const uncounted = Object.entries(state).filter(([name]) => !name.endsWith('num_batches_tracked'));
    const file = path.join(scratch, 'old');
    const renamed = uncounted.map(([name, value]) => [`module.backbone.${name}`, value]);
    saveSafetensors(file, { ...Object.fromEntries(renamed), total_ops: zeros([1]) });
    const said: string[] = [];
    const { name, model } = await loadModel(file, { classes: 5 }, { onWarning: (text) => said.push(text) });
    assert.equal(name, 'vgg8');
    for (const [key, value] of uncounted)
      assert.deepEqual(model.stateDict()[key]?.toList(), value.toList(), key);
    assert.deepEqual(said, [
      `${file}: "module.backbone." was taken off ${uncounted.length} keys; 1 other key was left aside: total_ops`,
    ]);
    await assert.rejects(loadModel(file, { classes: 6 }, { onWarning: () => {} }), {
      message: `${file}: the state dict does not fit VGG: of another shape: classifier.weight, classifier.bias (classifier.weight is [5, 512], the model's [6, 512]); it tells apart 5 classes: say which of them stand for the 6 that are wanted (\`classes\`), or that its classifier begins anew (\`newHead\`)`,
    });
  });

  test('of images in colours says what to do about greys', async () => {
    const file = path.join(scratch, 'coloured');
    saveSafetensors(file, createModel('resnet8', { classes: 5 }).stateDict());
    await assert.rejects(loadModel(`resnet8:${file}`, { classes: 5, channels: 1 }), {
      message: `${file}: the state dict does not fit ResNet: of another shape: conv1.weight (conv1.weight is [16, 3, 3, 3], the model's [16, 1, 3, 3]); it takes images in colours, and those of the data are in greys: have the data show these in three channels (of fashion-mnist, \`options: { channels: 3 }\` of its data, or --data-options "{ channels: 3 }")`,
    });
  });

  test('is told from another with the same weights: what models compute with is printed', () => {
    const vit = (heads: number) =>
      new VisionTransformer({ imageSize: 8, patchSize: 4, width: 16, depth: 1, heads, classes: 2 });
    assert.deepEqual(Object.keys(vit(2).stateDict()), Object.keys(vit(4).stateDict()));
    assert.notEqual(String(vit(2)), String(vit(4)));
    const hidden = fs
      .globSync('*.ts', { cwd: import.meta.dirname })
      .filter((file) => !file.endsWith('.test.ts'))
      .filter((file) =>
        /^ {2}(readonly )?#\w+[:;= ]/m.test(fs.readFileSync(path.join(import.meta.dirname, file), 'utf8')),
      );
    assert.deepEqual(hidden, [], 'private fields are not printed');
  });

  test('is asked for where two that compute otherwise have the same keys and shapes', async () => {
    for (const name of ['tf_efficientnet_lite0', 'efficientnet_lite0.ra_in1k']) {
      const file = fileOf(name, 3);
      await assert.rejects(loadModel(file, { classes: 3 }), {
        message: `${file} does not say which model its weights are for, and its keys and shapes are those of efficientnet_lite0.ra_in1k and of tf_efficientnet_lite0: write NAME:FILE, e.g. efficientnet_lite0.ra_in1k:${file}`,
      });
      assert.equal((await loadModel(`${name}:${file}`, { classes: 3 })).name, name);
    }
  });

  test('that lie in a run folder are its best; a key chooses among several', async () => {
    const folder = path.join(scratch, 'run');
    fs.mkdirSync(folder);
    const student = createModel('resnet8', { classes: 3 });
    saveSafetensors(path.join(folder, 'best.safetensors'), student.stateDict(), { model: 'resnet8' });
    assert.equal((await loadModel(folder, { classes: 3 })).name, 'resnet8');
    fs.cpSync(folder, `${folder}#1`, { recursive: true });
    assert.equal((await loadModel(`${folder}#1`, { classes: 3 })).name, 'resnet8');
    const both = path.join(scratch, 'both.safetensors');
    const under = (prefix: string, model: { stateDict(): nn.StateDict }) =>
      Object.entries(model.stateDict()).map(([name, value]): [string, Tensor] => [prefix + name, value]);
    saveSafetensors(both, Object.fromEntries([...under('student.', student), ...under('ema.', student)]));
    const found = await loadModel(`${both}#ema`, { classes: 3 });
    assert.equal(found.name, 'resnet8');
    await assert.rejects(loadModel(both, { classes: 3 }), {
      message: `${both} holds several state dicts that fit: name one, as ${both}#ema or ${both}#student`,
    });
    // All keys of the small one are among those of the large one.
    const large = createModel('resnet14', { classes: 3 });
    const pair = path.join(scratch, 'pair.safetensors');
    saveSafetensors(
      pair,
      Object.fromEntries([...under('module.student.', student), ...under('module.teacher.', large)]),
    );
    const said: string[] = [];
    const chosen = await loadModel(
      `resnet8:${pair}`,
      { classes: 3 },
      { onWarning: (text) => said.push(text) },
    );
    assert.deepEqual(
      chosen.model.stateDict()['fc.weight']?.toList(),
      student.stateDict()['fc.weight']?.toList(),
    );
    assert.match(
      said.join(),
      /^\S+: "module\.student\." was taken off 56 keys; 92 other keys were left aside: .*, all beginning with "module\.teacher\."$/,
    );
    await assert.rejects(
      loadModel(`resnet14:${folder}`, { classes: 3 }),
      /best\.safetensors: the state dict does not fit ResNet: missing: layer1\.1/,
    );
  });

  test('is asked for where none has these keys, and what does not fit is named', async () => {
    const file = path.join(scratch, 'none.safetensors');
    saveSafetensors(file, { weight: zeros([2, 2]) });
    await assert.rejects(loadModel(file, { classes: 3 }), /fit no model here: write NAME:FILE/);
    await assert.rejects(
      loadModel(`vgg8:${fileOf('vgg11', 3)}`, { classes: 3 }),
      /does not fit VGG: unexpected: block2\.4/,
    );
  });

  test('is refused where weights say how they want images, and nobody can read it', async () => {
    const file = path.join(scratch, 'unread.safetensors');
    const state = createModel('resnet8', { classes: 5 }).stateDict();
    saveSafetensors(file, state, { model: 'resnet8', input: '{"size": 8' });
    await assert.rejects(loadModel(file, { classes: 5 }), {
      name: 'RangeError',
      message:
        /unread.safetensors: the weights say how they want what they see \(`input` of their metadata\) in a way that is none: it must be JSON, as \{"size":224\}, and is \{"size": 8$/,
    });
    saveSafetensors(file, state, { model: 'resnet8', input: '{"mean": [0.5]}' });
    assert.equal((await loadModel(file, { classes: 5 })).name, 'resnet8');
  });

  test('is not given weights that are not finite, which are named', async () => {
    const weights = createModel('resnet8', { classes: 3 }).stateDict();
    const file = path.join(scratch, 'nan.safetensors');
    const refused = async (value: number, wrong: string) => {
      noGrad(() => weights['layer2.0.bn1.running_var']?.select(0, 3).fill_(value));
      saveSafetensors(file, weights);
      await assert.rejects(loadModel(`resnet8:${file}`, { classes: 3 }), {
        name: 'RangeError',
        message: `${file}: its ${wrong}`,
      });
    };
    const name = "'layer2.0.bn1.running_var'";
    await refused(Number.NaN, `weights are not finite: ${name} (1 of its 32 numbers is NaN)`);
    await refused(Infinity, `weights are not finite: ${name} (1 of its 32 numbers is infinite)`);
    await refused(-Infinity, `weights hold -inf: ${name} (1)`);
  });
});
