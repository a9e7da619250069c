/** The story of images, told of a few. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { retort } from '../../../reference/command.ts';
import { subset } from '../../data/index.ts';
import { Progress } from '../progress.ts';
import { tellStory } from './command.ts';
import { imageStory } from './images.ts';
import type { Story } from './story.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-quickstart-'));
process.chdir(scratch);
after(() => fs.rmSync(scratch, { recursive: true }));

test('the quickstart on images ends with a student that says what an image is', async () => {
  const { log, error } = console;
  const lines: string[] = [];
  console.log = console.error = (text: string) => lines.push(text);
  let story: Story;
  try {
    story = await imageStory(new Progress());
    const { train, test: judged, source } = story.data;
    const few = {
      train,
      source,
      test: subset(
        judged,
        Int32Array.from({ length: 50 }, (_, i) => 150 * i),
      ),
    };
    const sizes = { teacher: 128, student: 96, labelled: 32 };
    const student = { ...story.student, alone: story.teacher };
    const { options } = story.going;
    const going = { ...story.going, options: { ...options, data: few.test } };
    const { signal } = new AbortController();
    await tellStory({ ...story, data: few, sizes, student, going }, { seeds: 1 }, new Progress(), signal);
  } finally {
    Object.assign(console, { log, error });
  }
  const said = lines.join('\n');
  assert.deepEqual(story.sizes, { teacher: 12_000, student: 16_000, labelled: 200 });
  assert.match(
    said,
    /^A teacher learns from 128 labelled images\. The student has 96 others, 32 of them labelled\.$/m,
  );
  assert.match(said, /^ +top-1 % +parameters +images\/s +training\n.*\nteacher +\d+\.\d\d +174,970 /m);
  assert.match(said, /^student distilled +\d+\.\d\d +19,810 /m);
  assert.match(said, /^ +ONNX, MB +an image takes\n.*\nteacher +0\.7\d /m);
  const [, model = '', image = ''] = /^npx retort predict (\S+) (\S+)$/m.exec(said) ?? [];
  assert.deepEqual([model, image], ['runs/quickstart/onnx/model.onnx', 'runs/quickstart/example.png']);
  const { code, stdout } = await retort('predict', model, image, '--json');
  assert.equal(code, 0);
  assert.ok(JSON.parse(stdout).images[0].classes[0].probability > 0.1);
});
