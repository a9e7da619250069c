import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, beforeEach, suite, test } from 'node:test';
import { manualSeed, nn, noGrad, ones, saveSafetensors } from '@retort/torch';
import { type Ended, retort } from '../../reference/command.ts';
import { createModel } from '../models/index.ts';

const zoo = path.join(import.meta.dirname, '../../../torch/reference/zoo');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-inspect-'));
after(() => fs.rmSync(scratch, { recursive: true }));

/** Runs the command without folders in what it prints. */
async function inspect(...args: string[]): Promise<Ended> {
  const { code, stdout, stderr } = await retort('inspect', ...args);
  const shown = (text: string): string => text.replaceAll(`${scratch}/`, '').replaceAll(`${zoo}/`, '');
  return { code, stdout: shown(stdout), stderr: shown(stderr) };
}

suite('retort inspect', () => {
  const file = path.join(scratch, 'run/best.safetensors');
  beforeEach(() => {
    manualSeed(0);
    const state = createModel('resnet8', { classes: 7, channels: 1 }).stateDict();
    noGrad(() => {
      state['fc.bias']?.fill_(Number.NaN);
      state['bn1.running_var']?.narrow(0, 0, 3).fill_(Number.POSITIVE_INFINITY);
    });
    const prefixed = Object.entries(state).map(([name, value]) => [`module.${name}`, value]);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    saveSafetensors(file, { ...Object.fromEntries(prefixed), n_averaged: ones([]) }, { model: 'resnet8' });
  });
  const run = path.dirname(file);

  test('says format, groups, what is not finite, which model fits, what lies beside', async (t) => {
    const ended = await inspect(run);
    assert.equal(ended.code, 0, ended.stderr);
    t.assert.snapshot(ended.stdout.split('\n'));
    t.assert.snapshot((await inspect(path.join(zoo, 'timm.pth.tar'))).stdout.split('\n'));
    t.assert.snapshot((await inspect(path.join(zoo, 'sparse.pth#model'))).stdout.split('\n'));
    t.assert.snapshot((await inspect(path.join(zoo, 'module_object.pth'))).stdout.split('\n'));
  });

  test('the same as JSON', async () => {
    const { stdout, code } = await inspect(run, '--json');
    assert.equal(code, 0);
    const found = JSON.parse(stdout);
    assert.deepEqual(found.models, [
      { name: 'resnet8', key: 'module', classes: 7, prefix: 'module.', leftAside: 1 },
    ]);
    const [{ key, tensors }] = found.stateDicts;
    assert.deepEqual([key, tensors['module.fc.weight']], ['', { dtype: 'float32', shape: [7, 64] }]);
    assert.deepEqual(tensors['module.fc.bias'].notFinite, { nan: 7, positive: 0, negative: 0 });
    assert.deepEqual(tensors['module.bn1.running_var'].notFinite, { nan: 0, positive: 3, negative: 0 });
    assert.deepEqual(
      [found.format, found.metadata, found.instead],
      ['safetensors', { model: 'resnet8' }, null],
    );
  });

  test('ends with 1 where it cannot read, and with 2 where it was asked wrongly', async () => {
    assert.deepEqual(await inspect(path.join(zoo, 'html.pth')), {
      code: 1,
      stdout: '',
      stderr:
        'retort: html.pth cannot be read as weights: it is an HTML page with the title "Google Drive - Virus scan warning", which a server sent in place of the file: download it again, in a browser where it asks for a confirmation\n',
    });
    assert.deepEqual(await inspect(path.join(scratch, 'none.pth')), {
      code: 2,
      stdout: '',
      stderr: 'retort: none.pth: there is no such file or folder\n',
    });
    const bare = await inspect();
    assert.deepEqual([bare.code, bare.stderr.split('\n')[0]], [2, "error: missing required argument 'file'"]);
  });
  test('a network whose classifier gave way to a projection fits, as where it is loaded', async () => {
    const projected = path.join(scratch, 'projected.safetensors');
    const state = Object.entries(createModel('resnet8', { classes: 7 }).stateDict());
    const body = Object.fromEntries(state.filter(([key]) => !key.startsWith('fc.')));
    saveSafetensors(projected, { ...body, 'projector.0.weight': ones([16, 64]) });
    const { stdout } = await inspect(projected);
    assert.match(stdout, /^ {2}fits resnet8 without its classifier, 1 key left aside$/m);
    saveSafetensors(projected, { ...body, 'layer3.9.weight': ones([16, 64]) });
    assert.match((await inspect(projected)).stdout, /^ {2}fits no model here/m);
  });

  test('a file without a float is read too, and what it says is shown without control characters', async () => {
    const counts = path.join(scratch, 'counts.safetensors');
    saveSafetensors(
      counts,
      {
        a: ones([2], { dtype: 'uint32' }),
        b: new nn.Linear(1, 1).weight.to('float8_e5m2'),
      },
      { by: '\u001b[2Jme' },
    );
    const ended = await inspect(counts);
    assert.equal(ended.code, 0);
    assert.match(ended.stdout, /^ {2}by: \\u001b\[2Jme$/m);
  });
});
