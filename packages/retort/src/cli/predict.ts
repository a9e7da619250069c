/** `retort predict`. */
import { imagenetWnids } from '../data/index.ts';
import { type Prediction, predict } from '../evaluate/index.ts';
import { isDetector } from '../models/index.ts';
import { type LoadedForImages, locateNetwork } from '../recipe/index.ts';
import { askedOfImages } from './asked-of-images.ts';
import { UsageError } from './load.ts';
import { loadAsItIs } from './load-as-it-is.ts';
import { namesOfClasses } from './names-of-classes.ts';
import { namedNetwork, writtenNetwork } from './network-flags.ts';
import { say } from './output.ts';
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
  refuseFlags(named, images, flags);
  const { name, model, metadata } = network;
  if (metadata.task !== undefined && metadata.task !== 'classification')
    throw new UsageError(
      `${named} was trained for the task ${metadata.task}, and what is said here of images are classes: \`retort forward\` answers with its outputs`,
    );
  const names = namesOf(network, classes, (line) => progress.line(line));
  const { answers, errors } = await askedOfImages(network, images, flags.dataOptions, progress, (data, how) =>
    predict(model, data, { ...how, top }),
  );
  const said = answers.map(
    ({ image, said: likeliest }): Answer => ({
      image,
      classes: likeliest.map((one) => ({ ...one, name: names?.[one.class] ?? String(one.class) })),
    }),
  );
  if (json) say(JSON.stringify({ network: name, images: said, errors }));
  else if (said.length > 0) print(said);
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
