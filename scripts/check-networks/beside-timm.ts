/** Every network that timm has a name for, by `retort forward` on random weights, beside timm's own answers. */
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { loadSafetensors, scope, type Tensor } from '@retort/torch';
import { count, table } from '../../packages/retort/src/cli/table.ts';
import { efficientNetLiteModels } from '../../packages/retort/src/models/efficientnet-lite.ts';
import { madeFor, models } from '../../packages/retort/src/models/index.ts';
import { vggs } from '../../packages/retort/src/models/vgg.ts';

/** timm has other networks by these names: VGGs without batch norm, EfficientNet-Lites with other keys. */
const othersOfTheirName = { ...vggs, ...efficientNetLiteModels };

interface Described {
  readonly name: string;
  readonly parameters: number;
}

const cli = path.join(import.meta.dirname, '../../packages/retort/bin/retort.js');

/** The answer of `retort forward`. @throws Error with what it says where it gives none */
function forward(folder: string, name: string): Tensor {
  const file = (part: string) => path.join(folder, `${part}.safetensors`);
  const network = ['--model', name, '--weights', file('weights')];
  const args = [cli, 'forward', ...network, '--input', file('images'), '--output', file('output')];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.trim().split('\n').at(-1) ?? 'no answer');
  const { output } = loadSafetensors(file('output')).tensors;
  if (!output) throw new Error('no output');
  return output;
}

/** By how much of the largest logit both libraries are off from float64. */
function distances(folder: string, name: string): { readonly own: number; readonly timm: number } {
  return scope(() => {
    const { exact, logits } = loadSafetensors(path.join(folder, 'logits.safetensors')).tensors;
    if (!exact || !logits) throw new Error('no logits of timm');
    const off = (from: Tensor): number =>
      Number(from.sub(exact).abs().max().item()) / Number(exact.abs().max().item());
    return { own: off(forward(folder, name)), timm: off(logits) };
  });
}

/**
 * Prints a table of all of them, as it comes about.
 *
 * @param only  part of the names that are compared
 * @returns how many differ: by more than a hundred thousandth of the largest logit, and three times as far from float64 as timm's float32
 */
export async function compareWithTimm(python: string, folder: string, only = ''): Promise<number> {
  const names = Object.keys(models).filter(
    (name) => madeFor(name) && name.includes(only) && !Object.hasOwn(othersOfTheirName, name),
  );
  const script = path.join(import.meta.dirname, 'beside_timm.py');
  const asked = names.map((name) => `${name}=${madeFor(name)?.pixels}`);
  const child = spawn(python, [script, folder, ...asked], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const rows: string[][] = [];
  let failures = 0;
  for await (const line of createInterface(child.stdout)) {
    const { name, parameters }: Described = JSON.parse(line);
    const row = [name, String(madeFor(name)?.pixels), count(parameters)];
    try {
      const { own, timm } = distances(folder, name);
      const isRight = own <= Math.max(1e-5, 3 * timm);
      if (!isRight) failures++;
      rows.push([...row, own.toExponential(1), timm.toExponential(1), isRight ? 'as timm' : 'WRONG']);
    } catch (error) {
      failures++;
      rows.push([...row, '', '', `FAILED: ${error instanceof Error ? error.message : error}`]);
    }
    console.error(rows.at(-1)?.join('  '));
    child.stdin.write('\n');
  }
  if ((await ended) !== 0) throw new Error(`${python} ${script} failed`);
  console.log(table(['name', 'pixels', 'parameters', 'off', "timm's float32 off", ''], rows));
  if (rows.length === 0) throw new Error(`timm has none of the names with '${only}'`);
  return failures;
}
