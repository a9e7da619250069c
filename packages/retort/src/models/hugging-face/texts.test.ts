/** Model folders of texts, as reference/models/hugging_face_texts.py wrote them with transformers. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { loadSafetensors, manualSeed, nn, saveSafetensors, setNumThreads, type Tensor } from '@retort/torch';
import { assertClose } from '../../../../torch/reference/load.ts';
import { retort } from '../../../reference/command.ts';
import {
  Bert,
  createModel,
  type InspectedFolder,
  inspectWeights,
  isTextClassifier,
  loadModel,
  ofTransformers,
  type Roberta,
  readFolder,
} from '../index.ts';

setNumThreads(1);
const reference = path.join(import.meta.dirname, '../../../reference/models/hugging-face');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-texts-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const folderOf = (name: string): string => path.join(reference, name);
const weightsIn = (folder: string): string => path.join(folder, 'model.safetensors');

async function load(folder: string, options: { readonly newHead?: boolean; readonly classes?: number } = {}) {
  const said: string[] = [];
  const { classes = 3, ...others } = options;
  const loaded = await loadModel(folder, { classes }, { ...others, onWarning: (text) => said.push(text) });
  assert.ok(isTextClassifier(loaded.model));
  return { ...loaded, model: loaded.model, said: said.map((text) => text.replaceAll(`${folder}: `, '')) };
}

let made = 0;

/** A copy of a reference's folder, with another config and other weights. */
function copied(
  of: string,
  change: (config: Record<string, unknown>) => void,
  renamed: (key: string) => string = (key) => key,
): string {
  const folder = path.join(scratch, String(made++));
  fs.mkdirSync(folder);
  const config = JSON.parse(fs.readFileSync(path.join(folderOf(of), 'config.json'), 'utf8'));
  change(config);
  fs.writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
  const { tensors } = loadSafetensors(weightsIn(folderOf(of)));
  const own = Object.entries(tensors).map(([key, value]): [string, Tensor] => [renamed(key), value]);
  saveSafetensors(weightsIn(folder), Object.fromEntries(own));
  return folder;
}

const same = (a: nn.StateDict, b: nn.StateDict) => {
  assert.deepEqual(Object.keys(a).sort(), Object.keys(b).sort());
  for (const [key, value] of Object.entries(a)) assertClose(value, b[key] ?? value, 0, key);
};

suite('a folder of a classifier', () => {
  test('says what it takes, its classes and what it learnt, and nothing of images', async () => {
    const { said, metadata, classes, name } = await load(folderOf('bert'));
    assert.deepEqual(said, []);
    assert.deepEqual(
      [name, classes, Object.keys(metadata).sort()],
      ['BertForSequenceClassification', 3, ['classes', 'config', 'labels']],
    );
    const { takes, input, problemType, labels } = readFolder(folderOf('bert'));
    assert.deepEqual(takes, { kind: 'texts', vocabulary: 97, positions: 17, types: 2 });
    assert.deepEqual([input, problemType, labels], [null, null, ['contradiction', 'entailment', 'neutral']]);
    const regression = readFolder(folderOf('bert-regression'));
    assert.deepEqual([regression.problemType, regression.classes], ['regression', 1]);
    assert.deepEqual(readFolder(folderOf('roberta')).takes, {
      ...{ kind: 'texts', vocabulary: 97, positions: 15, types: 1 },
    });
  });
  test('has the names of old, and what goes nowhere is said', async () => {
    const old = copied(
      'bert',
      () => {},
      (key) => key.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta'),
    );
    same((await load(old)).model.stateDict(), (await load(folderOf('bert'))).model.stateDict());
    const { tensors } = loadSafetensors(weightsIn(old));
    assert.ok('bert.encoder.layer.0.output.LayerNorm.gamma' in tensors);
    saveSafetensors(weightsIn(old), {
      ...tensors,
      'bert.embeddings.position_ids': createModel('resnet8', { classes: 1 }).stateDict()['fc.bias'] as Tensor,
    });
    assert.deepEqual((await load(old)).said, [
      'weights that a BertForSequenceClassification has no place for were left aside: bert.embeddings.position_ids',
    ]);
  });
  test('is inspected', async () => {
    const { stdout } = await retort('inspect', folderOf('roberta'));
    assert.deepEqual(stdout.replaceAll(`${reference}/`, '').split('\n').slice(0, 4), [
      'roberta: a model folder of transformers',
      '  network: RobertaForSequenceClassification (model_type roberta)',
      '  classes: 3 (contradiction, entailment, neutral)',
      '  input: texts of at most 15 tokens, of 97 that it knows, and of 1 type',
    ]);
    const base = await retort('inspect', folderOf('bert-base'));
    assert.match(
      base.stdout,
      /network: BertModel \(.*\n {2}classes: none, as it has no classifier\n {2}input: texts of at most 17 tokens, of 31 that it knows, and of 2 types\n/,
    );
    const { modelFolder } = await inspectWeights(folderOf('distilbert'));
    assert.deepEqual((modelFolder as InspectedFolder).takes, {
      ...{ kind: 'texts', vocabulary: 97, positions: 17, types: 1 },
    });
  });
});

/** What is fresh beside the classifier, and what a base has that a classifier has not. */
const bases: Readonly<Record<string, readonly [name: string, fresh: string | null, left: string | null]>> = {
  'bert-base': ['BertModel', null, null],
  'bert-masked': ['BertForMaskedLM', 'bert.pooler', 'cls.predictions.'],
  'roberta-base': ['RobertaModel', 'classifier.dense', 'pooler.dense.'],
  'distilbert-base': ['DistilBertModel', 'pre_classifier', null],
};

suite('a folder without a classifier', () => {
  for (const [name, [architecture, fresh, left]] of Object.entries(bases)) {
    test(`needs a new one: ${name}`, async () => {
      const folder = folderOf(name);
      await assert.rejects(load(folder), {
        name: 'HuggingFaceError',
        message: `${folder} is a ${architecture}, which has no classifier: begin with a new one where it is trained (\`newHead\`); what its features are worth, \`retort probe\` says`,
      });
    });
    test(`begins with the weights that it has: ${name}`, async () => {
      const folder = folderOf(name);
      manualSeed(0);
      const { model, said, metadata } = await load(folder, { newHead: true, classes: 4 });
      const aside = said.filter((text) => text.includes('has no place for'));
      assert.equal(aside.length, left === null ? 0 : 1);
      if (left !== null) assert.match(aside.join(), new RegExp(`were left aside: .*${left}`));
      const too = fresh === null ? '' : `, and so does ${fresh}`;
      assert.equal(
        said.at(-1),
        `it has no classifier; a new one, of 4 classes, begins with fresh weights${too}`,
      );
      const number = await load(folder, { newHead: true, classes: 1 });
      assert.match(number.said.at(-1) ?? '', /; a new one, of one number, begins with fresh weights/);
      const { tensors } = loadSafetensors(path.join(folder, 'expected.safetensors'));
      const of = (key: string): Tensor => tensors[key] ?? assert.fail(key);
      const { stem, stages } = model.to({ dtype: 'float64' }).eval().anatomy;
      const { taps, output } = nn.tap(model, [stem, ...stages], () =>
        model.forward(of('tokens'), of('mask'), of('types')),
      );
      for (const [i, at] of [stem, ...stages].entries())
        assertClose(taps[at] ?? output, of(`hidden.${i}`), 1e-12, at);
      assert.deepEqual(output.shape, [4, 4]);
      assert.deepEqual(Object.keys(metadata), ['config']);
    });
  }
  test('lacks what it lacks', async () => {
    const folder = copied(
      'bert-base',
      () => {},
      (key) => key.replace('encoder.layer.0.output', 'encoder.layer.1.output'),
    );
    await assert.rejects(
      load(folder, { newHead: true }),
      /does not fit Bert: missing: bert\.encoder\.layer\.0\.output/,
    );
  });
});

test('a classifier of other classes is left aside for a new one, and what comes before it stays', async () => {
  for (const name of ['bert', 'roberta', 'distilbert']) {
    const { model, said } = await load(folderOf(name), { newHead: true, classes: 5 });
    assert.deepEqual(said, [
      'its classifier is left aside; a new one, of 5 classes, begins with fresh weights',
    ]);
    const own = model.stateDict();
    const { tensors } = loadSafetensors(weightsIn(folderOf(name)));
    const [classifier = ''] = model.anatomy.classifier;
    for (const [key, value] of Object.entries(tensors))
      if (!key.startsWith(`${classifier}.`)) assertClose(own[key] ?? value, value, 0, key);
    assert.deepEqual(own[`${classifier}.bias`]?.toList(), [0, 0, 0, 0, 0]);
  }
});

suite('as transformers has it again:', () => {
  for (const name of ['bert', 'bert-regression', 'roberta', 'distilbert'])
    test(name, async () => {
      const { model, classes } = await load(folderOf(name));
      const found = ofTransformers(model, classes, []) ?? assert.fail('it is none');
      const config = JSON.parse(fs.readFileSync(path.join(folderOf(name), 'config.json'), 'utf8'));
      assert.deepEqual([found.modelType, [found.architecture]], [config.model_type, config.architectures]);
      for (const [key, value] of Object.entries(found.settings))
        if (key !== 'position_embedding_type') assert.deepEqual(value, config[key], key);
      same(found.state, loadSafetensors(weightsIn(folderOf(name))).tensors);
    });
  test('a network of a name', () => {
    const model = createModel('bert_uncased_L-2_H-128_A-2', { classes: 2 });
    const { settings } = ofTransformers(model, 2, []) ?? assert.fail('it is none');
    assert.deepEqual(
      [settings.hidden_size, settings.num_attention_heads, settings.vocab_size],
      [128, 2, 30_522],
    );
  });
  test('not where a program changed it, or made another', async () => {
    const { model } = await load(folderOf('roberta'));
    Object.assign((model as Roberta).roberta.embeddings, { padding: 2 });
    assert.equal(ofTransformers(model, 3, []), null);
    class Own extends Bert {}
    const sizes = { width: 8, depth: 1, heads: 2, intermediate: 8, vocabulary: 9, positions: 9 };
    assert.notEqual(ofTransformers(new Bert({ ...sizes, classes: 2 }), 2, []), null);
    assert.equal(ofTransformers(new Own({ ...sizes, classes: 2 }), 2, []), null);
  });
});

test('a file of weights of Retort’s has the config of its network', async () => {
  const { model, metadata } = await load(folderOf('bert-masked'), { newHead: true, classes: 4 });
  const file = path.join(scratch, 'student.safetensors');
  const { config = '' } = metadata;
  saveSafetensors(file, model.stateDict(), { model: 'BertForSequenceClassification', config, classes: '4' });
  const again = await load(file);
  assert.equal(again.classes, 4);
  same(again.model.stateDict(), model.stateDict());
  const problem = JSON.parse((await load(folderOf('bert-regression'))).metadata.config ?? '');
  assert.equal(problem.problem_type, 'regression');
});

suite('what is not computed here, or cannot be, is refused:', () => {
  const cases: Readonly<Record<string, readonly [string, Readonly<Record<string, unknown>>, RegExp]>> = {
    'another activation': [
      'bert',
      { hidden_act: 'silu' },
      /config\.json: hidden_act is "silu", which is not computed here: it must be "gelu" or "gelu_new" or "gelu_pytorch_tanh" or "relu"$/,
    ],
    'relative positions': [
      'bert',
      { position_embedding_type: 'relative_key' },
      /config\.json: position_embedding_type is "relative_key", which is not computed here: it must be "absolute"$/,
    ],
    'a decoder': ['roberta', { is_decoder: true }, /is_decoder is true, which is not computed here/],
    'heads that do not divide the width': [
      'bert',
      { num_attention_heads: 5 },
      /config\.json: num_attention_heads must divide hidden_size: each head has as much of it$/,
    ],
    'the same of DistilBERT': ['distilbert', { n_heads: 5 }, /n_heads must divide dim: each head/],
    'padding that is no token': [
      'distilbert',
      { pad_token_id: 97 },
      /pad_token_id must be a token: below vocab_size$/,
    ],
    'RoBERTa without padding': ['roberta', { pad_token_id: null }, /pad_token_id must be a number, is null$/],
    'no positions but those of padding': [
      'roberta',
      { max_position_embeddings: 2 },
      /max_position_embeddings must be larger than pad_token_id \+ 1, from which positions are counted$/,
    ],
    'another task': [
      'bert',
      { architectures: ['BertForTokenClassification'] },
      /it is a BertForTokenClassification, which tells no classes apart: text classifiers of 'bert' are BertForSequenceClassification$/,
    ],
    'a problem that is none': [
      'bert',
      { problem_type: 'ranking' },
      /problem_type is "ranking", and must be regression or single_label_classification or multi_label_classification$/,
    ],
    'weights of another vocabulary': ['bert', { vocab_size: 98 }, /word_embeddings\.weight/],
  };
  for (const [what, [of, change, sentence]] of Object.entries(cases))
    test(what, () =>
      assert.rejects(load(copied(of, (config) => Object.assign(config, change))), { message: sentence }),
    );
});
