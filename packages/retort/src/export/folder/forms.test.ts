/** The graphs of a folder: which there are, and what is said of those that are worse or not checked. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { nn, noGrad, setNumThreads, type Tensor, tensor } from '@retort/torch';
import { cardIn, labels, made, optionsOf, place, readJson } from '../../../reference/made-folders.ts';
import { pictureData, shown } from '../../../reference/students.ts';
import { TensorDataset } from '../../data/index.ts';
import { type ExportedForm, exportFolder } from './index.ts';
import { inBrowser } from './remarks.ts';

setNumThreads(1);

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
      ...{ difference: 0, largest: 1, found: null, beyond: null },
      width: 2,
      latency: null,
    });
    assert.equal(inBrowser([form('fp32', 0.9), form('int8', 0.89)]), 'int8');
    assert.equal(inBrowser([form('fp32', 0.9), form('int8', 0.888)]), 'fp32');
    assert.equal(inBrowser([form('fp32', 0.9), form('fp16', 0.9)]), 'fp32');
    assert.equal(inBrowser([form('fp32', null), form('int8', null, 0.98)]), 'fp32');
    assert.equal(inBrowser([form('fp32', null), form('int8', null, 0.995)]), 'int8');
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
