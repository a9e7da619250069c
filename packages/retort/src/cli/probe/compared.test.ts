import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { suite, test } from 'node:test';
import { randn, saveSafetensors } from '@retort/torch';
import { retort } from '../../../reference/command.ts';
import { cifar, inScratch, probe } from '../../../reference/probed.ts';

inScratch();

suite('retort probe of several networks', () => {
  test('several are compared, seeds of a run in one row, and what each came to is in JSON', async () => {
    const flags = ['--few', 'none', '--neighbours', '1,5', '--l2', '0.1'];
    const train = ['train', '--model', 'resnet8', ...cifar, '--epochs', '1'];
    const ran = await retort(...train, '--seeds', '2', '--out', 'runs/alone');
    assert.equal(ran.code, 0, ran.stderr);
    const { code, stdout, stderr } = await probe('runs', ...cifar, ...flags);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^colours of 32, 60 images; judged on 30 of colours of 32; top-1$/m);
    assert.match(stdout, /network +runs +linear probe +1 neighbour +5 neighbours$/m);
    assert.match(stdout, /^resnet8\.safetensors +1 +100\.00 +\d+\.\d\d +\d+\.\d\d$/m);
    assert.match(stdout, /^runs\/alone +2 +\d+\.\d\d ± \d+\.\d\d( +\d+\.\d\d ± \d+\.\d\d){2}$/m);
    assert.match(
      stderr,
      /runs\/alone\/seed-1: top-1 .* by a linear probe, .* by 1 neighbours?, .* by 5 neighbours/,
    );
    const { networks, ...on } = JSON.parse((await retort('probe', 'runs', ...flags, '--json')).stdout);
    assert.deepEqual(on, { data: 'colours of 32', source: 'made' });
    const alone = JSON.parse((await retort('probe', 'runs/alone/seed-1', ...flags, '--json')).stdout);
    assert.deepEqual(networks[1].linear, alone.linear);
    assert.deepEqual(
      networks.map(({ from, network }: { from: string; network: string }) => [from, network]),
      [0, 1].map((seed) => [`runs/alone/seed-${seed}`, 'resnet8']),
    );
    fs.writeFileSync(
      'six.mjs',
      `import { nn } from ${JSON.stringify(import.meta.resolve('@retort/torch'))};\nexport const create = () => new nn.Conv2d(3, 6, 3);\n`,
    );
    saveSafetensors('six.safetensors', { weight: randn([6, 3, 3, 3]), bias: randn([6]) });
    // One that cannot be probed is in nobody's way, but where it was named the command has failed.
    const cut = await probe('./six.mjs#create:six.safetensors', 'runs/alone/seed-0', ...cifar, ...flags);
    assert.equal(cut.code, 1, cut.stderr);
    assert.match(
      cut.stderr,
      /left out: \.\/six\.mjs#create:six\.safetensors: .*does not say which linear layer makes its logits/,
    );
    assert.match(cut.stdout, /^resnet8\.safetensors +1 +100\.00/m);
    assert.match(cut.stdout, /^runs\/alone +1 /m);
    const other = 'runs/other';
    fs.cpSync('runs/alone/seed-0', other, { recursive: true });
    saveSafetensors(`${other}/best.safetensors`, { weight: randn([6]) }, { model: 'resnet8' });
    const beside = await probe('runs', ...cifar, ...flags);
    assert.equal(beside.code, 0, beside.stderr);
    assert.match(beside.stderr, /left out: runs\/other: /);
    assert.match(beside.stdout, /^runs\/alone +2 /m);
    fs.rmSync(other, { recursive: true });
    // In whatever order they are named, a seed is in the row of its recipe.
    const first = 'runs/alone/seed-0/best.safetensors';
    const ordered = await probe(first, 'runs/alone', ...cifar, ...flags);
    assert.match(ordered.stdout, /^runs\/alone +2 /m, ordered.stderr);
    const fresh = await probe('resnet8', ...cifar, ...flags);
    assert.match(fresh.stderr, /^retort: resnet8: has no weights: write resnet8:FILE/);
    for (const [args, said] of [
      [
        [],
        /--data says on which samples: resnet8\.safetensors is of no run, and runs\/alone\/seed-0 is of a run on cifar10/,
      ],
      [['--protocol', 'crd', ...cifar], /crd trains a classifier of one network, and there are 2: name one/],
      [
        ['--weights', 'body.safetensors', ...cifar],
        /--weights body\.safetensors is of one network, and there are 3/,
      ],
    ] as const) {
      const refused = await probe('runs', ...args);
      assert.match(refused.stderr, said);
      assert.equal(refused.code, 2);
    }
  });

  test('a run that comes twice is probed once, and those without sound weights are left out where none is named', async () => {
    const flags = [...cifar, '--few', 'none', '--neighbours', '1', '--l2', '0.1'];
    const cut = fs.readFileSync('resnet8.safetensors').subarray(0, 500);
    for (const [folder, sound] of [
      ['some/a/seed-0', null],
      ['some/b', cut],
      ['some/c', Buffer.from('')],
    ] as const) {
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(path.join(folder, 'run.json'), '{}');
      if (sound === null) fs.copyFileSync('resnet8.safetensors', path.join(folder, 'best.safetensors'));
      else
        fs.writeFileSync(
          path.join(folder, sound.length > 0 ? 'best.safetensors' : 'last.safetensors'),
          sound,
        );
    }
    const { code, stdout, stderr } = await probe(
      ...['some', 'some/a/', 'some/a/seed-0', 'some/a/seed-0/best.safetensors', ...flags],
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^some\/a +1 +\d+\.\d\d +\d+\.\d\d$/m);
    assert.match(stderr, /some\/a\/seed-0, 2 of 2/);
    assert.match(stderr, /left out: some\/b\/best\.safetensors is not a sound safetensors file/);
    assert.match(stderr, /left out: some\/c is a folder: name a file in it: last\.safetensors/);
    const named = await probe('some', 'some/b', ...flags);
    assert.equal(named.code, 1);
    assert.match(named.stderr, /retort: some\/b\/best\.safetensors is not a sound/);
    assert.doesNotMatch(named.stderr, /top-1|left out/);
    const none = await retort('probe', 'some/c', ...flags);
    assert.match(none.stderr, /retort: some\/c is a folder/);
    fs.rmSync('some/c/last.safetensors');
    const begun = await retort('probe', 'some/c', ...flags);
    assert.match(
      begun.stderr,
      /some\/c is a run without weights yet: none of its epochs has come to its end/,
    );
  });
});
