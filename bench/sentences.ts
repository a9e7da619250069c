/** What is fine-tuned in the bench: MiniLM with a new head of two classes, on sentences of SST-2. */
import fs from 'node:fs';
import {
  functional,
  Generator,
  manualSeed,
  optim,
  scope,
  withDeterministicAlgorithms,
  withGenerator,
} from '@retort/torch';
import {
  batchOf,
  classification,
  type Dataset,
  fetchColumns,
  glue,
  isTextClassifier,
  loadModel,
  openTokenizer,
  permutation,
  subset,
  type TextClassifier,
  type Tokenizer,
} from 'retort';
import { miniLM } from '../packages/retort/src/models/minilm/pair.ts';

export const maxLength = 128;
export const lr = 2e-5;

export async function classifier(folder: string): Promise<TextClassifier> {
  manualSeed(0);
  const { model } = await loadModel(folder, { classes: 2 }, { newHead: true, onWarning: () => {} });
  if (!isTextClassifier(model)) throw new Error(`${folder} takes no texts`);
  return model;
}

/** So many, by chance. */
export async function sentencesOf(count: number): Promise<Dataset> {
  const { train } = await glue('glue-sst2');
  const order = permutation(train.size, { seed: 0, epoch: 0, purpose: 'subset' });
  return subset(train, order.slice(0, count));
}

/** The same samples in the same order in each epoch. */
export function inOrder(data: Dataset): Dataset {
  const order = Int32Array.from({ length: data.size }, (_, i) => i);
  return Object.assign(subset(data, order), { order: () => order });
}

/** Writes tokens, types and labels of all samples, for the Python side. */
export function writeTokens(file: string, folder: string, data: Dataset, tokenizer: Tokenizer): void {
  const columns = data.gather?.(Int32Array.from({ length: data.size }, (_, i) => i)) ?? {};
  const texts = columns.sentence as readonly string[];
  const encoded = texts.map((text) => tokenizer.encode(text, null, maxLength));
  const labels = data.column?.('label')?.toFlatArray().map(Number);
  const tokens = encoded.map((one) => [...one.tokens]);
  const types = encoded.map((one) => [...one.types]);
  fs.writeFileSync(file, JSON.stringify({ folder, tokens, types, labels }));
}

/**
 * What a step of the Trainer computes, on one batch that is there already, so that it can be profiled.
 *
 * @param file  where its tokens are written for the Python side
 */
export async function fineTuningStep(file: string, size: number): Promise<() => void> {
  const { l6 } = await miniLM();
  const tokenizer = openTokenizer(l6);
  const data = await sentencesOf(size);
  writeTokens(file, l6, data, tokenizer);
  const fetched = await fetchColumns(
    data,
    Int32Array.from({ length: size }, (_, i) => i),
  );
  const renderings = { student: { tokenizer, maxLength } };
  const { inputs, targets } = batchOf(
    data,
    fetched,
    { seed: 0, epoch: 0 },
    { task: classification, renderings },
  );
  const { tokens, mask, types } = inputs.student;
  const { labels } = targets;
  if (!tokens || !labels) throw new Error('a batch of texts has tokens and labels');
  const model = await classifier(l6);
  model.train();
  const optimizer = new optim.AdamW(model.parameters(), { lr, weightDecay: 0 });
  let seed = 0;
  return () => {
    using generator = new Generator(seed++);
    withDeterministicAlgorithms(() =>
      withGenerator(generator, () =>
        scope(() => {
          optimizer.zeroGrad();
          const loss = scope(() => functional.cross_entropy(model.forward(tokens, mask, types), labels));
          loss.item();
          loss.backward();
          optim.clipGradNorm(model.parameters(), 1).item();
          optimizer.step();
        }),
      ),
    );
  };
}
