import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { env, pipeline } from '@huggingface/transformers';
import { noGrad, setNumThreads, type Tensor, tensor } from '@retort/torch';
import { assertClose } from '../../../../torch/reference/load.ts';
import { livelyStudent, pictureData, shown } from '../../../reference/students.ts';
import { rawImages, sameTop1, tried } from '../../../reference/transformers-js.ts';
import type { Classifier } from '../../models/anatomy.ts';
import { withoutClassifier } from '../../models/without-classifier.ts';
import { embedding } from '../../tasks/index.ts';
import { exportFolder } from './index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-transformers-js-'));
after(() => fs.rmSync(scratch, { recursive: true }));

/** So many images are shown; all 500 by `npm run check -- folders`. */
const few = 24;

suite('transformers.js runs a folder by its plain call, and says the class that the engine says, for', () => {
  for (const [name, size] of tried)
    test(name, async () => {
      const images = [3, size, size] as const;
      const { same, classes } = await sameTop1(livelyStudent(name, images), path.join(scratch, name), {
        ...{ name, images, count: few },
      });
      assert.equal(same, few);
      assert.ok(classes > 2, `all of ${few} images are of ${classes} classes`);
    });

  test('a student of one channel, shown in colours', async () => {
    const images = [1, 28, 28] as const;
    const { same, classes } = await sameTop1(livelyStudent('resnet8', images), path.join(scratch, 'grey'), {
      ...{ name: 'resnet8', images, count: few },
    });
    assert.equal(same, few);
    assert.ok(classes > 2);
  });

  test('one whose graphs normalise images', async () => {
    const images = [3, 32, 32] as const;
    const { same } = await sameTop1(livelyStudent('resnet8', images), path.join(scratch, 'baked'), {
      ...{ name: 'resnet8', images, count: few, bakeNormalisation: true },
    });
    assert.equal(same, few);
  });

  for (const [name, size, width] of [
    ['resnet8', 32, 64],
    ['resnet18', 64, 512],
    ['vit_pico_patch8_64', 64, 128],
  ] as const)
    test(`${name} without its classifier, whose vectors are the engine’s`, async () => {
      const images = [3, size, size] as const;
      const model = withoutClassifier(livelyStudent(name, images) as Classifier);
      const folder = path.join(scratch, `vectors-${name}`);
      const each = (value: number) => [value, value, value];
      const { modelType, remarks } = await exportFolder(model, folder, {
        ...{ name, channels: 3, classes: 0, labels: null, size: [size, size], task: embedding },
        precisions: ['fp32'],
        rendering: { size: undefined, interpolation: 'bilinear', mean: each(0.5), std: each(0.25) },
      });
      assert.equal(modelType, null);
      assert.match(remarks.join(), /it answers the vector before a classifier/);
      const data = pictureData(few, images);
      const own = noGrad(() => model.eval().forward(shown(data)) as Tensor);
      env.allowRemoteModels = false;
      const embed = await pipeline('image-feature-extraction', folder, { dtype: 'fp32' });
      const said = await embed(rawImages(data));
      await embed.dispose();
      assert.deepEqual(said.dims, [few, width]);
      assertClose(tensor(said.data as Float32Array).view([few, width]), own, 1e-4, 'vectors');
    });

  test('one of images that are no squares', async () => {
    const images = [3, 24, 40] as const;
    const { same } = await sameTop1(livelyStudent('resnet8', images), path.join(scratch, 'wide'), {
      ...{ name: 'resnet8', images, count: few },
    });
    assert.equal(same, few);
  });
});
