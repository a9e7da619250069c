/** The commands: parsed here, run in their own files, which are loaded once libtorch is set up. */
import { Argument, Command, CommanderError, Option } from 'commander';
import { defaults } from '../defaults.ts';
import { systemCause } from '../system/system-errors.ts';
import { version } from '../version.ts';
import { number } from './number.ts';
import { say, tell, watchOutput } from './output.ts';

const whole = number((value) => Number.isInteger(value) && value >= 1, 'a whole number from 1');
const seed = number((value) => Number.isSafeInteger(value) && value >= 0, 'a whole number from 0');
const notNegative = number((value) => value >= 0 && Number.isFinite(value), 'a number from 0');
const positive = number((value) => value > 0 && Number.isFinite(value), 'a number above 0');

const networkName = 'SOURCE[:FILE[#KEY]]';
const dataName =
  'cifar10, cifar100, fashion-mnist, images as ./photos, ./train.csv or ./train-{000..012}.tar, or one of your own as ./data.ts#NAME';

/** What a flag does, and what the recipe's schema has where it is left out. */
const byDefault = (text: string, value: string | number): string => `${text} (default: ${value})`;

/** Loaded where libtorch is needed, so that the other commands start at once. */
async function ready(): Promise<void> {
  const { ensureSetup } = await import('@retort/torch/setup');
  await ensureSetup((line) => tell(line));
}

/** How a run is made, whatever it is. */
function runOptions(command: Command): Command {
  return command
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
function trainingOptions(command: Command): Command {
  return runOptions(
    command
      .option(
        '--data <name>',
        `${dataName}; of photographs other defaults hold than below, which --print shows, and where they are from`,
      )
      .option('--epochs <n>', byDefault('passes over the training images', defaults.epochs), whole)
      .option('--batch-size <n>', byDefault('images a step', defaults.batchSize), whole)
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
      .option('--train-images <n>', 'only so many training images, drawn by the seed', whole)
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
function flagsOrRecipe(command: Command, needed: readonly string[]): void {
  const [recipe] = command.processedArgs;
  if (recipe === '') command.error('error: the name of the recipe is empty');
  if (recipe === undefined) {
    const missing = needed.filter((name) => command.getOptionValue(name) === undefined);
    if (missing.length)
      command.error(`error: a recipe is needed, or ${missing.map((name) => `--${name}`).join(', ')}`);
    return;
  }
  const run = ['out', 'seeds', 'print', 'json'];
  const given = command.options
    .map((option) => option.attributeName())
    .filter((name) => command.getOptionValueSource(name) === 'cli' && !run.includes(name));
  if (given.length)
    command.error(
      `error: with a recipe --${given[0]} is written as KEY=VALUE, e.g. stages.0.epochs=5 seed=1 data.trainImages=1000 (--print shows all keys)`,
    );
}

function program(): Command {
  const retort = new Command('retort')
    .description('Knowledge distillation: trains a small network to match a large one')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => say(text.replace(/\n$/, '')),
      writeErr: (text) => tell(text.replace(/\n$/, '')),
    })
    .showHelpAfterError('(retort <command> --help says more)');
  retort
    .command('quickstart')
    .description('a teacher, a student alone and a distilled student on Fashion-MNIST, in minutes')
    .option('--seeds <n>', 'repeat the students with so many seeds: mean and spread', whole, 1)
    .option('--json', 'print the result as JSON')
    .action(async (flags) => {
      await ready();
      const { quickstartCommand } = await import('./quickstart.ts');
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
      await ready();
      const { recipeCommand, trainCommand } = await import('./train.ts');
      await (recipe ? recipeCommand(recipe, overrides, flags) : trainCommand({ ...flags, student: model }));
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
      await ready();
      const { recipeCommand, trainCommand } = await import('./train.ts');
      await (recipe ? recipeCommand(recipe, overrides, flags) : trainCommand(flags));
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
      const { cacheCommand } = await import('./cache.ts');
      await cacheCommand(recipe, overrides, flags);
    });
  retort
    .command('resume')
    .description('resume a run that was stopped or killed, to the same bits as without the stop')
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
      await ready();
      const { resumeCommand } = await import('./train.ts');
      await resumeCommand(folder, overrides, flags);
    });
  retort
    .command('eval')
    .description('a model on a data set: accuracy, calibration, cost; agreement with a teacher')
    .requiredOption(
      '--weights <file>',
      '.safetensors, a file of torch.save, a run folder, an ONNX file, a model folder or hf:OWNER/NAME',
    )
    .requiredOption('--data <name>', dataName)
    .option(
      '--data-options <yaml>',
      "what images or data of one's own are called with, e.g. '{ classes: wnids, workers: 2 }'",
    )
    .option('--model <name>', 'the architecture (default: the one that a file of Retort names)')
    .option(
      '--task <name>',
      'what it was trained for (default: what a file of Retort says, else classification)',
    )
    .option(
      '--classes <yaml>',
      "which of its classes stand for the data's: names, wnids, or a list (default: as many as the data has)",
    )
    .option('--input <yaml>', "how it wants its images, e.g. '{ size: 224, resize: 256, mean: imagenet }'")
    .option(
      '--teacher <network>',
      `how much it says what this one says: ${networkName}, or the same in keys, '{ weights: FILE, classes: names }'`,
    )
    .option(
      '--cka [paths]',
      "how alike features are to the teacher's (or among one another); stages, or paths with commas",
    )
    .option('--per-class', 'each class by itself')
    .addOption(new Option('--split <name>', 'which images').choices(['test', 'train']).default('test'))
    .option('--json', 'print the result as JSON')
    .action(async (flags) => {
      await ready();
      const { evalCommand } = await import('./eval.ts');
      await evalCommand(flags);
    });
  retort
    .command('export')
    .description(
      'a student as a model folder that runs without Retort: ONNX, weights, a card; in Node, Python and the browser',
    )
    .argument('<network>', `what is exported: ${networkName}, a run folder for its best weights`)
    .requiredOption('--out <folder>', 'the folder that is written')
    .option(
      '--data <name>',
      `labelled images that it is judged on (default: what its run was judged on): ${dataName}`,
    )
    .option(
      '--data-options <yaml>',
      "what images or data of one's own are called with, e.g. '{ classes: wnids, workers: 2 }'",
    )
    .option(
      '--images <n>',
      byDefault('judged on so many images, drawn once, at most', defaults.exported.images),
      whole,
    )
    .option(
      '--input <yaml>',
      "how it wants its images, where its file does not say it, e.g. '{ size: 224, resize: 256, mean: imagenet }'",
    )
    .option(
      '--size <pixels>',
      'the side of what it is shown (default: as it wants it, or as its data has it)',
      whole,
    )
    .option(
      '--precisions <list>',
      byDefault(
        'of its graphs; int8 needs data, on whose training images its scales are found',
        defaults.exported.precisions.join(','),
      ),
    )
    .option(
      '--calibration <how>',
      'of int8, how the ranges of values are found: min-max (default), percentile, entropy',
    )
    .option('--keep <layers>', 'of int8, which layers stay in float32: first, last, or first,last')
    .option('--no-check', 'without onnxruntime-node: nobody runs the graphs, and the card says so')
    .option(
      '--bake-normalisation',
      'put the normalisation of images into the graphs, which take pixels from 0 to 1 then',
    )
    .option('--license <name>', 'of the student, as the hub writes it, e.g. apache-2.0: none is guessed')
    .option('--teacher-license <name>', 'of its teacher (default: what the card in its folder states)')
    .option('--data-license <name>', 'of what it learned from')
    .option('--json', 'print the result as JSON')
    .action(async (network, flags) => {
      await ready();
      const { exportCommand } = await import('./export.ts');
      await exportCommand({ ...flags, model: network });
    });
  retort
    .command('predict')
    .description('the likeliest classes of images, by any network')
    .argument(
      '<network>',
      `${networkName}: e.g. a run folder, resnet20:resnet20.pth, an ONNX file, a model folder or hf:OWNER/NAME`,
    )
    .argument(
      '<images...>',
      "JPEG, PNG, WebP or GIF: files, folders with all that lies below, 'photos/*.jpg'",
    )
    .option('--top <n>', 'so many classes of each image', whole, 5)
    .option(
      '--classes <names>',
      "the names of its classes: a file with one a line, or wnids, ImageNet's (default: as its files say them)",
    )
    .option(
      '--input <yaml>',
      "how it wants its images, where its files do not say it, e.g. '{ size: 224, resize: 256, mean: imagenet }'",
    )
    .option(
      '--data-options <yaml>',
      "how images are read, e.g. '{ exif: apply }' (default: as its run read them)",
    )
    .option('--json', 'print the result as JSON')
    .action(async (network, images, flags) => {
      await ready();
      const { predictCommand } = await import('./predict.ts');
      await predictCommand(network, images, flags);
    });
  retort
    .command('measure')
    .description(
      'what networks cost where they run, side by side: size, multiply-adds, latency and throughput in onnxruntime',
    )
    .argument(
      '<networks...>',
      `${networkName}; fresh weights will do, and an ONNX file is measured as it is, e.g. the int8 of an exported folder (FOLDER/onnx/model_quantized.onnx). Others are compared with the first, e.g. a teacher`,
    )
    .option('--threads <n>', 'of onnxruntime-node (default: as many as there are cores)', whole)
    .option(
      '--batch-size <n>',
      byDefault('images at once, for the throughput', defaults.measuring.batchSize),
      whole,
    )
    .option(
      '--rounds <n>',
      byDefault(
        `in each of which every network has its turn: ${defaults.measuring.runs} calls with one image, one with a batch`,
        defaults.measuring.rounds,
      ),
      whole,
    )
    .option(
      '--size <pixels>',
      'the side of the images (default: as its files say it, or as it is made for)',
      whole,
    )
    .option('--channels <n>', 'of the images (default: as its files say it, else 3)', whole)
    .option('--classes <n>', 'of fresh weights', whole)
    .option('--json', 'print the result as JSON')
    .action(async (networks, flags) => {
      await ready();
      const { measureCommand } = await import('./measure.ts');
      await measureCommand(networks, flags);
    });
  retort
    .command('loss')
    .description("a method's loss of tensors in a file, to check a formula against other code")
    .argument('<method>', 'e.g. srd')
    .option(
      '--input <file>',
      '.safetensors with student.logits, teacher.logits, labels, student.feature, teacher.feature, parts.KEY',
    )
    .option(
      '--set <key=value>',
      'an option of the method (may be repeated)',
      (setting, all) => [...all, setting],
      [] as string[],
    )
    .option('--grad <file>', 'writes the gradients of the sum of the terms, by the same names')
    .option(
      '--describe',
      'say which tensors it looks at, its terms and parts, with dtypes and shapes, its options, and how a file is made',
    )
    .option('--epoch <n>', 'for methods that change over a stage', whole, 1)
    .option('--epochs <n>', 'how long that stage is', whole, 1)
    .option('--prefix-tokens <n>', 'tokens of features [B, L, D] that come before those of patches', seed, 0)
    .option('--seed <n>', 'of what a method draws', seed, 0)
    .option('--json', 'print the terms as JSON')
    .action(async (method, flags) => {
      await ready();
      const { lossCommand } = await import('./loss.ts');
      lossCommand(method, flags);
    });
  retort
    .command('forward')
    .description('any network on tensors in a file, to check it against other code; what modules it has')
    .option('--model <network>', `the architecture, or ${networkName}`)
    .option(
      '--weights <file>',
      '.safetensors, a file of torch.save or a run folder; FILE#KEY for a part of it',
    )
    .option(
      '--input <file>',
      ".safetensors with what it is called with as 'images', e.g. float32 [N, C, H, W]",
    )
    .option('--output <file>', "writes what it answers as 'output', and what was tapped as 'taps.PATH'")
    .option(
      '--tap <paths...>',
      'modules whose outputs are written, too, or PATH:input for what one is called with',
    )
    .option('--train', 'as in training: batch norm by the statistics of the batch, dropout')
    .option('--describe', 'list its modules with their parameters, and, of an --input, what each gives')
    .option('--classes <n>', 'of how many classes (default: as many as the weights tell apart)', whole)
    .option('--seed <n>', 'of fresh weights, and of what is random in training', seed, 0)
    .option('--json', 'print as JSON')
    .action(async (flags) => {
      await ready();
      const { forwardCommand } = await import('./forward.ts');
      await forwardCommand({ ...flags, tap: flags.tap ?? [] });
    });
  retort
    .command('inspect')
    .description(
      'what a file of weights is: format, state dicts, values that are not finite, models it is for; or an ONNX file',
    )
    .argument(
      '<file>',
      '.safetensors, a file of torch.save, a run folder, an ONNX file, a model folder or hf:OWNER/NAME; FILE#KEY for a part of it',
    )
    .option('--json', 'print what is found as JSON')
    .action(async (file, flags) => {
      await ready();
      const { inspectCommand } = await import('./inspect.ts');
      await inspectCommand(file, flags);
    });
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
      const { runsCommand } = await import('./runs.ts');
      runsCommand(folder, flags);
    });
  retort
    .command('compare')
    .description('runs side by side: settings that differ, results; the seeds of a recipe as mean and spread')
    .argument('<folders...>', 'run folders, or folders that hold them')
    .option('--json', 'print the comparison as JSON')
    .action(async (folders, flags) => {
      const { compareCommand } = await import('./compare.ts');
      compareCommand(folders, flags);
    });
  retort
    .command('reproduce')
    .description("a paper's table beside finished runs of its recipes; without a name, the tables there are")
    .argument('[table]', 'e.g. crd-same-style')
    .option('--recipes <folder>', 'where recipes are', 'recipes')
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
      const { reproduceCommand } = await import('./reproduce.ts');
      reproduceCommand(table, flags);
    });
  retort
    .command('doctor')
    .description('what is on this machine, and cures')
    .option('--json', 'print the findings as JSON')
    .action(async (flags) => {
      const { doctorCommand } = await import('./doctor.ts');
      await doctorCommand(flags);
    });
  retort
    .command('setup')
    .description('bring libtorch and the addon to this machine (every command does)')
    .addArgument(
      new Argument(
        '[what]',
        'onnx: onnxruntime-node, which runs ONNX files, without what it would download of CUDA',
      ).choices(['onnx']),
    )
    .option('--json', 'print where they are as JSON')
    .action(async (what, flags) => {
      const { setupCommand, setupOnnxCommand } = await import('./setup.ts');
      await (what === 'onnx' ? setupOnnxCommand(flags) : setupCommand(flags));
    });
  return retort;
}

/** What the system says of a file in a sentence; other errors are sentences. */
function sentence(error: Error): string {
  const { path } = error as NodeJS.ErrnoException;
  const said = systemCause(error);
  if (!said || !('syscall' in error)) return error.message;
  return path ? `${path}: ${said}` : `${error.message}: ${said}`;
}

/** Runs a command line. Errors are one sentence, and exit code 1, or 2 where it was asked wrongly; `RETORT_DEBUG=1` adds where they come from. */
export async function main(args: readonly string[]): Promise<void> {
  // A user's own line may lie below many layers of a network.
  Error.stackTraceLimit = 50;
  watchOutput();
  try {
    await program().parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof Error) || process.env.RETORT_DEBUG) throw error;
    if (error.name === 'AbortError') {
      tell('retort: stopped');
      process.exitCode = 130;
      return;
    }
    const isParsing = error instanceof CommanderError;
    if (!isParsing) tell(`retort: ${sentence(error)}`);
    // Help that was asked for is no error.
    if (!isParsing || error.exitCode !== 0)
      process.exitCode = isParsing || error.name === 'UsageError' ? 2 : 1;
  }
}
