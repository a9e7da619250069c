/** CycleMLP against its authors' code, whose numbers reference/models/cyclemlp.py wrote. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { nn, noGrad, randn, scope, setNumThreads } from '@retort/torch';
import { assertClose } from '../../../torch/reference/load.ts';
import {
  assertSameState,
  dropsOf,
  loadedByKeys,
  readReference,
  testCases,
  testDescribed,
} from '../../reference/models/beside.ts';
import { assertReadByExits } from '../../reference/models/students.ts';
import { type CycleMLP, cycleMLPs } from './cyclemlp.ts';
import { createModel, publishedInput } from './index.ts';

setNumThreads(1);

const reference = readReference('cyclemlp');
const { tensors } = reference;
testDescribed(reference, cycleMLPs);
testCases(reference);

/** A state dict as the authors write it. */
function withOffsets(model: CycleMLP): nn.StateDict {
  const { 'offset.sfc_h': h, 'offset.sfc_w': w } = tensors;
  assert.ok(h && w);
  return Object.fromEntries(
    Object.entries(model.stateDict()).flatMap(([key, value]) => {
      const [, layer, axis] = /^(.*\.sfc_([hw]))\.bias$/.exec(key) ?? [];
      if (layer === undefined) return [[key, value]];
      // Of 16 channels; those that follow go on by threes.
      const offset = axis === 'h' ? h : w;
      const repeated = offset.slice(1, 0, 6).repeat([1, Math.ceil(value.size(0) / 3), 1, 1]);
      return [
        [key, value],
        [`${layer}.offset`, repeated.slice(1, 0, 2 * value.size(0))],
      ];
    }),
  );
}

suite('a file of the authors’, with the offsets of its shifts,', () => {
  const name = 'CycleMLP_pico_32';
  const make = (): CycleMLP => createModel(name, { classes: 10 }) as CycleMLP;

  test('has them as they wrote them', () =>
    scope(() => {
      const state = withOffsets(make());
      for (const layer of ['sfc_h', 'sfc_w']) {
        const [ours, theirs] = [state[`network.0.0.attn.${layer}.offset`], tensors[`offset.${layer}`]];
        assert.ok(ours && theirs);
        assertClose(ours, theirs, 0, layer);
      }
    }));

  test('loads, and is found by its keys', async () => {
    const model = make();
    const loaded = await loadedByKeys(withOffsets(model), 10);
    assert.equal(loaded.name, name);
    assertSameState(loaded.model.stateDict(), model.stateDict());
    assert.match(loaded.said, /20 of its keys are another program's \(network\.0\.0\.attn\.sfc_h\.offset, /);
  });

  test('is none of it with other offsets, without some, or with none', () =>
    scope(() => {
      const model = make();
      const state = withOffsets(model);
      const key = 'network.4.3.attn.sfc_w.offset';
      const { [key]: offset, ...some } = state;
      assert.ok(offset);
      assert.deepEqual(Object.keys(model.ownLayout(state) ?? {}), Object.keys(model.stateDict()));
      assert.equal(model.ownLayout({ ...state, [key]: offset.neg() }), null);
      assert.equal(model.ownLayout({ ...state, [key]: offset.slice(1, 0, 2) }), null);
      assert.equal(model.ownLayout(some), null);
      assert.equal(model.ownLayout(model.stateDict()), null);
    }));
});

test('published weights see the middle 224 of 256 pixels, as their authors judge them; those of ours have none', () => {
  assert.deepEqual(publishedInput('CycleMLP_B3', 1000), {
    ...{ size: 224, resize: 256, interpolation: 'bicubic' },
    ...{ mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  });
  assert.equal(publishedInput('CycleMLP_B3', 100), undefined);
  assert.equal(publishedInput('CycleMLP_pico_64', 1000), undefined);
});

suite('OFA-KD’s exits read its stages,', () => {
  test('which are maps, as those of a CNN', () =>
    scope(() => {
      const model = createModel('CycleMLP_pico_64', { classes: 10 });
      const { stages } = model.anatomy;
      const { taps } = noGrad(() => nn.tap(model, stages, () => model.forward(randn([2, 3, 64, 64]))));
      assert.deepEqual(
        stages.map((stage) => taps[stage]?.shape ?? []),
        [
          [2, 16, 16, 16],
          [2, 32, 8, 8],
          [2, 80, 4, 4],
          [2, 128, 2, 2],
        ],
      );
    }));
  test('each of the four', () => assertReadByExits('CycleMLP_pico_64'));
});

test('one channel and images of odd sides will do, and blocks are dropped the more the later they come', () =>
  scope(() => {
    const model = createModel('CycleMLP_pico_64', { classes: 5, channels: 1, dropPath: 0.5 });
    assert.deepEqual(model.forward(randn([2, 1, 51, 38])).shape, [2, 5]);
    const drops = dropsOf(model);
    assert.deepEqual([drops[0], drops.at(-1)], [0, 0.5]);
  }));
