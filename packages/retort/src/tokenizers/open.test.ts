/** What is no tokenizer, or one that is not read, is said with its file. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { hasTokenizer, openTokenizer, TokenizerError } from './index.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-tokenizers-'));
after(() => fs.rmSync(scratch, { recursive: true }));

let made = 0;
function folder(files: Readonly<Record<string, string | object>>): string {
  const place = path.join(scratch, String(made++));
  fs.mkdirSync(place);
  for (const [name, content] of Object.entries(files))
    fs.writeFileSync(
      path.join(place, name),
      typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content),
    );
  return place;
}

const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const vocab = [...special, 'a', 'film', '##s', '.'].map((token) => `${token}\n`).join('');

/** `tokenizer.json` of BERT's kind with something in it changed. */
const json = (changed: object = {}): object => ({
  ...(JSON.parse(openTokenizer(folder({ 'vocab.txt': vocab })).files()['tokenizer.json'] ?? '') as object),
  ...changed,
});
const model = (changed: object): object => ({
  model: { ...(json() as { model: object }).model, ...changed },
});

suite('a tokenizer is read', () => {
  test('from a folder, or from one of its files', () => {
    const place = folder({ 'vocab.txt': vocab });
    const one = openTokenizer(place);
    const other = openTokenizer(path.join(place, 'vocab.txt'));
    assert.deepEqual([...one.encode('A films', 'film.', 10).tokens], [2, 5, 6, 7, 3, 6, 8, 3]);
    assert.deepEqual([...one.encode('A films', 'film.', 10).types], [0, 0, 0, 0, 0, 1, 1, 1]);
    assert.equal(one.fingerprint, other.fingerprint);
    assert.deepEqual([one.vocabulary, one.padding, one.usesTypes], [9, 0, true]);
    assert.deepEqual(JSON.parse(JSON.stringify({ one })), { one: { fingerprint: one.fingerprint } });
    assert.deepEqual([hasTokenizer(place), hasTokenizer(scratch)], [true, false]);
  });

  test('with lines of Windows, and a vocabulary that has a token `model`', () => {
    const windows = openTokenizer(folder({ 'vocab.txt': vocab.replaceAll('\n', '\r\n') }));
    assert.equal(windows.fingerprint, openTokenizer(folder({ 'vocab.txt': vocab })).fingerprint);
    const numbers = { m: 0, o: 1, model: 2, mo: 3 };
    const place = folder({ 'vocab.json': numbers, 'merges.txt': 'm o\n' });
    assert.deepEqual([...openTokenizer(place).encode('mo', null, 5).tokens], [3]);
    for (const file of ['vocab.json', 'merges.txt'])
      assert.equal(openTokenizer(path.join(place, file)).fingerprint, openTokenizer(place).fingerprint);
  });

  test('with what the config beside it says: case, special tokens, types, tokens that it adds', () => {
    const config = (said: object) =>
      openTokenizer(folder({ 'vocab.txt': vocab, 'tokenizer_config.json': said }));
    assert.deepEqual([...config({ do_lower_case: false }).encode('A film', null, 9).tokens], [2, 1, 6, 3]);
    assert.equal(config({ model_input_names: ['input_ids', 'attention_mask'] }).usesTypes, false);
    assert.equal(config({ pad_token: { content: '[MASK]' } }).padding, 4);
    const added = config({ added_tokens_decoder: { 9: { content: '[NEW]', special: true } } });
    assert.deepEqual([...added.encode('a[NEW]film', null, 9).tokens], [2, 5, 9, 6, 3]);
    assert.equal(added.vocabulary, 10);
    const both = openTokenizer(
      folder({ 'tokenizer.json': json(), 'tokenizer_config.json': { do_lower_case: false } }),
    );
    assert.deepEqual([...both.encode('A film', null, 9).tokens], [2, 1, 6, 3]);
  });

  test('as the class of transformers has it that the network beside it has', () => {
    const cased = openTokenizer(
      folder({ 'vocab.txt': vocab, 'tokenizer_config.json': { do_lower_case: false } }),
    );
    const { 'tokenizer.json': text = '' } = cased.files();
    const tokens = (files: Readonly<Record<string, object>>): number[] => [
      ...openTokenizer(folder({ 'tokenizer.json': text, ...files })).encode('A film', null, 9).tokens,
    ];
    const [asItIs, lower] = [
      [2, 1, 6, 3],
      [2, 5, 6, 3],
    ];
    assert.deepEqual(tokens({}), asItIs);
    assert.deepEqual(tokens({ 'config.json': { model_type: 'bert' } }), lower);
    assert.deepEqual(tokens({ 'config.json': { model_type: 'other' } }), asItIs);
    const fast = { tokenizer_class: 'PreTrainedTokenizerFast', do_lower_case: true };
    assert.deepEqual(
      tokens({ 'config.json': { model_type: 'bert' }, 'tokenizer_config.json': fast }),
      asItIs,
    );
  });

  test('the odd token is that of the longer of two long texts', () => {
    const tokenizer = openTokenizer(folder({ 'vocab.txt': vocab }));
    const [long, longer] = ['a '.repeat(20_000), 'film '.repeat(20_001)];
    assert.deepEqual([...tokenizer.encode(long, longer, 8).tokens], [2, 5, 5, 3, 6, 6, 6, 3]);
    assert.deepEqual([...tokenizer.encode(longer, long, 8).tokens], [2, 6, 6, 6, 3, 5, 5, 3]);
  });

  test('as another one wherever a token could be another', () => {
    const place = (text: string, config: object = {}): string =>
      openTokenizer(folder({ 'vocab.txt': text, 'tokenizer_config.json': config })).fingerprint;
    const all = [
      place(vocab),
      place(`${vocab}b\n`),
      place(vocab.replace('a\nfilm', 'film\na')),
      place(vocab, { do_lower_case: false }),
      place(vocab, { model_input_names: ['input_ids'] }),
      place(vocab, { pad_token: '[MASK]' }),
      place(vocab, { added_tokens_decoder: { 9: { content: '[NEW]' } } }),
    ];
    assert.equal(new Set(all).size, all.length);
    assert.equal(place(vocab), place(vocab, { model_max_length: 128 }));
  });
});

suite('what is refused, with a sentence', () => {
  const cases: Readonly<
    Record<string, [files: Readonly<Record<string, string | object>>, sentence: RegExp]>
  > = {
    'an empty folder': [{}, /has no tokenizer: that is tokenizer\.json, or vocab\.txt/],
    'a vocabulary without special tokens': [
      { 'vocab.txt': 'a\nb\n' },
      /vocab\.txt has no '\[PAD\]', '\[UNK\]', '\[CLS\]', '\[SEP\]': it is the vocabulary of no BERT/,
    ],
    'an empty vocabulary': [{ 'vocab.txt': '' }, /vocab\.txt has no '\[PAD\]'/],
    'a vocabulary in another encoding': [
      { 'vocab.txt': Buffer.from([...Buffer.from(vocab), 0xe9, 10]) },
      /vocab\.txt, line 10: it cannot be read: this is no UTF-8/,
    ],
    'added tokens that are none': [
      { 'vocab.txt': vocab, 'added_tokens.json': { a: 'b' } },
      /added_tokens\.json is not as it must be: an object of tokens, each with its number/,
    ],
    'special tokens that are none': [
      { 'vocab.txt': vocab, 'special_tokens_map.json': [] },
      /special_tokens_map\.json is no object of special tokens/,
    ],
    'special tokens that are not looked for in a text': [
      { 'vocab.txt': vocab, 'tokenizer_config.json': { split_special_tokens: true } },
      /tokenizer_config\.json says split_special_tokens, which Retort does not do/,
    ],
    'JSON that is none': [{ 'tokenizer.json': '{' }, /tokenizer\.json is not JSON: /],
    'JSON of something else': [
      { 'tokenizer.json': { a: 1 } },
      /tokenizer\.json is no tokenizer .*: model is not/,
    ],
    'a list': [{ 'tokenizer.json': [1] }, /tokenizer\.json is no tokenizer .*: all of it is not/],
    'a config that is none': [
      { 'vocab.txt': vocab, 'tokenizer_config.json': '[]' },
      /tokenizer_config\.json is no object of settings/,
    ],
    'tokens that a config adds amiss': [
      { 'vocab.txt': vocab, 'tokenizer_config.json': { added_tokens_decoder: { a: 1 } } },
      /added_tokens_decoder of its tokenizer_config\.json is not as it must be/,
    ],
    'merges that are missing': [
      { 'vocab.json': { a: 0 } },
      /is a vocabulary, and .*merges\.txt.* is not beside it/,
    ],
    'a vocabulary that is none': [
      { 'vocab.json': { a: 'b' }, 'merges.txt': '' },
      /vocab\.json is no vocabulary: it must be an object of tokens/,
    ],
    'a line that is no merge': [
      { 'vocab.json': { a: 0 }, 'merges.txt': '#version: 0.2\na b c\n' },
      /merges\.txt, line 2: 'a b c' is no merge/,
    ],
    'merges of another vocabulary': [
      { 'vocab.json': { a: 0, b: 1 }, 'merges.txt': 'a b\n' },
      /merges\.txt, line 1: 'a b': vocab\.json has no 'ab': the two files are not of one tokenizer/,
    ],
    'RoBERTa without its padding': [
      { 'vocab.json': { '<s>': 0, '</s>': 1 }, 'merges.txt': '' },
      /vocab\.json has no '<pad>', which the vocabulary of a RoBERTa has/,
    ],
    'a normalizer of another kind': [
      { 'tokenizer.json': json({ normalizer: { type: 'Precompiled' } }) },
      /its normalizer is of the kind Precompiled, which Retort does not read; it reads BertNormalizer, /,
    ],
    'a sequence that is none': [
      { 'tokenizer.json': json({ normalizer: { type: 'Sequence' } }) },
      /its normalizer is a Sequence, and normalizers is no list of parts/,
    ],
    'a pre-tokenizer of another kind': [
      { 'tokenizer.json': json({ pre_tokenizer: { type: 'Metaspace' } }) },
      /its pre-tokenizer is of the kind Metaspace, which Retort does not read/,
    ],
    'a model of another kind, whose vocabulary is of another form': [
      { 'tokenizer.json': { model: { type: 'Unigram', unk_id: 0, vocab: [['<unk>', 0]] } } },
      /tokenizer\.json: its model is of the kind Unigram, which Retort does not read; it reads WordPiece and BPE/,
    ],
    'a model of another kind': [
      { 'tokenizer.json': json(model({ type: 'WordLevel' })) },
      /its model is of the kind WordLevel, which Retort does not read; it reads WordPiece and BPE/,
    ],
    'BPE with suffixes': [
      {
        'tokenizer.json': json(
          model({ type: 'BPE', merges: [], continuing_subword_prefix: '', end_of_word_suffix: '</w>' }),
        ),
      },
      /its BPE has end_of_word_suffix "<\/w>", and byte-level BPE has none/,
    ],
    'a vocabulary without what stands for unknown words': [
      { 'tokenizer.json': json(model({ unk_token: '<unk>' })) },
      /its vocabulary has no <unk>, which stands for words that are not in it/,
    ],
    'single words': [
      { 'tokenizer.json': json({ added_tokens: [{ id: 5, content: 'a', single_word: true }] }) },
      /its added token 'a' is found as a single word only/,
    ],
    'a post-processor of another kind': [
      { 'tokenizer.json': json({ post_processor: { type: 'Other' } }) },
      /its post-processor is of the kind Other; TemplateProcessing, /,
    ],
    'a post-processor without its tokens': [
      { 'tokenizer.json': json({ post_processor: { type: 'BertProcessing' } }) },
      /its post-processor \(BertProcessing\) is not as it must be/,
    ],
    'a template of tokens without numbers': [
      {
        'tokenizer.json': json({
          post_processor: {
            type: 'TemplateProcessing',
            single: [{ SpecialToken: { id: 'X', type_id: 0 } }],
            pair: [],
            special_tokens: {},
          },
        }),
      },
      /its template has X, of which special_tokens says no number/,
    ],
    'two templates': [
      {
        'tokenizer.json': json({
          post_processor: {
            type: 'Sequence',
            processors: Array(2).fill({ type: 'BertProcessing', cls: ['[CLS]', 2], sep: ['[SEP]', 3] }),
          },
        }),
      },
      /two of its post-processors add special tokens, and one may/,
    ],
    'texts that are cut on the left': [
      { 'vocab.txt': vocab, 'tokenizer_config.json': { truncation_side: 'left' } },
      /tokenizer_config\.json says truncation_side: 'left', and Retort cuts texts on the right/,
    ],
    'a setting of another kind': [
      { 'vocab.txt': vocab, 'tokenizer_config.json': { remove_space: true } },
      /tokenizer_config\.json says remove_space, which Retort does not do/,
    ],
  };
  for (const [what, [files, sentence]] of Object.entries(cases))
    test(what, () => {
      const place = folder(files);
      assert.throws(
        () => openTokenizer(place),
        (error: unknown) => {
          assert.ok(error instanceof TokenizerError);
          assert.match(error.message, sentence);
          assert.ok(error.message.startsWith(place), error.message);
          return true;
        },
      );
    });

  test('a place that is not there', () => {
    assert.throws(() => openTokenizer('/nowhere/at/all'), /there is no tokenizer at \/nowhere\/at\/all/);
  });

  test('no room for a token of each text', () => {
    const tokenizer = openTokenizer(folder({ 'vocab.txt': vocab }));
    assert.throws(
      () => tokenizer.encode('a', 'b', 4),
      /at most 4 tokens are to be made, and there must be at least 5: 3 special ones, and one of each text/,
    );
    assert.throws(() => tokenizer.encode('a', null, Number.NaN), TokenizerError);
    assert.equal(tokenizer.encode('a film', 'a film', 5).tokens.length, 5);
  });
});
