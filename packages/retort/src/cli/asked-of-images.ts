/** What a network says of images that a command names. */
import { findImages, NamedImages } from '../data/index.ts';
import type { AskOptions } from '../evaluate/index.ts';
import type { LoadedForImages } from '../recipe/index.ts';
import { stopOnInterrupt } from './interrupt.ts';
import { dataOptions } from './network-flags.ts';
import { tell } from './output.ts';
import type { Progress } from './progress.ts';

/** An image, and what is said of it. */
export interface SaidOf<Said> {
  readonly image: string;
  readonly said: Said;
}

/**
 * Asks a network of images, those that can be read; of the others it is told why not, and the exit code is 1.
 *
 * @param images  files, folders and patterns
 * @param options  how images are read, as `--data-options` has it
 * @param ask  of the images in their order, null for one that could not be read; it is not called where there are none
 * @throws UsageError, DataError; the signal's reason if it is aborted
 */
export async function askedOfImages<Said>(
  { name, reading, rendering, images: kind }: LoadedForImages,
  images: readonly string[],
  options: string | undefined,
  progress: Progress,
  ask: (data: NamedImages, how: AskOptions) => Promise<readonly (Said | null)[]>,
): Promise<{ readonly answers: readonly SaidOf<Said>[]; readonly errors: readonly string[] }> {
  const warn = (line: string): void => progress.line(line);
  const signal = stopOnInterrupt(warn);
  const read = { ...reading, ...dataOptions(options) };
  const { files, wrong } = await findImages(images, warn);
  const data = new NamedImages(files, kind, read, warn);
  const how = {
    ...{ rendering, signal, whose: name },
    // Those of several sizes are no batch.
    ...(rendering.size === undefined ? { batchSize: 1 } : {}),
    onProgress: (done: number, total: number) => progress.show({ what: 'images', done, total }),
  };
  const found = files.length === 0 ? [] : await ask(data, how);
  progress.clear();
  const errors = [...wrong, ...data.wrong.values()];
  for (const error of errors) tell(`retort: ${error}`);
  if (errors.length > 0) process.exitCode = 1;
  const answers = found.flatMap((said, i) => (said === null ? [] : [{ image: files[i] ?? '', said }]));
  return { answers, errors };
}
