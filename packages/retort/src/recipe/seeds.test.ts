import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { Generator, loadSafetensors, saveSafetensors, setNumThreads, tensor } from '@retort/torch';
import { writeTextFolder } from '../../reference/glue.ts';
import { TensorDataset } from '../data/index.ts';
import { prepare } from './prepare.ts';
import { recipeOf } from './resolve.ts';
import { withSeed } from './seeds.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-seeds-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const folder = path.join(scratch, 'bert');
writeTextFolder(folder, 'bert', ['bad', 'good']);

const texts = new TensorDataset(
  'texts',
  { text: { kind: 'text' }, label: { kind: 'class', classes: ['bad', 'good'] } },
  { text: ['no', 'so', 'a good one', 'the film'], label: tensor([0, 1, 1, 0]).to('int64') },
);
const data = { train: texts, test: texts, source: 'made up' };

const resolved = recipeOf(
  {
    ...{ name: 'two-stages', data: { name: 'glue-rte' }, seed: 3, batchSize: 2 },
    student: { weights: folder, newHead: true },
    stages: [
      { methods: ['supervised'], epochs: 1 },
      { methods: ['supervised'], epochs: 1, seed: 3 },
      { methods: ['supervised'], epochs: 1, seed: 5 },
    ],
  },
  'here',
);

test('a stage that sets the recipe’s seed again does so with another one, and a seed of its own stays', () => {
  const { seed, stages } = withSeed(resolved.recipe, 8);
  assert.deepEqual([seed, ...stages.map((stage) => stage.seed)], [8, undefined, 8, 5]);
  assert.equal(withSeed(resolved.recipe, undefined), resolved.recipe);
});

test('runs with several seeds begin with the same contents, though each draws another classifier', async () => {
  const preparedWith = (seed: number) =>
    prepare({ ...resolved, recipe: withSeed(resolved.recipe, seed) }, { data, onWarning: () => {} });
  const [one, other] = [await preparedWith(3), await preparedWith(4)];
  assert.deepEqual(one.inputs, other.inputs);
  const drawn = [one, other].map(({ trainer }) => trainer.student.stateDict()['classifier.weight']);
  assert.ok(drawn[0] && drawn[1] && !drawn[0].equal(drawn[1]));
  const file = path.join(folder, 'model.safetensors');
  const { tensors } = loadSafetensors(file);
  using generator = new Generator(1);
  const key = 'bert.pooler.dense.bias';
  const changed = { ...tensors, [key]: tensors[key]?.clone().normal_(0, 1, { generator }) ?? tensor(0) };
  saveSafetensors(path.join(scratch, 'changed.safetensors'), changed);
  fs.renameSync(path.join(scratch, 'changed.safetensors'), file);
  assert.notEqual((await preparedWith(3)).inputs.student?.sha256, one.inputs.student?.sha256);
});
