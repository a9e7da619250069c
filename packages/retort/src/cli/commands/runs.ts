/** The commands that look at runs. */
import { type Command, Option } from 'commander';
import { defaults } from '../../defaults.ts';
import { byDefault, port, ready, whole } from './options.ts';

/** Adds them. */
export function addRuns(retort: Command): void {
  retort
    .command('runs')
    .description('the runs in a folder: status, student, accuracy')
    .argument('[folder]', 'where run folders are', 'runs')
    .addOption(
      new Option('--sort <by>', 'the last is the newest or the best')
        .choices(['started', 'name', 'best'])
        .default('started'),
    )
    .option('--json', 'print the runs as JSON')
    .action(async (folder, flags) => {
      const { runsCommand } = await import('../runs.ts');
      runsCommand(folder, flags);
    });
  retort
    .command('compare')
    .description('runs side by side: settings that differ, results; the seeds of a recipe as mean and spread')
    .argument('<folders...>', 'run folders, or folders that hold them')
    .option('--json', 'print the comparison as JSON')
    .action(async (folders, flags) => {
      const { compareCommand } = await import('../compare.ts');
      compareCommand(folders, flags);
    });
  retort
    .command('plot')
    .description(
      'a figure of runs, an SVG file: scores over epochs, or over the values of a setting; seeds as mean and spread',
    )
    .argument('<folders...>', 'run folders, or folders that hold them')
    .requiredOption('--out <file>', 'the figure that is written, e.g. gamma.svg')
    .option(
      '--against <setting>',
      'the last scores over the values of a setting, e.g. stages.0.methods.0.gamma',
    )
    .option(
      '--score <name>',
      'what is drawn, e.g. test/top5 or train/loss (default: the headline on the test split)',
    )
    .option('--json', 'print what was drawn as JSON')
    .action(async (folders, flags) => {
      const { plotCommand } = await import('../plot.ts');
      await plotCommand(folders, flags);
    });
  retort
    .command('diagnose')
    .description(
      'what a student has of its teacher: classes, agreement, reliability, features, temperatures, projectors, gradients, disagreements, detections',
    )
    .argument('<folder>', 'the run folder: of a run that is finished, stopped, running or copied')
    .argument(
      '[overrides...]',
      'where its teacher and its data lie now, e.g. teacher=resnet20:resnet20.pth data.name=./photos',
    )
    .option(
      '--what <names>',
      'with commas, of per-class, agreement, reliability, cka, temperatures, annealing, projector, gradient-norms, disagreements, detections (default: all)',
    )
    .addOption(new Option('--split <name>', 'which samples').choices(['test', 'train']).default('test'))
    .option(
      '--samples <n>',
      byDefault('so many images or texts, drawn once, at most', defaults.diagnosed.samples),
      whole,
    )
    .option('--threads <n>', 'so many threads', whole, defaults.diagnosed.threads)
    .option('--json', 'print what was found as JSON')
    .addHelpText(
      'after',
      `
It is by the best weights of the run, or its last where none were judged yet; projectors and gradients are of the newest checkpoint
that is kept, which is named. Nothing is written into the folder. So that runs which train meanwhile are not slowed it takes one thread, and has the
lowest priority. What has nothing to say of the run says why.`,
    )
    .action(async (folder, overrides, flags) => {
      await ready();
      const { diagnoseCommand } = await import('../diagnose.ts');
      await diagnoseCommand(folder, overrides, flags);
    });
  retort
    .command('report')
    .description(
      'runs as one HTML file: a table, curves, means and spreads, settings that differ, cost against score, how each is trained anew',
    )
    .argument('<folders...>', 'run folders, or folders that hold them')
    .requiredOption('--out <file>', 'the file that is written, e.g. report.html')
    .option('--diagnose', 'with what retort diagnose says of each run')
    .option('--json', 'print what it is of as JSON')
    .action(async (folders, flags) => {
      if (flags.diagnose) await ready();
      const { reportCommand } = await import('../report.ts');
      await reportCommand(folders, flags);
    });
  retort
    .command('board')
    .description(
      'a page in the browser on which the runs in a folder are watched, compared, understood and tried',
    )
    .argument('[folder]', 'where run folders are', 'runs')
    .option(
      '--port <n>',
      'where it listens; 0 for any that is free (default: 4680, or any that is free)',
      port,
    )
    .option(
      '--host <name>',
      'on which it listens, e.g. 0.0.0.0 for all machines: then it asks for a token (default: this machine alone)',
    )
    .option('--open', 'open it in the browser')
    .option('--json', 'print { url, folder, host, port, token } as JSON')
    .action(async (folder, flags) => {
      const { boardCommand } = await import('../board.ts');
      await boardCommand(folder, flags);
    });
  retort
    .command('reproduce')
    .description("a paper's table beside finished runs of its recipes; without a name, the tables there are")
    .argument('[table]', 'e.g. crd-same-style')
    .option(
      '--recipes <folder>',
      'where recipes are; where there is no such folder, those of the package',
      'recipes',
    )
    .option('--runs <folder>', 'where run folders are (default: runs)')
    .option('--json', 'print the rows as JSON')
    .addHelpText(
      'after',
      `
Nothing is trained here: the table shows what finished runs came to, and for each row the command that trains it, into the folder
behind its --out. Most rows are 240 epochs; how long one takes is said after the first, and with the table where rows have run.`,
    )
    .action(async (table, flags) => {
      await ready();
      const { reproduceCommand } = await import('../reproduce.ts');
      reproduceCommand(table, flags);
    });
}
