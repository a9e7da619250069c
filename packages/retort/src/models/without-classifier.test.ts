/** Networks without their classifier: they answer what it would be called with. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import {
  manualSeed,
  nn,
  noGrad,
  randn,
  saveSafetensors,
  scope,
  setNumThreads,
  withDevice,
} from '@retort/torch';
import { assertClose } from '../../../torch/reference/load.ts';
import { createModel, createNetwork, detectors, loadModel, models, textModels } from './index.ts';

setNumThreads(1);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-without-classifier-'));
after(() => fs.rmSync(scratch, { recursive: true }));

test('every model has all of its state dict but the classifier’s then', () => {
  for (const name of Object.keys(models).filter((one) => !Object.hasOwn(detectors, one))) {
    const [whole, rest] = [1, 0].map((classes) => withDevice('meta', () => createModel(name, { classes })));
    const { classifier = [] } = whole?.anatomy ?? {};
    const kept = Object.keys(whole?.stateDict() ?? {}).filter(
      (key) => !classifier.some((of) => key.startsWith(`${of}.`)),
    );
    assert.deepEqual(Object.keys(rest?.stateDict() ?? {}), kept, name);
    assert.deepEqual(rest?.anatomy, whole?.anatomy, name);
  }
});

suite(
  'its answers are the penultimate vectors of the same weights, in a file of a classifier, which is left aside:',
  () => {
    for (const name of [
      'resnet8',
      'vgg8',
      'MobileNetV2',
      'vit_pico_patch8_32',
      'regnety_pico_32',
      'plain2_cifar100',
    ])
      test(name, async () => {
        manualSeed(0);
        const model = createModel(name, { classes: 3 }).eval();
        const file = path.join(scratch, `${name}.safetensors`);
        saveSafetensors(file, model.stateDict());
        const said: string[] = [];
        const { model: features } = await loadModel(
          `${name}:${file}`,
          { classes: 0 },
          { onWarning: (text) => said.push(text) },
        );
        features.eval();
        scope(() =>
          noGrad(() => {
            const images = randn([2, 3, 32, 32]);
            const { penultimate } = model.anatomy;
            const { taps } = nn.tap(model, [penultimate], () => model.forward(images), { copy: true });
            assertClose(features.forward(images), taps[penultimate] ?? assert.fail(), 1e-6, name);
            const again = nn.tap(features, [penultimate], () => features.forward(images));
            assertClose(again.output, again.taps[penultimate] ?? assert.fail(), 0, name);
          }),
        );
        assert.deepEqual(said, [
          `${file}: its classifier is left aside, and its answers are what comes before it`,
        ]);
      });
  },
);

test('of those of texts, too', () => {
  for (const name of Object.keys(textModels).filter((one) => /L-2_H-128|distil|roberta-base/.test(one))) {
    const model = withDevice('meta', () => createModel(name, { classes: 0 }));
    assert.ok(
      [...model.namedModules()].some(([, module]) => module instanceof nn.Identity),
      name,
    );
  }
});

test('a detector has none: what it finds is what its classifier says', () => {
  assert.throws(() => createModel('fasterrcnn_resnet18_fpn', { classes: 0 }), {
    name: 'RangeError',
    message:
      'fasterrcnn_resnet18_fpn finds boxes in images, and answers nothing without its classifier (classes: 0): take a network of another kind, as resnet18',
  });
});

test('a network of one’s own must say which module its classifier is, and has none to begin anew', async () => {
  const file = path.join(scratch, 'own.ts');
  const torch = path.join(import.meta.dirname, '../../../torch/src/index.ts');
  fs.writeFileSync(
    file,
    `import { nn } from '${torch}';\nclass Own extends nn.Layer {\n  fc;\n  constructor(classes, anatomy) { super(); this.fc = new nn.Linear(4, classes); if (anatomy) this.anatomy = anatomy; }\n  forward(x) { return this.fc.forward(x); }\n}\n` +
      "export const silent = ({ classes }) => new Own(classes);\nexport const said = ({ classes }) => new Own(classes, { stem: 'fc:input', stages: [], penultimate: 'fc:input', classifier: ['fc'] });\n",
  );
  const said = await createNetwork({ file, name: 'said' }, { classes: 0 });
  assert.deepEqual(said.forward(randn([2, 4])).shape, [2, 4]);
  assert.deepEqual(Object.keys(said.stateDict()), []);
  await assert.rejects(createNetwork({ file, name: 'silent' }, { classes: 0 }), {
    name: 'OwnModuleError',
    message: `${file}#silent is wanted without its classifier, and does not say which module that is (its \`anatomy\`): say it, or of the network how many numbers it answers (\`classes\`)`,
  });
  const weights = path.join(scratch, 'resnet8.safetensors');
  await assert.rejects(loadModel(`resnet8:${weights}`, { classes: 0 }, { newHead: true }), {
    message: /^newHead: the network is wanted without its classifier, of which there is none to begin anew/,
  });
});
