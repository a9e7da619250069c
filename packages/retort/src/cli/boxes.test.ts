/** A detector from the first step to the page: trained, distilled, judged, shown, diagnosed and exported by the commands, on a folder of COCO's form. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { setNumThreads } from '@retort/torch';
import sharp from 'sharp';
import { retort } from '../../reference/command.ts';
import { madeSplits, writeCoco } from '../../reference/made-boxes.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-boxes-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const at = (...names: string[]): string => path.join(scratch, ...names);

const { val } = madeSplits(1, 3);
await writeCoco(at('coco'), { train: val, val });

/** A recipe of one step. */
function recipe(name: string, more: string): string {
  const file = at(`${name}.yaml`);
  const network = `{ name: fasterrcnn_resnet18_fpn, samples: 16, input: { shortest: 32, longest: 48, mean: imagenet } }`;
  fs.writeFileSync(
    file,
    `name: ${name}
student: ${network}
data: { name: ${at('coco')}, options: { workers: 1 } }
batchSize: 3
precision: fp32
teacherCheck: false
${more}`,
  );
  return file;
}

const stage = (methods: string): string =>
  `stages: [{ steps: 1, methods: [${methods}], optimizer: { name: sgd, lr: 0.001 } }]\n`;

/** A command that ends well, and what it printed. */
async function done(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await retort(...args);
  assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
  return stdout;
}

const json = async (...args: string[]) => JSON.parse(await done(...args, '--json'));

suite('a detector, by the commands', { concurrency: false }, () => {
  const [teacher, student] = [at('teacher'), at('student')];
  const image = at('coco/val2017', `${val[1]?.name}.png`);

  test('is trained, distilled and judged', async () => {
    await done('distill', recipe('teacher', stage('supervised')), '--out', teacher);
    const taught = `teacher: { name: fasterrcnn_resnet18_fpn, weights: ${teacher} }\n${stage('{ name: fitnet, beta: 1 }')}`;
    await done('distill', recipe('student', taught), '--out', student);
    const { scores, precisionPerClass } = await json('eval', '--weights', student, '--per-class');
    assert.ok(scores.AP >= 0 && scores.AP50 >= scores.AP, JSON.stringify(scores));
    assert.deepEqual(
      precisionPerClass.map(({ name }: { name: string }) => name),
      ['red', 'green', 'blue'],
    );
    const compared = await done('compare', teacher, student);
    assert.ok(compared.includes('test/AP50 %'), compared);
  });

  test('says where objects are, and draws them on copies', async () => {
    const before = fs.readFileSync(image);
    const asked = ['predict', student, image, '--threshold', '0', '--out', at('drawn')];
    const { images, pictures, threshold } = await json(...asked);
    assert.equal(threshold, 0);
    const [{ objects }] = images;
    assert.ok(objects.length > 0);
    const { width, height } = await sharp(image).metadata();
    for (const { box, name, score } of objects) {
      assert.ok(['red', 'green', 'blue'].includes(name) && score > 0 && score <= 1);
      assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= width + 1e-3);
      assert.ok(box.width > 0 && box.height > 0 && box.y + box.height <= height + 1e-3);
    }
    assert.deepEqual(pictures, [at('drawn', path.basename(image))]);
    const [own, drawn] = await Promise.all([image, pictures[0]].map((file) => sharp(file).raw().toBuffer()));
    assert.equal(drawn?.length, own?.length);
    assert.notDeepEqual(drawn, own);
    assert.deepEqual(fs.readFileSync(image), before);
    const again = await retort(...asked);
    assert.equal(again.code, 2);
    assert.match(
      again.stderr,
      /the folder has something in it, and nothing is written over: name a new folder/,
    );
    const table = await done('predict', student, image, '--threshold', '1');
    assert.match(table, /nothing of 100.00 % or more/);
    const pairs = await retort('predict', student, image, '--pairs');
    assert.match(pairs.stderr, /takes images, and --pairs is of texts/);
    const outside = await retort('predict', student, image, '--threshold', '1.5');
    assert.match(outside.stderr, /it must be a number from 0 to 1/);
  });

  test('is diagnosed: what both find beside what is there, and AP class by class', async () => {
    const { results } = await json('diagnose', student, '--what', 'detections,per-class,agreement');
    const [found, perClass, agreement] = results;
    assert.equal(found.images.length, 3);
    const [first] = found.images;
    const { rectangles = [], width, height } = val[0] ?? {};
    assert.deepEqual([first.width, first.height], [width, height]);
    assert.deepEqual(
      first.truth.map(({ x, y, score }: { x: number; y: number; score: null }) => [x, y, score]),
      rectangles.map(({ x, y }) => [x, y, null]),
    );
    assert.match(first.picture, /^data:image\/jpeg;base64,/);
    assert.ok(Array.isArray(first.teacher));
    assert.equal(perClass.measure, 'AP');
    assert.match(
      agreement.silent,
      /it is of classes, one to a sample, and what this run learned is detection/,
    );
  });

  test('is exported, checked beside itself', async () => {
    const { forms, score, headline } = await json(
      'export',
      student,
      '--out',
      at('exported'),
      '--precisions',
      'fp32',
      '--images',
      '2',
    );
    assert.equal(headline.metric, 'AP');
    assert.ok(score >= 0 && forms[0].agreement > 0.9, JSON.stringify(forms));
    assert.ok(fs.existsSync(at('exported/detect.mjs')));
    const sized = await retort('export', student, '--out', at('no'), '--size', '64');
    assert.equal(sized.code, 2);
    assert.match(sized.stderr, /--size is of images that are made square/);
    const judged = await json('eval', '--weights', at('exported'), '--data', at('coco'));
    assert.equal(judged.samples, 3);
  });
});
