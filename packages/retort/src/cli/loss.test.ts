import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { loadSafetensors, randn, saveSafetensors, type Tensor } from '@retort/torch';
import { assertGradientsClose } from '../../../torch/reference/load.ts';
import { type Ended, retort } from '../../reference/command.ts';
import { computeLoss, describeLoss, exampleInput } from '../loss/index.ts';
import { methods } from '../methods/index.ts';
import { type LossFlags, lossCommand } from './loss.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-loss-'));
process.chdir(scratch);
after(() => fs.rmSync(scratch, { recursive: true }));

const loss = (...args: string[]): Promise<Ended> => retort('loss', ...args);

/** The first case of SRD's reference numbers, as somebody from outside would write it: one feature of each network, by that name. */
function writeCase(): (prefix: string) => Record<string, Tensor> {
  const { tensors } = loadSafetensors(
    path.join(import.meta.dirname, '../../reference/methods/srd.safetensors'),
  );
  const under = (prefix: string) =>
    Object.fromEntries(
      Object.entries(tensors).flatMap(([name, tensor]) =>
        name.startsWith(prefix)
          ? [[name.slice(prefix.length).replace('.feature.penultimate', '.feature'), tensor]]
          : [],
      ),
    );
  const input = Object.entries(under('0.')).filter(([name]) => /^(student|teacher|labels|parts)/.test(name));
  saveSafetensors(path.join(scratch, 'case.safetensors'), Object.fromEntries(input));
  return under;
}

suite('retort loss', () => {
  const under = writeCase();
  test('says the terms of a file, and writes their gradients under the names of the tensors', async () => {
    const { stdout, stderr } = await loss(
      'srd',
      '--input',
      'case.safetensors',
      '--grad',
      'grad.safetensors',
      '--json',
    );
    assert.equal(stderr, '');
    const { terms } = JSON.parse(stdout);
    const expected = under('0.terms.');
    assert.deepEqual(Object.keys(terms).sort(), Object.keys(expected).sort());
    for (const [name, value] of Object.entries(expected))
      assert.ok(Math.abs(terms[name] - value.item()) <= 1e-5 * Math.abs(value.item()), name);
    const { tensors: gradients } = loadSafetensors(path.join(scratch, 'grad.safetensors'));
    const wanted = under('0.grad.');
    assert.deepEqual(Object.keys(gradients).sort(), Object.keys(wanted).sort());
    assertGradientsClose(gradients, wanted, 1e-5);
  });

  test('takes options of the method', async () => {
    const args = ['srd', '--input', 'case.safetensors', '--json'];
    const once = JSON.parse((await loss(...args)).stdout).terms;
    const thrice = JSON.parse((await loss(...args, '--set', 'beta=6', '--set', 'kappa=0')).stdout).terms;
    assert.deepEqual(Object.keys(thrice).sort(), ['ce', 'srd']);
    assert.ok(Math.abs(thrice.srd - 3 * once.srd) <= 1e-5 * Math.abs(thrice.srd));
  });

  test('describes terms, tensors and parts, of examples and of a file', async () => {
    const example = JSON.parse((await loss('srd', '--describe', '--json')).stdout);
    assert.deepEqual(example.terms, ['ce', 'srd', 'kd']);
    assert.deepEqual(example.parts, { 'projector.weight': [64, 32], 'projector.bias': [64] });
    const file = JSON.parse(
      (await loss('srd', '--describe', '--input', 'case.safetensors', '--json')).stdout,
    );
    const { 'parts.projector.weight': weight } = under('0.');
    assert.deepEqual(file.parts['projector.weight'], weight?.shape);
    assert.match(
      (await loss('kd', '--describe')).stdout,
      /Hinton[\s\S]*terms: ce, kd[\s\S]*student\.logits +float32 +\[8, 10\]/,
    );
  });

  test('describes dtypes, options with their defaults, and how a file is made', async () => {
    const { stdout } = await loss('srd', '--describe');
    assert.match(stdout, /^labels +int64 +\[8\]$/m);
    assert.match(stdout, /^parts\.projector\.weight +float32 +\[64, 32\]$/m);
    assert.match(stdout, /^form +residual +.*; one of residual, correlation$/m);
    assert.match(stdout, /^beta +2 +β/m, 'a default that depends on another option');
    assert.match(stdout, /^student +- +The path/m);
    const correlation = await loss('srd', '--describe', '--set', 'form=correlation');
    assert.match(correlation.stdout, /^beta +1 +β/m);
    assert.match(correlation.stdout, /option \(--set\) +value/);
    assert.match(stdout, /safetensors\.torch\.save_file/);
    // The command does what it says with a file of the example's tensors.
    const [line = ''] = /^npx retort .*$/m.exec(stdout) ?? [];
    const described = Object.entries(exampleInput('srd')).filter(([name]) => stdout.includes(`\n${name} `));
    saveSafetensors('example.safetensors', Object.fromEntries(described));
    const args = line.replace('case.safetensors', 'example.safetensors').split(' ').slice(2);
    const { code, stderr } = await retort(...args);
    assert.deepEqual([code, stderr], [0, '']);
    assert.ok(loadSafetensors('gradients.safetensors').tensors['student.logits']);
    for (const name of Object.keys(methods)) {
      const { options, tensors, parts, dtypes } = describeLoss(name, { tensors: {} });
      for (const { description } of Object.values(options)) assert.ok(description, name);
      const named = [...Object.keys(tensors), ...Object.keys(parts).map((key) => `parts.${key}`)];
      assert.deepEqual(Object.keys(dtypes).sort(), named.sort(), name);
    }
  });

  test('looks at both heads of a student where they learn apart, and at soft labels', async () => {
    const described = JSON.parse((await loss('kd', '--heads-apart', '--describe', '--json')).stdout).tensors;
    const heads = ['student.feature.head', 'student.feature.head_dist'];
    for (const head of heads) assert.deepEqual(described[head], [8, 10]);
    const mixed = {
      ...Object.fromEntries(
        ['student.logits', 'teacher.logits', ...heads].map((name) => [name, randn([4, 3])]),
      ),
      softLabels: randn([4, 3]).softmax(1),
    };
    saveSafetensors('mixed.safetensors', mixed);
    const apart = await loss('kd', '--heads-apart', '--input', 'mixed.safetensors', '--json');
    assert.deepEqual([apart.code, apart.stderr], [0, '']);
    const together = await loss('kd', '--input', 'mixed.safetensors', '--json');
    assert.match(together.stderr, /kd does not look at student\.feature\.head, student\.feature\.head_dist/);
    assert.notEqual(apart.stdout, together.stdout);
    assert.throws(
      () => computeLoss('kd', { tensors: { ...mixed, softLabels: randn([4, 2]) } }),
      /softLabels must be floating numbers \[4, 3\], the share of each class, and are float32 \[4, 2\]/,
    );
  });

  test('describes every method', () => {
    for (const name of Object.keys(methods)) {
      const { terms, tensors } = describeLoss(name, { tensors: {} });
      assert.ok(terms.length > 0 && Object.keys(tensors).length > 0, name);
    }
    assert.deepEqual(Object.keys(describeLoss('cross-entropy', { tensors: {} }).tensors), [
      'student.logits',
      'labels',
    ]);
    assert.ok('dataset.labels' in describeLoss('crd', { tensors: {} }).tensors);
    // Labels that are not looked at need not be there.
    const { tensors } = describeLoss('annealing', { tensors: {} });
    assert.deepEqual(Object.keys(tensors), ['student.logits', 'teacher.logits']);
    const logits = randn([2, 3]);
    computeLoss('annealing', { tensors: { 'student.logits': logits, 'teacher.logits': logits } });
    // An exit is as deep as its stage is far from the last, whichever others there are.
    const exits = (options: object) => describeLoss('ofa', { tensors: {}, options: { ...options } }).parts;
    const [all, second] = [exits({}), exits({ stages: ['stage2'] })];
    const under = (parts: object, exit: string) =>
      Object.entries(parts).flatMap(([key, shape]) =>
        key.startsWith(exit) ? [[key.slice(exit.length), shape]] : [],
      );
    assert.deepEqual(under(second, 'exit1.'), under(all, 'exit2.'));
    assert.throws(() => exits({ stages: ['stage1', 'stage1'] }), /ofa: stages names 'stage1' twice/);
    assert.throws(() => exits({ gamma: 0.5 }), /ofa: gamma: /);
    assert.throws(() => exits({ labels: 0, logits: 0, exits: 0 }), /must not all be 0/);
  });

  test('answers mistakes with a sentence', async () => {
    const srt = await loss('srt', '--describe');
    assert.equal(srt.code, 1);
    assert.match(srt.stderr, /there is no method 'srt': did you mean 'srd'\?/);
    const input = path.join(scratch, 'case.safetensors');
    const flags = { input, set: [], epoch: 1, epochs: 1, prefixTokens: 0, heads: 1, seed: 0 };
    const { labels, ...others } = under('0.');
    assert.ok(labels && others['student.logits']);
    const bare = path.join(scratch, 'bare.safetensors');
    saveSafetensors(bare, { labels });
    const mistakes: [method: string, flags: Partial<LossFlags>, sentence: RegExp][] = [
      ['srd', { input: undefined }, /--input FILE\.safetensors .*--describe/],
      ['srd', { input: 'nowhere.safetensors' }, /nowhere\.safetensors/],
      ['at', {}, /needs student\.feature\.stage1, .*; the tensors given are student\.feature/],
      ['srd', { set: ['beta'] }, /--set takes KEY=VALUE/],
      [
        'srd',
        { set: ['beta=-1', 'betta=2'] },
        /srd: beta: must be above 0, is -1\nsrd: betta: .*did you mean 'beta'/,
      ],
      ['srd', { set: ['beta=1', 'beta=2'] }, /--set beta is given twice/],
      ['srd', { set: ['beta=[4'] }, /--set beta=\[4: the value is not YAML/],
      ['srd', { describe: true, grad: 'g' }, /--describe computes nothing that --grad could write/],
      ['srd', { grad: scratch }, /it is not a file that can be replaced/],
      ['srd', { grad: path.join(scratch, 'nowhere/g') }, /there is no folder/],
      ['kd', { epoch: 3 }, /--epoch 3 is after the last/],
      ['kd', { input: bare }, /there is no tensor 'student\.logits'; there is labels/],
    ];
    const badInput = (name: string, changed: Record<string, Tensor>) => {
      const file = path.join(scratch, `${name}.safetensors`);
      saveSafetensors(file, { ...under('0.'), ...changed });
      return file;
    };
    const [classes = 0] = others['student.logits'].shape.slice(1);
    const { 'teacher.logits': logits, 'teacher.feature': vectors } = others;
    assert.ok(logits && vectors);
    for (const [name, changed, sentence] of [
      ['one', { 'teacher.logits': logits.narrow(0, 0, 1) }, /teacher\.logits are \[1, .*student\.logits, \[/],
      ['rows', { 'teacher.feature': vectors.narrow(0, 0, 1) }, /teacher\.feature has 1 rows, and must have/],
      ['double', { 'teacher.logits': logits.to('float64') }, /teacher\.logits is float64/],
      ['real', { labels: labels.to('float32') }, /labels must be whole numbers \(int64\), and are float32/],
      ['far', { labels: labels.add(classes) }, /labels go from \d+ to \d+, and must be within 0 and/],
      [
        'none',
        { 'parts.projector.wait': vectors },
        /there is no part 'parts\.projector\.wait': did you mean/,
      ],
    ] as const)
      mistakes.push(['srd', { input: badInput(name, changed) }, sentence]);
    for (const [method, wrong, sentence] of mistakes)
      assert.throws(() => lossCommand(method, { ...flags, ...wrong }), sentence);
  });
});
