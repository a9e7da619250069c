/** `retort forward`. */
import fs from 'node:fs';
import path from 'node:path';
import {
  Generator,
  loadSafetensors,
  manualSeed,
  nn,
  noGrad,
  saveSafetensors,
  type Tensor,
} from '@retort/torch';
import {
  type DescribedModule,
  describeModules,
  type LoadedModel,
  loadModel,
  NoClassifierError,
  parseNetwork,
} from '../models/index.ts';
import { runOwn } from '../own-code.ts';
import { OwnModuleError } from '../own-modules.ts';
import { RunError } from '../runs/index.ts';
import { UsageError } from './load.ts';
import { networkNamed } from './network-flags.ts';
import { say, tell } from './output.ts';
import { count, table } from './table.ts';

export interface ForwardFlags {
  readonly model?: string;
  readonly weights?: string;
  readonly input?: string;
  readonly output?: string;
  readonly tap: readonly string[];
  readonly classes?: number;
  readonly train?: boolean;
  readonly describe?: boolean;
  readonly seed: number;
  readonly json?: boolean;
}

/** What the network is called with. @throws UsageError where the file does not say so */
function inputOf(file: string): Tensor {
  const { tensors } = loadSafetensors(file);
  const names = Object.keys(tensors);
  const input = tensors.images ?? (names.length === 1 ? tensors[names[0] ?? ''] : undefined);
  if (!input)
    throw new UsageError(
      `--input ${file}: it must have the tensor 'images', or just one; it has ${names.join(', ') || 'none'}`,
    );
  return input;
}

/** @throws UsageError where it is not said how many classes a network with fresh weights has */
async function load(flags: ForwardFlags, input: Tensor | null): Promise<LoadedModel> {
  const { model, weights, classes, seed } = flags;
  const spec = parseNetwork(networkNamed({ model, weights }));
  if (spec.file === null && classes === undefined)
    throw new UsageError(
      'its weights are fresh: say --classes N, of how many classes, or name a file by --weights',
    );
  const channels = input?.shape.length === 4 ? input.size(1) : undefined;
  manualSeed(seed);
  using generator = new Generator(BigInt(seed));
  const loaded = (classes: number, classesOfWeights: boolean) =>
    loadModel(
      spec,
      { classes, ...(channels === undefined ? {} : { channels }) },
      { onWarning: (text) => tell(text), generator, classesOfWeights, asked: flags.classes },
    );
  try {
    // The generator is needed until then.
    return await loaded(classes ?? 1, classes === undefined);
  } catch (error) {
    if (!(error instanceof NoClassifierError) || classes !== undefined) throw error;
    // As its weights are, it answers the vector before a classifier.
    return await loaded(0, false);
  }
}

/** @throws UsageError where the file that is written would be one of those that are read */
function refuseOverwriting(output: string, { input, model, weights }: ForwardFlags): void {
  const { file } = parseNetwork(networkNamed({ model, weights }));
  const place = realPlace(output);
  for (const read of [input, file])
    if (read != null && place !== null && realPlace(read) === place)
      throw new UsageError(`--output ${output} is what is read, and would be lost: write to another file`);
}

/** Where a file is, through links; null where there is none. */
const realPlace = (file: string): string | null => (fs.existsSync(file) ? fs.realpathSync(file) : null);

/** @throws UsageError where the file cannot be written */
function save(file: string, tensors: Readonly<Record<string, Tensor>>, network: string): void {
  if (!fs.existsSync(path.dirname(file)))
    throw new UsageError(`--output ${file}: there is no folder ${path.dirname(file)}`);
  try {
    saveSafetensors(file, tensors, { network });
  } catch (error) {
    throw RunError.of(error, `--output ${file} could not be written`);
  }
}

const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

function printModules(name: string, modules: readonly DescribedModule[]): void {
  const rows = modules.map(({ path, name: kind, parameters, shapes }) => [
    path || '(the network)',
    kind,
    count(parameters),
    shapes.map(shapeText).join(', '),
  ]);
  say(`${name}\n\n${table(['path (--tap)', 'module', 'parameters', 'gives'], rows)}`);
}

export async function forwardCommand(flags: ForwardFlags): Promise<void> {
  const { input: file, output, tap: paths, train = false, describe, json = false } = flags;
  if (describe && (output !== undefined || paths.length > 0 || train))
    throw new UsageError(
      '--describe writes nothing and trains nothing: leave out --output, --tap and --train',
    );
  if (!describe && (file === undefined || output === undefined))
    throw new UsageError('--input FILE.safetensors and --output FILE.safetensors are needed, or --describe');
  if (output !== undefined) refuseOverwriting(output, flags);
  const input = file === undefined ? null : inputOf(file);
  const { name, model } = await load(flags, input);
  if (input && !/^b?float/.test(input.dtype))
    throw new UsageError(
      `--input ${file}: its numbers are ${input.dtype}, and a network is called with floating-point ones`,
    );
  if (input) model.to({ dtype: input.dtype });
  if (describe) {
    const modules = runOwn(name, OwnModuleError, () => describeModules(model, input));
    return json ? say(JSON.stringify({ network: name, modules })) : printModules(name, modules);
  }
  if (!input || output === undefined) return;
  model.train(train);
  const found = runOwn(name, OwnModuleError, () =>
    noGrad(() => nn.tap(model, [...new Set(paths)], () => model.forward(input), { copy: true })),
  );
  const tensors = {
    output: found.output,
    ...Object.fromEntries(Object.entries(found.taps).map(([path, tensor]) => [`taps.${path}`, tensor])),
  };
  save(output, tensors, name);
  const shapes = Object.fromEntries(Object.entries(tensors).map(([key, { shape }]) => [key, shape]));
  if (json) say(JSON.stringify({ network: name, output, tensors: shapes }));
  else
    say(
      table(
        ['tensor', 'shape'],
        Object.entries(shapes).map(([key, shape]) => [key, shapeText(shape)]),
      ),
    );
}
