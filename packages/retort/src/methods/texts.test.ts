/** Methods on texts: in the real loop, whatever padding there is, and with a cache. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import {
  aten,
  full,
  manualSeed,
  type nn,
  scope,
  setNumThreads,
  type Tensor,
  tensor,
  zeros,
} from '@retort/torch';
import { assertAllClose, assertClose } from '../../../torch/reference/load.ts';
import { type Dataset, type Rendering, TensorDataset, type TextTokenizer } from '../data/index.ts';
import { computeLoss, exampleInput } from '../loss/index.ts';
import { Bert, DistilBert, Roberta } from '../models/index.ts';
import { classification, multiLabel, regression, type Task } from '../tasks/index.ts';
import { stageOf, Trainer, TrainingError } from '../train/index.ts';
import { type Method, methods } from './index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-texts-'));
after(() => fs.rmSync(scratch, { recursive: true }));

/** A token for each letter, from 2 on, behind one that begins the text. */
const tokenizer = (fingerprint = 'letters', every = 1): TextTokenizer => ({
  ...{ fingerprint, vocabulary: 40, padding: 0, usesTypes: false },
  encode(text, _, maxLength) {
    const letters = [...text].filter((_, i) => i % every === 0);
    const tokens = [1, ...letters.map((letter) => 2 + (letter.charCodeAt(0) % 32))];
    return { tokens: Int32Array.from(tokens.slice(0, maxLength)), types: new Int32Array(tokens.length) };
  },
  files: () => ({}),
  toJSON: () => ({ fingerprint }),
});
const letters: Rendering = { tokenizer: tokenizer(), maxLength: 16 };

const texts = Array.from({ length: 33 }, (_, i) =>
  (['bad', 'good', 'so'][i % 3] ?? '').padEnd(4 + (i % 7), 'xyz'),
);
// With two classes, correlations of predictions are 1 or -1.
const values = texts.map((_, i) => i % 3);
const data = new TensorDataset(
  'texts',
  { text: { kind: 'text' }, label: { kind: 'class', classes: ['bad', 'good', 'so'] } },
  { text: texts, label: tensor(values).to('int64') },
);
const numbers = new TensorDataset(
  'numbers',
  { text: { kind: 'text' }, score: { kind: 'scalar' } },
  { text: texts, score: tensor(values) },
);

const network = {
  bert: (seed: number, more: object = {}) => {
    manualSeed(seed);
    return new Bert({ ...sizes, deviation: 0.2, ...more });
  },
  roberta: (seed: number, more: object = {}) => {
    manualSeed(seed);
    return new Roberta({ ...sizes, deviation: 0.2, ...more });
  },
  distilbert: (seed: number, more: object = {}) => {
    manualSeed(seed);
    return new DistilBert({ ...sizes, deviation: 0.2, ...more });
  },
};
const sizes = { width: 8, depth: 2, heads: 2, intermediate: 16, classes: 3, vocabulary: 40, positions: 24 };

interface Given {
  readonly student?: nn.Layer;
  readonly teacher?: nn.Layer;
  readonly task?: Task;
  readonly of?: Dataset;
  readonly rendering?: Rendering;
  readonly cache?: { readonly views: number; readonly folder: string; readonly dtype: 'float32' };
  readonly epochs?: number;
  readonly lr?: number;
}

const trainerOf = (method: Method, given: Given = {}): Trainer =>
  new Trainer({
    student: given.student ?? network.bert(1),
    teachers: [given.teacher ?? network.bert(2, { depth: 4 })],
    data: given.of ?? data,
    task: given.task ?? classification,
    renderings: { student: letters, teacher: given.rendering ?? letters },
    batchSize: 8,
    precision: 'fp32',
    cache: given.cache,
    stages: [stageOf({ method, epochs: given.epochs ?? 4, lr: given.lr ?? 0.02, schedule: 'constant' })],
    onWarning: () => {},
  });

async function lossesOf(trainer: Trainer): Promise<number[]> {
  const found: number[] = [];
  for await (const event of trainer.run())
    if (event.kind === 'epoch') {
      assert.ok(Object.values(event.losses).every(Number.isFinite), JSON.stringify(event.losses));
      found.push(event.losses.loss ?? Number.NaN);
    }
  return found;
}

const obstacles = async (method: Method, given: Given = {}): Promise<string> =>
  (await trainerOf(method, given).rehearse()).map(({ message }) => message).join('\n');

const create = (name: string, options: object = {}): Method => {
  const found = methods[name];
  assert.ok(found);
  return found.create(options);
};

/** Options with which a method learns from tokens; for images alone it says why. */
const learns: Readonly<Record<string, object>> = {
  supervised: {},
  'cross-entropy': {},
  kd: {},
  cskd: {},
  srd: {},
  annealing: { tauMax: 2 },
  sp: { beta: 10 },
  cc: {},
  rkd: {},
  pkt: {},
  dkd: {},
  dist: {},
  'logit-std': {},
  crd: { negatives: 4 },
  cosine: {},
  seed: { queue: 6 },
  compress: { queue: 6 },
  pkd: {},
  minilm: {},
  tinybert: {},
};
const refuses: Readonly<Record<string, RegExp>> = {
  ...Object.fromEntries(
    ['at', 'nst', 'vid', 'fgfi'].map((name) => [
      name,
      new RegExp(
        `^${name} compares feature maps, and '[^']+' gives tokens of texts, which lie on no grid: learn`,
      ),
    ]),
  ),
  ofa: /^ofa reads logits from feature maps, .* and the student is shown texts/,
  dlkd: /^dlkd compares each image in 4 turns, and texts cannot be turned/,
  'barlow-twins': /^barlow-twins compares 2 draws of each image, and texts are not drawn/,
  fitnet:
    /^fitnet compares feature maps \[C, H, W\]: 'bert\.encoder\.layer\.1' of the student gives \[\d+, 8\]/,
  fsp: /^fsp compares feature maps|^fsp compares stages one to one/,
  ft: /^ft compares feature maps/,
  ab: /^ab looks at stages before their last ReLU/,
  review: /^review looks at stages before their last ReLU/,
};

suite('of every method it is known whether it', () => {
  for (const [name, options] of Object.entries(learns))
    test(`learns from texts: ${name}`, async () => {
      // Its gradients are large from the beginning.
      const lr = name === 'rkd' ? 5e-4 : 0.02;
      const trainer = trainerOf(create(name, options), { lr });
      const losses = await lossesOf(trainer);
      if (name !== 'annealing') assert.ok((losses.at(-1) ?? 0) < (losses[0] ?? 0), String(losses));
    });
  for (const [name, said] of Object.entries(refuses))
    test(`refuses tokens of texts: ${name}`, async () => {
      // As many stages of each, so that it is the tokens that do not fit.
      assert.match(await obstacles(create(name), { teacher: network.bert(2) }), said);
    });
  test('or the other', () => {
    assert.deepEqual([...Object.keys(learns), ...Object.keys(refuses)].sort(), Object.keys(methods).sort());
  });
});

suite('attention is found in', () => {
  for (const kind of ['roberta', 'distilbert'] as const)
    for (const name of ['minilm', 'tinybert', 'pkd'])
      test(`${kind}, by ${name}`, async () => {
        const student = network[kind](1);
        // Positions of RoBERTa begin behind its padding.
        const losses = await lossesOf(
          trainerOf(create(name), { student, teacher: network.bert(2, { depth: 4 }) }),
        );
        assert.ok((losses.at(-1) ?? 0) < (losses[0] ?? 0), String(losses));
      });
});

/** What compares predictions over classes of which a text is one. */
const ofPredictions: Readonly<Record<string, object>> = {
  ...{ dkd: {}, dist: {}, cskd: {}, 'logit-std': {}, srd: {} },
  kd: { hard: true },
};

suite('a number of each text is learned by', () => {
  const of: Given = { of: numbers, task: regression };
  const pair = (): Given => ({
    student: network.bert(1, { classes: 1 }),
    teacher: network.bert(2, { classes: 1, depth: 4 }),
    ...of,
  });
  for (const name of ['kd', 'annealing', 'pkd', 'tinybert', 'minilm'])
    test(name, async () => {
      const options = name === 'annealing' ? { tauMax: 1 } : {};
      const losses = await lossesOf(trainerOf(create(name, options), pair()));
      assert.ok((losses.at(-1) ?? 0) < (losses[0] ?? 0), String(losses));
    });
  test('kd as the squared difference of both, beside the loss of its own', () => {
    const given = { 'student.logits': tensor([[1], [2]]), 'teacher.logits': tensor([[0], [4]]) };
    const labels = zeros([2], { dtype: 'int64' });
    const { terms } = computeLoss('kd', { tensors: { ...given, labels }, options: { alpha: 0.5, gamma: 0 } });
    assert.equal(terms.kd?.item(), 0.5 * 2.5);
  });
  for (const [name, options] of Object.entries(ofPredictions))
    test(`not by ${name}, which says so`, async () => {
      assert.match(
        await obstacles(create(name, options), pair()),
        new RegExp(
          `^${name} compares predictions over classes, and the student's logits are one number of each sample: learn by kd`,
        ),
      );
    });
  test('srd of its vectors alone', async () => {
    assert.equal(await obstacles(create('srd', { kappa: 0 }), pair()), '');
  });
});

/** A feature [B, L, …] or a mask with so many more tokens of padding, which is not even finite. */
function padded(name: string, of: Tensor, more: number): Tensor {
  if (name === 'mask') return aten.cat([of, full([of.size(0), more], false, { dtype: 'bool' })], 1);
  if (!name.includes('.feature.') || of.dim() !== 3) return of;
  return aten.cat([of, full([of.size(0), more, of.size(2)], 1e4)], 1);
}

suite('padding counts nothing, however much of it there is, by', () => {
  for (const [name, options] of Object.entries({
    pkd: {},
    minilm: {},
    tinybert: {},
    sp: { student: 'stage1', teacher: 'stage1' },
    srd: { student: 'stage1', teacher: 'stage1' },
    rkd: { student: 'stage1', teacher: 'stage1' },
  }))
    test(name, () =>
      scope(() => {
        const ofTexts = exampleInput('tinybert');
        const { 'parts.map.weight': _, 'parts.map.bias': __, ...features } = ofTexts;
        const own = name === 'tinybert' || name === 'minilm' ? ofTexts : features;
        const given =
          name === 'pkd' || name === 'minilm'
            ? exampleInput(name)
            : name === 'srd'
              ? { ...own, 'parts.projector.weight': full([16, 8], 0.1), 'parts.projector.bias': zeros([16]) }
              : own;
        const long = Object.fromEntries(Object.entries(given).map(([of, held]) => [of, padded(of, held, 3)]));
        const [short, longer] = [given, long].map((tensors) => computeLoss(name, { tensors, options }));
        assert.ok(short && longer);
        assertAllClose(longer.terms, short.terms, 1e-6);
        for (const [of, gradient] of Object.entries(longer.gradients)) {
          const wanted: Tensor | undefined = short.gradients[of];
          assert.ok(wanted);
          const isOfTokens = gradient.dim() === 3;
          const whole = isOfTokens ? gradient.narrow(1, 0, wanted.size(1)) : gradient;
          // Some are zero but for rounding.
          assertClose(whole, wanted, 1e-5, of, 1);
          if (isOfTokens) assert.equal(gradient.narrow(1, wanted.size(1), 3).abs().max().item(), 0, of);
        }
      }),
    );
});

suite('two vocabularies are', () => {
  const rendering = { tokenizer: tokenizer('every second letter', 2), maxLength: 16 };
  for (const name of ['minilm', 'tinybert'])
    test(`refused by ${name}, which compares token by token`, async () => {
      assert.match(
        await obstacles(create(name), { rendering }),
        new RegExp(
          `^${name} compares the networks token by token, and they are shown other tokens \\(the student \\d+ at most, the teacher \\d+\\): give both the same tokenizer`,
        ),
      );
    });
  for (const name of ['kd', 'srd', 'pkd'])
    test(`no matter to ${name}`, async () => {
      assert.equal(await obstacles(create(name), { rendering }), '');
    });
  test('averaged by the mask of each', async () => {
    const method = create('srd', { student: 'bert.encoder.layer.1', teacher: 'bert.encoder.layer.3' });
    assert.ok((await lossesOf(trainerOf(method, { rendering, epochs: 1 }))).every(Number.isFinite));
  });
});

suite('a method that does not fit says so:', () => {
  test('pkd, of other widths, and of layers that are no multiple', async () => {
    assert.match(
      await obstacles(create('pkd'), { teacher: network.bert(2, { width: 16, depth: 4 }) }),
      /^pkd compares vectors of one width: 'bert\.encoder\.layer\.0' of the student has 8 numbers, 'bert\.encoder\.layer\.1' of the teacher 16/,
    );
    assert.match(
      await obstacles(create('pkd'), { teacher: network.bert(2, { depth: 3 }) }),
      /^pkd has each of the student's 2 layers learn from every so many of the teacher's, of which there are 3, no multiple: name the paths/,
    );
    assert.equal(
      await obstacles(create('pkd', { strategy: 'last' }), { teacher: network.bert(2, { depth: 3 }) }),
      '',
    );
  });
  test('minilm and tinybert, of other heads, or of networks that say nothing of them', async () => {
    for (const name of ['minilm', 'tinybert']) {
      assert.match(
        await obstacles(create(name), { teacher: network.bert(2, { heads: 4, depth: 4 }) }),
        new RegExp(`^${name} compares attention head by head, and the student has 2 heads, the teacher 4`),
      );
      const teacher = network.bert(2, { depth: 4 });
      const { attention: _, ...anatomy } = teacher.anatomy;
      assert.match(
        await obstacles(create(name), { teacher: Object.assign(teacher, { anatomy }) }),
        new RegExp(
          `^${name} compares attention, and the teacher does not say where its queries, keys and values are`,
        ),
      );
    }
  });
  test('tinybert, of layers that there are not', async () => {
    assert.match(
      await obstacles(create('tinybert', { layers: [1, 9] })),
      /^tinybert: layers names layer 9, and the teacher has 4/,
    );
    assert.match(
      await obstacles(create('tinybert', { layers: [1] })),
      /^tinybert: layers has 1 numbers, and the student 2 layers/,
    );
    assert.equal(await obstacles(create('tinybert', { layers: [1, 3] })), '');
    assert.throws(
      () => create('tinybert', { embedding: 0, hidden: 0, attention: 0, prediction: 0 }),
      /must not all be 0/,
    );
  });
});

suite('what a teacher of texts says is kept:', () => {
  const cached = (name: string, more: Given = {}) => {
    const cache = { views: 1, folder: path.join(scratch, name), dtype: 'float32' } as const;
    return trainerOf(create(name, learns[name]), { ...more, cache, epochs: 2 });
  };
  for (const name of ['kd', 'srd'])
    test(`logits and vectors, by which ${name} learns the same as from the teacher itself`, async () => {
      const live = await lossesOf(trainerOf(create(name, learns[name]), { epochs: 2 }));
      const kept = await lossesOf(cached(name));
      for (const [i, loss] of kept.entries())
        assert.ok(Math.abs(loss - (live[i] ?? 0)) < 1e-4 * loss, `${kept} ${live}`);
    });
  test('tokens where all texts are of one length, else not, which is said before the first step', async () => {
    assert.match(
      (await cached('pkd').rehearse()).map(({ message }) => message).join(),
      /^what the teacher says cannot be kept: 'bert\.encoder\.layer\.1' is of each token of a text, and a batch has as many as its longest text\. Pad all texts to one length \(`input: \{ padding: max \}` of the teacher\), or leave out the cache/,
    );
    await assert.rejects(lossesOf(cached('pkd')), TrainingError);
    const rendering = { ...letters, padding: 'max' } as const;
    const kept = await lossesOf(cached('pkd', { rendering }));
    const live = await lossesOf(trainerOf(create('pkd'), { rendering, epochs: 2 }));
    for (const [i, loss] of kept.entries())
      assert.ok(Math.abs(loss - (live[i] ?? 0)) < 1e-4 * loss, `${kept} ${live}`);
  });
});

suite('several classes of each text', () => {
  const classes = ['b', 'g', 's'];
  const several = new TensorDataset(
    'several',
    { text: { kind: 'text' }, labels: { kind: 'classes', classes } },
    {
      text: texts,
      labels: tensor(
        texts.flatMap((text) => classes.map((letter) => (text.includes(letter) ? 1 : 0))),
        { shape: [texts.length, 3] },
      ),
    },
  );
  const given = (): Given => ({ of: several, task: multiLabel });
  for (const name of ['kd', 'annealing', 'pkd', 'tinybert', 'minilm'])
    test(`are learned by ${name}`, async () => {
      const options = name === 'annealing' ? { tauMax: 1 } : {};
      const losses = await lossesOf(trainerOf(create(name, options), given()));
      assert.ok((losses.at(-1) ?? 0) < (losses[0] ?? 0), String(losses));
    });
  for (const [name, options] of Object.entries(ofPredictions))
    test(`are not learned by ${name}, which says so`, async () => {
      assert.match(
        await obstacles(create(name, options), given()),
        new RegExp(
          `^${name} compares predictions over classes of which a sample is one, and of the task multi-label it may be of several`,
        ),
      );
    });

  test('are each compared by itself: logits that are all moved alike say something else', () => {
    const side = { anatomy: null, ofTexts: true, shape: () => [] };
    const pair = {
      student: side,
      teacher: side,
      classes: 2,
      samples: 2,
      labels: zeros([2]),
      eachByItself: true,
    };
    const shares = (z: number) => [1 / (1 + Math.exp(-z)), 1 / (1 + Math.exp(z))];
    const lossOf = (name: string, options: object, z_s: number[], z_t: number[]) => {
      const of = (z: number[]) => ({
        outputs: { logits: tensor(z, { shape: [1, z.length] }) },
        features: {},
        mask: null,
      });
      const terms = create(name, options)
        .objective(pair)
        .losses({
          ...{ student: of(z_s), teacher: of(z_t), targets: {}, ids: zeros([1]) },
          ...{ progress: { epoch: 1, epochs: 1 }, loss: () => ({}) },
        });
      return Object.values(terms)[0]?.item() ?? Number.NaN;
    };
    const [z_s, z_t] = [
      [1, -2],
      [3, 0],
    ];
    const each = z_s.map((z, i) => [shares(z / 2), shares((z_t[i] ?? 0) / 2)] as const);
    const sumOf = (term: (p_s: number, p_t: number) => number): number =>
      each.reduce(
        (sum, [p_s, p_t]) => sum + [0, 1].reduce((of, k) => of + term(p_s[k] ?? 0, p_t[k] ?? 0), 0),
        0,
      ) / 2;
    const kd = 4 * sumOf((p_s, p_t) => p_t * Math.log(p_t / p_s));
    const alone = { gamma: 0, alpha: 1, temperature: 2 };
    assert.ok(Math.abs(lossOf('kd', alone, z_s, z_t) - kd) < 1e-6);
    assert.equal(lossOf('kd', alone, [1, -2], [1, -2]), 0);
    assert.ok(Number.isFinite(lossOf('kd', alone, [200, -200], [-200, 200])));
    assert.ok(
      Math.abs(
        lossOf('kd', alone, [1, -2], [3, Number.NEGATIVE_INFINITY]) -
          2 * (each[0]?.[1] ?? []).reduce((sum, p, k) => sum + p * Math.log(p / (each[0]?.[0][k] ?? 0)), 0),
      ) < 1e-6,
    );
    const prediction = sumOf((p_s, p_t) => -p_t * Math.log(p_s));
    const last = { embedding: 0, hidden: 0, attention: 0, temperature: 2 };
    assert.ok(Math.abs(lossOf('tinybert', last, z_s, z_t) - prediction) < 1e-6);
    const masked = Number.NEGATIVE_INFINITY;
    const ofOne = lossOf('tinybert', last, [1], [3]);
    for (const own of [-2, masked])
      assert.ok(Math.abs(lossOf('tinybert', last, [1, own], [3, masked]) - ofOne / 2) < 1e-6);
  });
});
