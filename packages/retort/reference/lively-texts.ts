/** For tests: networks of texts with weights that tell texts apart, and a tokenizer of a few words. Nothing is learned. */
import fs from 'node:fs';
import path from 'node:path';
import { fromBytes, manualSeed, nn, noGrad, scope, type Tensor, tensor } from '@retort/torch';
import { TensorDataset } from 'retort';
import { fetchColumns, type Inputs, permutation, render, type TextRendering } from '../src/data/index.ts';
import { Bert } from '../src/models/bert.ts';
import { DistilBert } from '../src/models/distilbert.ts';
import { Roberta } from '../src/models/roberta.ts';
import { openTokenizer, type Tokenizer } from '../src/tokenizers/index.ts';

const words = [
  ...[
    'a',
    'film',
    'fine',
    'dull',
    'plot',
    'the',
    'and',
    'of',
    'un',
    '##even',
    '##ly',
    'act',
    '##ing',
    '##ed',
  ],
  ...[
    'story',
    'moving',
    'never',
    'it',
    'is',
    'was',
    'love',
    'hate',
    '##s',
    'charm',
    '##less',
    'warm',
    'cold',
  ],
  ...['.', ',', '!', '?', "'", '-', 'n', '##t', 'too', 'long', 'short', 'very'],
];

/** As many as the tokenizer has. */
export const vocabulary = 5 + words.length;

/** A tokenizer of BERT's kind, written into a folder, and opened. */
export function wordPieces(folder: string): Tokenizer {
  fs.mkdirSync(folder, { recursive: true });
  const all = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words];
  fs.writeFileSync(path.join(folder, 'vocab.txt'), `${all.join('\n')}\n`);
  return openTokenizer(folder);
}

/** Sentences of these words, of several lengths, one after another. */
export function sentences(count: number, seed = 0): string[] {
  const plain = words.filter((word) => !word.startsWith('##'));
  return Array.from({ length: count }, (_, i) => {
    const drawn = permutation(997, { seed, epoch: i, purpose: 'subset' });
    const length = 1 + ((drawn[0] ?? 0) % 17);
    return Array.from({ length }, (_, at) => plain[(drawn[at + 1] ?? 0) % plain.length]).join(' ');
  });
}

/** Sentences with labels that say nothing. */
export const sentenceData = (count: number, classes: readonly string[], seed = 0): TensorDataset =>
  new TensorDataset(
    'sentences',
    { sentence: { kind: 'text' }, label: { kind: 'class', classes } },
    {
      sentence: sentences(count, seed),
      label: tensor(Array.from({ length: count }, (_, i) => i % classes.length)).to('int64'),
    },
  );

const small = { width: 24, depth: 2, heads: 3, intermediate: 40, positions: 40, deviation: 0.3 };

const families = { bert: Bert, roberta: Roberta, distilbert: DistilBert } as const;

export const textFamilies = Object.keys(families) as (keyof typeof families)[];

/** A small network whose logits tell texts apart. */
export function livelyTexts(
  family: keyof typeof families,
  options: {
    readonly classes?: number;
    readonly vocabulary?: number;
    readonly padding?: number;
    readonly positions?: number;
  } = {},
): Bert | Roberta | DistilBert {
  manualSeed(0);
  // RoBERTa counts from behind the token that pads.
  const { positions = small.positions, padding = 1 } = options;
  const rows = family === 'roberta' ? positions + 1 + padding : positions;
  const model = new families[family]({ ...small, classes: 3, vocabulary, ...options, positions: rows });
  const { classes = 3 } = options;
  // Logits around zero, so that each class is said of some texts.
  noGrad(() =>
    scope(() => {
      const { tokens, mask } = padded([5, 9, 14, 3, 11, 17], 3);
      const middle = model.eval().forward(tokens, mask).mean([0]);
      for (const [key, bias] of Object.entries(model.stateDict()))
        if (/^classifier\.(out_proj\.)?bias$/.test(key) && bias.shape[0] === classes) bias.sub_(middle);
    }),
  );
  return model;
}

/** A network of one's own, of a function. */
export class TriedTexts extends nn.Layer {
  readonly takes: { readonly kind: 'texts'; vocabulary: number; positions: number; types: number };
  readonly words: nn.Embedding;
  readonly head = new nn.Linear(8, 3);
  readonly #forward: (tokens: Tensor, mask: Tensor, parts: TriedTexts) => Tensor;

  constructor(forward: (tokens: Tensor, mask: Tensor, parts: TriedTexts) => Tensor, known = vocabulary) {
    super();
    this.takes = { kind: 'texts', vocabulary: known, positions: 128, types: 1 };
    this.words = new nn.Embedding(known, 8);
    this.#forward = forward;
  }

  forward(tokens: Tensor, mask: Tensor = tokens.ge(0)): Tensor {
    return this.#forward(tokens, mask, this);
  }
}

/** The mean of each text's words, told apart by a linear layer: transformers has no such network. */
export function meanOfWords(known = vocabulary): TriedTexts {
  manualSeed(0);
  return new TriedTexts((tokens, mask, { words, head }) => {
    const there = mask.unsqueeze(2).to('float32');
    return head.forward(words.forward(tokens).mul(there).sum(1).div(there.sum(1))).mul(9);
  }, known);
}

/** Texts as networks are called with them, of given lengths, padded with 0. */
export function padded(lengths: readonly number[], seed = 0): Record<'tokens' | 'mask' | 'types', Tensor> {
  const longest = Math.max(...lengths);
  const at = lengths.flatMap((length, i) => {
    const drawn = permutation(997, { seed, epoch: i, purpose: 'subset' });
    return Array.from({ length: longest }, (_, j) =>
      j < length ? 2 + ((drawn[j] ?? 0) % (vocabulary - 3)) : 0,
    );
  });
  const shape = [lengths.length, longest];
  const isThere = lengths.flatMap((length) =>
    Array.from({ length: longest }, (_, j) => (j < length ? 1 : 0)),
  );
  const second = lengths.flatMap((length) =>
    Array.from({ length: longest }, (_, j) => (j < length && j > length / 2 ? 1 : 0)),
  );
  const int64 = (values: readonly number[]) =>
    fromBytes(new Uint8Array(BigInt64Array.from(values, BigInt).buffer), 'int64', shape);
  return {
    tokens: int64(at),
    mask: fromBytes(Uint8Array.from(isThere), 'bool', shape),
    types: int64(second),
  };
}

/** Data of texts as networks are called with it. */
export async function shownTexts(data: TensorDataset, rendering: TextRendering): Promise<Inputs> {
  const ids = Int32Array.from({ length: data.size }, (_, i) => i);
  const { columns } = await fetchColumns(data, ids);
  return render(data, columns, ids, { seed: 0, epoch: 0 }, { student: rendering }).student;
}
