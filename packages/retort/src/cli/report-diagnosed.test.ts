import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, mock, suite, test } from 'node:test';
import { manualSeed, saveSafetensors, setNumThreads } from '@retort/torch';
import { parseHTML } from 'linkedom';
import { retort } from '../../reference/command.ts';
import { halves } from '../../reference/halves.ts';
import { datasets } from '../data/index.ts';
import { createModel } from '../models/index.ts';

setNumThreads(1);
const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'retort-report-diagnosed-')));
process.chdir(scratch);
after(() => fs.rmSync(scratch, { recursive: true }));
mock.method(datasets, 'fashion-mnist', async () => ({
  train: halves(40),
  test: halves(30, 5),
  source: 'made',
}));
/** Nobody else shares this process, which gives way to all others from then on. */
mock.method(os, 'setPriority', () => {});

const recipe = `data: { name: fashion-mnist, train: [] }
batchSize: 16
precision: fp32
student: resnet8
teacher: teacher.safetensors
teacherCheck: false
stages:
  - { methods: [{ name: annealing, tauMax: 2 }], epochs: 2 }
  - { methods: [cskd, srd], epochs: 1 }
`;

suite('retort report --diagnose', () => {
  before(async () => {
    manualSeed(0);
    const teacher = createModel('resnet14', { classes: 2, channels: 1 });
    saveSafetensors('teacher.safetensors', teacher.stateDict(), { model: 'resnet14' });
    fs.writeFileSync('kd.yaml', recipe);
    const { code, stderr } = await retort('distill', 'kd.yaml', '--out', 'kd');
    assert.equal(code, 0, stderr);
    fs.cpSync('kd', 'broken', { recursive: true });
    const { settingsSha256: _, settings, ...rest } = JSON.parse(fs.readFileSync('kd/run.json', 'utf8'));
    fs.writeFileSync('broken/run.json', JSON.stringify({ ...rest, settings: { ...settings, dreams: 1 } }));
  });

  test('shows all that is said of a run, and why nothing can be said of another', async () => {
    const { code, stdout, stderr } = await retort(
      'report',
      'kd',
      'broken',
      '--diagnose',
      '--out',
      'a.html',
      '--json',
    );
    assert.equal(code, 0, stderr);
    const [whole, broken] = JSON.parse(stdout).diagnosed;
    assert.equal(whole.results.length, 10);
    assert.match(broken.failed, /broken cannot be diagnosed by its run\.json: .*dreams/);
    assert.match(stderr, /broken could not be diagnosed: .*dreams/);
    const { document } = parseHTML(fs.readFileSync('a.html', 'utf8'));
    const sections = [...document.querySelectorAll('section')];
    const [first, second] = [
      sections.find((one) => one.textContent?.includes('SHA-256') && one.querySelector('h4')),
      sections.find((one) => one.textContent?.includes('cannot be diagnosed')),
    ];
    assert.ok(first && second && first !== second);
    assert.equal(first.querySelectorAll('h4').length, 10);
    // Classes, agreement, reliability, CKA, temperatures, annealing, projector, and two of the gradients.
    assert.equal(first.querySelectorAll('figure').length, 9, first.textContent ?? '');
    assert.ok(first.querySelectorAll('img[src^="data:image/png;base64,"]').length > 0, 'no picture');
    assert.doesNotMatch(first.innerHTML, /NaN|undefined/);
  });
});
