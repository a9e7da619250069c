/** Ways in which training scripts save one network's weights: reference/zoo.py writes them. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { loadSafetensors, loadWeights, nn, type Tensor } from '@retort/torch';
import { assertClose } from '../../reference/load.ts';

const reference = path.join(import.meta.dirname, '../../reference');
const zoo = path.join(reference, 'zoo');
const files = fs.readdirSync(zoo).sort();
const { tensors } = loadSafetensors(path.join(reference, 'zoo.safetensors'));
const told: { reads: Record<string, boolean>; fits: Record<string, boolean> } = JSON.parse(
  fs.readFileSync(path.join(reference, 'zoo.json'), 'utf8'),
);

class Net extends nn.Module {
  conv = new nn.Conv2d(1, 2, [1, 3], { bias: false });
  bn = new nn.BatchNorm2d(2);
  fc = new nn.Linear(2, 3);
  forward(x: Tensor): Tensor {
    return this.fc.forward(this.bn.forward(this.conv.forward(x)).mean([2, 3]));
  }
}

interface Loaded {
  readonly state: nn.StateDict;
  readonly said: string[];
}

/** A fresh network with the weights of a file, and what was said of them, with the file's name alone. */
async function load(file: string): Promise<Loaded> {
  const said: string[] = [];
  const model = new Net();
  const onWarning = (text: string): void => void said.push(text.replaceAll(`${zoo}/`, ''));
  model.loadStateDict(await loadWeights(path.join(zoo, file), { model, onWarning }));
  return { state: model.stateDict(), said };
}

/** What PyTorch makes of a file; its counter where the file has none is the network's own. */
function assertLoaded(file: string, { state }: Loaded): void {
  const of = `${file}/conv.weight` in tensors ? file : 'plain';
  for (const [name, value] of Object.entries(state)) {
    const isNew = /^(?:old_bn|bn_version)/.test(file) && name === 'bn.num_batches_tracked';
    if (isNew) assert.equal(value.item(), 0);
    else assertClose(value, tensors[`${of}/${name}`] as Tensor, 0, `${file}: ${name}`);
  }
}

async function sentence(file: string): Promise<string> {
  try {
    const loaded = await load(file);
    assertLoaded(file, loaded);
    return ['loaded', ...loaded.said].join('\n');
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'TorchError') throw error;
    return error.message.replaceAll(`${zoo}/`, '');
  }
}

/** Read by PyTorch, but not taken by the network: empty, an optimizer, tensors without values, a counter that its version has. */
const withoutWeights = ['empty.pth', 'optimizer.pth', 'meta.pth', 'bn_version_2.pth'];

suite('the checkpoint zoo', () => {
  test('what is said of each file', async (t) => {
    const said: Record<string, string> = {};
    for (const file of files) said[file] = await sentence(file);
    t.assert.snapshot(said);
  });
  for (const file of Object.keys(told.reads).filter((name) => told.reads[name])) {
    if (withoutWeights.includes(file)) continue;
    test(`${file} is loaded as PyTorch loads it, or says how to choose`, async () => {
      const said = await sentence(file);
      if (said.startsWith('loaded')) return;
      const [, list = ''] = /^\S+ holds several state dicts that fit: name one, as (.*)$/.exec(said) ?? [];
      const named = list.split(' or ');
      assert.ok(named.length > 1, said);
      const fc = await Promise.all(
        named.map(async (one) => (await load(one)).state['fc.weight']?.toFlatArray()),
      );
      const [one, twice] = [1, 2].map((factor) => tensors['plain/fc.weight']?.mul(factor).toFlatArray());
      for (const [i, values] of fc.entries())
        assert.deepEqual(values, /#.*(?:teacher|ema|averages)/.test(named[i] ?? '') ? twice : one, named[i]);
    });
  }
  test('a state dict that PyTorch does not take by its version is not taken', async () => {
    assert.deepEqual([told.fits['bn_version_1.pth'], told.fits['bn_version_2.pth']], [true, false]);
    await assert.rejects(load('bn_version_2.pth'), {
      message: 'the state dict does not fit Net: missing: bn.num_batches_tracked',
    });
  });
});
