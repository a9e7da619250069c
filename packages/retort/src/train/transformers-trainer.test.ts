/** Training beside transformers' Trainer, whose numbers reference/transformers_trainer.py wrote. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { loadSafetensors, setNumThreads, type Tensor } from '@retort/torch';
import { assertClose } from '../../../torch/reference/load.ts';
import { type Dataset, TensorDataset, type TextTokenizer } from '../data/index.ts';
import { crossEntropy } from '../methods/index.ts';
import { Bert } from '../models/index.ts';
import type { StepEvent } from './events.ts';
import { optimizers } from './optimizer.ts';
import { schedules } from './schedule.ts';
import { Trainer } from './trainer.ts';

setNumThreads(1);
const reference = path.join(import.meta.dirname, '../../reference');
const { tensors: expected } = loadSafetensors(path.join(reference, 'transformers_trainer.safetensors'));
const of = (key: string): Tensor => expected[key] ?? assert.fail(`no ${key}`);
const numbers = (key: string): number[] => of(key).toFlatArray().map(Number);

const [size = 0, longest = 0] = of('tokens').shape;
const lr = 1e-2;

/** Texts are numbers of tokens and types, written down. */
const tokenizer: TextTokenizer = {
  fingerprint: 'numbers',
  vocabulary: 97,
  padding: 0,
  usesTypes: true,
  encode(text) {
    const { tokens, types } = JSON.parse(text);
    return { tokens: Int32Array.from(tokens), types: Int32Array.from(types) };
  },
  files: () => ({}),
  toJSON: () => 'numbers',
};

/** In the order of the reference. */
function data(): Dataset {
  const [tokens, types, mask] = ['tokens', 'types', 'mask'].map(numbers) as [number[], number[], number[]];
  const texts = Array.from({ length: size }, (_, i) => {
    const start = i * longest;
    const end = start + mask.slice(start, start + longest).filter(Boolean).length;
    return JSON.stringify({ tokens: tokens.slice(start, end), types: types.slice(start, end) });
  });
  const fields = { text: { kind: 'text' }, label: { kind: 'class', classes: ['a', 'b', 'c'] } } as const;
  const made = new TensorDataset('texts', fields, { text: texts, label: of('labels') });
  return Object.assign(made, { order: () => Int32Array.from({ length: size }, (_, i) => i) });
}

function student(): Bert {
  const sizes = { width: 24, depth: 3, heads: 3, intermediate: 40, vocabulary: 97, positions: 17 };
  const model = new Bert({ ...sizes, classes: 3, dropout: 0, attentionDropout: 0 });
  const { tensors } = loadSafetensors(path.join(reference, 'models/hugging-face/bert/model.safetensors'));
  model.loadStateDict(tensors);
  return model.to({ dtype: 'float64' });
}

test("AdamW with linear decay follows transformers' Trainer for 20 steps in float64", async () => {
  const model = student();
  const schedule = schedules.linear.create({});
  const trainer = new Trainer({
    student: model,
    data: data(),
    renderings: { student: { tokenizer, maxLength: longest } },
    batchSize: 4,
    precision: 'fp32',
    stages: [
      {
        methods: [crossEntropy()],
        epochs: 2,
        optimizer: optimizers.adamw.create({ lr, weightDecay: 0.1, decay: 'weights' }),
        schedule: (length) => schedule(lr, length),
        clipNorm: 1,
      },
    ],
  });
  const steps: StepEvent[] = [];
  for await (const event of trainer.run()) if (event.kind === 'step') steps.push(event);
  assert.equal(steps.length, 20);
  const wanted = { loss: numbers('loss'), norm: numbers('norm'), lr: numbers('lr') };
  for (const [i, step] of steps.entries()) {
    const near = (own: number, theirs = Number.NaN, tolerance = 1e-9) =>
      assert.ok(Math.abs(own - theirs) < tolerance * theirs, `step ${i + 1}: ${own}, and there ${theirs}`);
    // It adds losses up in float32.
    near(step.loss, wanted.loss[i], 1e-6);
    near(step.gradientNorm, wanted.norm[i]);
    near(step.lr, wanted.lr[i]);
  }
  const clipped = wanted.norm.filter((norm) => norm > 1).length;
  assert.ok(clipped > 0 && clipped < steps.length, 'some steps are clipped, and some are not');
  const state = model.stateDict();
  const keys = Object.keys(expected).filter((key) => key.startsWith('weight.'));
  assert.deepEqual(keys.map((key) => key.slice('weight.'.length)).sort(), Object.keys(state).sort());
  for (const [key, value] of Object.entries(state)) assertClose(value, of(`weight.${key}`), 1e-9, key);
});
