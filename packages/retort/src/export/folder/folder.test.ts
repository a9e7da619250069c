import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { loadSafetensors, nn, noGrad, setNumThreads, type Tensor, tensor } from '@retort/torch';
import { parse } from 'yaml';
import { assertClose } from '../../../../torch/reference/load.ts';
import { livelyStudent, pictureData, shown } from '../../../reference/students.ts';
import { scratchFor } from '../../data/formats/aside.ts';
import { TensorDataset } from '../../data/index.ts';
import { type ImageNetResNet, loadModel, ofTransformers } from '../../models/index.ts';
import { ExportError } from '../onnx/index.ts';
import { type ExportedForm, type ExportFolderOptions, exportFolder, licenceOf } from './index.ts';
import { inBrowser } from './remarks.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-export-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const place = (name: string): string => path.join(scratch, name);
const read = (folder: string, file: string): string => fs.readFileSync(path.join(folder, file), 'utf8');
const readJson = (folder: string, file: string) => JSON.parse(read(folder, file));

const labels = ['cat', 'dog', 'a "quoted" one', 'é'];

function optionsOf(
  name: string,
  [channels, height, width]: readonly [number, number, number],
  given: Partial<ExportFolderOptions> = {},
): ExportFolderOptions {
  const each = (value: number) => Array.from({ length: channels }, () => value);
  return {
    ...{ name, channels, classes: labels.length, labels, size: [height, width], precisions: ['fp32'] },
    rendering: { size: undefined, interpolation: 'bilinear', mean: each(0.5), std: each(0.25) },
    ...given,
  };
}

/** Exports a student by its name. */
async function made(
  name: string,
  images: readonly [number, number, number],
  folder: string,
  given: Partial<ExportFolderOptions> = {},
) {
  const model = livelyStudent(name, images, labels.length);
  const exported = await exportFolder(model, place(folder), optionsOf(name, images, given));
  return { model, ...exported };
}

/** The front matter of a card, and what stands below it. */
function cardIn(folder: string): { readonly front: Record<string, unknown>; readonly text: string } {
  const [, front = '', text = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(read(folder, 'README.md')) ?? [];
  return { front: parse(front), text };
}

/** The files of a folder. */
const filesIn = (folder: string): string[] =>
  fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();

suite('a folder of a network that transformers has', async () => {
  const images = [3, 32, 32] as const;
  const rendering: ExportFolderOptions['rendering'] = {
    ...{ size: 32, resize: 36, interpolation: 'bicubic' },
    ...{ mean: [0.4, 0.5, 0.6], std: [0.2, 0.3, 0.4] },
  };
  const { model, folder, ...exported } = await made('resnet18', images, 'resnet18', {
    ...{ rendering, precisions: ['fp16'], data: pictureData(8, images, { classes: labels.length }) },
  });

  test('holds its config, its weights and a graph of each precision, of which float32 is always one', () => {
    assert.deepEqual(filesIn(folder), [
      'README.md',
      'config.json',
      'model.safetensors',
      'onnx/model.onnx',
      'onnx/model_fp16.onnx',
      'preprocessor_config.json',
    ]);
    assert.deepEqual(exported.modelType, 'resnet');
    for (const { file, bytes } of exported.forms)
      assert.equal(fs.statSync(path.join(folder, file)).size, bytes);
    const [fp32, fp16] = exported.forms;
    assert.ok((fp16?.bytes ?? 0) < 0.6 * (fp32?.bytes ?? 0));
    assert.equal(fs.statSync(folder).mode & 0o777, 0o777 & ~process.umask());
  });

  test('says in config.json what it is, and the names of its classes', () => {
    const { retort: own, ...config } = readJson(folder, 'config.json');
    assert.deepEqual(config, {
      architectures: ['ResNetForImageClassification'],
      model_type: 'resnet',
      num_channels: 3,
      embedding_size: 64,
      hidden_sizes: [64, 128, 256, 512],
      depths: [2, 2, 2, 2],
      layer_type: 'basic',
      hidden_act: 'relu',
      downsample_in_first_stage: false,
      downsample_in_bottleneck: false,
      image_size: 32,
      id2label: Object.fromEntries(labels.entries()),
      label2id: Object.fromEntries(labels.map((label, i) => [label, i])),
      torch_dtype: 'float32',
      'transformers.js_config': { dtype: 'fp32' },
    });
    assert.equal(own.model, 'resnet18');
    assert.equal(own.note, undefined);
  });

  test('says in preprocessor_config.json how it wants its images', () => {
    assert.deepEqual(readJson(folder, 'preprocessor_config.json'), {
      image_processor_type: 'BitImageProcessor',
      do_convert_rgb: true,
      do_resize: true,
      size: { shortest_edge: 36 },
      resample: 3,
      do_center_crop: true,
      crop_size: { height: 32, width: 32 },
      do_rescale: true,
      rescale_factor: 1 / 255,
      do_normalize: true,
      image_mean: rendering.mean,
      image_std: rendering.std,
    });
  });

  test('is loaded again: the same weights, labels and input', async () => {
    const loaded = await loadModel(folder, { classes: labels.length });
    assert.deepEqual(JSON.parse(loaded.metadata.labels ?? ''), labels);
    assert.deepEqual(JSON.parse(loaded.metadata.input ?? ''), rendering);
    const x = shown(pictureData(3, images));
    const logits = (of: nn.Layer) => noGrad(() => of.eval().forward(x) as Tensor);
    assertClose(logits(loaded.model), logits(model), 1e-5, 'logits');
  });

  test('has a card that says how it is used, how good it is, and that nobody stated a licence', () => {
    const { front, text } = cardIn(folder);
    assert.equal(front.license, undefined);
    assert.equal(front.library_name, 'transformers.js');
    assert.equal(front.pipeline_tag, 'image-classification');
    const [{ results }] = front['model-index'] as [{ results: [{ metrics: [{ value: number }] }] }];
    assert.equal(results[0].metrics[0].value, exported.score);
    assert.match(text, /^# resnet18$/m);
    assert.match(text, /pipeline\('image-classification', '.\/student', \{ dtype: 'fp32' \}\)/);
    assert.match(text, /pipeline\("image-classification", model="\.\/student"\)/);
    assert.match(text, /judged at the export: top-1 [\d.]+ %/);
    assert.match(text, /\* this student: \*\*not stated\*\*/);
    for (const remark of exported.remarks) assert.ok(text.includes(remark), remark);
    assert.match(text, /resizes images without antialiasing/);
  });
});

suite('a folder of a network that transformers does not have', async () => {
  const images = [3, 16, 16] as const;
  const { model, folder, modelType, remarks } = await made('resnet8x4', images, 'resnet8x4');

  test('has weights of another name, and says why', () => {
    assert.equal(modelType, null);
    assert.ok(fs.existsSync(path.join(folder, 'student.safetensors')));
    assert.ok(!fs.existsSync(path.join(folder, 'model.safetensors')));
    const { model_type: type, architectures, retort: own } = readJson(folder, 'config.json');
    assert.deepEqual([type, architectures, own.weights], ['resnet', undefined, 'student.safetensors']);
    assert.match(own.note, /^transformers has no resnet8x4: the model_type is there for transformers\.js/);
    assert.match(
      remarks.join('\n'),
      /^transformers has no resnet8x4: .* Python's transformers does not load it/m,
    );
    assert.match(
      cardIn(folder).text,
      /Python's transformers does not load it, and says so: transformers has no/,
    );
    assert.match(cardIn(folder).text, /onnxruntime\.InferenceSession\("student\/onnx\/model\.onnx"\)/);
  });

  test('is loaded again without a word of what it is', async () => {
    const loaded = await loadModel(folder, { classes: labels.length });
    assert.equal(loaded.name, 'resnet8x4');
    assert.deepEqual(JSON.parse(loaded.metadata.labels ?? ''), labels);
    const x = shown(pictureData(3, images));
    const logits = (of: nn.Layer) => noGrad(() => of.eval().forward(x) as Tensor);
    assertClose(logits(loaded.model), logits(model), 0, 'logits');
  });
});

suite('what a folder says is right for', () => {
  test('images of one channel: its graph takes colours, and Python a grey image', async () => {
    const images = [1, 16, 16] as const;
    const { folder, forms, score } = await made('resnet18', images, 'grey', {
      data: pictureData(12, images, { classes: labels.length }),
    });
    const { do_convert_rgb, image_mean, image_std } = readJson(folder, 'preprocessor_config.json');
    assert.deepEqual([do_convert_rgb, image_mean, image_std], [undefined, 0.5, 0.25]);
    assert.equal(readJson(folder, 'config.json').num_channels, 1);
    assert.equal(forms[0]?.score, score);
    const graph = await loadModel(path.join(folder, 'onnx/model.onnx'), { classes: 4, channels: 3 });
    assert.deepEqual(JSON.parse(graph.metadata.input ?? '').mean, [0.5, 0.5, 0.5]);
    const { text } = cardIn(folder);
    assert.match(text, /float32 \[batch, 3, 16, 16\]/);
    assert.match(text, /\.convert\("L"\)/);
    assert.match(text, /\* its graphs take colours, and make them grey/);
  });

  test('graphs that normalise: Python would not, and does not load it', async () => {
    const { folder, remarks } = await made('resnet18', [3, 16, 16], 'baked', { bakeNormalisation: true });
    assert.equal(readJson(folder, 'preprocessor_config.json').do_normalize, false);
    assert.ok(!fs.existsSync(path.join(folder, 'model.safetensors')));
    assert.equal(readJson(folder, 'preprocessor_config.json').resample, 1);
    assert.match(remarks.join('\n'), /^its graph normalises images, and transformers' resnet does not: /m);
    assert.doesNotMatch(cardIn(folder).text, /pixels - \[/);
    const { metadata } = loadSafetensors(path.join(folder, 'student.safetensors'));
    assert.deepEqual(JSON.parse(metadata.input ?? '').mean, [0.5, 0.5, 0.5]);
  });

  test('images that are no squares', async () => {
    const { folder } = await made('resnet8', [3, 12, 20], 'wide');
    assert.deepEqual(readJson(folder, 'config.json').image_size, [12, 20]);
    const { size, do_center_crop } = readJson(folder, 'preprocessor_config.json');
    assert.deepEqual([size, do_center_crop], [{ height: 12, width: 20 }, false]);
    assert.match(cardIn(folder).text, /resize\(\(20, 12\)/);
  });

  test('classes without names', async () => {
    const { folder } = await made('resnet8', [3, 16, 16], 'nameless', { labels: null });
    assert.equal(readJson(folder, 'config.json').id2label[3], 'LABEL_3');
  });

  test('what its run knows: teacher, methods, scores, licences', async () => {
    const { folder } = await made('resnet8', [3, 16, 16], 'told', {
      facts: {
        ...{ teacher: 'resnet20', data: 'cifar100', recipe: 'student: resnet8\n' },
        methods: [{ name: 'kd', source: 'Hinton 2015' }],
        ...{ scores: { top1: 0.6543, loss: 1.23456 }, teacherScores: { top1: 0.7 } },
        licences: { student: 'mit', teacher: 'apache-2.0' },
      },
    });
    const { front, text } = cardIn(folder);
    assert.equal(front.license, 'mit');
    assert.match(text, /trained to match `resnet20` on cifar100/);
    assert.match(text, /^\* `kd`: Hinton 2015$/m);
    assert.match(text, /^\| top1 \| 65\.43 % \| 70\.00 % \|$/m);
    assert.match(text, /^\| loss \| 1\.235 \| {2}\|$/m);
    assert.match(text, /^\* its teacher, `resnet20`: apache-2\.0$/m);
    assert.match(text, /^\* its data, cifar100: \*\*not stated\*\*/m);
    assert.match(text, /^student: resnet8$/m);
  });
});

suite('a licence is read from a card', () => {
  for (const [what, card, licence] of [
    ['that states one', '---\nlicense: apache-2.0\n---\n# x', 'apache-2.0'],
    ['with lines as Windows ends them', '---\r\nlicense: mit\r\n---\r\n', 'mit'],
    [
      'by its own name, where it is another',
      '---\nlicense: other\nlicense_name: apple-ascl\n---\n',
      'apple-ascl',
    ],
    ['that states none', '---\ntags: [x]\n---\nlicense: mit\n', undefined],
    ['without front matter', '# license: mit\n', undefined],
    ['whose front matter is no YAML', '---\nlicense: [\n---\n', undefined],
    ['whose front matter is empty', '---\n\n---\n', undefined],
  ] as const)
    test(what, () => {
      const folder = fs.mkdtempSync(place('licence-'));
      fs.writeFileSync(path.join(folder, 'README.md'), card);
      assert.equal(licenceOf(folder), licence);
    });
  test('and is unknown without one', () => assert.equal(licenceOf(place('nowhere')), undefined));
});

suite('a folder is there whole or not at all', () => {
  const options = optionsOf('resnet8', [3, 16, 16]);
  const model = livelyStudent('resnet8', [3, 16, 16], labels.length);
  const names = () => fs.readdirSync(scratch).sort();

  test('what is there is not written over', async () => {
    fs.mkdirSync(place('taken'));
    fs.writeFileSync(place('taken/x'), 'x');
    fs.writeFileSync(place('file'), 'x');
    const before = names();
    for (const name of ['taken', 'file'])
      await assert.rejects(exportFolder(model, place(name), options), {
        name: ExportError.name,
        message: `${place(name)} is there already, and is not written over: name another folder, or remove it first`,
      });
    assert.deepEqual(names(), before);
    assert.deepEqual(fs.readdirSync(place('taken')), ['x']);
  });

  test('an empty folder is filled and stays the same one, as somebody may be in it', async () => {
    fs.mkdirSync(place('empty'));
    const { ino } = fs.statSync(place('empty'));
    await exportFolder(model, place('empty'), options);
    assert.equal(fs.statSync(place('empty')).ino, ino);
    await exportFolder(model, place('fresh'), options);
    assert.deepEqual(filesIn(place('empty')), filesIn(place('fresh')));
  });

  test('what an export left that was killed is gone after the next one, beside the folder and in it', async () => {
    const before = names();
    fs.mkdirSync(place('again'));
    for (const folder of [place('again'), place('again/student')]) {
      const left = scratchFor(folder);
      fs.renameSync(left, left.replace(/\d+@\d+/, '1@1'));
    }
    await exportFolder(model, place('again'), options);
    assert.deepEqual(names(), [...before, 'again'].sort());
    assert.deepEqual(filesIn(place('again')), filesIn(place('fresh')));
  });

  test('an empty name is none', async () => {
    await assert.rejects(exportFolder(model, '', options), /the name of the folder .* is empty/);
  });

  test('a network that cannot be exported, and a stop, leave nothing behind', async () => {
    class Sorts extends nn.Layer {
      override forward(x: Tensor): Tensor {
        return x.flatten({ startDim: 1 }).sort({ dim: 1 })[0].narrow(1, 0, labels.length);
      }
    }
    const before = names();
    await assert.rejects(exportFolder(new Sorts(), place('above/sorts'), options), /sort/);
    const signal = AbortSignal.abort(new Error('stopped'));
    await assert.rejects(exportFolder(model, place('above/stopped'), { ...options, signal }), /stopped/);
    assert.deepEqual(names(), before);
  });

  test('what the system refuses is said with the folder', async () => {
    await assert.rejects(exportFolder(model, place('file/x'), options), {
      name: ExportError.name,
      message: /file\/x cannot be written: /,
    });
  });
});

suite('a form that is worse than float32', () => {
  /** One of its weights is nothing in float16. */
  class Fine extends nn.Layer {
    override forward(x: Tensor): Tensor {
      const brightness = x
        .add(4)
        .mean({ dim: [1, 2, 3] })
        .reshape([-1, 1]);
      return brightness.mul(tensor([1e-4, 2.9e-8, 0, 0])).mul(tensor([1, 6e4, 0, 0]));
    }
  }

  test('is said loudly, and is not what the browser takes', async () => {
    const images = [3, 8, 8] as const;
    const pictures = pictureData(16, images, { classes: labels.length });
    // Labelled by what it says itself, so that each that is told otherwise is one less.
    const data = new TensorDataset('fine', pictures.fields, {
      image: pictures.columns.image as Tensor,
      label: noGrad(() => new Fine().forward(shown(pictures)).argmax({ dim: 1 })),
    });
    const { forms, remarks } = await exportFolder(
      new Fine(),
      place('fine'),
      optionsOf('fine', images, { data, precisions: ['fp16'] }),
    );
    const [fp32, fp16] = forms;
    assert.ok((fp16?.agreement ?? 1) < 0.5, `${fp16?.agreement}`);
    assert.equal(fp32?.agreement, 1);
    const percent = (share: number | null | undefined) => (100 * (share ?? 0)).toFixed(2);
    const loud = `in fp16 it has a top-1 of ${percent(fp16?.score)} %, and in fp32 of ${percent(fp32?.score)} %: use fp32`;
    assert.ok(remarks.includes(loud), `${loud}\n${remarks.join('\n')}`);
    assert.ok(cardIn(place('fine')).text.includes(loud));
    assert.equal(readJson(place('fine'), 'config.json')['transformers.js_config'].dtype, 'fp32');
  });

  test('or that has values beyond float16, whatever a processor without it answers', async () => {
    class Large extends nn.Layer {
      readonly fc = new nn.Linear(3, labels.length);
      override forward(x: Tensor): Tensor {
        return this.fc.forward(
          x
            .mean({ dim: [2, 3] })
            .mul(3e4)
            .mul(3e4)
            .mul(1e-9),
        );
      }
    }
    const { forms, remarks } = await exportFolder(
      new Large(),
      place('large'),
      optionsOf('large', [3, 8, 8], { precisions: ['fp16'] }),
    );
    assert.deepEqual([forms[0]?.beyond, typeof forms[1]?.beyond], [null, 'string']);
    assert.ok(
      remarks.some((remark) => /^in fp16 '.*' goes beyond 65504/.test(remark)),
      remarks.join('\n'),
    );
  });

  test('or that cannot be made, which ends the export only where it was asked for', async () => {
    class Far extends nn.Layer {
      readonly fc = new nn.Linear(3, labels.length);
      override forward(x: Tensor): Tensor {
        return this.fc.forward(x.mean({ dim: [2, 3] }));
      }
    }
    const far = new Far();
    noGrad(() => far.fc.weight.mul_(1e6));
    const { precisions: _, ...options } = optionsOf('far', [3, 8, 8], {
      data: pictureData(8, [3, 8, 8], { classes: labels.length }),
    });
    const { forms, remarks, folder } = await exportFolder(far, place('far'), options);
    assert.deepEqual(
      forms.map(({ precision }) => precision),
      ['fp32', 'int8'],
    );
    assert.ok(
      remarks.some((remark) => /^it has no graph in fp16: 'fc.weight' has .* 65504/.test(remark)),
      remarks.join('\n'),
    );
    assert.ok(!fs.existsSync(path.join(folder, 'onnx', 'model_fp16.onnx')));
    await assert.rejects(
      exportFolder(far, place('far-asked'), optionsOf('far', [3, 8, 8], { precisions: ['fp16'] })),
      /'fc.weight' has .* float16 goes up to 65504/,
    );
    assert.ok(!fs.existsSync(place('far-asked')));
  });

  test('so that the browser takes int8 where it loses a point at most', () => {
    const form = (
      precision: ExportedForm['precision'],
      score: number | null,
      agreement = 1,
    ): ExportedForm => ({
      ...{ precision, score, agreement, file: '', bytes: 1, nodes: 1, images: 1 },
      ...{ difference: 0, largest: 1, beyond: null },
      latency: null,
    });
    assert.equal(inBrowser([form('fp32', 0.9), form('int8', 0.89)]), 'int8');
    assert.equal(inBrowser([form('fp32', 0.9), form('int8', 0.888)]), 'fp32');
    assert.equal(inBrowser([form('fp32', 0.9), form('fp16', 0.9)]), 'fp32');
    assert.equal(inBrowser([form('fp32', null), form('int8', null, 0.98)]), 'fp32');
    assert.equal(inBrowser([form('fp32', null), form('int8', null, 0.995)]), 'int8');
  });
});

suite('what looks like another network', () => {
  const images = [3, 32, 32] as const;

  test('is none of transformers, if it answers otherwise by its keys', async () => {
    for (const change of [
      (model: ImageNetResNet) => Object.assign(model.bn1, { eps: 0.3 }),
      (model: ImageNetResNet) => model.fc.registerForwardHook((_, __, output) => (output as Tensor).mul(2)),
    ]) {
      const model = livelyStudent('resnet18', images, labels.length) as ImageNetResNet;
      assert.equal(ofTransformers(model, labels.length, images)?.modelType, 'resnet');
      change(model);
      assert.equal(ofTransformers(model, labels.length, images), null);
    }
  });
});

suite('graphs that are not checked', () => {
  const images = [3, 16, 16] as const;

  test('are written without onnxruntime, and all that is said of them says so', async () => {
    const data = pictureData(8, images, { classes: labels.length });
    const { folder, forms, score, remarks } = await made('resnet8', images, 'unchecked', {
      ...{ check: false, precisions: ['fp16'], data },
    });
    assert.equal(typeof score, 'number');
    assert.deepEqual(
      forms.map(({ agreement, score: judged }) => [agreement, judged]),
      [
        [null, null],
        [null, null],
      ],
    );
    const loud =
      'its graphs were NOT checked against the student: nobody has run them, and they may answer otherwise';
    assert.ok(remarks.includes(loud));
    const { text } = cardIn(folder);
    assert.ok(text.includes(loud));
    assert.match(text, /`onnx\/model\.onnx` \| fp32 \| [\d.]+ MB \| not checked/);
  });

  test('are none in int8', async () => {
    await assert.rejects(
      made('resnet8', images, 'never', { check: false, precisions: ['int8'] }),
      /leave out int8, or let the graphs be checked/,
    );
  });
});

suite('what is said of an exported folder', () => {
  const images = [3, 16, 16] as const;

  test('is how it was exported, and not how it was trained', async () => {
    const rendering = { size: 16, interpolation: 'bilinear', mean: [0.1, 0.2, 0.3], std: [1, 1, 1] } as const;
    const metadata = {
      ...{ input: '{"size":99}', labels: '["old"]', data: '/home/me/data.ts#mine', epoch: '3' },
    };
    const { folder } = await made('resnet8', images, 'said', { rendering, metadata });
    const { metadata: said } = await loadModel(folder, { classes: labels.length });
    assert.deepEqual(JSON.parse(said.input ?? ''), rendering);
    assert.deepEqual(JSON.parse(said.labels ?? ''), labels);
    assert.deepEqual([said.epoch, said.data], ['3', undefined]);
  });

  test('is compared with a config that somebody edited, by its weights and by its graph', async () => {
    const { folder } = await made('resnet8', images, 'edited');
    const config = readJson(folder, 'config.json');
    config.id2label[1] = 'wolf';
    fs.writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
    for (const file of [folder, path.join(folder, 'onnx/model.onnx')]) {
      const warnings: string[] = [];
      const loaded = await loadModel(
        file,
        { classes: labels.length },
        { onWarning: (text) => warnings.push(text) },
      );
      assert.deepEqual(JSON.parse(loaded.metadata.labels ?? ''), labels);
      assert.match(
        warnings.join('\n'),
        /config\.json names classes otherwise .*: 1 is 'wolf' there and 'dog' here/,
      );
    }
  });

  test('is a card whose recipe ends where it ends', async () => {
    const recipe = 'name: x\n# ```\n# not a heading\n';
    const { folder } = await made('resnet8', images, 'fenced', { facts: { recipe } });
    assert.ok(read(folder, 'README.md').includes(`\`\`\`\`yaml\n${recipe}\`\`\`\``));
  });

  test('is that no pipeline makes images of four channels', async () => {
    const { remarks } = await made('resnet8', [4, 16, 16], 'four');
    assert.ok(remarks.some((remark) => /images of 4 channels, which no pipeline makes/.test(remark)));
  });
});

suite('a graph in int8', () => {
  const images = [3, 32, 32] as const;

  test('is made with the images that are named for it, a quarter of the size, and is what the browser takes where it is as good', async () => {
    const data = pictureData(24, images, { classes: labels.length });
    const given = { precisions: ['int8'], data, calibration: data, measured: true } as const;
    const { folder, forms, remarks, measuredOn } = await made('resnet18', images, 'int8', given);
    const [fp32, int8] = forms;
    assert.equal(int8?.file, 'onnx/model_quantized.onnx');
    assert.ok((int8?.bytes ?? 0) < 0.27 * (fp32?.bytes ?? 0), `${int8?.bytes} of ${fp32?.bytes}`);
    assert.ok((int8?.agreement ?? 0) >= 0.8, `${int8?.agreement}`);
    for (const { latency } of forms) assert.ok(latency && latency.p50 > 0 && latency.p95 >= latency.p50);
    assert.match(cardIn(folder).text, /\| an image takes \|.*\| [\d.]+ ms \(95 of 100: [\d.]+ ms\) \|/s);
    assert.ok(cardIn(folder).text.includes(measuredOn ?? '-'));
    const { dtype } = readJson(folder, 'config.json')['transformers.js_config'];
    assert.equal(dtype, inBrowser(forms) === 'int8' ? 'q8' : 'fp32');
    const alone = 'in int8 its scales were found on 24 images alone: some hundred are better';
    assert.ok(remarks.includes(alone), remarks.join('\n'));
    assert.ok(!remarks.some((remark) => remark.includes('that it was judged on')));
    const unnamed = await made('resnet8', images, 'int8 of those', { precisions: ['int8'], data });
    assert.ok(unnamed.remarks.some((remark) => remark.includes('found on the images that it was judged on')));
  });

  test('is not made of noise', async () => {
    await assert.rejects(made('resnet8', images, 'noise', { precisions: ['int8'] }), {
      name: 'ExportError',
      message: 'a graph in int8 is made with real images: name data for that, or leave out int8',
    });
    assert.ok(!fs.existsSync(place('noise')));
  });
});
