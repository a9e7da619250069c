/** Networks of texts as ONNX files. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { fromBinary } from '@bufbuild/protobuf';
import { getNumThreads, manualSeed, noGrad, scope, setNumThreads, type Tensor } from '@retort/torch';
import { ModelProtoSchema } from 'onnx-buf';
import { keepFile } from '../../../reference/exported.ts';
import { livelyTexts, padded, TriedTexts, textFamilies } from '../../../reference/lively-texts.ts';
import { needOnnxRuntime, OnnxSession } from '../../models/onnx/index.ts';
import { checkExport, exportOnnx, type OnnxExport } from './index.ts';

setNumThreads(1);

const graphOf = ({ bytes }: OnnxExport) => fromBinary(ModelProtoSchema, bytes).graph;

/** The names of what a file takes, with their types and dimensions. */
const taken = (exported: OnnxExport) =>
  graphOf(exported)?.input.map(({ name, type }) => {
    const { value } = type?.value ?? {};
    if (typeof value !== 'object' || !('elemType' in value)) return [name];
    const dims = 'shape' in value ? value.shape?.dim.map((dim) => String(dim.value.value)) : [];
    return [name, value.elemType, dims?.join(' x ')];
  });

/** Every length that there may be, and batches of several. */
const allLengths = [...Array.from({ length: 12 }, (_, i) => i + 1), 40, 3, 3, 17, 1, 39];

suite('networks of texts as ONNX files', () => {
  for (const family of textFamilies) {
    test(`${family} answers as the network does, texts of any length, whatever pads them`, async () => {
      const model = livelyTexts(family);
      const exported = await exportOnnx(model);
      keepFile(exported);
      const texts = padded(allLengths);
      const { difference, largest, agreement } = checkExport(model, exported, { texts });
      assert.ok(difference <= 1e-5 * largest, `differs by ${difference} of ${largest}`);
      assert.equal(agreement, 1);
      const types = model.takes.types > 1 ? texts.types : undefined;
      const own = noGrad(() => model.eval().forward(texts.tokens, texts.mask, types));
      assert.ok(new Set(own.argmax(1).toFlatArray()).size > 1, 'all texts are of one class');
      // All at once, the short ones with padding.
      using session = new OnnxSession(needOnnxRuntime('a test'), exported.bytes.slice(), {
        threads: getNumThreads(),
        folder: '',
      });
      const { logits } = session.run(exported.shown.feed(texts), ['logits']);
      const theirs = new Float32Array(logits?.bytes.slice().buffer ?? new ArrayBuffer());
      own.toFlatArray().forEach((value, i) => {
        assert.ok(Math.abs(Number(value) - (theirs[i] ?? Number.NaN)) <= 1e-4, `logit ${i}`);
      });
    });
    test(`${family} takes what transformers calls so, and has its parameters by their paths`, async () => {
      const model = livelyTexts(family);
      const exported = await exportOnnx(model);
      const names = ['input_ids', 'attention_mask', ...(family === 'bert' ? ['token_type_ids'] : [])];
      assert.deepEqual(
        taken(exported),
        names.map((name) => [name, 7, 'batch x sequence']),
      );
      const paths = new Set(Array.from(model.namedParameters(), ([path]) => path));
      const parameters = exported.initialisers.filter((name) => paths.has(name));
      // Those of linear layers are as they are in the network; the row of the one type is taken out.
      assert.ok(parameters.length >= paths.size - 1, `${parameters.length} of ${paths.size}`);
    });
    test(`${family} in float16 says the same, and nothing of it is infinite`, async () => {
      const model = livelyTexts(family);
      const exported = await exportOnnx(model, { precision: 'fp16' });
      keepFile(exported);
      const whole = await exportOnnx(model);
      assert.ok(exported.bytes.length < 0.75 * whole.bytes.length);
      const { difference, largest, beyond } = checkExport(model, exported, { texts: padded(allLengths) });
      assert.ok(difference > 0 && difference <= 0.02 * largest, `differs by ${difference} of ${largest}`);
      assert.equal(beyond, null);
    });
    test(`${family} in int8 says nearly the same, with its table of words in whole numbers`, async () => {
      const model = livelyTexts(family, { vocabulary: 600 });
      const texts = [padded(allLengths, 1), padded(allLengths, 2)];
      const exported = await exportOnnx(model, { precision: 'int8', int8: { texts } });
      keepFile(exported);
      const { difference, largest } = checkExport(model, exported, { texts: padded(allLengths) });
      assert.ok(difference <= 0.15 * largest, `differs by ${difference} of ${largest}`);
      const { initializer = [] } = graphOf(exported) ?? {};
      const table = initializer.filter(({ name }) => name.includes('word_embeddings'));
      assert.deepEqual(table.map(({ dataType, dims }) => [dataType, dims.map(Number)]).sort(), [
        [1, [600, 1]],
        [3, [600, 24]],
      ]);
      const kept = await exportOnnx(model, { precision: 'int8', int8: { texts, keep: { first: true } } });
      assert.ok(kept.bytes.length > exported.bytes.length + 600 * 24 * 2);
    });
  }

  test('a mask is looked at: what it hides changes nothing', async () => {
    const model = livelyTexts('bert');
    const exported = await exportOnnx(model);
    using session = new OnnxSession(needOnnxRuntime('a test'), exported.bytes.slice(), {
      threads: 1,
      folder: '',
    });
    const ask = (texts: Record<string, Tensor>) => {
      const { logits } = session.run(exported.shown.feed(texts), ['logits']);
      return [...new Float32Array(logits?.bytes.slice().buffer ?? new ArrayBuffer())];
    };
    const texts = padded([4, 9]);
    const hidden = { ...texts, tokens: texts.tokens.add(texts.mask.logical_not().to('int64').mul(7)) };
    assert.deepEqual(ask(hidden), ask(texts));
    assert.notDeepEqual(
      ask({ ...hidden, mask: texts.mask.logical_or(texts.mask.logical_not()) }),
      ask(texts),
    );
  });
});

/** The mean of the words of each text. */
const meanOf = (states: Tensor, mask: Tensor): Tensor => {
  const there = mask.unsqueeze(2).to('float32');
  return states.mul(there).sum(1).div(there.sum(1));
};

suite('what depends on how many texts there are, and on how long they are,', () => {
  const cases: Record<string, (tokens: Tensor, mask: Tensor, parts: TriedTexts) => Tensor> = {
    'as their product': (tokens, mask, { words, head }) => {
      const [batch = 0, length = 0] = tokens.shape;
      const flat = words.forward(tokens.reshape([batch * length]));
      return head.forward(meanOf(flat.mul(2).reshape([batch, length, 8]), mask));
    },
    'as a part from the second on': (tokens, mask, { words, head }) => {
      const positions = words.weight.narrow(0, 3, tokens.size(1));
      return head.forward(meanOf(words.forward(tokens).mul(positions), mask));
    },
    'as a slice': (tokens, mask, { words, head }) => {
      const positions = words.weight.slice(0, 0, tokens.size(1));
      return head.forward(meanOf(words.forward(tokens).mul(positions), mask));
    },
    'in what is expanded': (tokens, mask, { words, head }) => {
      const [batch = 0, length = 0] = tokens.shape;
      const vector = head.weight.narrow(0, 0, 1).unsqueeze(0).expand([batch, length, 8]);
      return head.forward(meanOf(words.forward(tokens).add(vector), mask));
    },
  };
  for (const [name, forward] of Object.entries(cases))
    test(`is found: ${name}`, async () => {
      manualSeed(0);
      const model = new TriedTexts(forward);
      const exported = await exportOnnx(model);
      keepFile(exported);
      const { difference, largest } = checkExport(model, exported, { texts: padded(allLengths) });
      assert.ok(largest > 0.1 && difference <= 1e-5 * Math.max(1, largest), `${difference} of ${largest}`);
    });

  const refused = (forward: ConstructorParameters<typeof TriedTexts>[0], message: RegExp) =>
    assert.rejects(exportOnnx(new TriedTexts(forward)), { name: 'ExportError', message });
  const plain = (tokens: Tensor, mask: Tensor, { words, head }: TriedTexts) =>
    head.forward(meanOf(words.forward(tokens), mask));

  test('is refused where it is no multiple of them', () =>
    refused(
      (tokens, mask, parts) => plain(tokens, mask, parts).mul(tokens.size(1) + 1),
      /^aten::mul\.\w+ in the network itself: its 'other' is 5 with 2 texts of 4 tokens and 6 with 2 texts of 5 tokens: a number that depends on the number of texts or their length must be a multiple of it$/,
    ));
  test('is refused where a number must be the same always', () =>
    refused(
      (tokens, mask, parts) => plain(tokens, mask, parts).mul(tokens.size(1)),
      /its 'other' depends on the number of texts or their length, and must be the same for any$/,
    ));
  test('is refused where another course is taken', () =>
    refused((tokens, mask, parts) => {
      const made = plain(tokens, mask, parts);
      return tokens.size(1) > 4 ? made.sin() : made.exp();
    }, /calls aten::exp in the network itself with 2 texts of 4 tokens, and aten::sin in the network itself with 2 texts of 5 tokens: what a network computes must not depend on which texts it is shown$/));
  test('is refused where texts are cut by it', () =>
    refused(
      (tokens, mask, parts) =>
        plain(tokens.narrow(1, 0, tokens.size(1) - 1), mask.narrow(1, 0, mask.size(1) - 1), parts),
      /no? multiple|must be a multiple of it$/,
    ));
});

test('what does not fit a network of texts is a sentence', async () => {
  const model = livelyTexts('bert');
  const refused = (options: Parameters<typeof exportOnnx>[1], message: string) =>
    assert.rejects(exportOnnx(model, options), { name: 'ExportError', message });
  await refused({ size: 32 }, 'size is of networks of images, and this one takes texts');
  await refused(
    { precision: 'int8' },
    'a graph in int8 is made with real texts: pass int8: { texts }, some hundred in batches as the network takes them',
  );
  await refused(
    { precision: 'int8', int8: { texts: [] } },
    'int8.texts came to their end before the first: some hundred are needed',
  );
  const { tokens } = padded([4]);
  await refused(
    { precision: 'int8', int8: { texts: [{ tokens, mask: tokens }] } },
    'int8.texts: batches of tokens and types, int64 [N, L], and a mask, bool [N, L], are needed, not tokens int64 [1, 4], mask int64 [1, 4]',
  );
  await refused(
    { precision: 'int8', int8: { texts: [padded([41])] } },
    'int8.texts: the network takes texts of at most 40 tokens, and some have 41',
  );
  const exported = await exportOnnx(model);
  assert.throws(
    () => checkExport(model, exported, { texts: padded([41]) }),
    /at most 40 tokens, and some have 41$/,
  );
  scope(() => assert.equal(exported.shown.kind, 'texts'));
});
