/** BERT, RoBERTa and DistilBERT beside transformers, whose numbers reference/models/hugging_face_texts.py wrote. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import {
  functional,
  Generator,
  loadSafetensors,
  manualSeed,
  nn,
  noGrad,
  randint,
  scope,
  setNumThreads,
  type Tensor,
  tensor,
  withDevice,
  withGenerator,
  zeros,
} from '@retort/torch';
import { assertClose, assertGradientsClose } from '../../../torch/reference/load.ts';
import {
  anatomyOf,
  Bert,
  createModel,
  DistilBert,
  isTextClassifier,
  loadModel,
  models,
  Roberta,
  type TextClassifier,
  textModels,
} from './index.ts';

setNumThreads(1);
const reference = path.join(import.meta.dirname, '../../reference/models/hugging-face');

/** Class numbers of [4, 11] tokens. */
interface Said {
  readonly model: TextClassifier;
  readonly of: (key: string) => Tensor;
  readonly inputs: readonly [tokens: Tensor, mask: Tensor, types: Tensor];
  readonly gradients: Readonly<Record<string, Tensor>>;
}

async function said(name: string): Promise<Said> {
  const folder = path.join(reference, name);
  const { model } = await loadModel(folder, { classes: 3 });
  assert.ok(isTextClassifier(model));
  const { tensors } = loadSafetensors(path.join(folder, 'expected.safetensors'));
  const of = (key: string): Tensor => tensors[key] ?? assert.fail(`no ${key}`);
  const gradients = Object.entries(tensors).flatMap(([key, value]): [string, Tensor][] =>
    key.startsWith('grad.') ? [[key.slice('grad.'.length), value]] : [],
  );
  return {
    ...{ model, of },
    inputs: [of('tokens'), of('mask'), of('types')],
    gradients: Object.fromEntries(gradients),
  };
}

const labels = tensor([0, 1, 2, 0], { dtype: 'int64' });

/** As hugging_face_texts.py has it. */
const lossOf = (logits: Tensor): Tensor =>
  logits.size(1) === 1
    ? functional.mse_loss(logits.select(1, 0), labels.to(logits.dtype))
    : functional.cross_entropy(logits, labels);

const names = ['bert', 'bert-regression', 'roberta', 'distilbert'];
const precisions = { float64: 1e-12, float32: 1e-5 } as const;

suite('logits, hidden states, the vector of the classifier and gradients are those of transformers:', () => {
  for (const name of names)
    for (const [dtype, tolerance] of Object.entries(precisions))
      test(`${name}, in ${dtype}`, async () => {
        const { model, of, inputs, gradients } = await said(name);
        model.to({ dtype: dtype as keyof typeof precisions }).eval();
        const { stem, stages, penultimate } = model.anatomy;
        const paths = [stem, ...stages, penultimate];
        const { output, taps } = nn.tap(model, paths, () => model.forward(...inputs));
        const expected = (key: string): Tensor => of(key).to(output.dtype);
        assertClose(output, expected('logits'), tolerance, 'logits by eager attention');
        assertClose(output, expected('logits.sdpa'), tolerance, 'logits by fused attention');
        for (const [i, at] of [stem, ...stages].entries())
          assertClose(taps[at] ?? output, expected(`hidden.${i}`), tolerance, at);
        assertClose(taps[penultimate] ?? output, expected('vector'), tolerance, penultimate);
        lossOf(output).backward();
        const own = Object.fromEntries(
          Array.from(model.namedParameters(), ([key, value]) => [key, value.grad ?? zeros(value.shape)]),
        );
        assert.deepEqual(Object.keys(own).sort(), Object.keys(gradients).sort());
        const wanted = Object.keys(gradients).map((key) => [key, expected(`grad.${key}`)]);
        assertGradientsClose(own, Object.fromEntries(wanted), tolerance, name);
      });
});

suite('in training, dropout draws what it draws in transformers:', () => {
  for (const name of names)
    test(name, async () => {
      const { model, of, inputs } = await said(name);
      model.to({ dtype: 'float64' }).train();
      manualSeed(3);
      const seeded = noGrad(() => model.forward(...inputs));
      assertClose(seeded, of('logits.training'), 1e-12, 'logits');
      using generator = new Generator(3);
      const own = noGrad(() => withGenerator(generator, () => model.forward(...inputs)));
      assertClose(own, seeded, 0, 'of the step’s generator');
      const other = noGrad(() => withGenerator(generator, () => model.forward(...inputs)));
      assert.ok(Number(other.sub(seeded).abs().max().item()) > 1e-3);
    });
});

suite('a text is answered the same, however far its batch is padded:', () => {
  for (const name of names)
    test(name, async () => {
      const { model, inputs } = await said(name);
      model.to({ dtype: 'float64' }).eval();
      noGrad(() => {
        const [tokens, mask, types] = inputs;
        const whole = model.forward(tokens, mask, types);
        for (const [i, length] of [11, 5, 1, 8].entries()) {
          const alone = [tokens, mask, types].map((of) => of.narrow(0, i, 1).narrow(1, 0, length));
          const [own = tokens, , ofOwn = types] = alone;
          assertClose(model.forward(own, undefined, ofOwn), whole.narrow(0, i, 1), 1e-13, `text ${i}`);
        }
        const longer = inputs.map((of) => functional.pad(of.to('int64'), [0, 3]));
        const [padded = tokens, , ofPadded = types] = longer;
        const paddedMask = functional.pad(mask.to('int64'), [0, 3]).to('bool');
        assertClose(model.forward(padded, paddedMask, ofPadded), whole, 1e-13, 'padded further');
        const another = tokens.masked_fill(mask.logical_not(), 7n);
        if (name !== 'roberta') assertClose(model.forward(another, mask, types), whole, 1e-13, 'what pads');
      });
    });
});

suite('what is left out is', () => {
  test('a mask of tokens alone', async () => {
    const { model, inputs } = await said('bert');
    model.eval();
    const [tokens, mask, types] = inputs;
    const all = mask.logical_or(mask.logical_not());
    assertClose(model.forward(tokens, undefined, types), model.forward(tokens, all, types), 1e-6, 'logits');
  });
  test('types of the first text', async () => {
    for (const name of ['bert', 'roberta']) {
      const { model, inputs } = await said(name);
      model.eval();
      const [tokens, mask, types] = inputs;
      assertClose(model.forward(tokens, mask), model.forward(tokens, mask, types.mul(0)), 1e-6, name);
    }
  });
});

const sizes = {
  width: 48,
  depth: 3,
  heads: 3,
  intermediate: 40,
  vocabulary: 97,
  positions: 17,
  classes: 2,
};

const fresh: Readonly<Record<string, () => TextClassifier>> = {
  bert: () => new Bert({ ...sizes, deviation: 0.05 }),
  roberta: () => new Roberta({ ...sizes, types: 2 }),
  distilbert: () => new DistilBert(sizes),
};

suite('fresh weights have the mean, magnitude and deviation of transformers’:', () => {
  const { tensors } = loadSafetensors(path.join(reference, 'texts-initial.safetensors'));
  for (const [name, make] of Object.entries(fresh))
    test(name, () =>
      scope(() => {
        manualSeed(1);
        const state = Object.entries(make().stateDict());
        const wanted = Object.keys(tensors).filter((key) => key.startsWith(`${name}.`));
        assert.deepEqual(state.map(([key]) => `${name}.${key}`).sort(), wanted.sort());
        for (const [key, value] of state) {
          const moments = tensors[`${name}.${key}`] ?? assert.fail();
          const [mean = 0, magnitude = 0, deviation = 0] = moments.toFlatArray().map(Number);
          // Six standard errors of the difference of two samples.
          const off = 1e-9 + 6 * deviation * Math.sqrt(2 / value.numel());
          const near = (what: string, own: Tensor, theirs: number) =>
            assert.ok(Math.abs(own.item() - theirs) < off, `${what} of ${key}: ${own.item()}, ${theirs}`);
          noGrad(() => {
            near('mean', value.mean(), mean);
            near('magnitude', value.abs().mean(), magnitude);
            near('deviation', value.std({ correction: 0 }), deviation);
          });
        }
      }),
    );
  test('rows for padding are 0', () => {
    for (const make of Object.values(fresh))
      for (const [key, module] of make().namedModules())
        if (module instanceof nn.Embedding && module.paddingIdx !== null)
          assert.equal(module.weight.select(0, module.paddingIdx).abs().max().item(), 0, key);
  });
});

suite('networks of texts by name', () => {
  /** As the files of the hub have them, with two classes: transformers' own counts. */
  const parameters: Readonly<Record<string, number>> = {
    'bert-base-uncased': 109_483_778,
    'bert-large-uncased': 335_143_938,
    'bert_uncased_L-2_H-128_A-2': 4_386_178,
    'bert_uncased_L-4_H-512_A-8': 28_764_674,
    'roberta-base': 124_647_170,
    'roberta-large': 355_361_794,
    'distilroberta-base': 82_119_938,
    'distilbert-base-uncased': 66_955_010,
  };
  test('have the published sizes', () => {
    assert.equal(Object.keys(textModels).length, 2 + 24 + 3 + 1);
    for (const [name, count] of Object.entries(parameters)) {
      const model = withDevice('meta', () => createModel(name, { classes: 2 }));
      assert.equal(model.parameterCount(), count, name);
    }
  });
  test('say that they take texts, and those of images do not', () => {
    for (const name of Object.keys(models)) {
      const model = withDevice('meta', () => createModel(name, { classes: 2 }));
      assert.equal(isTextClassifier(model), Object.hasOwn(textModels, name), name);
    }
    const takes = (name: string) => {
      const model = withDevice('meta', () => createModel(name, { classes: 2 }));
      return isTextClassifier(model) ? model.takes : null;
    };
    assert.deepEqual(takes('bert_uncased_L-4_H-256_A-4'), {
      ...{ kind: 'texts', vocabulary: 30_522, positions: 512, types: 2 },
    });
    assert.deepEqual(takes('roberta-base'), {
      ...{ kind: 'texts', vocabulary: 50_265, positions: 512, types: 1 },
    });
    assert.deepEqual(takes('distilbert-base-uncased'), {
      ...{ kind: 'texts', vocabulary: 30_522, positions: 512, types: 1 },
    });
  });
  test('have the paths that their anatomy names', () => {
    for (const make of Object.values(fresh)) {
      const model = make();
      const { stem = '', stages = [], penultimate = '', classifier = [], head = [] } = anatomyOf(model) ?? {};
      const paths = new Set(Array.from(model.namedModules(), ([at]) => at));
      for (const at of [stem, ...stages, penultimate, ...classifier, ...head]) assert.ok(paths.has(at), at);
      const tokens = randint(3, 97, [2, 5]);
      const { taps } = nn.tap(model.eval(), [...stages, penultimate], () => model.forward(tokens));
      assert.deepEqual(taps[penultimate]?.shape, [2, 48]);
      for (const at of stages) assert.deepEqual(taps[at]?.shape, [2, 5, 48]);
    }
  });
});

test('types of a tokenizer that tells two texts apart are not looked at where a network knows one', () => {
  const options = { classes: 2, width: 8, depth: 1, heads: 2, intermediate: 8, vocabulary: 9, positions: 12 };
  const [tokens, mask] = [tensor([[2n, 3n, 4n]]), tensor([[true, true, true]])];
  const types = tensor([[0n, 1n, 1n]]);
  manualSeed(1);
  for (const model of [new Roberta(options), new Bert({ ...options, types: 1 })]) {
    model.eval();
    assert.deepEqual(
      model.forward(tokens, mask, types).toList(),
      model.forward(tokens, mask, zeros([1, 3], { dtype: 'int64' })).toList(),
    );
  }
});

suite('what is no text of theirs is refused:', () => {
  const tokens = (length: number) => randint(3, 97, [2, length]);
  test('one that is too long', () => {
    for (const [name, most] of [
      ['bert', 17],
      ['roberta', 15],
      ['distilbert', 17],
    ] as const) {
      const model = fresh[name]?.().eval() ?? assert.fail();
      assert.deepEqual(model.forward(tokens(most)).shape, [2, 2]);
      assert.throws(() => model.forward(tokens(most + 1)), {
        name: 'RangeError',
        message: new RegExp(
          `takes texts of at most ${most} tokens, and got some of ${most + 1}: cut them off`,
        ),
      });
    }
  });
  test('images', () => {
    for (const make of Object.values(fresh))
      assert.throws(
        () => make().forward(zeros([2, 3, 8, 8])),
        /takes texts as numbers of tokens, int64 \[B, L\], and got Tensor float32\[2, 3, 8, 8\]$/,
      );
  });
  test('masks and types of another form', () => {
    const model = fresh.bert?.() ?? assert.fail();
    const ones = tensor([[1n, 1n, 1n]]);
    assert.throws(
      () => model.forward(tokens(3), ones),
      /^RangeError: BERT takes a mask of its tokens, bool \[2, 3\], and got Tensor int64\[1, 3\]$/,
    );
    assert.throws(
      () => model.forward(tokens(3), undefined, ones),
      /^RangeError: BERT takes a type of each token, int64 \[2, 3\], and got Tensor int64\[1, 3\]$/,
    );
  });
  test('a token that it does not know', () => {
    const model = fresh.bert?.() ?? assert.fail();
    assert.throws(
      () => model.forward(tensor([[1n, 97n]])),
      /index 97 is out of range: the weight has 97 rows/,
    );
  });
  test('heads that do not divide the width', () => {
    for (const Network of [Bert, Roberta, DistilBert])
      assert.throws(() => new Network({ ...sizes, heads: 5 }), /a width of 48 does not divide into 5 heads/);
  });
});
