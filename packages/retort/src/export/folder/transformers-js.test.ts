import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { setNumThreads } from '@retort/torch';
import { livelyStudent } from '../../../reference/students.ts';
import { sameTop1, tried } from '../../../reference/transformers-js.ts';

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

  test('one of images that are no squares', async () => {
    const images = [3, 24, 40] as const;
    const { same } = await sameTop1(livelyStudent('resnet8', images), path.join(scratch, 'wide'), {
      ...{ name: 'resnet8', images, count: few },
    });
    assert.equal(same, few);
  });
});
