/** `retort probe` with the protocol `features`: what networks say of samples that they are shown once. */
import { checkLearnable, classNames, fieldOf, type Splits } from '../../data/index.ts';
import { isTold } from '../../system/told-error.ts';
import { dataSaid } from '../data-said.ts';
import { stopOnInterrupt } from '../interrupt.ts';
import { loadData, UsageError } from '../load.ts';
import { say } from '../output.ts';
import { Progress } from '../progress.ts';
import { type ComparedNetwork, calledBy, inALine, sayCompared } from './compared.ts';
import { askedBy, type FeaturesFlags, type ProbedFlags } from './flags.ts';
import { probedOn } from './of-network.ts';
import { printProbed } from './printed.ts';
import { networksOf, type Source } from './sources.ts';

/** @throws UsageError for images without labels, which a run may have learned from */
function refuseUnlabelled({ data }: ProbedFlags, { train }: Splits): void {
  if (classNames(train) !== null || fieldOf(train.fields, 'image') === null) return;
  if (fieldOf(train.fields, 'boxes') !== null) return;
  const whose = data === undefined ? ', from which the run learned,' : '';
  throw new UsageError(
    `${train.name}${whose} has no classes to tell apart: name data that has some (--data); how a student's vectors lie beside a teacher's, \`retort eval --teacher\` says without labels`,
  );
}

/** `retort probe` with the protocol `features`. */
export async function probeFeaturesCommand(named: readonly string[], flags: FeaturesFlags): Promise<void> {
  const asked = askedBy(flags);
  const progress = new Progress();
  const signal = stopOnInterrupt((line) => progress.line(line), {
    stopping: 'stopping after this batch (once more to stop at once)',
  });
  const networks = await networksOf(named, flags, (text) => progress.line(text));
  const on = dataSaid(
    flags,
    networks.map(({ network }) => network),
  );
  const splits: Splits = await loadData(on.name, progress, on.options);
  checkLearnable(splits);
  refuseUnlabelled(flags, splits);
  const [only, ...others] = networks;
  if (only && others.length === 0) {
    const { name, found } = await probedOn(only, splits, flags, asked, { progress, signal });
    if (flags.json)
      say(JSON.stringify({ network: name, data: splits.train.name, source: splits.source, ...found }));
    else printProbed(name, splits, found);
    return;
  }
  const probed: ComparedNetwork[] = [];
  const failed: { readonly one: Source; readonly error: Error }[] = [];
  try {
    for (const [i, one] of networks.entries()) {
      const { source, layer } = one;
      const called = calledBy(source, layer);
      progress.line(`${called}, ${i + 1} of ${networks.length}`);
      try {
        const found = { source, layer, ...(await probedOn(one, splits, flags, asked, { progress, signal })) };
        progress.line(inALine(found));
        probed.push(found);
      } catch (error) {
        if (signal.aborted || !isTold(error)) throw error;
        progress.line(`left out: ${called}: ${error.message}`);
        failed.push({ one, error });
      }
    }
  } finally {
    // Also where the command is stopped: the others took their time.
    progress.clear();
    sayCompared(probed, splits, flags);
  }
  const [first] = probed.length === 0 ? failed : failed.filter(({ one }) => one.isNamed);
  if (first) throw first.error;
}
