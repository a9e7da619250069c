/**
 * `npm run check -- texts [--python FILE]`: a real pair of networks of texts, as packages of PyPI carry them (`models/minilm/`): what each says of every
 * token, beside transformers in Python, and the mean of them beside onnxruntime, which runs the file that L3 was taken from. Then classifiers of both
 * are written as transformers has them, and answer the same in Python.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  loadSafetensors,
  manualSeed,
  nn,
  noGrad,
  saveSafetensors,
  setNumThreads,
  type Tensor,
} from '@retort/torch';
import { pythonEnvironment, transformersPython } from '../bench/python.ts';
import { isTextClassifier, loadModel, ofTransformers } from '../packages/retort/src/models/index.ts';
import { miniLM } from '../packages/retort/src/models/minilm/pair.ts';
import { assertClose } from '../packages/torch/reference/load.ts';

const { values } = parseArgs({ options: { python: { type: 'string' } } });
const python = values.python ?? transformersPython(pythonEnvironment());
const script = path.join(import.meta.dirname, 'check-texts/python.py');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-texts-'));
process.on('exit', () => fs.rmSync(scratch, { recursive: true }));
setNumThreads(1);

function inPython(...args: string[]): Readonly<Record<string, Tensor>> {
  const file = path.join(scratch, `${args[0]}.safetensors`);
  const { status, error } = spawnSync(python, [script, file, ...args], { stdio: ['ignore', 'inherit', 2] });
  if (status === 0) return loadSafetensors(file).tensors;
  console.error(`${python} ${script} failed${error ? `: ${error.message}` : ''}`);
  process.exit(1);
}

const pair = await miniLM(undefined, console.error);
const said = inPython('states', pair.l6, pair.l3);
const of = (key: string): Tensor => {
  const found = said[key];
  if (found) return found;
  throw new Error(`Python says no ${key}`);
};

/** Over the tokens that there are: [B, L, D] → [B, D]. */
function meanOver(states: Tensor, mask: Tensor): Tensor {
  const there = mask.unsqueeze(2).to('float32');
  return states
    .mul(there)
    .sum([1])
    .div(there.sum([1]));
}

for (const [name, folder] of Object.entries(pair)) {
  manualSeed(0);
  const { model } = await loadModel(
    folder,
    { classes: 3 },
    { newHead: true, onWarning: (text) => console.log(text) },
  );
  if (!isTextClassifier(model)) throw new Error(`${folder} takes no texts`);
  model.eval();
  const inputs = [of('tokens'), of('mask'), of('types')] as const;
  const last = model.anatomy.stages.at(-1) ?? '';
  const { output: logits, taps } = noGrad(() => nn.tap(model, [last], () => model.forward(...inputs)));
  const states = taps[last] ?? logits;
  const there = of('mask').unsqueeze(2).to('float32');
  assertClose(states.mul(there), of(`${name}.states`).mul(there), 1e-5, `${name}: states of tokens`);
  console.log(`${name}: what it says of ${there.sum().item()} tokens is as in transformers`);
  if (name === 'l3') {
    // The file takes no types.
    const { taps } = noGrad(() => nn.tap(model, [last], () => model.forward(of('tokens'), of('mask'))));
    assertClose(meanOver(taps[last] ?? logits, of('mask')), of('l3.pooled'), 1e-5, 'l3: pooled');
    console.log('l3: the mean of them is as in onnxruntime, of the file that it was taken from');
  }
  const own = ofTransformers(model, 3, []);
  if (!own) throw new Error(`${folder} is nothing to transformers`);
  const written = path.join(scratch, name);
  fs.mkdirSync(written);
  const { modelType, architecture, settings, state } = own;
  const config = { model_type: modelType, architectures: [architecture], num_labels: 3, ...settings };
  fs.writeFileSync(path.join(written, 'config.json'), JSON.stringify(config));
  saveSafetensors(path.join(written, 'model.safetensors'), state, { format: 'pt' });
  const { logits: theirs } = inPython('logits', written, path.join(scratch, 'states.safetensors'));
  if (!theirs) throw new Error('Python says no logits');
  assertClose(logits, theirs, 1e-5, `${name}: logits`);
  console.log(`${name}: a classifier of it that is written answers the same in transformers`);
}
