import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { nn, withDevice } from '@retort/torch';
import { blocksOf, createModel, models } from './index.ts';

const blocks = (name: string) => blocksOf(withDevice('meta', () => createModel(name, { classes: 2 })));

suite('the blocks of a network', () => {
  for (const [name, count, first, last] of [
    ['resnet20', 9, 'layer1.0', 'layer3.2'],
    ['wrn_16_2', 6, 'block1.layer.0', 'block3.layer.1'],
    ['vit_pico_patch4_32', 6, 'blocks.0', 'blocks.5'],
    ['resmlp_12_32', 12, 'blocks.0', 'blocks.11'],
    ['mobilenet_v2', 19, 'features.0', 'features.18'],
    ['bert_uncased_L-2_H-128_A-2', 2, 'bert.encoder.layer.0', 'bert.encoder.layer.1'],
  ] as const)
    test(`of ${name} are its residual blocks or layers`, () => {
      const found = blocks(name);
      assert.deepEqual([found.length, found[0], found.at(-1)], [count, first, last]);
    });

  test('are there for every model that has a name, each once', () => {
    for (const name of Object.keys(models).filter(
      (name) => !/_(224|large|L-(4|6|8|10|12)_)|dinov2/.test(name),
    )) {
      const found = blocks(name);
      assert.ok(found.length >= 2, `${name}: ${found}`);
      assert.equal(new Set(found).size, found.length);
    }
  });

  test('are none of a network that does not say its stages', () =>
    assert.deepEqual(blocksOf(new nn.Sequential(new nn.Linear(2, 2))), []));
});
