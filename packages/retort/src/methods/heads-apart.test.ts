/** Students of two heads, each of which learns by itself; the numbers of its terms are compared in reference.test.ts. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import {
  manualSeed,
  nn,
  noGrad,
  optim,
  randn,
  saveSafetensors,
  scope,
  setNumThreads,
  type Tensor,
} from '@retort/torch';
import { halves } from '../../reference/halves.ts';
import { mixing } from '../data/index.ts';
import { evaluate } from '../evaluate/index.ts';
import { createModel, ResNet, SrdDeiT, VisionTransformer } from '../models/index.ts';
import { prepare, readRecipe } from '../recipe/index.ts';
import { stageOf, Trainer } from '../train/index.ts';
import { crossEntropy, dlkd, headsApart, kd, type Method, srd, supervised } from './index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-heads-'));
after(() => fs.rmSync(scratch, { recursive: true }));

const data = halves(64);
const options = { imageSize: 8, patchSize: 2, width: 16, depth: 2, heads: 2, classes: 2, channels: 1 };
const students = {
  srd: () => new SrdDeiT({ ...options, stem: 4 }),
  deit: () => new VisionTransformer({ ...options, distilled: true }),
};

type Student = SrdDeiT | VisionTransformer;

const taught = (async () => {
  manualSeed(1);
  const teacher = new ResNet({ depth: 8, widths: [8, 8, 16, 32], classes: 2, channels: 1 });
  const stages = [stageOf({ method: crossEntropy(), epochs: 4, lr: 0.1 })];
  for await (const _ of new Trainer({ student: teacher, data, batchSize: 16, stages }).run());
  return teacher;
})();

interface Training {
  readonly epochs?: number;
  readonly lr?: number;
  readonly areMixed?: boolean;
}

function trainer(
  student: nn.Layer,
  method: Method,
  teacher: nn.Layer | null,
  { epochs = 8, lr = 0.005, areMixed = true }: Training = {},
): Trainer {
  const stage = stageOf({ method, epochs, lr, schedule: 'constant' });
  const optimizer = (parameters: nn.Parameter[]) => new optim.AdamW(parameters, { lr });
  return new Trainer({
    ...{ student, data, batchSize: 16, precision: 'fp32' },
    ...(areMixed ? { mixing: mixing({ mixup: 0.8, cutmix: 1 }) } : {}),
    ...(teacher ? { teachers: [teacher] } : {}),
    stages: [{ ...stage, optimizer }],
  });
}

/** How often each head, and the student, are right on images that it has not seen. */
async function shares(student: nn.Layer, heads: readonly string[]): Promise<number[]> {
  const test = halves(40, 5);
  const { image, label } = test.gather(Int32Array.from({ length: 40 }, (_, i) => i));
  assert.ok(image && label && !Array.isArray(image) && !Array.isArray(label));
  const x = (image as Tensor).permute([0, 3, 1, 2]).to('float32').div(255).sub(0.4).div(0.25);
  const { taps } = noGrad(() => nn.tap(student.eval(), heads, () => student.forward(x)));
  const right = heads.map(
    (head) =>
      taps[head]
        ?.argmax(1)
        .eq(label as Tensor)
        .to('float32')
        .mean()
        .item() ?? 0,
  );
  return [...right, (await evaluate(student, test)).top1 ?? 0];
}

suite('both heads learn by a CNN, and so what they answer together:', () => {
  const mixed = { epochs: 24 };
  // A transformer without convolutions takes longer, and learns these few images by themselves only.
  const longer = { epochs: 24, lr: 0.01, areMixed: false };
  const cases: readonly (readonly [
    what: string,
    make: () => Student,
    method: Method,
    training?: Training,
  ])[] = [
    ['SRD’s form, of mixed images', students.srd, srd({ form: 'correlation', student: 'norm' }), mixed],
    [
      'DeiT’s hard distillation, of mixed images',
      students.srd,
      kd({ hard: true, alpha: 0.5, gamma: 0.5 }),
      mixed,
    ],
    ['DeiT’s soft distillation', students.deit, kd({ temperature: 3, alpha: 0.1, gamma: 0.9 }), longer],
  ];
  for (const [what, make, method, training] of cases)
    test(what, async () => {
      const teacher = await taught;
      manualSeed(2);
      const student = make();
      const losses: Readonly<Record<string, number>>[] = [];
      for await (const event of trainer(student, headsApart(method), teacher, training).run())
        if (event.kind === 'epoch') losses.push(event.losses);
      // Of mixed images each term depends on how these were mixed.
      const [first, last] = [losses[0]?.loss ?? 0, losses.at(-1)?.loss ?? Number.NaN];
      assert.ok(last < first, `${first}, ${last}`);
      const right = await shares(student, student.anatomy.classifier);
      assert.ok(
        right.every((share) => share > 0.8),
        String(right),
      );
    });
});

suite('the heads learn apart:', () => {
  /** Which heads a step by a method changes. */
  async function changed(method: Method): Promise<string[]> {
    manualSeed(3);
    const student = students.srd();
    const heads = student.anatomy.classifier;
    const weights = () => heads.map((head) => student.stateDict()[`${head}.bias`]?.toList());
    const before = weights();
    const teacher = method.needsTeacher ? await taught : null;
    for await (const event of trainer(student, method, teacher, { epochs: 1 }).run())
      if (event.kind === 'step') break;
    return heads.filter((_, i) => String(weights()[i]) !== String(before[i]));
  }
  const cases: readonly (readonly [what: string, method: Method, heads: readonly string[]])[] = [
    ['the task’s own loss is of the first', headsApart(supervised()), ['head']],
    ['so is cross entropy without a teacher', headsApart(crossEntropy()), ['head']],
    ['what the teacher says is of the second', headsApart(kd({ gamma: 0 })), ['head_conv']],
    ['both terms are of both', headsApart(kd()), ['head', 'head_conv']],
    ['and without it each term is of both', kd({ gamma: 0 }), ['head', 'head_conv']],
  ];
  for (const [what, method, heads] of cases)
    test(what, async () => assert.deepEqual(await changed(method), heads));
});

test('a method that compares turns of images sees the heads of the first turn', async () => {
  const method = headsApart(dlkd({ supervised: false, gamma: 1 }));
  const teacher = await taught;
  assert.deepEqual(await trainer(students.srd(), method, teacher).rehearse(), []);
});

test('a student of one head, or that does not say which it has, is refused', async () => {
  const teacher = await taught;
  const refused = async (student: nn.Layer) =>
    (await trainer(student, headsApart(kd()), teacher).rehearse()).map(({ message }) => message);
  assert.deepEqual(await refused(new VisionTransformer(options)), [
    "kd: headsApart is for a student of two heads, as DeiT's with a distillation token, and this one has 1 (head): leave it out",
  ]);
  assert.match(
    String(await refused(new nn.Sequential(new nn.Flatten(), new nn.Linear(64, 2)))),
    /^kd: the student does not say where its features are/,
  );
});

suite('in a recipe', () => {
  const write = (name: string, text: string): string => {
    const file = path.join(scratch, name);
    fs.writeFileSync(file, text);
    return file;
  };
  const teacher = path.join(scratch, 'teacher.safetensors');
  saveSafetensors(teacher, createModel('resnet8', { classes: 2, channels: 1 }).stateDict());
  const recipe = (
    student: string,
  ) => `data: { name: fashion-mnist, train: [], mixing: { mixup: 0.8, cutmix: 1 } }
loss: { smoothing: 0.1 }
student: { name: ${student}, input: { size: 32 } }
teachers: { cnn: resnet8:${teacher} }
batchSize: 8
stages:
  - methods: [{ name: srd, form: correlation, student: norm, headsApart: true, from: cnn }]
    steps: 2
    optimizer: adamw
`;
  const data = { train: halves(16), test: halves(8, 7), source: 'made up' };

  test('SRD’s DeiT form is a line', async () => {
    const file = write('deit.yaml', recipe('srd_deit_pico_patch4_32'));
    const resolved = readRecipe(file);
    assert.deepEqual(resolved.recipe.stages[0]?.methods[0], {
      ...{ name: 'srd', form: 'correlation', student: 'norm', headsApart: true, from: 'cnn' },
      ...{ power: 4, beta: 1, kappa: 1, normEps: 0, logEps: 1e-5, gamma: 1 },
    });
    const { trainer } = await prepare(resolved, { data });
    const terms: string[] = [];
    for await (const event of trainer.run())
      if (event.kind === 'epoch') terms.push(...Object.keys(event.losses));
    assert.deepEqual(terms.sort(), ['ce', 'kd', 'loss', 'srd']);
  });

  test('a student of one head is refused where that is written', async () => {
    const resolved = readRecipe(write('vit.yaml', recipe('vit_pico_patch4_32')));
    await assert.rejects(
      prepare(resolved, { data }),
      /vit\.yaml:7: stages\.0\.methods\.0: srd: headsApart is for a student of two heads/,
    );
  });
});

test('the terms are those of the heads, whatever they answer together', () =>
  scope(() => {
    const student = students.srd();
    const objective = headsApart(kd({ temperature: 1, alpha: 1, gamma: 1 })).objective({
      student: { anatomy: student.anatomy, ofTexts: false, shape: () => [2] },
      teacher: { anatomy: null, ofTexts: false, shape: () => [2] },
      classes: 2,
      samples: 1,
      labels: randn([1]),
    });
    const [head, other, both] = [randn([4, 2]), randn([4, 2]), randn([4, 2])];
    const terms = objective.losses({
      student: { outputs: { logits: both }, features: { head, head_conv: other }, mask: null },
      teacher: { outputs: { logits: other }, features: {}, mask: null },
      targets: {},
      ids: randn([4]),
      progress: { epoch: 1, epochs: 1 },
      loss: (outputs = {}) => ({ asked: outputs.logits?.sum() ?? randn([]) }),
    });
    assert.ok(Math.abs(terms.kd?.item() ?? 1) < 1e-6);
    assert.equal(terms.asked?.item(), head.sum().item());
  }));
