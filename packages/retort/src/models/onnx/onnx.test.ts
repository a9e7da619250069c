/** ONNX files beside the network that they were written of, PyTorch and onnxruntime in Python (`onnx_models.py`), and as teachers. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { manualSeed, nn, noGrad, randn, setNumThreads } from '@retort/torch';
import { createModel, evaluate, fitnet, inMemory, kd, prepare, readRecipe, stageOf, Trainer } from 'retort';
import { retort } from '../../../reference/command.ts';
import {
  assertNear,
  changed,
  data,
  folder,
  images,
  load,
  network,
  off,
  reference,
  scratch,
  taps,
  write,
} from '../../../reference/onnx-files.ts';
import { tenClasses } from '../../../reference/ten-classes.ts';
import { loadModel } from '../index.ts';

setNumThreads(1);
/** How far logits are from those of the network itself, and from onnxruntime's in Python. */
const files: Readonly<Record<string, readonly [fromOurs: number, fromPython: number]>> = {
  'fixed-1.onnx': [1e-4, 1e-5],
  'fixed-4.onnx': [1e-4, 1e-5],
  'dynamic.onnx': [1e-4, 1e-5],
  'nhwc.onnx': [1e-4, 1e-5],
  'external.onnx': [1e-4, 1e-5],
  'softmax.onnx': [1e-4, 1e-5],
  'half.onnx': [0.01, 0.005],
  // How whole numbers are multiplied is the processor's own matter.
  'quantised.onnx': [0.2, 0.05],
};

test('an ONNX file answers for the data’s classes, with -inf for what it has not', async () => {
  const mapped = { mapping: [7, null, 0], classes: ['a', 'b', 'c'] };
  const file = path.join(folder, 'dynamic.onnx');
  const { model } = await loadModel(file, { classes: 3 }, { mapped });
  const [found, whole] = [model.forward(images), (await load('dynamic.onnx')).forward(images)];
  assert.deepEqual(found.select(1, 0).toList(), whole.select(1, 7).toList());
  assert.deepEqual(found.select(1, 2).toList(), whole.select(1, 0).toList());
  assert.ok(found.select(1, 1).isneginf().all().item());
  await assert.rejects(loadModel(file, { classes: 3 }, { mapped: { ...mapped, mapping: [10, 0, 0] } }), {
    name: 'RangeError',
    message: 'classes: 10 is no class of the network, whose classes are 0 to 9',
  });
});

test('an ONNX file of other classes than the data’s is not judged', async () => {
  const { model } = await loadModel(path.join(folder, 'dynamic.onnx'), { classes: 10 });
  const images = Array.from({ length: 2 * 16 * 16 * 3 }, (_, i) => i % 251);
  for (const classes of [['a', 'b', 'c'], Array.from({ length: 12 }, (_, i) => `${i}`)]) {
    const data = inMemory({
      ...{ images: Uint8Array.from(images), labels: [0, classes.length - 1], classes },
      ...{ height: 16, width: 16, channels: 3, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    });
    await assert.rejects(evaluate(model, data), {
      name: 'EvaluationError',
      message: new RegExp(
        `^the model gives \\[2, 10\\] for 2 images, and in memory has ${classes.length} classes: `,
      ),
    });
  }
});

suite('what an ONNX file answers is what its network does, and what onnxruntime says in Python:', () => {
  for (const [file, [fromOurs, fromPython]] of Object.entries(files))
    test(file, async () => {
      const said: string[] = [];
      const model = await load(file, said);
      const [first, last] = [taps[file]?.layer1 ?? '', taps[file]?.layer3 ?? ''];
      const { output, taps: features } = nn.tap(model, [first, last], () => model.forward(images));
      const ours = nn.tap(network, ['layer1', 'layer3'], () => noGrad(() => network.forward(images)), {
        copy: true,
      });
      assertNear(ours.output, reference('logits'), 1e-4, "PyTorch's logits");
      assertNear(output, ours.output, fromOurs, 'logits');
      assertNear(output, reference(`${file}.logits`), fromPython, "onnxruntime's logits");
      for (const [path, name] of [
        ['layer1', first],
        ['layer3', last],
      ] as const) {
        const feature = features[name];
        assert.ok(feature, name);
        assertNear(feature, ours.taps[path], fromOurs, path);
      }
      assertNear(model.forward(images), output, fromPython, 'logits without taps');
      assertNear(model.forward(images.narrow(0, 0, 1)), output.narrow(0, 0, 1), 0.05, 'logits of one image');
      const isSoftmax = file === 'softmax.onnx';
      assert.deepEqual(
        said,
        isSoftmax
          ? [
              `${path.join(folder, file)}: its output 'probabilities' is a softmax; what goes into it, '${model.output}', is taken as logits`,
            ]
          : [],
      );
    });
});

/** Losses of a recipe's steps, with what its teacher is by content. */
async function taught(file: string): Promise<{ losses: number[]; sha256: string; said: string[] }> {
  const said: string[] = [];
  const { trainer, inputs } = await prepare(readRecipe(file), { onWarning: (text) => said.push(text) });
  const losses: number[] = [];
  for await (const event of trainer.run())
    if (event.kind === 'epoch') losses.push(event.losses.loss ?? Number.NaN);
  return { losses, sha256: inputs.teacher?.sha256 ?? '', said };
}

/** The same by our own network. */
async function taughtByOurs(): Promise<number> {
  const { trainer } = await prepare(
    readRecipe(write('ours', path.join(folder, 'dynamic.onnx'), taps['dynamic.onnx']?.layer3 ?? '')),
  );
  manualSeed(0);
  const stages = [
    {
      ...stageOf({ method: kd(), epochs: 1, lr: 0.05, schedule: 'constant' }),
      methods: [kd(), fitnet({ student: 'layer3', teacher: 'layer3' })],
    },
  ];
  const student = createModel('resnet8', { classes: 10 });
  student.loadStateDict(trainer.student.stateDict());
  const given = {
    student,
    teachers: [network],
    data: tenClasses().train,
    batchSize: 6,
    stages,
    transforms: [],
  };
  for await (const event of new Trainer({ ...given, precision: 'fp32' }).run())
    if (event.kind === 'epoch') return event.losses.loss ?? Number.NaN;
  throw new Error('there was no epoch');
}

suite('a student learns, with a tap, from', () => {
  for (const file of Object.keys(files))
    test(`${file}, live and cached`, async () => {
      const [whole, tap] = [path.join(folder, file), taps[file]?.layer3 ?? ''];
      const live = await taught(write('live', whole, tap));
      const cache = `cache: { views: 1, dtype: fp32, folder: ${path.join(scratch, file)} }`;
      const cached = await taught(write('cached', whole, tap, cache));
      const again = await taught(write('again', whole, tap, cache));
      const near = (a: number | undefined, b: number | undefined): void =>
        assert.ok(Math.abs((a ?? Number.NaN) - (b ?? 0)) <= 1e-4 * Math.abs(b ?? 0), `${a} and ${b}`);
      assert.equal(live.losses.length, 1);
      near(cached.losses[0], live.losses[0]);
      assert.deepEqual(again.losses, cached.losses);
      assert.ok(
        [live, cached, again].every(({ said }) => said.every((text) => !/not compiled/.test(text))),
        String(live.said),
      );
      if (file === 'dynamic.onnx') near(live.losses[0], await taughtByOurs());
    });
});

test('a network is known by what its file, and the files that hold its weights, hold', async () => {
  const [tap, here] = [taps['external.onnx']?.layer3 ?? '', path.join(scratch, 'moved')];
  fs.mkdirSync(here);
  for (const name of ['external.onnx', 'external.onnx.data'])
    fs.copyFileSync(path.join(folder, name), path.join(here, name));
  const sha256 = async (file: string) =>
    (await prepare(readRecipe(write('known', file, tap)))).inputs.teacher?.sha256;
  const before = await sha256(path.join(folder, 'external.onnx'));
  const moved = path.join(here, 'external.onnx');
  assert.equal(await sha256(moved), before);
  const bytes = fs.readFileSync(`${moved}.data`);
  bytes[bytes.length - 2] = (bytes.at(-2) ?? 0) ^ 1;
  fs.writeFileSync(`${moved}.data`, bytes);
  assert.notEqual(await sha256(moved), before);
});

suite('what lies beside a file says how it wants images and what its classes are called:', () => {
  const names = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [i, `kind ${i}`]));
  const processor = {
    size: { height: 16, width: 16 },
    resample: 3,
    image_mean: [0.1, 0.2, 0.3],
    image_std: [1, 2, 4],
  };
  const beside = async (place: string, file: string) => {
    const root = path.join(scratch, place);
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.copyFileSync(path.join(folder, 'dynamic.onnx'), path.join(root, file));
    fs.writeFileSync(
      path.join(root, 'config.json'),
      JSON.stringify({ model_type: 'other', id2label: names }),
    );
    fs.writeFileSync(path.join(root, 'preprocessor_config.json'), JSON.stringify(processor));
    return (await loadModel(path.join(root, file), { classes: 10 })).metadata;
  };
  for (const [what, file] of [
    ['in its folder', 'model.onnx'],
    ['above a folder onnx', 'onnx/model.onnx'],
  ] as const)
    test(what, async () => {
      const { classes, labels, input } = await beside(what.replaceAll(' ', '-'), file);
      assert.deepEqual([classes, JSON.parse(labels ?? '')], ['10', Object.values(names)]);
      assert.deepEqual(JSON.parse(input ?? ''), {
        size: 16,
        interpolation: 'bicubic',
        mean: [0.1, 0.2, 0.3],
        std: [1, 2, 4],
      });
    });
  test('nothing does, and the graph says its size', async () => {
    const { metadata } = await loadModel(path.join(folder, 'dynamic.onnx'), { classes: 10 });
    assert.deepEqual(metadata, { classes: '10', input: '{"size":16,"interpolation":"bilinear"}' });
  });
  test('and what the file says itself comes first', async () => {
    const file = changed('says.onnx', ({ metadataProps }) => {
      for (const [key, value] of Object.entries({ input: '{"mean":[0.5]}', labels: '["a"]' }))
        metadataProps.push({ $typeName: 'onnx.StringStringEntryProto', key, value });
    });
    const { metadata } = await loadModel(file, { classes: 10 });
    assert.deepEqual(metadata, { classes: '10', input: '{"mean":[0.5]}', labels: '["a"]' });
  });
});

suite('on a command line', () => {
  const file = path.join(folder, 'several.onnx');
  test('retort eval judges it, and compares it', async () => {
    const args = ['--data', `${data}#tenClasses`, '--json'];
    const { code, stdout, stderr } = await retort(
      'eval',
      '--weights',
      `${file}#first`,
      '--teacher',
      path.join(folder, 'dynamic.onnx'),
      ...args,
    );
    assert.equal(code, 0, stderr);
    const { model, parameters, multiplyAdds, samples, agreement } = JSON.parse(stdout);
    // Batch norms are folded into the convolutions.
    assert.deepEqual([model, samples, multiplyAdds, agreement.top1], ['several.onnx', 20, null, 1]);
    assert.ok(parameters > 4000 && parameters <= network.parameterCount(), String(parameters));
  });
  test('retort inspect says what it is, without onnxruntime', async () => {
    const { code, stdout } = await retort('inspect', file, '--json');
    assert.equal(code, 0);
    const { format, outputs, opsets, values } = JSON.parse(stdout);
    assert.deepEqual([format, opsets['']], ['ONNX', 18]);
    assert.deepEqual(outputs[0], { name: 'pooled', dtype: 'float32', shape: ['batch', 16] });
    assert.ok(
      values.some(({ name, operator }: Record<string, string>) => name === 'relu_6' && operator === 'Relu'),
    );
    const table = (await retort('inspect', file)).stdout;
    assert.match(table, /pooled +float32 +\[batch, 16\]/);
  });
});

test('a fixed batch is fed in pieces, any of which may be the last', async () => {
  const [one, four] = [await load('fixed-1.onnx'), await load('fixed-4.onnx')];
  const x = randn([9, 3, 16, 16]);
  for (const count of [1, 3, 4, 5, 9]) {
    const shown = x.narrow(0, 0, count);
    assert.ok(off(four.forward(shown), one.forward(shown)) < 1e-5, `${count}`);
  }
  const transposed = x.to({ memoryFormat: 'channels_last' });
  assert.ok(off(four.forward(transposed), one.forward(x)) < 1e-5, 'channels_last');
});

test('the order of dimensions that a graph does not show is said', async () => {
  const anySize = changed(
    'any-size.onnx',
    ({ graph }) => {
      for (const { type } of graph?.input ?? [])
        if (type?.value.case === 'tensorType')
          for (const dim of type.value.value.shape?.dim ?? []) dim.value = { case: 'dimParam', value: 'any' };
    },
    'nhwc.onnx',
  );
  const { model } = await loadModel(anySize, { classes: 10 }, { layout: 'NHWC' });
  assertNear(model.forward(images), reference('logits'), 1e-4, 'logits');
  const { model: otherwise } = await loadModel(anySize, { classes: 10 });
  assert.throws(
    () => otherwise.forward(images),
    /any-size\.onnx is called with \[6, 3, 16, 16\], and onnxruntime says: /,
  );
});

test('a softmax at the end is seen behind other names of what it gives', async () => {
  const file = changed(
    'identity.onnx',
    ({ graph }) => {
      const last = graph?.node.find(({ opType }) => opType === 'Softmax');
      if (!graph || !last) throw new Error('there is no softmax');
      graph.node.push({
        ...last,
        name: 'renamed',
        opType: 'Identity',
        attribute: [],
        input: ['inner'],
        output: [...last.output],
      });
      last.output = ['inner'];
    },
    'softmax.onnx',
  );
  assertNear((await load(file)).forward(images), reference('logits'), 1e-4, 'logits');
});
