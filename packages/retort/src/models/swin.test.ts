/** Swin beside timm's, its weights in the layouts of other programs, and as a student of a CNN. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import { loadSafetensors, nn, setNumThreads, withDevice } from '@retort/torch';
import { type Case, compare, tensorsOf } from '../../reference/models/compare.ts';
import { hashOfKeys } from '../../reference/models/hash-of-keys.ts';
import { createModel, models } from './index.ts';

setNumThreads(1);

interface Described {
  readonly parameters: number;
  readonly keys: string;
  readonly eps: readonly number[];
  /** Of the blocks that drop any. */
  readonly dropPath: readonly number[];
}

const { tensors, metadata } = loadSafetensors(
  path.join(import.meta.dirname, '../../reference/models/swin_models.safetensors'),
);
const described: Readonly<Record<string, Described>> = JSON.parse(metadata.models ?? '{}');
const cases: readonly Case[] = JSON.parse(metadata.cases ?? '[]');

suite('keys, shapes, numbers of parameters, epsilons and stochastic depth are timm’s:', () => {
  for (const [name, { parameters, keys, eps, dropPath }] of Object.entries(described)) {
    test(name, () => {
      const model = withDevice('meta', () => createModel(name, { classes: 1000 }));
      assert.equal(hashOfKeys(model.stateDict()), keys);
      assert.equal(model.parameterCount(), parameters);
      const modules = Array.from(model.namedModules());
      const norms = modules.flatMap(([, module]) => (module instanceof nn.LayerNorm ? [module.eps] : []));
      assert.deepEqual([...new Set(norms)], eps);
      const rates = modules.flatMap(([at, module]) =>
        module instanceof nn.DropPath && at.endsWith('1') && module.p > 0 ? [module.p] : [],
      );
      assert.deepEqual(
        rates.map((rate) => Number(rate.toFixed(6))),
        dropPath,
      );
    });
  }
  test('all that have a name', () => {
    assert.deepEqual(
      Object.keys(models)
        .filter((name) => name.startsWith('swin_'))
        .sort(),
      Object.keys(described).sort(),
    );
  });
});

suite('logits, stages, fresh weights and gradients are timm’s:', () => {
  for (const [i, given] of cases.entries()) test(given.model, () => compare(given, tensorsOf(tensors, i)));
});
