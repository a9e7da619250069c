import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeless } from './places.ts';

test('absolute paths are told by their last part, and nothing else is changed', () => {
  for (const [text, told] of [
    ['teacher: resnet20:/home/me/teachers/resnet20.pth', 'teacher: resnet20:./resnet20.pth'],
    ["name: '/data/my photos/train'", "name: './my photos/train'"],
    ['`/tmp/x/net.ts#create`', '`./net.ts#create`'],
    ['/a/b\n/c/d', './b\n./d'],
    ['train: [/home/me/a, "/home/me/b"], {x: /home/me/c}', 'train: [./a, "./b"], {x: ./c}'],
    ['--set a=/home/me/a', '--set a=./a'],
    ['https://www.npmjs.com/package/retort', 'https://www.npmjs.com/package/retort'],
    [
      './student, onnx/model.onnx, hf:OWNER/NAME, 1 / 255',
      './student, onnx/model.onnx, hf:OWNER/NAME, 1 / 255',
    ],
    ['names[str(i)] / 255 and a/b', 'names[str(i)] / 255 and a/b'],
  ] as const)
    assert.equal(placeless(text), told);
});
