import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { loadSafetensors, ones, saveSafetensors, setNumThreads } from '@retort/torch';
import { parse } from 'yaml';
import { retort } from '../../../reference/command.ts';
import { livelyStudent } from '../../../reference/students.ts';
import { exportFolder } from '../../export/folder/index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-cli-export-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const place = (name: string): string => path.join(scratch, name);
fs.symlinkSync(path.join(import.meta.dirname, '../../../../../node_modules'), place('node_modules'));
fs.copyFileSync(path.join(import.meta.dirname, '../../../reference/ten-classes.ts'), place('ten-classes.ts'));
const data = `${place('ten-classes.ts')}#tenClasses`;

async function done(...args: string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const { code, stdout, stderr } = await retort(...args);
  assert.equal(code, 0, stderr);
  return { stdout, stderr };
}

async function refused(...args: string[]): Promise<string> {
  const { code, stderr } = await retort('export', ...args);
  assert.notEqual(code, 0);
  return stderr;
}

suite('retort export', async () => {
  await exportFolder(livelyStudent('resnet18', [3, 16, 16]), place('teacher'), {
    ...{ name: 'resnet18', classes: 10, size: [16, 16], channels: 3, precisions: ['fp32'] },
    labels: Array.from({ length: 10 }, (_, i) => `class ${i}`),
    rendering: { size: 16, interpolation: 'bilinear', mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
    facts: { licences: { student: 'cc-by-4.0' } },
  });

  test('of a run: its data is found, and the card names teacher, method, paper, scores, and the licence that its teacher states', async () => {
    const recipe = place('kd.yaml');
    fs.writeFileSync(
      recipe,
      `data: { name: '${data}', train: [] }
teacher: ${place('teacher')}
student: resnet8
teacherCheck: false
batchSize: 6
stages: [{ methods: [{ name: kd }], epochs: 1 }]
`,
    );
    await done('distill', recipe, '--out', place('run'));
    const { stdout } = await done('export', place('run'), '--out', place('student'), '--json');
    const exported = JSON.parse(stdout);
    assert.equal(exported.modelType, null);
    const { scores } = JSON.parse(
      (await done('eval', '--weights', place('student'), '--data', data, '--json')).stdout,
    );
    assert.equal(exported.score, scores.top1);
    assert.deepEqual(exported.forms.map(({ precision }: { precision: string }) => precision).slice(0, 2), [
      'fp32',
      'fp16',
    ]);
    const [, front = '', text = ''] =
      /^---\n(.*?)\n---\n(.*)$/s.exec(fs.readFileSync(place('student/README.md'), 'utf8')) ?? [];
    assert.equal(parse(front).license, undefined);
    assert.match(text, /^`resnet8`, trained to match `\.\/teacher` on \.\/ten-classes\.ts#tenClasses with /m);
    assert.ok(!text.includes(scratch), 'it says where things lie on this machine');
    assert.match(text, /^\* `kd`: .*Hinton/m);
    assert.match(text, /^\| top1 \| [\d.]+ % \| [\d.]+ % \|$/m);
    assert.match(text, /^\* its teacher, .*: cc-by-4\.0$/m);
    assert.match(text, /^```yaml\n[\s\S]*name: kd/m);
    const config = JSON.parse(fs.readFileSync(place('student/config.json'), 'utf8'));
    assert.equal(config.id2label[9], 'class 9');
  });

  test('of a run whose recipe names metrics: graphs are judged by the first', async () => {
    const recipe = place('named.yaml');
    fs.writeFileSync(
      recipe,
      `data: { name: '${data}', train: [] }
student: resnet8
metrics: [macroF1]
batchSize: 6
stages: [{ methods: [supervised], epochs: 1 }]
`,
    );
    await done('train', recipe, '--out', place('named'));
    const { stdout } = await done(
      ...['export', place('named'), '--out', place('named-student'), '--precisions', 'fp32', '--json'],
    );
    const { headline, score, forms } = JSON.parse(stdout);
    assert.deepEqual(headline, { metric: 'macroF1', better: 'higher' });
    const { scores } = JSON.parse((await done('eval', '--weights', place('named'), '--json')).stdout);
    assert.deepEqual([score, forms[0].score], [scores.macroF1, scores.macroF1]);
  });

  test('of a network of one’s own', async () => {
    fs.writeFileSync(
      place('net.ts'),
      `import { nn, type Tensor } from '@retort/torch';
class Net extends nn.Layer {
  readonly conv: nn.Conv2d;
  readonly fc: nn.Linear;
  constructor(classes: number, channels: number) {
    super();
    this.conv = new nn.Conv2d(channels, 8, 3, { stride: 2 });
    this.fc = new nn.Linear(8, classes);
  }
  override forward(x: Tensor): Tensor {
    return this.fc.forward(this.conv.forward(x).relu().mean({ dim: [2, 3] }));
  }
}
export const create = ({ classes, channels = 3 }: { classes: number; channels?: number }) => new Net(classes, channels);
`,
    );
    const net = `${place('net.ts')}#create`;
    const recipe = place('own.yaml');
    fs.writeFileSync(
      recipe,
      `data: { name: '${data}', train: [] }
student: '${net}'
batchSize: 6
stages: [{ methods: [supervised], epochs: 1 }]
`,
    );
    await done('train', recipe, '--out', place('own-run'));
    const { stdout } = await done(
      'export',
      place('own-run'),
      '--out',
      place('own'),
      '--license',
      'mit',
      '--images',
      '7',
    );
    assert.match(stdout, /^onnx\/model\.onnx +fp32 +0\.\d\d +100\.00 /m);
    const card = fs.readFileSync(place('own/README.md'), 'utf8');
    assert.match(card, /^license: mit$/m);
    assert.match(card, /On 7 images of /);
    assert.match(card, /^# \.\/net\.ts#create$/m);
    const { scores } = JSON.parse(
      (await done('eval', '--weights', place('own'), '--data', data, '--json')).stdout,
    );
    assert.equal(typeof scores.top1, 'number');
  });

  test('of another size than that of its data: images are resized', async () => {
    const { stdout } = await done(
      'export',
      place('run'),
      '--out',
      place('larger'),
      '--size',
      '33',
      '--precisions',
      'fp32',
      '--json',
    );
    const [form] = JSON.parse(stdout).forms;
    assert.equal(form.agreement, 1);
    const { scores } = JSON.parse(
      (await done('eval', '--weights', place('larger'), '--data', data, '--json')).stdout,
    );
    assert.equal(scores.top1, form.score);
  });

  test('in int8, as it is asked for', async () => {
    const sizes = [];
    for (const [name, ...flags] of [
      ['whole'],
      ['kept', '--keep', 'first, last', '--calibration', 'percentile'],
    ]) {
      const int8 = ['--precisions', 'int8', '--json', ...flags];
      const { stdout } = await done('export', place('run'), '--out', place(name ?? ''), ...int8);
      sizes.push(JSON.parse(stdout).forms[1].bytes);
    }
    assert.ok(sizes[1] > sizes[0] + 1000, `${sizes}`);
  });

  test('of the last weights of a run that was stopped: with their scores, and that it was', async () => {
    fs.cpSync(place('run'), place('stopped'), { recursive: true });
    const file = place('stopped/run.json');
    fs.writeFileSync(
      file,
      JSON.stringify({ ...JSON.parse(fs.readFileSync(file, 'utf8')), status: 'stopped' }),
    );
    const last = place('stopped/last.safetensors');
    const { stdout } = await done('export', last, '--out', place('last'), '--precisions', 'fp32', '--json');
    const { score, remarks } = JSON.parse(stdout);
    assert.equal(typeof score, 'number');
    assert.ok(remarks.includes('its run was stopped after 1 of 1 epochs'), remarks.join('\n'));
  });

  test('that is stopped ends with 130, says so, and leaves nothing', async () => {
    const before = process.listeners('SIGINT');
    const names = fs.readdirSync(scratch);
    const ended = retort('export', place('run'), '--out', place('never'));
    while (process.listenerCount('SIGINT') === before.length)
      await new Promise((resolve) => setTimeout(resolve, 1));
    for (const stop of process.listeners('SIGINT')) if (!before.includes(stop)) stop('SIGINT');
    const { code, stdout, stderr } = await ended;
    assert.deepEqual([code, stdout], [130, '']);
    assert.match(stderr, /^retort: stopped$/m);
    assert.deepEqual(fs.readdirSync(scratch), names);
  });

  test('of a run without labels: its graphs answer vectors, which are judged and probed as the student’s', async () => {
    const recipe = place('vectors.yaml');
    fs.writeFileSync(
      recipe,
      `task: embedding
data: { name: '${data}', train: [] }
teacher: { name: resnet8, weights: run }
student: resnet8
teacherCheck: false
batchSize: 6
stages: [{ methods: [seed], epochs: 1 }]
`,
    );
    await done('distill', recipe, '--out', place('vectors'));
    const out = place('vectors/student');
    const exported = JSON.parse((await done('export', place('vectors'), '--out', out, '--json')).stdout);
    assert.deepEqual([exported.headline.metric, exported.forms[0].width], ['neighbours', 64]);
    for (const { agreement } of exported.forms) assert.ok(agreement > 0.95);
    const { id2label, hidden_size } = JSON.parse(fs.readFileSync(path.join(out, 'config.json'), 'utf8'));
    assert.deepEqual([id2label, hidden_size], [undefined, 64]);
    const card = fs.readFileSync(path.join(out, 'README.md'), 'utf8');
    assert.match(card, /^pipeline_tag: image-feature-extraction$/m);
    assert.match(
      card,
      /\| points where the student does \(seen from the mean of all, a cosine from 0\.9 on\) \| nearest neighbours \|/,
    );
    const graph = path.join(out, 'onnx/model.onnx');
    for (const weights of [out, graph]) {
      const { scores } = JSON.parse(
        (await done('eval', '--weights', weights, '--data', data, '--json')).stdout,
      );
      assert.equal(scores.neighbours, exported.score);
    }
    const probed = await done(
      'probe',
      graph,
      out,
      '--data',
      data,
      '--few',
      'none',
      '--neighbours',
      '1',
      '--json',
    );
    const [ofGraph, ofWeights] = JSON.parse(probed.stdout).networks;
    assert.deepEqual([ofGraph.layer, ofWeights.layer], [null, null]);
    assert.deepEqual(ofGraph.neighbours, ofWeights.neighbours);
    const shown = place('shown.safetensors');
    saveSafetensors(shown, { images: ones([2, 3, 16, 16]) });
    await done('forward', '--model', out, '--input', shown, '--output', place('vectors.safetensors'));
    assert.deepEqual(loadSafetensors(place('vectors.safetensors')).tensors.output?.shape, [2, 64]);
    const one = JSON.parse(
      (await done('export', place('vectors'), '--images', '1', '--out', place('one'), '--json')).stdout,
    );
    assert.deepEqual([one.headline, one.score], [null, null]);
    const again = place('again');
    await done('export', out, '--precisions', 'fp32', '--teacher-license', 'mit', '--out', again);
    const itsCard = fs.readFileSync(path.join(again, 'README.md'), 'utf8');
    assert.match(itsCard, /as it was trained there by the recipe `vectors`/);
    assert.match(itsCard, /^\* its teacher: mit$/m);
    // A classifier is left out where that is asked, and what was said of its classes with it.
    const cut = place('cut');
    const stated = JSON.parse(
      (await done('export', place('run'), '--task', 'embedding', '--out', cut, '--json')).stdout,
    );
    assert.deepEqual([stated.headline.metric, stated.forms[0].width], ['neighbours', 64]);
    const { tensors, metadata } = loadSafetensors(path.join(cut, 'student.safetensors'));
    assert.deepEqual(
      [metadata.task, metadata.classes, metadata.labels, 'fc.weight' in tensors],
      ['embedding', '0', undefined, false],
    );
    assert.doesNotMatch(fs.readFileSync(path.join(cut, 'README.md'), 'utf8'), /top1/);
    const body = place('body.safetensors');
    saveSafetensors(body, tensors, { model: 'resnet8' });
    const [named, how] = [`resnet8:${body}`, ['--input', '{ mean: imagenet }', '--no-check']];
    assert.match(
      await refused(named, ...how, '--out', place('never')),
      /has the weights of resnet8 but for its classifier: .*; --task embedding exports a network of images as it is/,
    );
    await done('export', named, ...how, '--task', 'embedding', '--out', place('bare'));
    assert.ok(loadSafetensors(place('bare/student.safetensors')).metadata.task === 'embedding');
    const measured = JSON.parse(
      (await done('measure', named, out, '--batch-size', '2', '--rounds', '1', '--json')).stdout,
    );
    const [first, second] = measured.networks;
    assert.equal(first.parameters, second.parameters);
  });

  test('refuses what it cannot export, each with a sentence', async () => {
    const out = ['--out', place('never')];
    const lone = place('lone.safetensors');
    fs.copyFileSync(place('run/best.safetensors'), lone);
    const moved = fs.readFileSync(lone).toString('latin1').replace('ten-classes.ts', 'was-deleted.ts');
    fs.writeFileSync(lone, Buffer.from(moved, 'latin1'));
    const other = place('other-task.safetensors');
    const { tensors, metadata } = loadSafetensors(lone);
    saveSafetensors(other, tensors, { ...metadata, task: './depth.ts#depth' });
    for (const [args, sentence] of [
      [
        [other, '--data', data],
        /was trained for the task \.\/depth\.ts#depth, and a model folder is of one that classifies, or answers vectors/,
      ],
      [[lone], /nothing says how its images are normalised: name its data, or say its input/],
      [[place('student/onnx/model.onnx')], /model\.onnx is an ONNX file already: name the weights/],
      [
        [place('run'), '--precisions', 'fp16', '--keep', 'first'],
        /--calibration and --keep are of a graph in int8/,
      ],
      [
        [place('run'), '--precisions', 'int8', '--keep', 'second'],
        /--keep second: there is no layer 'second'/,
      ],
      [[place('run'), '--precisions', 'int8', '--calibration', 'max'], /--calibration max: .*min-max/],
      [[place('run'), '--license', 'mit\n---'], /--license: the name of a licence is one line/],
      [
        [place('run'), '--task', 'regression'],
        /--task regression: there is no task 'regression': there are .*embedding/,
      ],
      [[place('run'), '--no-check', '--precisions', 'int8'], /--no-check: a graph in int8/],
    ] as const)
      assert.match(await refused(...args, ...out), sentence);
    assert.match(
      await refused('resnet8', ...out),
      /has no weights: write resnet8:FILE, with a file of weights or a run folder/,
    );
    assert.match(
      await refused(place('run'), '--out', place('student')),
      /student is there already, and is not written over: name another folder, or remove it first/,
    );
    assert.match(
      await refused(place('run'), ...out, '--precisions', 'fp32,int4'),
      /--precisions fp32,int4: .*int4/,
    );
    assert.ok(!fs.existsSync(place('never')));
  });
});
