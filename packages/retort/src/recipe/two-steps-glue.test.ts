/** Recipes on GLUE, with made files of its form, and small networks of the kind that each names. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { dataFolder } from '../../reference/data-folder.ts';
import { writeGlue, writeTextFolder } from '../../reference/glue.ts';
import { type StandIn, twoSteps } from '../../reference/two-steps.ts';
import { shownNetwork } from './network.ts';
import type { Recipe } from './schema.ts';

const scratch = dataFolder('two-steps-glue');
writeGlue(scratch);

/** As many classes as the files of a task have. */
const classes: Readonly<Record<string, readonly string[]>> = {
  'glue-cola': ['unacceptable', 'acceptable'],
  'glue-rte': ['entailment', 'not_entailment'],
  'glue-mrpc': ['not_equivalent', 'equivalent'],
  'glue-stsb': ['LABEL_0'],
  'glue-sst2': ['negative', 'positive'],
  'glue-qnli': ['entailment', 'not_entailment'],
  'glue-qqp': ['not_duplicate', 'duplicate'],
  'glue-mnli': ['contradiction', 'entailment', 'neutral'],
};

/** A model folder for the classes of a recipe, made once for each kind. */
function folderFor({ data: { name, options } }: Recipe, kind: 'bert' | 'roberta'): string {
  const labels = (options?.classes as readonly string[] | undefined) ?? classes[name];
  assert.ok(labels, `${name}: it is not among the tasks here`);
  const folder = path.join(scratch, `${name}-${kind}`);
  if (!fs.existsSync(folder)) writeTextFolder(folder, kind, labels);
  return folder;
}

function onTexts(recipe: Recipe): StandIn {
  const named = shownNetwork(recipe.student);
  const isRoberta = /roberta/.test(named);
  assert.ok(isRoberta || /^hf:[\w-]+\/bert[-_]|^minilm\//.test(named), named);
  const folder = folderFor(recipe, isRoberta ? 'roberta' : 'bert');
  return {
    overrides: [`student.weights=${folder}`, ...(recipe.teacher === undefined ? [] : [`teacher=${folder}`])],
  };
}

twoSteps((folder) => /^(?:annealing\/glue|minilm$)/.test(folder), onTexts);
