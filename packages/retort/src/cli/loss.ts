/** `retort loss`. */
import fs from 'node:fs';
import path from 'node:path';
import { loadSafetensors, saveSafetensors, type Tensor } from '@retort/torch';
import { parse } from 'yaml';
import { computeLoss, describeLoss, type LossDescription, type LossInput } from '../loss/index.ts';
import { methodNamed } from '../methods/index.ts';
import { RunError } from '../runs/index.ts';
import { UsageError } from './load.ts';
import { say, tell } from './output.ts';
import { table } from './table.ts';

export interface LossFlags {
  readonly input?: string | undefined;
  readonly set: readonly string[];
  readonly grad?: string;
  readonly describe?: boolean;
  readonly epoch: number;
  readonly epochs: number;
  readonly prefixTokens: number;
  readonly heads: number;
  readonly headsApart?: boolean;
  readonly seed: number;
  readonly json?: boolean;
}

/** `key=value` with values as YAML has them. */
function optionsFrom(settings: readonly string[]): Record<string, unknown> {
  const keys = settings.map((setting) => setting.split('=', 1)[0]);
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  if (twice !== undefined) throw new UsageError(`--set ${twice} is given twice`);
  return Object.fromEntries(
    settings.map((setting) => {
      const [key = '', ...value] = setting.split('=');
      if (!key || value.length === 0)
        throw new UsageError(`--set takes KEY=VALUE, e.g. --set temperature=2, not '${setting}'`);
      try {
        return [key, parse(value.join('='))];
      } catch (error) {
        const [why] = (error instanceof Error ? error.message : String(error)).split('\n');
        throw new UsageError(`--set ${setting}: the value is not YAML: ${why}`);
      }
    }),
  );
}

/** Tensors in a table, those of parts by the names that they have in a file. */
function tensorTable(
  head: string,
  shapes: Readonly<Record<string, readonly number[]>>,
  { dtypes }: LossDescription,
  prefix = '',
): string {
  const cells = Object.entries(shapes).map(([key, shape]) => {
    const name = prefix + key;
    return [name, dtypes[name] ?? '', `[${shape.join(', ')}]`];
  });
  return table([head, 'dtype', 'shape'], cells);
}

function optionTable({ options }: LossDescription, isSet: boolean): string {
  const cells = Object.entries(options).map(([name, { value, choices, description }]) => [
    name,
    value === null ? '-' : typeof value === 'string' ? value : JSON.stringify(value),
    choices === null ? description : `${description}; one of ${choices.join(', ')}`,
  ]);
  return table(['option (--set)', isSet ? 'value' : 'default', 'what it is'], cells);
}

/** How a file of one's own is made, and its loss asked for. */
function howTo({ method, options }: LossDescription): string {
  const [option] = Object.entries(options).filter(([, { value }]) => typeof value === 'number');
  const set = option ? ` --set ${option[0]}=${option[1].value}` : '';
  return `A file of such tensors, of any sizes that fit one another, floating ones all of one dtype, is written
from PyTorch by safetensors.torch.save_file(tensors, 'case.safetensors'). Its loss, and the gradients of it:

npx retort loss ${method} --input case.safetensors${set} --grad gradients.safetensors`;
}

function printDescription(method: string, input: LossInput, json: boolean): void {
  const found = describeLoss(method, input);
  if (json) return say(JSON.stringify(found));
  const { source, terms, tensors, parts, options } = found;
  const isExample = Object.keys(input.tensors).length === 0;
  const isSet = Object.keys(input.options ?? {}).length > 0;
  say(`${method}: ${source}\n\nterms: ${terms.join(', ')}\n`);
  say(tensorTable(isExample ? 'tensor (an example)' : 'tensor', tensors, found));
  if (Object.keys(parts).length) say(`\n${tensorTable('part', parts, found, 'parts.')}`);
  if (Object.keys(options).length) say(`\n${optionTable(found, isSet)}`);
  if (isExample) say(`\n${howTo(found)}`);
}

/** @throws UsageError where the file cannot be written */
function saveGradients(file: string, gradients: Readonly<Record<string, Tensor>>, method: string): void {
  const there = fs.statSync(file, { throwIfNoEntry: false });
  if (there && !there.isFile()) throw new UsageError(`--grad ${file}: it is not a file that can be replaced`);
  if (!fs.existsSync(path.dirname(file)))
    throw new UsageError(`--grad ${file}: there is no folder ${path.dirname(file)}`);
  try {
    saveSafetensors(file, gradients, { method });
  } catch (error) {
    throw RunError.of(error, `--grad ${file} could not be written`);
  }
}

export function lossCommand(method: string, flags: LossFlags): void {
  const {
    input: file,
    grad,
    describe,
    epoch,
    epochs,
    prefixTokens,
    heads,
    headsApart,
    seed,
    json = false,
  } = flags;
  methodNamed(method);
  if (epoch > epochs) throw new UsageError(`--epoch ${epoch} is after the last of --epochs ${epochs}`);
  const input: LossInput = {
    tensors: file === undefined ? {} : loadSafetensors(file).tensors,
    options: optionsFrom(flags.set),
    progress: { epoch, epochs },
    ...{ prefixTokens, heads, headsApart, seed },
  };
  if (describe) {
    if (grad !== undefined)
      throw new UsageError('--describe computes nothing that --grad could write: leave one out');
    return printDescription(method, input, json);
  }
  if (file === undefined)
    throw new UsageError(
      `--input FILE.safetensors says what the loss is of (retort loss ${method} --describe lists its tensors)`,
    );
  const { terms, gradients, looked } = computeLoss(method, input);
  const unread = Object.keys(input.tensors).filter(
    (name) => !looked.includes(name) && !name.startsWith('parts.'),
  );
  if (unread.length) tell(`${method} does not look at ${unread.join(', ')}`);
  if (grad !== undefined) saveGradients(grad, gradients, method);
  const values = Object.fromEntries(Object.entries(terms).map(([name, value]) => [name, value.item()]));
  for (const [name, value] of Object.entries(values))
    if (!Number.isFinite(value)) tell(`${name} is ${value}`);
  if (json) say(JSON.stringify({ terms: values }));
  else
    say(
      table(
        ['term', 'value'],
        Object.entries(values).map(([name, value]) => [name, String(value)]),
      ),
    );
}
