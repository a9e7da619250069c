import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { withDevice } from '@retort/torch';
import { createModel } from '../models/index.ts';
import { architectureOf } from './architecture.ts';

const made = (name: string, options = {}) =>
  withDevice('meta', () => createModel(name, { classes: 5, ...options }));

suite("a network's architecture", () => {
  test('is the same whatever is said of where its parts lie', () => {
    const [one, other] = [made('vit_pico_patch8_64'), made('vit_pico_patch8_64')];
    Object.assign(other, { anatomy: { ...other.anatomy, penultimate: 'norm' } });
    assert.notEqual(String(other), String(one));
    assert.equal(architectureOf(other), architectureOf(one));
  });
  test('is another for another size, setting or number of classes', () => {
    const texts = [
      made('resnet8'),
      made('resnet8', { classes: 6 }),
      made('resnet14'),
      made('vit_pico_patch8_64'),
      made('vit_pico_patch8_64', { dropPath: 0.5 }),
    ].map(architectureOf);
    assert.equal(new Set(texts).size, texts.length);
  });
});
