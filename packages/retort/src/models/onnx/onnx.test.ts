/** ONNX files beside the network that they were written of, PyTorch and onnxruntime in Python (`onnx_models.py`), and as teachers. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  loadSafetensors,
  manualSeed,
  nn,
  noGrad,
  randn,
  scope,
  setNumThreads,
  type Tensor,
} from '@retort/torch';
import { type ModelProto, ModelProtoSchema } from 'onnx-buf';
import {
  createModel,
  evaluate,
  fitnet,
  inMemory,
  kd,
  prepare,
  RecipeError,
  readRecipe,
  stageOf,
  Trainer,
} from 'retort';
import { retort } from '../../../reference/command.ts';
import { tenClasses } from '../../../reference/ten-classes.ts';
import { loadModel, OnnxNetwork, ResNet } from '../index.ts';

setNumThreads(1);
const folder = path.join(import.meta.dirname, '../../../reference/models/onnx');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-onnx-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const { tensors, metadata } = loadSafetensors(path.join(folder, 'reference.safetensors'));
const taps: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(metadata.taps ?? '{}');

function reference(name: string): Tensor {
  const found = tensors[name];
  assert.ok(found, name);
  return found;
}
const images = reference('images');

/** The same network as ours. */
const network = new ResNet({ depth: 8, widths: [4, 4, 8, 16], classes: 10 });
network.loadStateDict(
  Object.fromEntries(
    Object.entries(tensors).flatMap(([name, tensor]) =>
      name.startsWith('weights.') ? [[name.slice('weights.'.length), tensor]] : [],
    ),
  ),
);
network.eval();

/** The largest difference as a share of the largest value. */
const off = (value: Tensor, wanted: Tensor): number =>
  scope(() => value.sub(wanted).abs().amax().item() / wanted.abs().amax().item());

/** @param share  how far the values may be apart, of the largest */
function assertNear(value: Tensor, wanted: Tensor, share: number, what: string): void {
  assert.deepEqual([value.dtype, value.shape], ['float32', wanted.shape], what);
  assert.ok(off(value, wanted) <= share, `${what} is off by ${off(value, wanted)}`);
}

const load = async (name: string, said: string[] = []): Promise<OnnxNetwork> => {
  const file = path.isAbsolute(name) ? name : path.join(folder, name);
  const { model } = await loadModel(file, { classes: 10 }, { onWarning: (text) => said.push(text) });
  assert.ok(model instanceof OnnxNetwork);
  return model;
};

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

const data = path.join(import.meta.dirname, '../../../reference/ten-classes.ts');

/** A recipe of two steps with a tap. @param teacher  as YAML */
function write(name: string, teacher: string, tap: string, more = ''): string {
  const file = path.join(scratch, `${name}.yaml`);
  const text = `data: { name: '${data}#tenClasses', train: [] }
teacher: ${teacher}
student: resnet8
batchSize: 6
precision: fp32
${more}
stages:
  - steps: 2
    methods: [kd, { name: fitnet, student: layer3, teacher: '${tap}' }]
    schedule: constant
`;
  fs.writeFileSync(file, text);
  return file;
}

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

/** A file like one of ours, but for a change. */
function changed(name: string, change: (model: ModelProto) => void, of = 'dynamic.onnx'): string {
  const model = fromBinary(ModelProtoSchema, fs.readFileSync(path.join(folder, of)));
  change(model);
  const file = path.join(scratch, name);
  fs.writeFileSync(file, toBinary(ModelProtoSchema, model));
  return file;
}

/** What is said of a teacher before the first step, without folders. */
async function refused(
  teacher: string,
  tap = 'relu_6',
  of: Parameters<typeof tenClasses>[0] = {},
): Promise<string> {
  try {
    await prepare(readRecipe(write('refused', teacher, tap)), { data: tenClasses(of) });
  } catch (error) {
    assert.ok(error instanceof RecipeError, String(error));
    return error.problems.map((text) => text.replace(/[^\s']*\/(?=[\w.-]+\b)/g, '')).join('\n');
  }
  throw new Error('nothing was wrong');
}

suite('before the first step it is said of', () => {
  const bytes = fs.readFileSync(path.join(folder, 'dynamic.onnx'));
  const file = (name: string, content: string | Uint8Array): string => {
    fs.writeFileSync(path.join(scratch, name), content);
    return path.join(scratch, name);
  };
  const at = 'refused.yaml:2: teacher: ';
  const there = (name: string) => path.join(folder, name);
  const cases: Readonly<Record<string, readonly [said: () => Promise<string>, sentence: string | RegExp]>> = {
    'an empty file': [
      () => refused(file('empty.onnx', '')),
      `${at}empty.onnx is empty: it was not downloaded or copied to its end`,
    ],
    'a file cut short': [
      () => refused(file('cut.onnx', bytes.subarray(0, 9000))),
      `${at}cut.onnx cannot be read as ONNX: it is damaged, was not copied to its end, or is something else`,
    ],
    'weights under the name of ONNX': [
      () => refused(file('weights.onnx', fs.readFileSync(there('reference.safetensors')))),
      `${at}weights.onnx cannot be read as ONNX: it is a file of weights (safetensors): name it so, with the model that they are for`,
    ],
    'a pointer of Git LFS': [
      () =>
        refused(
          file('pointer.onnx', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4096\n'),
        ),
      `${at}pointer.onnx cannot be read as ONNX: it is a pointer of Git LFS to a file of 4096 bytes that was not downloaded: run \`git lfs pull\` where it was cloned`,
    ],
    'a graph that is not sound': [
      () =>
        refused(
          changed('unsound.onnx', ({ graph }) => {
            for (const node of graph?.node ?? []) if (node.opType === 'Conv') node.opType = 'Convolve';
          }),
        ),
      /^refused\.yaml:2: teacher: unsound\.onnx cannot be run by onnxruntime-node 1\.\d+\.\d+: .*Convolve/,
    ],
    'a newer opset': [
      () =>
        refused(
          changed('opset.onnx', ({ opsetImport }) => {
            for (const each of opsetImport) each.version = 99n;
          }),
        ),
      /^refused\.yaml:2: teacher: opset\.onnx is of opset 99, and onnxruntime-node 1\.\d+\.\d+ takes \d\d at most: export it for an older one \(opset_version\)$/,
    ],
    'a newer IR': [
      () =>
        refused(
          changed('ir.onnx', (model) => {
            model.irVersion = 99n;
          }),
        ),
      /^refused\.yaml:2: teacher: ir\.onnx is of IR version 99, and onnxruntime-node 1\.\d+\.\d+ takes \d\d at most: export it for an older one \(ir_version\)$/,
    ],
    'missing external data': [
      () => refused(file('alone.onnx', fs.readFileSync(there('external.onnx')))),
      `${at}alone.onnx keeps weights in external.onnx.data, which must lie beside it, and of external.onnx.data: there is no such file or folder`,
    ],
    'external data elsewhere': [
      () =>
        refused(
          changed(
            'outside.onnx',
            ({ graph }) => {
              for (const { externalData } of graph?.initializer ?? [])
                for (const entry of externalData) if (entry.key === 'location') entry.value = '../secret';
            },
            'external.onnx',
          ),
        ),
      `${at}outside.onnx keeps weights in 'secret', which is not in its folder: save it again with its data beside it`,
    ],
    'other classes than the data has': [
      () => refused(there('dynamic.onnx'), 'relu_6', { classes: 7 }),
      /the teacher gives \[\d+, 10\] for \d+ images, and in memory has 7 classes: its logits must be \[N, 7\]/,
    ],
    'another size of images': [
      () => refused(`{ weights: ${there('dynamic.onnx')}, input: { size: 24 } }`),
      /dynamic\.onnx takes images of 16 x 16 pixels with 3 channels, and is called with \[\d+, 3, 24, 24\]: say input: \{ size: 16 \}/,
    ],
    'other channels': [
      () => refused(there('dynamic.onnx'), 'relu_6', { channels: 1 }),
      `${at}dynamic.onnx takes images of 3 channels as NCHW ('images' (float32 [batch, 3, 16, 16])), and the data has 1`,
    ],
    'several outputs that may be logits': [
      () => refused(there('several.onnx')),
      `${at}several.onnx has several outputs that may be logits: 'first' (float32 [batch, 10]), 'second' (float32 [batch, 10]); name the one as several.onnx#NAME`,
    ],
    'a tap that there is not': [
      () => refused(there('dynamic.onnx'), 'relu_66'),
      /dynamic\.onnx has no value 'relu_66'; did you mean 'relu_6'\? \(`npx retort inspect .*dynamic\.onnx` lists them\)/,
    ],
    'an output that there is not': [
      () => refused(`'${there('several.onnx')}#firs'`),
      `${at}several.onnx: there is no output 'firs': did you mean 'first'? There are pooled, first, second`,
    ],
    'several inputs': [
      () =>
        refused(
          changed('inputs.onnx', ({ graph }) => {
            const [first] = graph?.input ?? [];
            if (first) graph?.input.push({ ...first, name: 'mask' });
          }),
        ),
      `${at}inputs.onnx takes 2 inputs, and is given images alone: 'images' (float32 [batch, 3, 16, 16]), 'mask' (float32 [batch, 3, 16, 16])`,
    ],
  };
  for (const [what, [said, sentence]] of Object.entries(cases))
    test(what, async () => {
      if (typeof sentence === 'string') assert.equal(await said(), sentence);
      else assert.match(await said(), sentence);
    });
});

suite('an ONNX file is refused where it cannot be used', () => {
  const whole = path.join(folder, 'dynamic.onnx');
  test('as a student', async () => {
    const { code, stderr } = await retort('train', '--model', whole, '--data', `${data}#tenClasses`);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /is the ONNX file .*dynamic\.onnx, of which nothing can be trained: it can be a teacher, or be judged by `retort eval`/,
    );
    const student = await load('dynamic.onnx');
    const stages = [stageOf({ method: kd(), epochs: 1 })];
    await assert.rejects(
      async () =>
        Array.fromAsync(
          new Trainer({ student, teachers: [network], data: tenClasses().train, batchSize: 4, stages }).run(),
        ),
      /the student is a network of an ONNX file, of which nothing can be trained/,
    );
  });
  test('behind the name of a model', async () => {
    assert.match(
      await refusedSource(`resnet8:${whole}`),
      /is an ONNX file, which is a network itself: leave out resnet8 before .*dynamic\.onnx/,
    );
  });
  test('and what is said of its input, where there is none', async () => {
    const said = await refusedSource(
      `{ weights: ${path.join(folder, 'reference.safetensors')}, input: { layout: NHWC } }`,
    );
    assert.match(said, /'input\.layout' is of ONNX files, and this is none/);
  });
});

async function refusedSource(teacher: string): Promise<string> {
  try {
    readRecipe(write('source', teacher, 'relu_6'));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('nothing was wrong');
}

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
