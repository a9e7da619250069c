import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { suite, test } from 'node:test';
import { networkText, parseNetwork } from './network.ts';
import { weightsMetadata } from './weights.ts';

test('what weights say is read where a # or a : belongs to the name of a model folder', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort #1: x'));
  try {
    fs.writeFileSync(path.join(folder, 'config.json'), '{}');
    const { file, key } = parseNetwork(folder);
    assert.ok(file !== null && key !== null);
    assert.deepEqual(await weightsMetadata(file, key), {});
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
});

suite('the name of a network', () => {
  const file = (name: string, key: string | null = null) => ({ source: null, file: name, key });
  const names: readonly [string, ReturnType<typeof parseNetwork>][] = [
    ['resnet20', { source: 'resnet20', file: null, key: null }],
    ['resnet20:best.pth#ema', { source: 'resnet20', file: 'best.pth', key: 'ema' }],
    ['resnet20:a: b', { source: 'resnet20', file: 'a: b', key: null }],
    ['efficientnet_lite0.ra_in1k:a.pth', { source: 'efficientnet_lite0.ra_in1k', file: 'a.pth', key: null }],
    ['./net.ts#create:a.pth', { source: { file: './net.ts', name: 'create' }, file: 'a.pth', key: null }],
    ['hf:owner/name@main', file('hf:owner/name@main')],
    ['runs/at 10:30', file('runs/at 10:30')],
    ['./a:b.pth#ema', file('./a:b.pth', 'ema')],
    ['run #1: x', file('run ', '1: x')],
    ['./net#2.onnx', file('./net#2.onnx')],
    ['net.onnx#logits', file('net.onnx', 'logits')],
  ];
  for (const [text, spec] of names)
    test(`${text} is taken apart, and put together again`, () => {
      assert.deepEqual(parseNetwork(text), spec);
      assert.equal(networkText(spec), text);
    });
});
