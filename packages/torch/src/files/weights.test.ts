import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import zlib from 'node:zlib';
import {
  loadPth,
  loadSafetensors,
  loadWeights,
  nn,
  ones,
  openWeights,
  saveSafetensors,
  zeros,
} from '@retort/torch';

const reference = path.join(import.meta.dirname, '../../reference');
const inZoo = (name: string) => path.join(reference, 'zoo', name);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-weights-'));
after(() => fs.rmSync(scratch, { recursive: true }));
const inScratch = (name: string) => path.join(scratch, name);

/** Keys of the weights in a file where no model says which, and what was said of them. */
async function only(file: string): Promise<{ keys: string[]; said: string[] }> {
  const said: string[] = [];
  const state = await loadWeights(file, { onWarning: (text) => said.push(text) });
  return { keys: Object.keys(state).sort(), said };
}

suite('loadWeights', () => {
  test('without a model takes the only state dict, without module. and _orig_mod.', async () => {
    const file = inScratch('parallel');
    const average = { 'module._orig_mod.a': zeros([1]), 'module._orig_mod.b.module.c': zeros([1]) };
    saveSafetensors(file, { ...average, n_averaged: zeros([]) });
    assert.deepEqual(await only(file), {
      keys: ['a', 'b.module.c'],
      said: [`${file}: "module._orig_mod." was taken off 2 keys; 1 other key was left aside: n_averaged`],
    });
    assert.deepEqual((await only(inZoo('lightning.ckpt'))).keys[0], 'model.bn.bias');
    await assert.rejects(loadWeights(inZoo('two_nets.pth')), {
      message: `${inZoo('two_nets.pth')} holds several state dicts: name one, as ${inZoo('two_nets.pth')}#teacher or ${inZoo('two_nets.pth')}#student`,
    });
  });
  test('a key chooses in depth, and within the names of a state dict', async () => {
    const bare = (await only(inZoo('plain.pth'))).keys;
    for (const key of [
      'two_levels.pth#checkpoint.model',
      'list.pth#0',
      'student_and_teacher.pth#model.module.student',
    ])
      assert.deepEqual((await only(inZoo(key))).keys, bare, key);
    await assert.rejects(loadWeights(inZoo('two_nets.pth#students')), {
      message: `${inZoo('two_nets.pth')} has nothing under "students": its keys are teacher, student`,
    });
    const model = new nn.Linear(2, 3);
    saveSafetensors(inScratch('a#b'), model.stateDict());
    assert.deepEqual((await only(inScratch('a#b'))).keys, ['bias', 'weight']);
    saveSafetensors(inScratch('both'), { 'x#1.weight': ones([1]), 'x#2.weight': ones([2]) });
    fs.copyFileSync(inScratch('both'), inScratch('both#'));
    for (const file of ['both', 'both#'])
      assert.deepEqual((await loadWeights(inScratch(`${file}#x#2`))).weight?.shape, [2], file);
  });
  test('several parts of one name are told apart by their shapes, and several state dicts of which none fits are named', async () => {
    const file = inScratch('mlp');
    saveSafetensors(file, new nn.Sequential(new nn.Linear(2, 3), new nn.Linear(3, 4)).stateDict());
    const model = new nn.Linear(3, 4);
    const state = await loadWeights(file, { model, onWarning: () => {} });
    assert.deepEqual(state.weight?.toList(), loadSafetensors(file).tensors['1.weight']?.toList());
    await assert.rejects(loadWeights(file, { model: new nn.Linear(5, 6) }), {
      message: `${file} holds several state dicts with its keys, but other shapes: name one, as ${file}#0 or ${file}#1`,
    });
    await assert.rejects(loadWeights(inZoo('two_nets.pth'), { model: new nn.MultiheadAttention(2, 1) }), {
      message: `${inZoo('two_nets.pth')} holds several state dicts of which none fits: name one, as ${inZoo('two_nets.pth')}#teacher or ${inZoo('two_nets.pth')}#student`,
    });
  });
  test('another program’s layout is translated to the model’s keys below any modules around it, which is said', async () => {
    const theirs = { w: ones([3, 2]), b: ones([3]), index: zeros([4]) };
    const model = new nn.Linear(2, 3);
    const own = model.stateDict();
    const layout = ({ w, b }: nn.StateDict) => (w && b ? { weight: w, bias: b } : null);
    const below = (prefix: string, state: nn.StateDict): nn.StateDict =>
      Object.fromEntries(Object.entries(state).map(([key, tensor]) => [prefix + key, tensor]));
    const taken = async (name: string, content: nn.StateDict, key = '') => {
      const file = inScratch(name);
      saveSafetensors(file, content);
      const said: string[] = [];
      const weights = await openWeights(file + key, { onWarning: (text) => said.push(text) });
      assert.equal(weights.matches(own).length, 0);
      const state = weights.relaid(layout, own).stateDictFor(own);
      assert.deepEqual(state.weight?.toList(), theirs.w.toList());
      return said.map((text) => text.replace(file, 'FILE'));
    };
    const translated =
      "FILE: 3 of its keys are another program's (b, index, w), and were translated to the model's";
    assert.deepEqual(await taken('theirs', theirs), [translated]);
    for (const prefix of ['module.', 'model.', 'student.module.'])
      assert.deepEqual(
        await taken('theirs-below', below(prefix, theirs)),
        [`FILE: "${prefix}" was taken off 2 keys`, translated],
        prefix,
      );
    const beside = {
      ...below('student.', theirs),
      'student.total_ops': zeros([1]),
      'projector.w': ones([2]),
    };
    assert.deepEqual(await taken('theirs-beside', beside), [
      'FILE: "student." was taken off 2 keys; 2 other keys were left aside: projector.w, student.total_ops',
      translated,
    ]);
    const two = { ...below('model.', theirs), ...below('ema.', theirs) };
    await assert.rejects(taken('theirs-twice', two), {
      message: `${inScratch('theirs-twice')} holds several state dicts that fit: name one, as ${inScratch('theirs-twice')}#ema or ${inScratch('theirs-twice')}#model`,
    });
    assert.deepEqual(await taken('theirs-twice', two, '#ema'), [translated]);
    const weights = await openWeights(inScratch('theirs'));
    assert.equal(weights.relaid(() => null, own).stateDicts.length, 0);
    assert.equal(weights.relaid(() => ({ other: theirs.w }), own).stateDicts.length, 0);
    assert.deepEqual([weights.lacking(own), weights.relaid(layout, own).lacking(own)], [2, 0]);
  });
  test('a folder is said to be one, with what could be meant', async () => {
    const folder = inScratch('folder');
    fs.mkdirSync(folder);
    await assert.rejects(loadWeights(folder), {
      message: `${folder} is a folder: there is no file of weights in it`,
    });
    for (const name of ['b.pth', 'a.safetensors', 'notes.txt']) fs.writeFileSync(path.join(folder, name), '');
    await assert.rejects(loadWeights(folder), {
      message: `${folder} is a folder: name a file in it: a.safetensors, b.pth`,
    });
  });
  test('gzip is unpacked as far as weights could be, and leaves nothing', async () => {
    const before = fs.readdirSync(os.tmpdir()).filter((name) => name.startsWith('retort-')).length;
    assert.equal((await openWeights(inZoo('plain.pth.gz'))).format, 'torch.save, zip archive, in gzip');
    saveSafetensors(inScratch('w'), { w: zeros([1000]) });
    const packed = inScratch('w.safetensors.gz');
    fs.writeFileSync(packed, zlib.gzipSync(fs.readFileSync(inScratch('w'))));
    assert.deepEqual((await loadWeights(packed)).w?.shape, [1000]);
    fs.writeFileSync(packed, zlib.gzipSync(Buffer.alloc(3e6)));
    await assert.rejects(loadWeights(packed), {
      message: `${packed} cannot be read as weights: it unpacks to more than 16 times its size, which weights do not: unpack it first (\`gunzip\`) if that is right`,
    });
    fs.writeFileSync(packed, fs.readFileSync(inZoo('plain.pth.gz')).subarray(0, 500));
    await assert.rejects(loadWeights(packed), {
      message: `${packed} is a damaged gzip file: unexpected end of file`,
    });
    assert.equal(fs.readdirSync(os.tmpdir()).filter((name) => name.startsWith('retort-')).length, before);
  });
  test('NumPy’s arrays in a bare pickle are weights', async () => {
    for (const protocol of [2, 4]) {
      const { format, stateDicts } = await openWeights(path.join(reference, `files/arrays${protocol}.pkl`));
      assert.equal(format, "pickle of NumPy's arrays");
      const [found, ...others] = stateDicts;
      assert.deepEqual([found?.key, others.length], ['model', 0]);
      assert.deepEqual(found?.state['conv.weight']?.toList(), [
        [0, 1, 2],
        [3, 4, 5],
      ]);
      assert.deepEqual(found?.state['conv.bias']?.toList(), [0.5, 0.5]);
    }
  });
  test('readers of one format say which reads the other', async () => {
    assert.throws(() => loadSafetensors(inZoo('plain.pth')), {
      message: `${inZoo('plain.pth')} is not a sound safetensors file: it is a zip archive, as torch.save writes: loadPth or loadWeights reads it`,
    });
    assert.throws(() => loadSafetensors(inZoo('html.pth')), /it is an HTML page/);
    await assert.rejects(loadPth(inZoo('safetensors.bin')), {
      message: `${inZoo('safetensors.bin')} cannot be read as a PyTorch file: it is a safetensors file: loadSafetensors or loadWeights reads it`,
    });
  });
});
