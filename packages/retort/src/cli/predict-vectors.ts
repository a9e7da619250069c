/** `retort predict` for networks without a classifier: which images are alike. */
import { findImages, NamedImages } from '../data/index.ts';
import { predictVectors } from '../evaluate/index.ts';
import type { LoadedForImages } from '../recipe/index.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { UsageError } from './load.ts';
import { dataOptions } from './network-flags.ts';
import { say, tell } from './output.ts';
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
  { name, model, rendering, reading, images: kind }: LoadedForImages,
  named: string,
  images: readonly string[],
  flags: TextFlags,
  progress: Progress,
): Promise<void> {
  const { top, json = false } = flags;
  const warn = (line: string): void => progress.line(line);
  const signal = stopOnInterrupt(warn);
  refuseFlags(named, images, flags);
  const { files, wrong } = await findImages(images, warn);
  const data = new NamedImages(files, kind, { ...reading, ...dataOptions(flags.dataOptions) }, warn);
  const found =
    files.length === 0
      ? []
      : await predictVectors(model, data, {
          ...{ rendering, signal, whose: name },
          // Those of several sizes are no batch.
          ...(rendering.size === undefined ? { batchSize: 1 } : {}),
          onProgress: (done, total) => progress.show({ what: 'images', done, total }),
        });
  progress.clear();
  const errors = [...wrong, ...data.wrong.values()];
  for (const error of errors) tell(`retort: ${error}`);
  if (errors.length > 0) process.exitCode = 1;
  const vectors = found.flatMap((vector, i) => (vector === null ? [] : [{ image: files[i] ?? '', vector }]));
  const answers = alikeOf(vectors, top);
  if (json) say(JSON.stringify({ network: name, images: answers, errors }));
  else print(answers);
}
