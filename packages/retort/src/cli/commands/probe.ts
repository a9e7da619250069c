/** The command that says what features are worth. */
import { type Command, Option } from 'commander';
import { defaults } from '../../defaults.ts';
import { beRank } from '../ranks/be-rank.ts';
import { byDefault, dataName, networkName, positive, ready, runOptions, seed, whole } from './options.ts';

const { l2, neighbours, few, seeds } = defaults.probing;

/** Flags by the protocol that they are of; the others are of all. */
const ofFeatures = ['layer', 'l2', 'standardise', 'neighbours', 'temperature', 'few', 'draws'];
const ofRuns = [
  ...['probeBn', 'size', 'epochs', 'batchSize', 'lr', 'trainImages'],
  ...['out', 'seeds', 'print', 'ranks', 'maxRestarts', 'timeout'],
];

/** A flag of another protocol than the one that was asked for. */
function refuseOthers(command: Command, protocol: string): void {
  const others = protocol === 'features' ? ofRuns : ofFeatures;
  const given = command.options.find((option) => {
    const name = option.attributeName();
    return others.includes(name) && command.getOptionValueSource(name) === 'cli';
  });
  if (given)
    command.error(
      `error: ${given.long} is ${protocol === 'features' ? 'of the protocols crd, moco and swav, which train a classifier' : 'of the protocol features'}, and the protocol is ${protocol}`,
    );
}

/** Adds it. @param args  the whole command line, which ranks are started with */
export function addProbe(retort: Command, args: readonly string[]): void {
  const command = retort
    .command('probe')
    .description(
      "what a network's features are worth on some data: a linear classifier, nearest neighbours, a few labels; or a linear classifier as a paper trains it",
    )
    .argument(
      '<sources...>',
      `${networkName}: a run folder, a model folder or hf:OWNER/NAME, an ONNX file, or a model's name with --weights; it need not have a classifier. Several, or a folder of runs, are compared, seeds in one row`,
    )
    .option('--weights <file>', "of a SOURCE that is a model's name")
    .option('--data <name>', `${dataName} (default: what the run of the weights was judged on)`)
    .option(
      '--data-options <yaml>',
      "what images, texts, STL-10 or data of one's own are called with, e.g. '{ fold: 0 }', '{ workers: 2 }'",
    )
    .addOption(
      new Option(
        '--protocol <name>',
        'features: each sample is shown once, and classifiers are solved of what the network says of it; crd, moco, swav: a classifier is trained on images that are changed by chance, as a run',
      )
        .choices(['features', 'crd', 'moco', 'swav'])
        .default('features'),
    )
    .option(
      '--input <yaml>',
      "how the network wants its images or texts, e.g. '{ size: 224, resize: 256, mean: imagenet }' (default: as its weights say, or at the size that it is made for)",
    )
    .option('--seed <n>', 'of what is drawn: samples held out, a few labels, weights, augmentation', seed, 0)
    .option(
      '--layer <path>',
      'features: the module whose output is probed, or PATH:input for what it is called with; maps and tokens as their means (default: the vector that the classifier is called with); SOURCE=PATH is of one of several networks; several layers, each by a --layer of its own, are compared',
      (path: string, before: readonly string[] = []) => [...before, path],
    )
    .option(
      '--l2 <list>',
      byDefault(
        'features: strengths of the penalty, with commas; the best on the validation split, or on a tenth of the training samples, is taken, and one alone as it is',
        l2.join(),
      ),
    )
    .option('--no-standardise', 'features: without mean 0 and deviation 1 of each before the linear probe')
    .option('--neighbours <list>', byDefault('features: how many are asked, with commas', neighbours.join()))
    .option(
      '--temperature <tau>',
      'features: weigh neighbours by exp(cosine / tau), 0.07 in DINO (default: all alike)',
      positive,
    )
    .option(
      '--few <list>',
      byDefault(
        'features: shares of the labels that linear probes learn from, the same number of each class, with commas; or none',
        few.join(),
      ),
    )
    .option('--draws <n>', byDefault('features: how often each share is drawn', seeds), whole)
    .addOption(
      new Option(
        '--probe-bn <how>',
        'crd, moco, swav: batch norms stay as they are, or normalise by the batch and move (default: frozen)',
      ).choices(['frozen', 'train']),
    )
    .option(
      '--size <pixels>',
      'crd, moco, swav: the side of the images that the network sees (default: as its weights say, or it is made for; of crd 32)',
      whole,
    )
    .option(
      '--epochs <n>',
      'crd, moco, swav: passes over the training samples (default: 120, 100, 100)',
      whole,
    )
    .option('--batch-size <n>', 'crd, moco, swav: samples a step (default: 64, 256, 256)', whole)
    .option('--lr <rate>', 'crd, moco, swav: learning rate of SGD (default: 0.05, 30, 0.3)', positive)
    .option('--train-images <n>', 'crd, moco, swav: only so many training samples, drawn by the seed', whole);
  runOptions(command)
    .addHelpText(
      'after',
      `
--json of features: { protocol, network, data, source, layer, features, classes, samples, standardised, linear: { top1, trainTop1, l2, tried }, neighbours: [{ neighbours,
temperature, top1 }], few: [{ share, perClass, top1: { mean, deviation, values } }], notes, seconds }; of several networks { data, source, networks: [{ from, network, ... }] }; of the others { protocol, settings } and the result of a run. Shares are from 0 to 1.
Exit codes: 0 done, 1 failed, 2 asked wrongly, 130 stopped.`,
    )
    .action(async (sources: string[], { protocol, ...flags }) => {
      refuseOthers(command, protocol);
      if (protocol === 'features') {
        await ready();
        const { probeFeaturesCommand } = await import('../probe/features.ts');
        return probeFeaturesCommand(sources, flags);
      }
      const [source = '', ...others] = sources;
      if (others.length > 0)
        command.error(
          `error: the protocol ${protocol} trains a classifier of one network, and there are ${sources.length}: name one, or compare them by the protocol features`,
        );
      beRank();
      await ready();
      const { probeRunCommand } = await import('../probe/run.ts');
      await probeRunCommand(source, protocol, { ...flags, args });
    });
}
