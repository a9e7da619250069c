/** `retort probe` with a protocol by which a classifier is trained: a run like any other. */
import { networkText } from '../models/index.ts';
import { forProbe, type ProbeProtocol, recipeOf, specOf } from '../recipe/index.ts';
import { dataSaid } from './data-said.ts';
import type { ProbedFlags } from './probe.ts';
import { probedNetwork } from './probe.ts';
import { folderName, type RunFlags, runAs } from './train.ts';

export interface ProbeRunFlags extends ProbedFlags, Omit<RunFlags, 'json'> {
  readonly probeBn?: 'frozen' | 'train';
  readonly size?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly lr?: number;
  readonly trainImages?: number;
}

/** Trains a classifier as the protocol has it. */
export async function probeRunCommand(
  source: string,
  protocol: ProbeProtocol,
  flags: ProbeRunFlags,
): Promise<void> {
  const student = probedNetwork(source, flags);
  const { name: data, options: dataOptions } = dataSaid(flags, [student]);
  const { size, epochs, batchSize, lr, trainImages, seed, probeBn: batchNorm } = flags;
  const { recipe, reasons } = await forProbe({
    ...{ protocol, student, data, dataOptions, size, epochs, batchSize, lr, trainImages, seed, batchNorm },
  });
  const name = `probe-${protocol}-${folderName(networkText(specOf(student)))}-${folderName(data)}`;
  const resolved = recipeOf({ name, ...recipe }, 'the command line', { weightsMayCome: flags.print });
  await runAs(resolved, flags, reasons);
}
