/** The commands that look at a network, or hand it over. */
import { type Command, Option } from 'commander';
import { defaults } from '../../defaults.ts';
import { byDefault, dataName, networkName, ready, seed, share, whole } from './options.ts';
import { addProbe } from './probe.ts';

/** Adds them. @param args  the whole command line, which ranks are started with */
export function addNetworks(retort: Command, args: readonly string[]): void {
  retort
    .command('eval')
    .description('a model on a data set: accuracy, calibration, cost; agreement with a teacher')
    .requiredOption(
      '--weights <file>',
      '.safetensors, a file of torch.save, a run folder, an ONNX file, a model folder or hf:OWNER/NAME',
    )
    .option('--data <name>', `${dataName} (default: what the run of the weights was judged on)`)
    .option(
      '--data-options <yaml>',
      "what images, texts or data of one's own are called with, e.g. '{ classes: wnids, workers: 2 }', '{ columns: { text: review } }'",
    )
    .option('--model <name>', 'the architecture (default: the one that a file of Retort names)')
    .option(
      '--task <name>',
      'what it was trained for (default: what a file of Retort says, else what the data has to learn)',
    )
    .option(
      '--metrics <names>',
      "by what it is judged beside the task's own, with commas, e.g. matthews,f1 (default: those of its run's recipe, else the data's)",
    )
    .option(
      '--classes <yaml>',
      "which of its classes stand for the data's: names, wnids, or a list (default: as many as the data has)",
    )
    .option(
      '--input <yaml>',
      "how it wants its images or texts, e.g. '{ size: 224, resize: 256, mean: imagenet }', '{ maxLength: 64 }'",
    )
    .option(
      '--teacher <network>',
      `how much it says what this one says: ${networkName}, or the same in keys, '{ weights: FILE, classes: names }'`,
    )
    .option(
      '--cka [paths]',
      "how alike features are to the teacher's (or among one another); stages, or paths with commas",
    )
    .option('--per-class', 'each class by itself')
    .addOption(new Option('--split <name>', 'which samples').choices(['test', 'train']).default('test'))
    .option('--json', 'print the result as JSON')
    .action(async (flags) => {
      await ready();
      const { evalCommand } = await import('../eval.ts');
      await evalCommand(flags);
    });
  addProbe(retort, args);
  retort
    .command('cka')
    .description(
      'how alike the features of two networks are, all blocks beside all blocks: a table, and a heat map as an SVG file',
    )
    .argument(
      '<first>',
      `its blocks are rows: ${networkName}, or the same in keys, '{ weights: FILE, classes: names }'`,
    )
    .argument('<second>', 'its blocks are columns; the first again shows how a network is like itself')
    .option('--data <name>', `${dataName} (default: what the run of one of them was judged on)`)
    .option(
      '--data-options <yaml>',
      "what images, texts or data of one's own are called with, e.g. '{ classes: wnids, workers: 2 }'",
    )
    .addOption(new Option('--split <name>', 'which samples').choices(['test', 'train']).default('test'))
    .option(
      '--images <n>',
      byDefault('so many images or texts, drawn once, at most', defaults.compared.images),
      whole,
    )
    .option('--rows <paths>', 'modules of the first, with commas (default: its blocks)')
    .option('--columns <paths>', 'modules of the second, with commas (default: its blocks)')
    .option('--out <file>', 'the figure that is written, an SVG file')
    .option('--json', 'print the matrix as JSON')
    .action(async (first, second, flags) => {
      await ready();
      const { ckaCommand } = await import('../cka.ts');
      await ckaCommand(first, second, flags);
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
      `labelled images or texts that it is judged on (default: what its run was judged on): ${dataName}`,
    )
    .option(
      '--data-options <yaml>',
      "what images or data of one's own are called with, e.g. '{ classes: wnids, workers: 2 }'",
    )
    .option(
      '--images <n>',
      byDefault('judged on so many images or texts, drawn once, at most', defaults.exported.images),
      whole,
    )
    .option(
      '--input <yaml>',
      "how it wants its images or texts, where its file does not say it, e.g. '{ size: 224, resize: 256, mean: imagenet }'",
    )
    .option(
      '--task <name>',
      'of images: `embedding` leaves out its classifier, and its graphs answer the vector before that (default: what it was trained for)',
    )
    .option(
      '--size <pixels>',
      'the side of the images that it is shown (default: as it wants it, or as its data has it)',
      whole,
    )
    .option(
      '--precisions <list>',
      byDefault(
        'of its graphs; int8 needs data, on whose training samples its scales are found',
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
      const { exportCommand } = await import('../export/command.ts');
      await exportCommand({ ...flags, model: network });
    });
  retort
    .command('predict')
    .description(
      'what any network says of images or texts: the likeliest classes, a number, several classes, objects with their boxes',
    )
    .argument(
      '<network>',
      `${networkName}: e.g. a run folder, resnet20:resnet20.pth, an ONNX file, a model folder or hf:OWNER/NAME`,
    )
    .argument(
      '[samples...]',
      "images: JPEG, PNG, WebP or GIF, files, folders with all that lies below, 'photos/*.jpg'; or texts as they are, for a network of texts",
    )
    .option(
      '--top <n>',
      'so many classes of each image or text; of a network without a classifier so many images that are most alike',
      whole,
      5,
    )
    .option(
      '--classes <names>',
      "the names of its classes: a file with one a line, or wnids, ImageNet's (default: as its files say them)",
    )
    .option(
      '--input <yaml>',
      "how it wants its images or texts, where its files do not say it, e.g. '{ size: 224, resize: 256, mean: imagenet }', '{ tokenizer: FOLDER }'",
    )
    .option(
      '--data-options <yaml>',
      "how images are read, e.g. '{ exif: apply }' (default: as its run read them)",
    )
    .option('--pairs', 'texts are taken two by two; in a file, two to a line with a tab between them')
    .option('--file <file>', 'texts of a file, one a line; - for standard input')
    .option('--glue <task>', 'the texts of a test split of GLUE, e.g. glue-rte: writes what is handed in')
    .option(
      '--threshold <score>',
      byDefault(
        'of objects that are found, the least score that is shown, from 0 to 1',
        defaults.found.threshold,
      ),
      share,
    )
    .option(
      '--out <place>',
      'of a network that finds objects a new folder, for pictures with boxes drawn on them; of --glue the file that is written (default: as GLUE calls it, e.g. RTE.tsv)',
    )
    .option(
      '--json',
      'print the result as JSON: { network, images: [{ image, classes }], errors }, or { network, task, texts: [{ text, pair, classes }] }, with number in place of classes where it says one; a class is { class, name, probability }. Of a network without a classifier { network, images: [{ image, vector, alike: [{ image, cosine }] }], errors }. Of a network that finds objects { network, threshold, images: [{ image, objects: [{ class, name, score, box: { x, y, width, height } }] }], pictures, errors }, in pixels of the images. Of --glue { network, task, file, answers }',
    )
    .action(async (network, samples, flags) => {
      await ready();
      const { predictCommand } = await import('../predict.ts');
      await predictCommand(network, samples, flags);
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
      byDefault('images or texts at once, for the throughput', defaults.measuring.batchSize),
      whole,
    )
    .option(
      '--rounds <n>',
      byDefault(
        `in each of which every network has its turn: ${defaults.measuring.runs} calls with one image or text, one with a batch`,
        defaults.measuring.rounds,
      ),
      whole,
    )
    .option(
      '--size <pixels>',
      'the side of the images (default: as its files say it, or as it is made for)',
      whole,
    )
    .option(
      '--length <tokens>',
      'of the texts (default: as long as its files say that they may be, else 128)',
      whole,
    )
    .option('--channels <n>', 'of the images (default: as its files say it, else 3)', whole)
    .option('--classes <n>', 'of fresh weights', whole)
    .option(
      '--keep',
      "keep onnxruntime-node's latency with the runs that are named (latency.json), where compare, report and board find it",
    )
    .option('--json', 'print the result as JSON')
    .action(async (networks, flags) => {
      await ready();
      const { measureCommand } = await import('../measure.ts');
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
    .option('--heads <n>', 'into how many heads queries, keys and values [B, L, D] are divided', whole, 1)
    .option(
      '--heads-apart',
      'the student has two heads, student.feature.head and student.feature.head_dist, of which one learns the labels and the other what the teacher says',
    )
    .option('--seed <n>', 'of what a method draws', seed, 0)
    .option('--json', 'print the terms as JSON')
    .action(async (method, flags) => {
      await ready();
      const { lossCommand } = await import('../loss.ts');
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
      const { forwardCommand } = await import('../forward.ts');
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
      const { inspectCommand } = await import('../inspect.ts');
      await inspectCommand(file, flags);
    });
}
