/** Kernels of products in processes of their own: choices belong to the process, and to a file of the machine. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { cacheFolder } from '../setup/cache.ts';
import type { KernelChoice } from './kernels.ts';

const engine = pathToFileURL(path.join(import.meta.dirname, '..', 'index.ts')).href;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'retort-kernels-'));
after(() => fs.rmSync(folder, { recursive: true }));

/** A cache that has what set-up made, and no choices. */
function cacheOf(name: string): string {
  const cache = path.join(folder, name);
  fs.mkdirSync(cache, { recursive: true });
  for (const made of fs.readdirSync(cacheFolder()).filter((entry) => /^(addon|libtorch)/.test(entry))) {
    const link = path.join(cache, made);
    if (!fs.existsSync(link)) fs.symlinkSync(path.join(cacheFolder(), made), link);
  }
  return cache;
}

/** The lines of its file of choices. */
function keptIn(cache: string): string[] {
  const kept = path.join(cache, 'kernels');
  const [file] = fs.existsSync(kept) ? fs.readdirSync(kept) : [];
  return file === undefined ? [] : fs.readFileSync(path.join(kept, file), 'utf8').trimEnd().split('\n');
}

/** What a program answers, as `say(value)`, with the engine's names at hand as `torch`. */
function answered(program: string, environment: NodeJS.ProcessEnv = {}): unknown {
  const whole = `import * as torch from ${JSON.stringify(engine)};\nconst say = (value) => console.log(JSON.stringify(value));\n${program}`;
  const { RETORT_KERNELS: _, ...inherited } = process.env;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', whole],
    { encoding: 'utf8', env: { ...inherited, ...environment } },
  );
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

/** As many choices as there are kernels of a form, for layers of every size. */
const forced = (kernel: KernelChoice['kernel']): string => `
const choices = [];
for (const form of ['linear', 'plain', 'weights'])
  for (let rows = 16; rows <= 1024; rows *= 2)
    for (let inner = 16; inner <= 1024; inner *= 2)
      for (let columns = 16; columns <= 1024; columns *= 2)
        choices.push({ form, rows, inner, columns, threads: torch.getNumThreads(), kernel: '${kernel}', speeds: {} });
torch.useKernels(choices);`;

describe('kernels of products', () => {
  test('each is as exact as the standard one on 200 layers, with both gradients, against float64', () => {
    // Each in a process of its own: what it takes, the same random layers, and the mean of errors relative to what they are of.
    const errorsOf = (kernel: KernelChoice['kernel']) =>
      answered(`${forced(kernel)}
const random = new torch.Generator(7);
const size = () => 20 + Math.floor(torch.rand([1], { generator: random }).item() ** 2 * 400);
const layer = (x, weight, bias, gradient) => {
  const leaves = [x, weight, bias].map((tensor) => { const leaf = tensor.detach().clone(); leaf.requiresGrad = true; return leaf; });
  const y = torch.functional.linear(...leaves);
  y.backward(gradient);
  return [y.detach(), ...leaves.map((leaf) => leaf.grad)];
};
const sums = [0, 0, 0, 0];
for (let i = 0; i < 200; i++) torch.scope(() => {
  const [inputs, outputs] = [size(), size()];
  const rows = Math.ceil(2 ** 22 / inputs / outputs) + size();
  const given = [[rows, inputs], [outputs, inputs], [outputs], [rows, outputs]].map((shape) => torch.randn(shape, { generator: random }));
  const [found, exact] = [layer(...given), layer(...given.map((tensor) => tensor.to('float64')))];
  found.forEach((tensor, k) => {
    const error = tensor.to('float64').sub(exact[k]).square().mean().sqrt().item();
    sums[k] += error / exact[k].square().mean().sqrt().item() / 200;
  });
});
say({ sums, met: [...new Set(torch.kernelsInUse().map(({ form }) => form))] });`) as {
        sums: number[];
        met: string[];
      };
    const standard = errorsOf('standard');
    assert.deepEqual(standard.met, ['linear', 'plain', 'weights']);
    for (const kernel of ['linear', 'convolution'] as const) {
      const { sums } = errorsOf(kernel);
      sums.forEach((sum, k) => {
        // Both sum in float32, in another order; a sum in a lower precision is a thousand times as wrong.
        assert.ok(sum <= 1.5 * (standard.sums[k] ?? 0), `${kernel}: ${sums} against ${standard.sums}`);
      });
    }
  });

  test('gradients of gradients, layers with three axes, without a bias, and in noGrad are what they were', () => {
    const program = `
const random = new torch.Generator(3);
const leaf = (shape) => { const made = torch.randn(shape, { generator: random }); made.requiresGrad = true; return made; };
const [x, weight, bias] = [leaf([4, 64, 96]), leaf([192, 96]), leaf([192])];
const y = torch.functional.linear(torch.functional.linear(x, weight, bias).tanh(), weight.t());
const [first] = torch.grad([y.square().sum()], [x], { createGraph: true });
first.square().sum().backward();
const bare = torch.noGrad(() => torch.functional.linear(x, weight, bias));
say([y, first, weight.grad, bare].map((tensor) => [tensor.shape, tensor.detach().to('float64').square().mean().sqrt().item(), tensor.detach().flatten().slice(0, 0, 50).toList()]));`;
    const [one, ...others] = (['standard', 'linear', 'convolution'] as const).map(
      (kernel) => answered(forced(kernel) + program) as [number[], number, number[]][],
    );
    for (const other of others)
      other.forEach(([shape, size, values], k) => {
        const [expectedShape, expectedSize, expected] = one?.[k] ?? [[], 0, []];
        assert.deepEqual(shape, expectedShape);
        assert.ok(Math.abs(size - expectedSize) <= 1e-5 * expectedSize);
        values.forEach((value, i) => {
          assert.ok(
            Math.abs(value - (expected[i] ?? 0)) <= 1e-4 * expectedSize,
            `${value} and ${expected[i]}`,
          );
        });
      });
  });

  const layer = `torch.ones([512, 128]).mm(torch.ones([128, 128]));\n`;

  test('a choice is kept for the machine and holds, and a line that was cut is passed over', () => {
    const cache = cacheOf('kept');
    const file = String(answered('say(torch.kernelsFile())', { RETORT_CACHE: cache }));
    assert.equal(path.dirname(file), path.join(cache, 'kernels'));
    // As another process kept it, after one that was killed at its line.
    fs.writeFileSync(
      file,
      'plain 512 12\nplain 512 128 128 2 linear standard=1 linear=3\nplain 512 128 128 2 convolution\n',
    );
    assert.deepEqual(
      answered(`torch.setNumThreads(2);\n${layer}say(torch.kernelsInUse())`, { RETORT_CACHE: cache }),
      [
        {
          form: 'plain',
          rows: 512,
          inner: 128,
          columns: 128,
          threads: 2,
          kernel: 'linear',
          speeds: { standard: 1, linear: 3 },
        },
      ],
    );
    assert.equal(keptIn(cache).length, 3);
  });

  test('what could not be measured, because other programs had the cores, is not kept', () => {
    const cache = cacheOf('busy');
    const others = Array.from({ length: 3 * os.availableParallelism() }, () =>
      spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
    );
    try {
      const choices = answered(
        `for (let inner = 32; inner <= 512; inner *= 2) torch.ones([1024, inner]).mm(torch.ones([inner, 512]));\nsay(torch.kernelsInUse())`,
        { RETORT_CACHE: cache },
      ) as KernelChoice[];
      assert.equal(choices.length, 5);
      const measured = choices.filter(({ speeds }) => Object.keys(speeds).length > 0);
      assert.deepEqual(
        keptIn(cache)
          .map((line) => Number(line.split(' ')[2]))
          .sort((one, other) => one - other),
        measured.map(({ inner }) => inner),
      );
      for (const { kernel, speeds } of choices)
        assert.ok(kernel === 'standard' || (speeds[kernel] ?? 0) >= 1.15 * (speeds.standard ?? 0));
    } finally {
      for (const other of others) other.kill('SIGKILL');
    }
  });

  test('small products, other dtypes and those of RETORT_KERNELS=default are not chosen', () => {
    const cache = cacheOf('not-chosen');
    assert.deepEqual(
      answered(
        `torch.ones([64, 64]).mm(torch.ones([64, 64]));\ntorch.ones([512, 128]).to('float64').mm(torch.ones([128, 128]).to('float64'));\nsay(torch.kernelsInUse())`,
        { RETORT_CACHE: cache },
      ),
      [],
    );
    assert.deepEqual(
      answered(`${layer}say([torch.areKernelsChosen(), torch.kernelsInUse()])`, {
        RETORT_CACHE: cache,
        RETORT_KERNELS: 'default',
      }),
      [false, []],
    );
    assert.deepEqual(keptIn(cache), []);
  });

  test('a cache that cannot be written to, and a folder in the place of the file, cost nothing but time', () => {
    const cache = cacheOf('unwritable');
    fs.writeFileSync(path.join(cache, 'kernels'), 'a file where the folder would be');
    assert.equal(
      (answered(`${layer}say(torch.kernelsInUse())`, { RETORT_CACHE: cache }) as unknown[]).length,
      1,
    );
  });

  test('what is no choice, and another word in RETORT_KERNELS, are sentences', () => {
    const said = answered(`
const message = (body) => { try { body(); } catch (error) { return error.message; } };
const choice = { form: 'plain', rows: 512, inner: 128, columns: 128, threads: 2, kernel: 'linear', speeds: {} };
say([
  message(() => torch.useKernels([{ ...choice, kernel: 'fastest' }])),
  message(() => { process.env.RETORT_KERNELS = 'default'; torch.useKernels([choice]); }),
  message(() => { process.env.RETORT_KERNELS = 'mkl'; torch.areKernelsChosen(); }),
]);`);
    assert.deepEqual(said, [
      'useKernels: {"form":"plain","rows":512,"inner":128,"columns":128,"threads":2,"kernel":"fastest","speeds":{}} is no choice of a kernel',
      "kernels cannot be chosen while RETORT_KERNELS is 'default'",
      "RETORT_KERNELS is \"mkl\": it can be 'default', for libtorch's own kernels; without it the fastest on this machine are taken",
    ]);
  });
});
