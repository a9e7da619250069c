/** `retort predict` for networks without a classifier: which images are alike. */
import { predictVectors } from '../evaluate/index.ts';
import type { LoadedForImages } from '../recipe/index.ts';
import { askedOfImages } from './asked-of-images.ts';
import { UsageError } from './load.ts';
import { say } from './output.ts';
import { refuseOthersFlags } from './predict-boxes.ts';
import type { TextFlags } from './predict-texts.ts';
import type { Progress } from './progress.ts';
import { counted, table } from './table.ts';

/** Another image, and the cosine of both vectors, in [-1, 1]. */
interface Alike {
  readonly image: string;
  readonly cosine: number;
}

/** An image with its vector, and those that are most alike. */
interface Answer {
  readonly image: string;
  readonly vector: readonly number[];
  readonly alike: readonly Alike[];
}

const dot = (one: readonly number[], other: readonly number[]): number =>
  one.reduce((sum, value, i) => sum + value * (other[i] ?? 0), 0);

/** The others, the most alike first; a vector of zeros is like none. */
function alikeOf(
  all: readonly { readonly image: string; readonly vector: readonly number[] }[],
  top: number,
): Answer[] {
  const units = all.map(({ vector }) => {
    const length = Math.hypot(...vector);
    return length > 0 ? vector.map((value) => value / length) : vector;
  });
  return all.map((one, i) => {
    const others = all.flatMap(({ image }, at): Alike[] =>
      at === i ? [] : [{ image, cosine: dot(units[i] ?? [], units[at] ?? []) }],
    );
    return { ...one, alike: others.sort((a, b) => b.cosine - a.cosine).slice(0, top) };
  });
}

/** @throws UsageError for flags of networks that answer something else */
function refuseFlags(named: string, images: readonly string[], flags: TextFlags): void {
  refuseOthersFlags(named, images, flags);
  const [flag] = (['out', 'threshold', 'classes'] as const).filter((one) => flags[one] !== undefined);
  if (flag !== undefined)
    throw new UsageError(
      `${named} answers vectors of images, and --${flag} is of networks that say classes, or find objects`,
    );
}

function print(answers: readonly Answer[]): void {
  const [first] = answers;
  if (!first) return;
  if (answers.length > 1)
    return say(
      table(
        ['image', 'most alike', 'cosine'],
        answers.flatMap(({ image, alike }) =>
          alike.map((other, i) => [i === 0 ? image : '', other.image, other.cosine.toFixed(3)]),
        ),
      ),
    );
  const shown = first.vector.slice(0, 4).map((value) => value.toPrecision(3));
  say(
    `${first.image}: a vector of ${counted(first.vector.length, 'number')}, ${shown.join(', ')}, …; name several images, which are compared, or take it by --json`,
  );
}

/** The vectors of images, and which are alike by them. @throws UsageError, DataError */
export async function predictAlike(
  network: LoadedForImages,
  named: string,
  images: readonly string[],
  flags: TextFlags,
  progress: Progress,
): Promise<void> {
  const { top, json = false } = flags;
  refuseFlags(named, images, flags);
  const { answers, errors } = await askedOfImages(network, images, flags.dataOptions, progress, (data, how) =>
    predictVectors(network.model, data, how),
  );
  const alike = alikeOf(
    answers.map(({ image, said: vector }) => ({ image, vector })),
    top,
  );
  if (json) say(JSON.stringify({ network: network.name, images: alike, errors }));
  else print(alike);
}
