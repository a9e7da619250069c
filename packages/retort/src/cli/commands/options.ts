/** What commands share: kinds of values, how networks and data are named, the flags of a run. */
import fs from 'node:fs';
import { type Command, Option } from 'commander';
import { defaults } from '../../defaults.ts';
import { number } from '../number.ts';
import { tell } from '../output.ts';

export const whole = number((value) => Number.isInteger(value) && value >= 1, 'a whole number from 1');
export const port = number(
  (value) => Number.isInteger(value) && value >= 0 && value < 65_536,
  'a port: a whole number from 0 to 65,535',
);
export const seed = number((value) => Number.isSafeInteger(value) && value >= 0, 'a whole number from 0');
export const notNegative = number((value) => value >= 0 && Number.isFinite(value), 'a number from 0');
export const share = number((value) => value >= 0 && value <= 1, 'a number from 0 to 1');
export const positive = number((value) => value > 0 && Number.isFinite(value), 'a number above 0');

export const networkName = 'SOURCE[:FILE[#KEY]]';
export const dataName =
  'cifar10, cifar100, stl10, fashion-mnist, images as ./photos, ./train.csv or ./train-{000..012}.tar, images with boxes as coco, voc, yolo or ./coco, vader-movies, GLUE as glue-rte, texts as ./train.tsv or a folder of such tables, or one of your own as ./data.ts#NAME';

/** What a flag does, and what the recipe's schema has where it is left out. */
export const byDefault = (text: string, value: string | number): string => `${text} (default: ${value})`;

/** Loaded where libtorch is needed, so that the other commands start at once. */
export async function ready(): Promise<void> {
  const { ensureSetup } = await import('@retort/torch/setup');
  await ensureSetup((line) => tell(line));
}

/** How several processes train together. */
export function rankOptions(command: Command): Command {
  return command
    .option(
      '--ranks <n>',
      'train as so many processes on this machine, each with a slice of every batch (elsewhere: torchrun or srun)',
      whole,
    )
    .option(
      '--max-restarts <n>',
      byDefault(
        'of --ranks: how often all are started again from the checkpoint after one has died',
        defaults.ranks.maxRestarts,
      ),
      seed,
    )
    .option(
      '--timeout <seconds>',
      byDefault('of ranks: how long one waits for the others before it gives up', defaults.ranks.timeout),
      positive,
    );
}

/** How a run is made, whatever it is. */
export function runOptions(command: Command): Command {
  return rankOptions(command)
    .option('--out <folder>', 'the run folder (default: runs/ and a name)')
    .option(
      '--seeds <n>',
      'so many runs, with the seeds from the first on: mean and standard deviation',
      whole,
    )
    .option(
      '--print',
      'show the recipe with all its defaults and the keys that it leaves out, and run nothing',
    )
    .option('--json', 'print the result as JSON');
}

/** What can be said without a recipe. */
export function trainingOptions(command: Command): Command {
  return runOptions(
    command
      .option(
        '--data <name>',
        `${dataName}; of photographs and texts other defaults hold than below, which --print shows, and where they are from`,
      )
      .option(
        '--data-options <yaml>',
        "the data's own, as a recipe has them, e.g. '{ columns: { text: review, label: stars } }' of a table, '{ workers: 2 }' of photographs",
      )
      .option('--epochs <n>', byDefault('passes over the training samples', defaults.epochs), whole)
      .option('--batch-size <n>', byDefault('samples a step', defaults.batchSize), whole)
      .option(
        '--lr <rate>',
        byDefault('learning rate of SGD, the highest of the schedule', defaults.sgd.lr),
        positive,
      )
      .option(
        '--momentum <m>',
        byDefault('momentum of SGD (one-cycle moves it from 0.95 to 0.85 and back)', defaults.sgd.momentum),
        notNegative,
      )
      .option('--weight-decay <w>', byDefault('weight decay of SGD', defaults.sgd.weightDecay), notNegative)
      .option(
        '--schedule <name>',
        byDefault('learning rate over time: multi-step, one-cycle, cosine, …', defaults.schedule),
      )
      .option(
        '--size <pixels>',
        'of photographs: the side of the images that the student sees (default: as it is made for)',
        whole,
      )
      .option('--train-images <n>', 'only so many training samples, drawn by the seed', whole)
      .option('--no-augment', 'without random crops and flips')
      .addOption(
        new Option(
          '--precision <p>',
          byDefault('auto is the faster of fp32 and bf16 here: retort doctor', defaults.precision),
        ).choices(['auto', 'fp32', 'bf16', 'fp16']),
      )
      .option('--seed <n>', byDefault('of initial weights, order and augmentation', defaults.seed), seed),
  );
}

/** Flags and a recipe are two ways to say the same: one of them. */
export function flagsOrRecipe(command: Command, needed: readonly string[]): void {
  const [recipe] = command.processedArgs;
  if (recipe === '') command.error('error: the name of the recipe is empty');
  if (recipe === undefined) {
    const missing = needed.filter((name) => command.getOptionValue(name) === undefined);
    if (missing.length)
      command.error(`error: a recipe is needed, or ${missing.map((name) => `--${name}`).join(', ')}`);
    return;
  }
  const run = ['out', 'seeds', 'print', 'json', 'ranks', 'maxRestarts', 'timeout'];
  const given = command.options.filter((option) => {
    const name = option.attributeName();
    return command.getOptionValueSource(name) === 'cli' && !run.includes(name);
  });
  if (/^[\w.]+=/.test(recipe) && !fs.existsSync(recipe))
    command.error(
      `error: '${recipe}' changes a recipe, and there is none before it: --print shows that of the flags, which as a file may be given in their place`,
    );
  if (given.length)
    command.error(
      `error: with a recipe ${given[0]?.long} is written as KEY=VALUE, e.g. stages.0.epochs=5 seed=1 data.trainImages=1000 (--print shows all keys)`,
    );
}
