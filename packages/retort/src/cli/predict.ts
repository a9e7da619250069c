/** `retort predict`. */
import { findImages, imagenetWnids, NamedImages } from '../data/index.ts';
import { type Prediction, predict } from '../evaluate/index.ts';
import { isDetector } from '../models/index.ts';
import { type LoadedForImages, locateNetwork } from '../recipe/index.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { UsageError } from './load.ts';
import { loadAsItIs } from './load-as-it-is.ts';
import { namesOfClasses } from './names-of-classes.ts';
import { dataOptions, namedNetwork, writtenNetwork } from './network-flags.ts';
import { say, tell } from './output.ts';
import { predictObjects, refuseOthersFlags } from './predict-boxes.ts';
import { predictTexts, refuseNothing, type TextFlags } from './predict-texts.ts';
import { predictAlike } from './predict-vectors.ts';
import { Progress } from './progress.ts';
import { percent, table } from './table.ts';

export interface PredictFlags extends TextFlags {
  readonly input?: string;
}

/** An image with what is said of it. */
interface Answer {
  readonly image: string;
  readonly classes: readonly (Prediction & { readonly name: string })[];
}

/** The names of a network's classes; null where nothing says them. @throws UsageError for another number of names than it has classes */
function namesOf(
  network: LoadedForImages,
  said: string | undefined,
  warn: (line: string) => void,
): readonly string[] | null {
  const { classes, labels, name } = network;
  if (said !== undefined) return namesOfClasses(network, said);
  if (labels !== null || classes !== imagenetWnids.length) return labels;
  warn(
    `${name} tells apart 1,000 classes and does not say their names: they are taken to be ImageNet's, in the order of their wnids (--classes FILE names them, one a line)`,
  );
  return imagenetWnids;
}

function print(answers: readonly Answer[]): void {
  const rows = answers.flatMap(({ image, classes }) =>
    classes.map(({ name, probability }, i) => [i === 0 ? image : '', name, percent(probability)]),
  );
  say(table(['image', 'class', '%'], rows));
}

/** @throws UsageError for flags of texts and of detectors, and where there are no images */
function refuseFlags(named: string, images: readonly string[], flags: PredictFlags): void {
  refuseOthersFlags(named, images, flags);
  const [flag] = (['out', 'threshold'] as const).filter((one) => flags[one] !== undefined);
  if (flag !== undefined)
    throw new UsageError(
      `${named} says classes of images, and --${flag} is of networks that find objects, and of --glue`,
    );
}

async function predictImages(
  network: LoadedForImages,
  named: string,
  images: readonly string[],
  flags: PredictFlags,
  progress: Progress,
): Promise<void> {
  const { top, classes, json = false } = flags;
  const warn = (line: string): void => progress.line(line);
  const signal = stopOnInterrupt(warn);
  refuseFlags(named, images, flags);
  const options = dataOptions(flags.dataOptions);
  const { name, model, metadata, rendering, reading } = network;
  if (metadata.task !== undefined && metadata.task !== 'classification')
    throw new UsageError(
      `${named} was trained for the task ${metadata.task}, and what is said here of images are classes: \`retort forward\` answers with its outputs`,
    );
  const { files, wrong } = await findImages(images, warn);
  const names = namesOf(network, classes, warn);
  const data = new NamedImages(files, network.images, { ...reading, ...options }, warn);
  const found =
    files.length === 0
      ? []
      : await predict(model, data, {
          ...{ top, rendering, signal },
          whose: name,
          // Those of several sizes are no batch.
          ...(rendering.size === undefined ? { batchSize: 1 } : {}),
          onProgress: (done, total) => progress.show({ what: 'images', done, total }),
        });
  progress.clear();
  const errors = [...wrong, ...data.wrong.values()];
  for (const error of errors) tell(`retort: ${error}`);
  if (errors.length > 0) process.exitCode = 1;
  const answers = found.flatMap((likeliest, i): Answer[] => {
    if (likeliest === null) return [];
    const said = likeliest.map((one) => ({ ...one, name: names?.[one.class] ?? String(one.class) }));
    return [{ image: files[i] ?? '', classes: said }];
  });
  if (json) say(JSON.stringify({ network: name, images: answers, errors }));
  else if (answers.length > 0) print(answers);
}

/** @param samples  files and folders of images, or texts: which of them, the network says */
export async function predictCommand(
  named: string,
  samples: readonly string[],
  flags: PredictFlags,
): Promise<void> {
  refuseNothing(samples, flags);
  const { input } = flags;
  const progress = new Progress();
  const written =
    input === undefined ? namedNetwork(named) : locateNetwork(writtenNetwork({ model: named, input }));
  const network = await loadAsItIs(written, {
    shown: true,
    onWarning: (line) => progress.line(line),
    report: (what, done, total) => progress.show({ what, done, total }),
  });
  if (network.takes === 'texts') await predictTexts(network, named, samples, flags, progress);
  else if (isDetector(network.model)) await predictObjects(network, named, samples, flags, progress);
  else if (network.classes === 0) await predictAlike(network, named, samples, flags, progress);
  else await predictImages(network, named, samples, flags, progress);
}
