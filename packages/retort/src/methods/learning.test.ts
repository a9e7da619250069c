/** Methods in the real loop, from and to networks of several kinds. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { manualSeed, setNumThreads } from '@retort/torch';
import { halves } from '../../reference/halves.ts';
import { ResNet, VisionTransformer } from '../models/index.ts';
import { stageOf, Trainer } from '../train/index.ts';
import { annealing, crossEntropy, cskd, dlkd, type Method, ofa, srd } from './index.ts';

setNumThreads(1);
// The last batch of an epoch has one image.
const data = halves(65);
const network = {
  cnn(seed: number, width = 4) {
    manualSeed(seed);
    return new ResNet({ depth: 8, widths: [width, width, 2 * width, 4 * width], classes: 2, channels: 1 });
  },
  vit(seed: number) {
    manualSeed(seed);
    return new VisionTransformer({
      imageSize: 8,
      patchSize: 2,
      width: 16,
      depth: 4,
      heads: 2,
      classes: 2,
      channels: 1,
    });
  },
};

type Kind = keyof typeof network;

const learned: readonly (readonly [what: string, method: Method, teacher: Kind, student: Kind])[] = [
  ['cskd', cskd(), 'cnn', 'cnn'],
  ['cskd alone', cskd({ weighted: false, gamma: 0 }), 'vit', 'cnn'],
  ['srd', srd(), 'cnn', 'cnn'],
  [
    'srd by correlation, from tokens to maps',
    srd({ form: 'correlation', student: 'layer3', teacher: 'norm' }),
    'vit',
    'cnn',
  ],
  ['dlkd', dlkd(), 'cnn', 'cnn'],
  ['dlkd without labels', dlkd({ supervised: false }), 'vit', 'cnn'],
  ['annealing', annealing({ tauMax: 2 }), 'cnn', 'cnn'],
  ['ofa, CNN to ViT', ofa({ gamma: 1.2 }), 'cnn', 'vit'],
  ['ofa, ViT to CNN', ofa({ exits: 0.1 }), 'vit', 'cnn'],
];

suite('a student learns by', () => {
  for (const [what, method, teacherKind, studentKind] of learned) {
    test(what, async () => {
      const teacher = network[teacherKind](1, 8);
      const lr = teacherKind === 'vit' ? 0.05 : 0.1;
      for await (const _ of new Trainer({
        student: teacher,
        data,
        batchSize: 16,
        precision: 'fp32',
        stages: [stageOf({ method: crossEntropy(), epochs: 4, lr })],
      }).run());
      const losses: number[] = [];
      const trainer = new Trainer({
        student: network[studentKind](2),
        teachers: [teacher],
        data,
        batchSize: 16,
        precision: 'fp32',
        // Transformers take longer to begin.
        stages: [
          studentKind === 'vit'
            ? stageOf({ method, epochs: 12, lr: 0.005, schedule: 'constant' })
            : stageOf({ method, epochs: 4, lr: 0.02, schedule: 'constant' }),
        ],
      });
      for await (const event of trainer.run()) {
        if (event.kind !== 'epoch') continue;
        losses.push(event.losses.loss ?? Number.NaN);
        assert.ok(Object.values(event.losses).every(Number.isFinite), JSON.stringify(event.losses));
      }
      // What annealing asks for grows meanwhile.
      if (method.name !== 'annealing') assert.ok((losses.at(-1) ?? 0) < (losses[0] ?? 0), String(losses));
    });
  }
});

test('methods see float32 features of networks that run in bf16', async () => {
  const trainer = new Trainer({
    student: network.cnn(1),
    teachers: [network.cnn(2, 8)],
    data: halves(16),
    batchSize: 8,
    precision: 'bf16',
    stages: [{ ...stageOf({ method: srd(), epochs: 1 }), methods: [srd(), dlkd(), ofa()] }],
  });
  for await (const event of trainer.run()) if (event.kind === 'step') assert.ok(Number.isFinite(event.loss));
});

suite('a method that does not fit says so:', () => {
  const obstacles = async (method: Method, teacher: Kind = 'cnn', student: Kind = 'cnn') => {
    const trainer = new Trainer({
      student: network[student](1),
      teachers: [network[teacher](2)],
      data,
      stages: [stageOf({ method, epochs: 1 })],
    });
    return (await trainer.rehearse()).map(({ message }) => message);
  };

  test('ofa', async () => {
    assert.match(
      (await obstacles(ofa({ gamma: [1, 1] })))[0] ?? '',
      /ofa: gamma has 2 numbers, and 4 are needed/,
    );
    assert.match(
      (await obstacles(ofa({ exits: [1] })))[0] ?? '',
      /ofa: exits has 1 numbers, and 3 are needed/,
    );
    assert.match(
      (await obstacles(ofa({ stages: ['fc:input'] })))[0] ?? '',
      /ofa: a stage gives \[16\], which is neither a feature map \[C, H, W\] nor tokens \[L, D\]/,
    );
    assert.match((await obstacles(ofa({ stages: ['stage9'] })))[0] ?? '', /'stage9'/);
  });
  test('srd and dlkd', async () => {
    assert.match((await obstacles(srd({ teacher: 'layer7' })))[0] ?? '', /'layer7'/);
    assert.deepEqual(await obstacles(srd(), 'vit'), []);
    assert.throws(() => dlkd({ temperature: 0 }), /dlkd: temperature: /);
    assert.throws(() => cskd({ lowTemperature: 7 }), /cskd: lowTemperature: .*must not be above/);
    assert.throws(() => cskd({ fixed: false, weighted: false }), /must not both be false/);
    assert.throws(() => annealing({ tauMax: 0 }), /annealing: tauMax/);
  });
});
