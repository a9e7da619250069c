/** `retort loss`. */
import { loadSafetensors, saveSafetensors } from '@retort/torch';
import { parse } from 'yaml';
import { computeLoss, describeLoss, type LossInput } from '../methods/index.ts';
import { UsageError } from './load.ts';
import { table } from './table.ts';

export interface LossFlags {
  readonly input?: string | undefined;
  readonly set: readonly string[];
  readonly grad?: string;
  readonly describe?: boolean;
  readonly epoch: number;
  readonly epochs: number;
  readonly prefixTokens: number;
  readonly seed: number;
  readonly json?: boolean;
}

/** `key=value` with values as YAML has them. */
function optionsFrom(settings: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    settings.map((setting) => {
      const [key = '', ...value] = setting.split('=');
      if (!key || value.length === 0)
        throw new UsageError(`--set takes KEY=VALUE, e.g. --set temperature=2, not '${setting}'`);
      return [key, parse(value.join('='))];
    }),
  );
}

const shapes = (named: Readonly<Record<string, readonly number[]>>): string[][] =>
  Object.entries(named).map(([name, shape]) => [name, `[${shape.join(', ')}]`]);

function printDescription(method: string, input: LossInput, json: boolean): void {
  const found = describeLoss(method, input);
  if (json) return console.log(JSON.stringify(found));
  const isExample = Object.keys(input.tensors).length === 0;
  console.log(`${method}: ${found.source}\n\nterms: ${found.terms.join(', ')}\n`);
  console.log(table([isExample ? 'tensor (an example)' : 'tensor', 'shape'], shapes(found.tensors)));
  const parts = Object.fromEntries(
    Object.entries(found.parts).map(([key, shape]) => [`parts.${key}`, shape]),
  );
  if (Object.keys(parts).length) console.log(`\n${table(['part', 'shape'], shapes(parts))}`);
}

export function lossCommand(method: string, flags: LossFlags): void {
  const { input: file, grad, describe, epoch, epochs, prefixTokens, seed, json = false } = flags;
  if (epoch > epochs) throw new UsageError(`--epoch ${epoch} is after the last of --epochs ${epochs}`);
  const input: LossInput = {
    tensors: file === undefined ? {} : loadSafetensors(file).tensors,
    options: optionsFrom(flags.set),
    progress: { epoch, epochs },
    prefixTokens,
    seed,
  };
  if (describe) return printDescription(method, input, json);
  if (file === undefined)
    throw new UsageError(
      `--input FILE.safetensors says what the loss is of (retort loss ${method} --describe lists its tensors)`,
    );
  const { terms, gradients } = computeLoss(method, input);
  if (grad !== undefined) saveSafetensors(grad, gradients, { method });
  const values = Object.fromEntries(Object.entries(terms).map(([name, value]) => [name, value.item()]));
  if (json) console.log(JSON.stringify({ terms: values }));
  else
    console.log(
      table(
        ['term', 'value'],
        Object.entries(values).map(([name, value]) => [name, String(value)]),
      ),
    );
}
