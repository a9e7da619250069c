import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { manualSeed, nn, randn, setNumThreads, type Tensor } from '@retort/torch';
import { inMemory, type TensorDataset } from '../data/index.ts';
import { createModel } from '../models/index.ts';
import { imageSizeDoubt } from './image-size.ts';

setNumThreads(1);

const imagesOf = (height: number, width = height): TensorDataset =>
  inMemory({
    images: new Uint8Array(2 * height * width * 3),
    labels: [0, 1],
    height,
    width,
    channels: 3,
    classes: ['a', 'b'],
    mean: [0.5, 0.5, 0.5],
    std: [0.25, 0.25, 0.25],
  });

const doubt = (name: string, data: TensorDataset, size?: number): Promise<string | null> =>
  imageSizeDoubt({ whose: 'student', name, model: createModel(name, { classes: 2 }) }, data, {
    renderings: { student: { size } },
  });

suite('images of another size than those a network is made for:', () => {
  for (const name of ['resnet18', 'mobilenet_v2', 'mobilenetv2_100', 'efficientnet_lite0'])
    test(`${name} is for large ones`, async () => {
      assert.match(
        (await doubt(name, imagesOf(64))) ?? '',
        new RegExp(
          `^the student, ${name}, begins like a network for ImageNet and is shown images of 64x64 pixels: its first stage sees 16x16 of them and its last 2x2; `,
        ),
      );
      assert.equal(await doubt(name, imagesOf(72)), null);
      assert.equal(await doubt(name, imagesOf(32), 96), null, 'what counts is what it is shown');
    });
  for (const name of ['resnet8', 'wrn_16_1', 'vgg8', 'MobileNetV2', 'ShuffleV1', 'ShuffleV2'])
    test(`${name} is for small ones`, async () => {
      assert.match(
        (await doubt(name, imagesOf(128))) ?? '',
        new RegExp(
          `^the student, ${name}, begins like a network for CIFAR and is shown images of 128x128 pixels: its first stage still sees (128x128|64x64) of them, which takes 16 times`,
        ),
      );
      for (const size of [32, 64, 120]) assert.equal(await doubt(name, imagesOf(size)), null);
    });
  for (const name of ['CycleMLP_pico_64', 'CycleMLP_pico_32', 'convnext_zepto_patch4_64', 'regnety_pico_32'])
    test(`${name} is for those of the size in its name, however it begins`, async () => {
      assert.equal(await doubt(name, imagesOf(Number(name.slice(-2)))), null);
    });
  test('CycleMLP_pico_64 on smaller ones than those in its name', async () => {
    assert.match((await doubt('CycleMLP_pico_64', imagesOf(48))) ?? '', /images of 48x48 pixels/);
  });
  test('odd ones, and those that are small or large in one direction only', async () => {
    assert.match((await doubt('resnet18', imagesOf(33, 61))) ?? '', /images of 33x61 pixels/);
    assert.equal(await doubt('resnet18', imagesOf(33, 90)), null);
    assert.equal(await doubt('resnet8', imagesOf(130, 64)), null);
  });
  test('a network that does not say its stages, or has tokens, is left alone', async () => {
    class Own extends nn.Layer {
      readonly fc = new nn.Linear(3, 2);
      forward(x: Tensor): Tensor {
        return this.fc.forward(x.mean([2, 3]));
      }
    }
    const own = { whose: 'teacher', name: './net.ts#own', model: new Own() } as const;
    assert.equal(await imageSizeDoubt(own, imagesOf(16)), null);
    assert.equal(await doubt('vit_pico_patch4_32', imagesOf(32)), null);
  });
  test('a teacher is shown its own rendering, and nothing changes', async () => {
    const model = createModel('resnet18', { classes: 2 });
    const before = String(model.stateDict()['bn1.running_mean']?.toList());
    manualSeed(3);
    const drawn = randn([1]).item();
    manualSeed(3);
    const shown = { whose: 'teacher', name: 'resnet18', model } as const;
    const renderings = { student: { size: 224 }, teacher: {} };
    assert.match(
      (await imageSizeDoubt(shown, imagesOf(32), { renderings })) ?? '',
      /^the teacher, resnet18,/,
    );
    assert.equal(randn([1]).item(), drawn);
    assert.ok(model.training);
    assert.equal(String(model.stateDict()['bn1.running_mean']?.toList()), before);
  });
});
