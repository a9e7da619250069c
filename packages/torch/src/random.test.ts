import assert from 'node:assert/strict';
import path from 'node:path';
import { suite, test } from 'node:test';
import {
  empty,
  Generator,
  getRngState,
  manualSeed,
  nn,
  rand,
  randint,
  randn,
  randperm,
  setRngState,
  withGenerator,
} from '@retort/torch';
import { assertClose, loadReference, ofDrawn } from '../reference/load.ts';

const reference = loadReference(path.join(import.meta.dirname, '../reference'), 'named.safetensors');

suite('random numbers', () => {
  test('the same seed gives PyTorch’s, normals to the last bit where there is AVX2', () => {
    manualSeed(123);
    assertClose(randn([5, 7]), reference('random.randn'), ofDrawn(0), 'randn');
    assertClose(rand([3]), reference('random.rand'), 0, 'rand');
    assertClose(randint(0, 100, [6]), reference('random.randint'), 0, 'randint');
    assertClose(randperm(9), reference('random.randperm'), 0, 'randperm');
    const generator = new Generator(5);
    assertClose(randn([20], { generator }), reference('random.generator'), ofDrawn(0), 'generator');
    manualSeed(124);
    const fanOut = { mode: 'fan_out', nonlinearity: 'relu' } as const;
    assertClose(
      nn.init.kaimingNormal_(empty([6, 4, 3, 3]), fanOut),
      reference('random.kaiming_normal'),
      1e-6,
      'normal',
    );
    assertClose(
      nn.init.kaimingUniform_(empty([6, 4]), { a: 1 }),
      reference('random.kaiming_uniform'),
      1e-6,
      'uniform',
    );
  });
  test('a state that is put back continues the same', () => {
    const state = getRngState();
    const first = randn([3]).toList();
    setRngState(state);
    assert.deepEqual(randn([3]).toList(), first);
    const generator = new Generator(1);
    const mine = generator.getState();
    const values = randn([4], { generator }).toList();
    generator.setState(mine);
    assert.deepEqual(randn([4], { generator }).toList(), values);
    assert.deepEqual(randn([4], { generator: generator.manualSeed(1) }).toList(), values);
  });
  test('a generator leaves the default one alone', () => {
    manualSeed(1);
    const expected = randn([2]).toList();
    manualSeed(1);
    randn([9], { generator: new Generator(8) });
    assert.deepEqual(randn([2]).toList(), expected);
  });
  test('withGenerator is what draws where none is given; the innermost counts, and it ends with an exception', () => {
    manualSeed(1);
    const untouched = randn([2]).toList();
    manualSeed(1);
    const draw = () => [
      randn([2]).toList(),
      rand([2]).toList(),
      randint(0, 9, [4]).toList(),
      randperm(5).toList(),
    ];
    const generator = new Generator(3);
    const expected = [
      randn([2], { generator }).toList(),
      rand([2], { generator }).toList(),
      randint(0, 9, [4], { generator }).toList(),
      randperm(5, { generator }).toList(),
    ];
    const within = withGenerator(new Generator(3), () => {
      withGenerator(new Generator(4), draw);
      assert.throws(() => withGenerator(new Generator(4), () => assert.fail('mine')), /mine/);
      return draw();
    });
    assert.deepEqual(within, expected);
    assert.deepEqual(randn([2]).toList(), untouched);
    assert.throws(() => withGenerator(generator, async () => undefined), /synchronous/);
  });
});
