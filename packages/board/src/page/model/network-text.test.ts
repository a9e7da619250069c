import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dataText, networkText } from './network-text.ts';

test('of paths from the root the last two parts are left, of each network, with its key', () => {
  const told = {
    'resnet14:/home/me/runs/teacher/seed-0': 'resnet14:…/teacher/seed-0',
    'resnet20:/a/b/c.pth#ema+./own.ts#net:/x/y/z': 'resnet20:…/b/c.pth#ema+./own.ts#net:…/y/z',
    '/data/w.safetensors': '/data/w.safetensors',
    resnet8: 'resnet8',
    'hf:owner/name': 'hf:owner/name',
  };
  for (const [spelled, text] of Object.entries(told)) assert.equal(networkText(spelled), text);
  assert.equal(networkText(null), '');
});

test('of data at a path from the root the last part is left', () => {
  assert.deepEqual(['/data/photos', '/photos', './photos', 'cifar100', null].map(dataText), [
    '…/photos',
    '/photos',
    './photos',
    'cifar100',
    '',
  ]);
});
