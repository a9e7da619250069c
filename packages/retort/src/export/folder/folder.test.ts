import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { loadSafetensors, nn, noGrad, setNumThreads, type Tensor } from '@retort/torch';
import { assertClose } from '../../../../torch/reference/load.ts';
import {
  cardIn,
  labels,
  made,
  optionsOf,
  place,
  read,
  readJson,
  scratch,
} from '../../../reference/made-folders.ts';
import { livelyStudent, pictureData, shown } from '../../../reference/students.ts';
import { scratchFor } from '../../data/formats/aside.ts';
import { type ImageNetResNet, loadModel, ofTransformers } from '../../models/index.ts';
import { embedding, regression } from '../../tasks/index.ts';
import { ExportError } from '../onnx/index.ts';
import { type ExportFolderOptions, exportFolder, licenceOf } from './index.ts';

setNumThreads(1);
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

  test('a task that pipelines of images have not is refused', () =>
    assert.rejects(
      exportFolder(model, place('regression'), { ...options, task: regression }),
      new ExportError(
        "a model folder of images is of the tasks 'classification' and 'embedding', and this student's is 'regression': exportOnnx writes its graph alone",
      ),
    ));

  test('a classifier is no network of vectors, nor are those of classes', async () => {
    const asked = { ...options, task: embedding };
    await assert.rejects(exportFolder(model, place('vectors'), asked), {
      name: ExportError.name,
      message: `a network of the task 'embedding' has no classifier, and tells apart 0 classes, not ${options.classes}`,
    });
    await assert.rejects(exportFolder(model, place('vectors'), { ...asked, classes: 0 }), {
      message: `${options.name} has its classifier, and of the task 'embedding' it answers what comes before that: make it for 0 classes`,
    });
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
