/** `retort probe` with a protocol by which a classifier is trained: a run like any other. */
import path from 'node:path';
import { networkText } from '../../models/index.ts';
import { forProbe, type ProbeProtocol, recipeOf, specOf } from '../../recipe/index.ts';
import { dataSaid } from '../data-said.ts';
import { UsageError } from '../load.ts';
import { folderName, type RunFlags, runAs } from '../train.ts';
import type { ProbedFlags } from './flags.ts';
import { probedNetwork } from './network.ts';
import { runsIn } from './sources.ts';

export interface ProbeRunFlags extends ProbedFlags, Omit<RunFlags, 'json'> {
  readonly probeBn?: 'frozen' | 'train';
  readonly size?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly lr?: number;
  readonly trainImages?: number;
}

/** The network of the one run that is named, or lies below a folder that is. @throws UsageError for several */
function onlySource(named: string, protocol: ProbeProtocol): string {
  const [only = named, ...others] = runsIn(named);
  if (others.length > 0)
    throw new UsageError(
      `the protocol ${protocol} trains a classifier of one network, and ${named} holds ${others.length + 1} runs: name one, as ${only}, or compare them by the protocol features`,
    );
  return only;
}

/** What a network is called in the name of a run: what is called alike in every run comes after the run's own name. */
function nameOf(text: string): string {
  const name = folderName(text);
  return /^(seed-\d+|(best|last)\.safetensors)$/.test(name)
    ? `${nameOf(path.dirname(path.resolve(text)))}-${name}`
    : name;
}

/** Trains a classifier as the protocol has it. */
export async function probeRunCommand(
  source: string,
  protocol: ProbeProtocol,
  flags: ProbeRunFlags,
): Promise<void> {
  const student = probedNetwork(onlySource(source, protocol), flags);
  const { name: data, options: dataOptions } = dataSaid(flags, [student]);
  const { size, epochs, batchSize, lr, trainImages, seed, probeBn: batchNorm } = flags;
  const { recipe, reasons } = await forProbe({
    ...{ protocol, student, data, dataOptions, size, epochs, batchSize, lr, trainImages, seed, batchNorm },
  });
  const name = `probe-${protocol}-${nameOf(networkText(specOf(student)))}-${folderName(data)}`;
  const resolved = recipeOf({ name, ...recipe }, 'the command line', { weightsMayCome: flags.print });
  await runAs(resolved, flags, reasons);
}
