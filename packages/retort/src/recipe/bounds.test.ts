import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, mock, suite, test } from 'node:test';
import { RecipeError, readRecipe } from './index.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-bounds-'));
after(() => fs.rmSync(scratch, { recursive: true }));

function write(name: string, content: string | Buffer): string {
  fs.writeFileSync(path.join(scratch, name), content);
  return path.join(scratch, name);
}

/** What is said of a recipe, a sentence a line, with file names alone. */
function said(file: string, ...overrides: string[]): readonly string[] {
  try {
    readRecipe(file, { overrides });
  } catch (error) {
    assert.ok(error instanceof RecipeError, String(error));
    return error.problems.map((problem) => problem.replaceAll(`${scratch}/`, ''));
  }
  return ['nothing was wrong'];
}

const base = 'data: { name: fashion-mnist }\nstudent: resnet8\n';
const whole = `${base}stages: [{ methods: [cross-entropy], epochs: 1 }]\n`;
const plain = write('plain.yaml', whole);

suite('a recipe that was made to break the reader', () => {
  test('that is no regular file is refused at once, extended or not', () => {
    execFileSync('mkfifo', [path.join(scratch, 'pipe.yaml')]);
    fs.symlinkSync('loop.yaml', path.join(scratch, 'loop.yaml'));
    const of = (file: string) => [
      ...said(path.resolve(scratch, file)),
      ...said(write('extending.yaml', `seed: 1\nextends: ${file}\n`)),
    ];
    const twice = (file: string, sentence: string) => [
      `${file}: ${sentence}`,
      `extending.yaml:2: extends: ${file}: ${sentence}`,
    ];
    assert.deepEqual(of('pipe.yaml'), twice('pipe.yaml', 'it is a pipe, a device or a socket, not a file'));
    assert.deepEqual(of('/dev/zero'), twice('/dev/zero', 'it is a pipe, a device or a socket, not a file'));
    assert.deepEqual(of('loop.yaml'), twice('loop.yaml', 'its links lead in a loop'));
    assert.deepEqual(said(scratch), [`${scratch}: it is a folder, not a file`]);
    assert.deepEqual(of('plain.yaml/inner.yaml'), [
      'plain.yaml/inner.yaml: a part of the path is a file, not a folder',
      'extending.yaml:2: extends: plain.yaml/inner.yaml: a part of the path is a file, not a folder',
    ]);
  });

  test('that names what every object has is answered as for any name', () => {
    const keys = (sentences: readonly string[]) =>
      sentences.map((sentence) => sentence.replace(/(here can be ).*/, '$1KEYS'));
    assert.deepEqual(keys(said(plain, 'constructor.prototype.x=1', 'toString=2')), [
      "'constructor.prototype.x=1': constructor: there is no such key: here can be KEYS",
      "'toString=2': toString: there is no such key: here can be KEYS",
    ]);
    assert.deepEqual(keys(said(write('own.yaml', `${whole}constructor: 1\n`), 'valueOf.x=1')), [
      'own.yaml:4: constructor: there is no such key: here can be KEYS',
      "'valueOf.x=1': valueOf: there is no such key: here can be KEYS",
    ]);
  });

  test('that has a key which maps lose without a word is refused, wherever the key is', () => {
    const no = '__proto__ cannot be a key: JavaScript keeps this name for itself';
    for (const override of ['__proto__.x=1', 'data.options.__proto__=1', 'data.options={ __proto__: 1 }'])
      assert.deepEqual(said(plain, override), [`'${override}': ${no}`]);
    assert.deepEqual(said(write('proto.yaml', `${whole}cache:\n  __proto__: 1\n`)), [`proto.yaml:5: ${no}`]);
    assert.deepEqual(said(write('alias.yaml', `name: &a __proto__\n${whole}loss: { *a : 1 }\n`)), [
      `alias.yaml: ${no}`,
    ]);
  });

  test('that asks for images beyond all memory is refused at the key that asks', () => {
    const most = 'must be at most 13377, is';
    for (const [train, sentence] of [
      ['[{ name: crop-flip, padding: 100000000 }]', `train.0.padding: ${most} 100000000`],
      ['[{ name: center-crop, size: 20000 }]', `train.0.size: ${most} 20000`],
    ] as const)
      assert.deepEqual(said(plain, `data.train=${train}`), [`'data.train=${train}': data.${sentence}`]);
    const [policy] = said(plain, 'data.train=[{ name: rand-augment, policy: rand-m9-n100000 }]');
    assert.match(policy ?? '', /train\.0\.policy: .*what follows n must be a whole number from 1 to 99/);
  });

  test('has one sentence for one mistake, which shows what was written', () => {
    const no = 'names a folder under runs: it must have no /, \\ or control characters';
    const isKeyValue = 'an override is KEY=VALUE, as student=resnet8 or stages.0.epochs=5';
    for (const [override, sentence] of [
      ['name=""', `'name=""': name: must not be empty, is ''`],
      ['name=\u202ex', `'name=\u202ex': name: ${no}`],
      ['name="a\\nb"', `'name="a\\nb"': name: ${no}`],
      [
        'precision=[{ a: 1 }]',
        `'precision=[{ a: 1 }]': precision: must be one of auto, fp32, bf16, fp16, is [{"a":1}]`,
      ],
      ['stages..epochs=3', `'stages..epochs=3': ${isKeyValue}`],
      ['.=3', `'.=3': ${isKeyValue}`],
    ] as const)
      assert.deepEqual(said(plain, override), [sentence]);
    const deep = said(write('nested.yaml', `${whole}x: ${'['.repeat(3000)}${']'.repeat(3000)}\n`));
    assert.deepEqual(deep, ['nested.yaml:4: this is nested deeper than a recipe can be']);
    const warned = mock.method(process, 'emitWarning', () => {});
    assert.deepEqual(said(write('listed.yaml', `${whole}? [1]\n: 2\n`)), [
      'listed.yaml:4: a key is a name, not a list or a map',
    ]);
    said(plain, 'seed={ [1]: 2 }');
    warned.mock.restore();
    assert.equal(warned.mock.callCount(), 0);
  });

  test('that says too much is refused in short', () => {
    const numbers = (count: number, one: (i: number) => string) =>
      Array.from({ length: count }, (_, i) => one(i)).join('');
    const tooMuch = 'this is more than a recipe can say: 20,000 values';
    const lines: Readonly<Record<string, [content: string, said: readonly string[]]>> = {
      huge: [`${whole}#${' '.repeat(1 << 20)}`, ['huge.yaml: it has more than 262,144 bytes']],
      keys: [`${whole}${numbers(25_000, (i) => `k${i}: 1\n`)}`, [`keys.yaml: ${tooMuch}`]],
      stages: [`${base}stages: [${numbers(60_000, () => '{},')}]`, [`stages.yaml: ${tooMuch}`]],
      aliases: [
        `${base}a: &a [x,x,x,x,x,x,x,x,x,x]\n${numbers(8, (i) => `${'bcdefghi'[i]}: &${'bcdefghi'[i]} [${`*${'abcdefgh'[i]},`.repeat(10)}]\n`)}`,
        [`aliases.yaml: ${tooMuch}`],
      ],
      deep: [`${base}stages: ${'['.repeat(3000)}`, []],
      many: [
        `${base}stages: [${numbers(1500, () => '{methods: [cross-entropy], epochs: 1},')}]`,
        ['many.yaml:3: stages: must have at most 1000 items'],
      ],
    };
    for (const [name, [content, sentences]] of Object.entries(lines)) {
      const found = said(write(`${name}.yaml`, content));
      assert.ok(found.join('\n').length < 5000, name);
      if (sentences.length)
        assert.deepEqual(
          found.map((line) => line.replace(/, is \[.*/, '')),
          sentences,
        );
      else assert.match(found[0] ?? '', new RegExp(`^${name}\\.yaml(:\\d+)?: `));
    }
    const keys = said(write('wrong.yaml', `${whole}${numbers(500, (i) => `k${i}: 1\n`)}`));
    assert.deepEqual([keys.length, keys.at(-1)], [21, 'and 480 more']);
    assert.match(keys[0] ?? '', /^wrong\.yaml:4: k0: there is no such key: here can be name, seed, /);
    const [long = ''] = said(write('long.yaml', whole.replace('resnet8', 'x'.repeat(100_000))));
    assert.equal(
      long,
      `long.yaml:2: student: there is no model '${'x'.repeat(100)}…': ${long.split("…': ")[1]}`,
    );
    assert.ok(long.length < 600);
    assert.deepEqual(said(plain, `stages=[${'{},'.repeat(30_000)}]`), [
      `'stages=[${'{},'.repeat(30)}{}…': ${tooMuch}`,
    ]);
  });

  test('whose anchors lead in a loop, or nowhere, gives the line; those that do not are followed', () => {
    assert.deepEqual(
      said(write('self.yaml', `${base}stages: &s\n  - methods: [cross-entropy]\n    more: *s\n`)),
      ['self.yaml:5: *s stands within &s, and would never end'],
    );
    assert.deepEqual(said(write('none.yaml', `${base}stages: *s\n`)), [
      'none.yaml:3: *s stands for nothing: there is no &s before it',
    ]);
    const shared = `${base}stages:\n  - &one\n    methods: [cross-entropy]\n    epochs: 0\n  - *one\n`;
    assert.deepEqual(said(write('shared.yaml', shared)), [
      'shared.yaml:6: stages.0.epochs: must be at least 1, is 0',
      'shared.yaml:6: stages.1.epochs: must be at least 1, is 0',
    ]);
  });

  test('that is not UTF-8 is refused with the line', () => {
    assert.deepEqual(said(write('latin.yaml', Buffer.from(`${base}name: Schüler\n`, 'latin1'))), [
      'latin.yaml:3: this is no UTF-8: save the file in that encoding',
    ]);
  });

  test('whose name is no folder under runs is refused', () => {
    const bad = 'names a folder under runs: it must have no /, \\ or control characters';
    for (const name of ['../../../x', '/etc/x', 'a\\b', '\x1b[2J'])
      assert.deepEqual(said(write('named.yaml', `${whole}name: ${JSON.stringify(name)}\n`)), [
        `named.yaml:4: name: ${bad}`,
      ]);
    assert.deepEqual(said(write('named.yaml', `${whole}name: ..\n`)), [
      'named.yaml:4: name: names a folder under runs: it must not be dots alone',
    ]);
  });
});

suite('a mistake is told of where it was made', () => {
  test('in every stage', () => {
    const every = (value: string) => said(write('every.yaml', `everyStage: ${value}\n${whole}`));
    assert.deepEqual(every('5'), ['every.yaml:1: everyStage: must be a map of keys, is 5']);
    assert.deepEqual(every('[{ lr: 1 }]'), [
      'every.yaml:1: everyStage: must be a map of keys, is [{"lr":1}]',
    ]);
    assert.deepEqual(every('{ epochs: many }'), [
      "every.yaml:1: everyStage.epochs: must be a number, is 'many'",
    ]);
    assert.deepEqual(every('{ batchSize: 3 }').length, 1);
  });

  test('in an override, and not in the file that it is of', () => {
    assert.deepEqual(said(plain, 'stages.0.optimizer.lr='), [
      "'stages.0.optimizer.lr=': there is no stages.0.optimizer, so lr cannot be taken away from it",
    ]);
    assert.deepEqual(said(plain, 'stages.0.optimizer.lr=0.1'), [
      "'stages.0.optimizer.lr=0.1': stages.0.optimizer.name: is missing: it says which optimizer is meant, of sgd, adam, adamw, lamb, rmsprop, radam",
    ]);
  });

  test('in a network that is missing, and in a transform that does not exist', () => {
    assert.deepEqual(said(write('none.yaml', whole.replace(/^student: .*\n/m, ''))), [
      'none.yaml:1: student: is missing: it must be text, or a map of keys',
    ]);
    assert.deepEqual(said(plain, 'data.train=[crop-flop]'), [
      "'data.train=[crop-flop]': data.train.0.name: there is no transform 'crop-flop': did you mean 'crop-flip'? There are crop-flip, random-resized-crop, flip, color-jitter, greyscale, gaussian-blur, rand-augment, auto-augment, three-augment, random-erasing, resize, center-crop, resize-shortest, scale-jitter, random-crop, random-iou-crop",
    ]);
  });

  test('in a network that is code, of which no export is named', () => {
    assert.deepEqual(said(plain, 'student=./net.ts'), [
      "'student=./net.ts': student: ./net.ts is code, of which an export makes the network: write ./net.ts#NAME",
    ]);
  });

  test('in a weight, without a sentence of what is not so', () => {
    const [method, ...others] = said(plain, 'stages.0.methods=[{name: kd, alpha: -1}]', 'teacher=x.pth');
    assert.deepEqual(
      [method, others],
      ["'stages.0.methods=[{name: kd, alpha: -1}]': stages.0.methods.0.alpha: must be at least 0, is -1", []],
    );
  });

  test('in the case of a name', () => {
    assert.deepEqual(said(plain, 'student=ResNet20'), [
      "'student=ResNet20': student: there is no model 'ResNet20': did you mean 'resnet20'?",
    ]);
  });
});
