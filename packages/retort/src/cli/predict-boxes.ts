/** `retort predict` for networks that find objects. */
import { renderingSaid } from '../data/index.ts';
import { defaults } from '../defaults.ts';
import { type FoundObject, predictBoxes } from '../evaluate/index.ts';
import type { LoadedForImages } from '../recipe/index.ts';
import { askedOfImages } from './asked-of-images.ts';
import { UsageError } from './load.ts';
import { namesOfClasses } from './names-of-classes.ts';
import { dataOptions } from './network-flags.ts';
import { say } from './output.ts';
import { checkOutFolder, writePictures } from './pictures-out.ts';
import type { TextFlags } from './predict-texts.ts';
import type { Progress } from './progress.ts';
import { count, counted, percent, table } from './table.ts';

/** An image with what is in it. */
interface Answer {
  readonly image: string;
  readonly objects: readonly (FoundObject & { readonly name: string })[];
}

/** @throws UsageError for flags of texts, and where there are no images */
export function refuseOthersFlags(named: string, images: readonly string[], flags: TextFlags): void {
  const [flag] = (['pairs', 'file', 'glue'] as const).filter((one) => flags[one] !== undefined);
  if (flag !== undefined) throw new UsageError(`${named} takes images, and --${flag} is of texts`);
  if (images.length === 0)
    throw new UsageError(`${named} takes images, and none are named: files, folders or patterns of them`);
}

function print(answers: readonly Answer[], threshold: number): void {
  const whole = (value: number): string => String(Math.round(value));
  const rows = answers.flatMap(({ image, objects }) =>
    objects.length === 0
      ? [[image, `nothing of ${percent(threshold)} % or more`, ...['', '', '', '', '']]]
      : objects.map(({ name, score, box: { x, y, width, height } }, i) => [
          ...[i === 0 ? image : '', name, percent(score)],
          ...[x, y, width, height].map(whole),
        ]),
  );
  say(table(['image', 'class', '%', 'x', 'y', 'width', 'height'], rows));
}

/** What a detector finds in images, printed, or drawn on copies of them. @throws UsageError, DataError */
export async function predictObjects(
  network: LoadedForImages,
  named: string,
  images: readonly string[],
  flags: TextFlags,
  progress: Progress,
): Promise<void> {
  const { classes, out, json = false, threshold = defaults.found.threshold } = flags;
  refuseOthersFlags(named, images, flags);
  if (out !== undefined) checkOutFolder(out);
  const { name, model, labels } = network;
  const { exif } = { ...network.reading, ...dataOptions(flags.dataOptions) };
  const names = classes === undefined ? labels : namesOfClasses(network, classes);
  const { answers: found, errors } = await askedOfImages(
    network,
    images,
    flags.dataOptions,
    progress,
    (data, how) =>
      predictBoxes(model, data, {
        ...how,
        ...{ threshold, rendering: renderingSaid(network.rendering), batchSize: 1 },
      }),
  );
  const answers = found.map(
    ({ image, said }): Answer => ({
      image,
      objects: said.map((one) => ({ ...one, name: names?.[one.class] ?? String(one.class) })),
    }),
  );
  const pictures =
    out === undefined
      ? []
      : await writePictures(
          out,
          answers.map(({ image, objects }) => ({
            file: image,
            boxes: objects.map(({ box, class: number, name, score }) => ({
              ...{ ...box, class: number, label: `${name} ${(100 * score).toFixed(0)} %` },
            })),
          })),
          exif === 'apply',
        );
  if (json)
    say(
      JSON.stringify({
        network: name,
        threshold,
        images: answers,
        ...(out === undefined ? {} : { pictures }),
        errors,
      }),
    );
  else if (answers.length > 0) print(answers, threshold);
  if (json || pictures.length === 0) return;
  const empty = answers.filter(({ objects }) => objects.length === 0).length;
  const none = empty === 0 ? '' : `; on ${count(empty)} there is nothing to draw`;
  say(`\n${counted(pictures.length, 'picture')} in ${out}${none}`);
}
