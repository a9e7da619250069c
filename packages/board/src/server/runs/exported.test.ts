import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { weightsOf } from '../../../reference/made-runs.ts';
import { scratchFolder } from '../../../reference/served.ts';
import { exportedOf } from './exported.ts';

const folder = scratchFolder();
after(() => fs.rmSync(folder, { recursive: true }));

test('a model folder is of what it takes, whatever the weights of its run look like', () => {
  const model = path.join(folder, 'student');
  assert.equal(exportedOf(folder), null);
  fs.mkdirSync(path.join(model, 'onnx'), { recursive: true });
  fs.writeFileSync(path.join(model, 'config.json'), '{}');
  assert.equal(exportedOf(folder)?.kind, null);
  fs.writeFileSync(path.join(model, 'tokenizer.json'), '{}');
  const file = path.join(folder, 'best.safetensors');
  for (const [content, kind] of [
    [weightsOf('{"__metadata__":{"texts":"2"}}'), 'pairs'],
    [weightsOf('{"__metadata__":{"texts":"1"}}'), 'texts'],
    [weightsOf('{"__metadata__":["2"]}'), 'texts'],
    [weightsOf('[]'), 'texts'],
    [weightsOf('{"__meta'), 'texts'],
    [Buffer.alloc(8, 0xff), 'texts'],
    [Buffer.from('cut'), 'texts'],
    [Buffer.alloc(0), 'texts'],
  ] as const) {
    fs.writeFileSync(file, content);
    assert.equal(exportedOf(folder)?.kind, kind, content.toString('latin1'));
  }
  const outside = path.join(scratchFolder(), 'best.safetensors');
  after(() => fs.rmSync(path.dirname(outside), { recursive: true }));
  fs.writeFileSync(outside, weightsOf('{"__metadata__":{"texts":"2"}}'));
  fs.rmSync(file);
  assert.equal(exportedOf(folder)?.kind, 'texts');
  fs.symlinkSync(outside, file);
  assert.equal(exportedOf(folder)?.kind, 'texts', 'what lies outside of it is not read');
  fs.writeFileSync(path.join(model, 'preprocessor_config.json'), '{}');
  assert.equal(exportedOf(folder)?.kind, 'images');
});
