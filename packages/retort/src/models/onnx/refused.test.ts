/** ONNX files of which something is wrong, or that are asked for what they cannot be. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { setNumThreads } from '@retort/torch';
import { kd, prepare, RecipeError, readRecipe, stageOf, Trainer } from 'retort';
import { retort } from '../../../reference/command.ts';
import { changed, data, folder, load, network, scratch, write } from '../../../reference/onnx-files.ts';
import { tenClasses } from '../../../reference/ten-classes.ts';

setNumThreads(1);

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
      `${at}dynamic.onnx takes images of 3 channels as NCHW ('images' (float32 [batch, 3, 16, 16])), and the data has 1: have it show its greys in three (of fashion-mnist, \`options: { channels: 3 }\` of its data, or --data-options "{ channels: 3 }")`,
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
