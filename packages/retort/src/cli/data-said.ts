/** On what networks are judged, or shown to one another. */
import { specOf, type WrittenNetwork } from '../recipe/index.ts';
import { UsageError } from './load.ts';
import { dataOptions } from './network-flags.ts';
import { originOf } from './run-origin.ts';

interface DataFlags {
  /** Where it is left out, what a run was judged on. */
  readonly data?: string;
  /** As a recipe has them, in YAML. */
  readonly dataOptions?: string;
}

/** Data and its options: what is named, or what the run of the first of these networks that is of one was judged on. @throws UsageError where nothing says it */
export function dataSaid(
  flags: DataFlags,
  networks: readonly WrittenNetwork[],
): { name: string; options?: ReturnType<typeof dataOptions> } {
  const options = dataOptions(flags.dataOptions);
  if (flags.data !== undefined) return { name: flags.data, options };
  for (const network of networks) {
    const origin = originOf(specOf(network).file);
    if (origin) return { name: origin.data.name, options: options ?? origin.data.options };
  }
  throw new UsageError(
    '--data says on which samples, and may be left out of the weights of a run folder alone, which knows it',
  );
}
