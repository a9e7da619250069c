/** A network as the flags of a command name it. */
import fs from 'node:fs';
import { parse } from 'yaml';
import { networkText, parseNetwork, parseWeightsFile } from '../models/index.ts';
import { checkedNetwork, locateNetwork, type WrittenNetwork } from '../recipe/index.ts';
import { UsageError } from './load.ts';

export interface NetworkFlags {
  readonly model?: string | undefined;
  readonly weights?: string | undefined;
  /** As a recipe has them, in YAML. */
  readonly classes?: string;
  readonly input?: string;
}

/** @throws UsageError for what is no YAML */
function yaml(flag: string, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return parse(text);
  } catch (error) {
    const [why] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new UsageError(`${flag} ${text}: this is not YAML: ${why}`);
  }
}

/** The options of a data set, as a recipe has them. @throws UsageError */
export function dataOptions(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  const options = yaml('--data-options', text);
  if (options === undefined || (typeof options === 'object' && options !== null && !Array.isArray(options)))
    return options as Readonly<Record<string, unknown>> | undefined;
  throw new UsageError(`--data-options ${text}: must be a map of keys, as '{ workers: 2 }'`);
}

/** `SOURCE[:FILE[#KEY]]`, of both flags together. @throws UsageError where they name two networks, or none */
export function networkNamed({ model, weights }: NetworkFlags): string {
  if (model === undefined && weights === undefined)
    throw new UsageError(
      '--model NAME or --weights FILE says which network: e.g. --model resnet20 --weights FILE',
    );
  if (model === undefined) return weights ?? '';
  const named = parseNetwork(model);
  if (weights === undefined) return model;
  if (named.source !== null && named.file !== null)
    throw new UsageError(`--model ${model} names weights itself: leave out --weights ${weights}`);
  const own = parseNetwork(weights);
  if (own.source !== null && own.file !== null)
    throw new UsageError(`--weights ${weights} names a model itself: leave out --model ${model}`);
  // A name that is no model's is one of a file to `parseNetwork`.
  const source = named.source ?? model;
  return networkText({ source, ...parseWeightsFile(weights) });
}

/** A network that is checked. @throws RangeError that names it */
function checkedAs(named: string, network: unknown, mayBeFresh?: boolean): WrittenNetwork {
  try {
    return checkedNetwork(network, mayBeFresh);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(`${named}: ${error.message}`, { cause: error });
  }
}

/** The network of the flags as a recipe would have it. @throws UsageError; RangeError that names it */
export function writtenNetwork(flags: NetworkFlags): WrittenNetwork {
  const named = networkNamed(flags);
  const [classes, input] = [yaml('--classes', flags.classes), yaml('--input', flags.input)];
  if (classes === undefined && input === undefined) return checkedAs(named, named);
  const { source, file, key } = parseNetwork(named);
  return checkedAs(named, {
    ...(source === null ? {} : { name: networkText({ source, file: null, key: null }) }),
    ...(file === null ? {} : { weights: file }),
    ...(key === null ? {} : { key }),
    ...(classes === undefined ? {} : { classes }),
    ...(input === undefined ? {} : { input }),
  });
}

/**
 * A network that a command takes as an argument, with its weights where they are.
 *
 * @param mayBeFresh  whether it may be without weights
 * @throws RangeError that names it
 */
export function namedNetwork(named: string, mayBeFresh = false): WrittenNetwork {
  const { file } = parseNetwork(named);
  return locateNetwork(checkedAs(named, named, mayBeFresh && (file === null || !fs.existsSync(file))));
}

/** The network of one flag: `SOURCE[:FILE[#KEY]]`, or a map of keys as a recipe has it. */
export const networkWritten = (flag: string, text: string): unknown =>
  text.trimStart().startsWith('{') ? yaml(flag, text) : text;

/** The same, checked. @throws UsageError, RangeError that names the flag */
export function networkGiven(flag: string, text: string): WrittenNetwork {
  return checkedAs(flag, networkWritten(flag, text));
}
