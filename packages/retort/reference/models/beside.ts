/** For tests: a family of models beside what a script of this folder wrote of the original. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { suite, test } from 'node:test';
import { loadSafetensors, nn, saveSafetensors, scope, type Tensor, withDevice } from '@retort/torch';
import { assertClose } from '../../../torch/reference/load.ts';
import { createModel, type LoadedModel, loadModel } from '../../src/models/index.ts';
import { type Case, compare, tensorsOf } from './compare.ts';
import { hashOfKeys } from './hash-of-keys.ts';

/** What a script says of a model without computing anything. */
interface Described {
  /** 1,000 where it is left out. */
  readonly classes?: number;
  readonly parameters: number;
  readonly keys: string;
  /** Of the layer norms; they are too small to show in float32. */
  readonly eps?: readonly number[];
  /** Of the blocks that are dropped at all. */
  readonly dropPath?: readonly number[];
}

/** A script's file. */
export interface Reference {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly described: Readonly<Record<string, Described>>;
  readonly cases: readonly Case[];
}

/** @param name  of a file of this folder, without `.safetensors` */
export function readReference(name: string): Reference {
  const { tensors, metadata } = loadSafetensors(path.join(import.meta.dirname, `${name}.safetensors`));
  return {
    ...{ tensors, metadata },
    described: JSON.parse(metadata.models ?? '{}'),
    cases: JSON.parse(metadata.cases ?? '[]'),
  };
}

const modulesOf = <Kind extends nn.Module>(
  model: nn.Module,
  kind: abstract new (...args: never[]) => Kind,
): [string, Kind][] =>
  Array.from(model.namedModules()).flatMap(([at, module]): [string, Kind][] =>
    module instanceof kind ? [[at, module]] : [],
  );

/** How often each block is left out; of two branches that it has, the first. */
export const dropsOf = (model: nn.Module): number[] =>
  modulesOf(model, nn.DropPath).flatMap(([at, { p }]) => (at.endsWith('drop_path2') ? [] : [p]));

/**
 * Tests that models have the keys, shapes, numbers of parameters, and where these are said the epsilons and stochastic depth of the original, and that each
 * model of the family is described, or one of the cases.
 *
 * @param family  models by their names
 * @param options  that they are made with
 */
export function testDescribed(
  { described, cases }: Reference,
  family: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, unknown>> = {},
): void {
  suite('keys, shapes and numbers of parameters are the original’s:', () => {
    for (const [name, { classes = 1000, parameters, keys, eps, dropPath }] of Object.entries(described))
      test(name, () => {
        const model = withDevice('meta', () => createModel(name, { classes, ...options }));
        assert.equal(hashOfKeys(model.stateDict()), keys);
        assert.equal(model.parameterCount(), parameters);
        if (eps)
          assert.deepEqual([...new Set(modulesOf(model, nn.LayerNorm).map(([, norm]) => norm.eps))], eps);
        const drops = dropsOf(model).filter((drop) => drop > 0);
        if (dropPath)
          assert.deepEqual(
            drops.map((drop) => Number(drop.toFixed(6))),
            dropPath,
          );
      });
    test('all that there are', () => {
      const names = new Set([...Object.keys(described), ...cases.map(({ model }) => model)]);
      assert.deepEqual(Object.keys(family).sort(), [...names].sort());
    });
  });
}

/** Tests that models compute what the original does, case by case. */
export function testCases({ tensors, cases }: Reference): void {
  assert.ok(cases.length > 0);
  suite('fresh weights, logits, features and gradients are the original’s:', () => {
    for (const [i, each] of cases.entries()) {
      const options = each.options ? ` with ${JSON.stringify(each.options)}` : '';
      test(`${each.model} of ${each.classes} classes, on images of ${each.size} pixels${options}`, () =>
        scope(() => compare(each, tensorsOf(tensors, i))));
    }
  });
}

/** What comes of a file of weights that does not say which model it is for, and the warnings. */
export async function loadedByKeys(
  state: nn.StateDict,
  classes: number,
): Promise<LoadedModel & { readonly said: string }> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-by-keys-'));
  try {
    const file = path.join(folder, 'weights.safetensors');
    saveSafetensors(file, state);
    const said: string[] = [];
    const loaded = await loadModel(file, { classes }, { onWarning: (text) => said.push(text) });
    return { ...loaded, said: said.join('\n') };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Fails unless state dicts are the same, whatever the order of their keys. */
export function assertSameState(actual: nn.StateDict, wanted: nn.StateDict): void {
  assert.deepEqual(Object.keys(actual).sort(), Object.keys(wanted).sort());
  for (const [key, value] of Object.entries(wanted))
    assertClose(actual[key] ?? assert.fail(key), value, 0, key);
}
