/** Students of texts as model folders, run by transformers.js in Node. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { env, pipeline } from '@huggingface/transformers';
import { type nn, noGrad, scope, setNumThreads, type Tensor, tensor } from '@retort/torch';
import { parse } from 'yaml';
import { assertClose } from '../../../../torch/reference/load.ts';
import {
  livelyTexts,
  meanOfWords,
  sentenceData,
  sentences,
  shownTexts,
  textFamilies,
  vocabulary,
  wordPieces,
} from '../../../reference/lively-texts.ts';
import { TensorDataset, type TextRendering } from '../../data/index.ts';
import { loadModel } from '../../models/index.ts';
import { embedding, multiLabel, regression } from '../../tasks/index.ts';
import { openTokenizer } from '../../tokenizers/index.ts';
import { type ExportTextFolderOptions, exportFolder } from './index.ts';

setNumThreads(1);
env.allowRemoteModels = false;
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-export-texts-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const place = (name: string): string => path.join(scratch, name);
const read = (folder: string, file: string): string => fs.readFileSync(path.join(folder, file), 'utf8');
const readJson = (folder: string, file: string) => JSON.parse(read(folder, file));

const labels = ['bad', 'fair', 'good'];
const rendering: TextRendering = { tokenizer: wordPieces(place('words')), maxLength: 20, padding: 'longest' };

const optionsOf = (given: Partial<ExportTextFolderOptions> = {}): ExportTextFolderOptions => ({
  ...{ name: 'small', classes: labels.length, labels, rendering, precisions: ['fp32'] },
  ...given,
});

const answers = (model: nn.Layer, { tokens, mask, types }: Readonly<Record<string, Tensor>>): Tensor =>
  noGrad(() => (model.eval() as ReturnType<typeof livelyTexts>).forward(tokens as Tensor, mask, types));

type Said = readonly { readonly label: string; readonly score: number }[];

/** What transformers.js says of each text, of all classes. */
async function classified(folder: string, texts: readonly string[], dtype: 'fp32' | 'q8' = 'fp32') {
  const classify = await pipeline('text-classification', folder, { dtype });
  try {
    const said: Said[] = [];
    for (let at = 0; at < texts.length; at += 7)
      said.push(...((await classify(texts.slice(at, at + 7), { top_k: 10 ** 6 })) as unknown as Said[]));
    return said;
  } finally {
    await classify.dispose();
  }
}

/** Fails unless transformers.js says what probabilities do: the same class, and each within 1e-4. */
function assertSame(said: readonly Said[], probabilities: Tensor, names: readonly string[] = labels): void {
  const rows = probabilities.toList() as number[][];
  assert.equal(said.length, rows.length);
  rows.forEach((row, i) => {
    assert.equal(said[i]?.[0]?.label, names[row.indexOf(Math.max(...row))], `text ${i}`);
    for (const { label, score } of said[i] ?? [])
      assert.ok(Math.abs(score - (row[names.indexOf(label)] ?? Number.NaN)) <= 1e-4, `text ${i}: ${label}`);
  });
}

/** The code of a card, by language. */
const snippetOf = (folder: string, language: 'js' | 'python'): string =>
  new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(read(folder, 'README.md'))?.[1] ?? '';

/** What a card's JavaScript prints, run where the folder is `./student`. */
function ranSnippet(folder: string): string {
  const cwd = fs.mkdtempSync(path.join(scratch, 'beside-'));
  fs.symlinkSync(folder, path.join(cwd, 'student'));
  fs.symlinkSync(
    path.join(import.meta.dirname, '../../../../../node_modules'),
    path.join(cwd, 'node_modules'),
  );
  fs.writeFileSync(path.join(cwd, 'snippet.mjs'), snippetOf(folder, 'js'));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['snippet.mjs'], { cwd, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

suite('a student of texts as a model folder', () => {
  for (const family of textFamilies)
    test(`${family}: transformers.js says what the engine says of 100 sentences`, async () => {
      const model = livelyTexts(family, { padding: 0 });
      const folder = place(family);
      const exported = await exportFolder(model, folder, optionsOf());
      assert.equal(exported.modelType, family);
      const data = sentenceData(100, labels);
      const said = await classified(folder, data.columns.sentence as unknown as string[]);
      const inputs = await shownTexts(data, rendering);
      assert.equal(inputs.tokens?.size(1), 19);
      const probabilities = answers(model, inputs).softmax(1);
      assertSame(said, probabilities);
      assert.ok(new Set(said.map(([first]) => first?.label)).size > 1);
    });

  test('has what others read, and is judged by the headline of its data in every form', async () => {
    const model = livelyTexts('bert');
    const folder = place('whole');
    const data = new TensorDataset(
      'cola-like',
      { sentence: { kind: 'text' }, label: { kind: 'class', classes: ['no', 'yes'] } },
      {
        sentence: sentences(120),
        label: tensor(Array.from({ length: 120 }, (_, i) => (i * 7) % 2)).to('int64'),
      },
    );
    Object.assign(data, { metrics: ['matthews'] });
    const two = livelyTexts('bert', { classes: 2 });
    const { precisions: _, ...options } = optionsOf({
      classes: 2,
      labels: ['no', 'yes'],
      data,
      measured: true,
    });
    const exported = await exportFolder(two, folder, {
      ...options,
      calibration: sentenceData(40, labels, 9),
    });
    assert.deepEqual(fs.readdirSync(folder).sort(), [
      'README.md',
      'config.json',
      'model.safetensors',
      'onnx',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    const { headline, score, forms, remarks } = exported;
    assert.deepEqual(headline, { metric: 'matthews', better: 'higher' });
    assert.deepEqual(
      forms.map(({ precision }) => precision),
      ['fp32', 'fp16', 'int8'],
    );
    assert.equal(forms[0]?.score, score);
    for (const form of forms) {
      assert.equal(typeof form.score, 'number');
      assert.ok((form.latency?.p50 ?? 0) > 0);
      assert.equal(form.beyond, null);
    }
    assert.ok(remarks.some((remark) => /int8 its scales were found on 40 texts alone/.test(remark)));
    const { retort: own, ...config } = readJson(folder, 'config.json');
    assert.equal(own.model, 'small');
    assert.equal(config.model_type, 'bert');
    assert.deepEqual(config.architectures, ['BertForSequenceClassification']);
    assert.deepEqual(config.id2label, { 0: 'no', 1: 'yes' });
    assert.equal(config.problem_type, 'single_label_classification');
    assert.equal(readJson(folder, 'tokenizer_config.json').model_max_length, rendering.maxLength);
    const card = read(folder, 'README.md');
    const front = parse(/^---\n(.*?)\n---\n/s.exec(card)?.[1] ?? '');
    assert.match(card, /longer texts are cut to 20 tokens; transformers\.js cuts off the last special token/);
    assert.equal(front.pipeline_tag, 'text-classification');
    const [metric] = front['model-index'][0].results[0].metrics;
    assert.deepEqual(metric, { type: 'matthews_correlation', value: Number(score?.toFixed(4)) });
    assert.match(card, /^\| file \| precision \| size \| .* \| Matthews correlation \| a text takes \|$/m);
    assert.match(
      card,
      /^Texts go in as `input_ids`, `attention_mask` and `token_type_ids`, int64 \[batch, sequence\]/m,
    );
    assert.match(card, /judged at the export: Matthews correlation -?\d/);
    assert.match(ranSnippet(folder), /label: '(no|yes)', score: 0\.\d+/);
    const [first] = await classified(folder, ['a fine film'], 'q8');
    assert.equal(first?.length, 2);
    assert.ok(model);
  });

  test('is loaded again, with its tokenizer', async () => {
    const model = livelyTexts('distilbert');
    const folder = place('again');
    await exportFolder(model, folder, optionsOf());
    const loaded = await loadModel(folder, { classes: labels.length });
    assert.deepEqual(JSON.parse(loaded.metadata.labels ?? ''), labels);
    const inputs = await shownTexts(sentenceData(9, labels), rendering);
    assertClose(answers(loaded.model, inputs), answers(model, inputs), 1e-6, 'logits');
    assert.equal(
      openTokenizer(folder).fingerprint,
      (rendering.tokenizer as ReturnType<typeof openTokenizer>).fingerprint,
    );
  });

  test('of several labels gives each its own probability', async () => {
    const model = livelyTexts('roberta', { padding: 0 });
    const folder = place('labels');
    const texts = sentences(60);
    const data = new TensorDataset(
      'topics',
      { text: { kind: 'text' }, topics: { kind: 'classes', classes: labels } },
      { text: texts, topics: tensor(texts.map((_, i) => [i % 2, 1, (i + 1) % 2])) },
    );
    const exported = await exportFolder(model, folder, optionsOf({ task: multiLabel, data }));
    assert.equal(exported.headline?.metric, 'macroF1');
    assert.equal(exported.forms[0]?.score, exported.score);
    assert.equal(readJson(folder, 'config.json').problem_type, 'multi_label_classification');
    assertSame(await classified(folder, texts), answers(model, await shownTexts(data, rendering)).sigmoid());
    assert.match(read(folder, 'README.md'), /says the same as the student/);
  });

  test('of a number has a snippet that says it, of two texts', async () => {
    const model = livelyTexts('bert', { classes: 1 });
    const folder = place('number');
    const [one, other] = [sentences(30), sentences(30, 5)];
    const data = new TensorDataset(
      'alike',
      { one: { kind: 'text' }, other: { kind: 'text' }, score: { kind: 'scalar' } },
      { one, other, score: tensor(one.map((_, i) => i % 5)).to('float32') },
    );
    const exported = await exportFolder(
      model,
      folder,
      optionsOf({ task: regression, data, classes: 1, labels: null, precisions: ['fp32', 'fp16'] }),
    );
    assert.equal(exported.headline?.metric, 'mse');
    assert.equal(exported.forms[1]?.agreement, 1);
    assert.ok(
      exported.remarks.some((remark) => /transformers\.js' pipeline has no form for a number/.test(remark)),
    );
    const pair = new TensorDataset(
      'pair',
      { one: { kind: 'text' }, other: { kind: 'text' } },
      { one: ['A fine film.'], other: ['It is worth seeing.'] },
    );
    const wanted = Number(answers(model, await shownTexts(pair, rendering)).item());
    assert.ok(Math.abs(Number(ranSnippet(folder)) - wanted) < 1e-4, `${ranSnippet(folder)}, ${wanted}`);
  });

  test('that transformers has not goes out as well, and Python fails loudly', async () => {
    const model = meanOfWords();
    const folder = place('own');
    const exported = await exportFolder(model, folder, optionsOf({ name: './net.ts#create' }));
    assert.deepEqual([exported.modelType, exported.weights], [null, 'student.safetensors']);
    assert.ok(!fs.existsSync(path.join(folder, 'model.safetensors')));
    assert.match(snippetOf(folder, 'python'), /Tokenizer\.from_file[\s\S]*enable_truncation\(20\)/);
    const data = sentenceData(40, labels);
    const inputs = await shownTexts(data, rendering);
    assertSame(await classified(folder, sentences(40)), answers(model, inputs).softmax(1));
  });

  test('is refused where its parts do not fit', async () => {
    const model = livelyTexts('bert');
    const refused = (given: Partial<ExportTextFolderOptions>, message: string) =>
      assert.rejects(exportFolder(model, place('refused'), optionsOf(given)), {
        name: 'ExportError',
        message,
      });
    await refused(
      { rendering: { ...rendering, maxLength: 41 } },
      'small takes texts of at most 40 tokens, and they are to be cut to 41: make maxLength smaller',
    );
    await refused(
      { task: embedding },
      "a model folder of texts is of one of the tasks 'classification', 'multi-label', 'regression', and this student's is 'embedding': exportOnnx writes its graph alone",
    );
    await refused(
      { rendering: { size: 32, interpolation: 'bilinear', mean: [0], std: [1] } as unknown as TextRendering },
      'small takes texts: its rendering must have a tokenizer',
    );
    const small = livelyTexts('bert', { vocabulary: vocabulary - 1 });
    await assert.rejects(exportFolder(small, place('refused'), optionsOf()), {
      message: `small knows ${vocabulary - 1} tokens, and its tokenizer has ${vocabulary}: it is that of another network`,
    });
    assert.ok(!fs.existsSync(place('refused')));
    scope(() => assert.ok(true));
  });
});
