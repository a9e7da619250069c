/** A network loaded by itself, where there is no data that it is judged on: what it was trained on says how it wants its images. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import {
  defaultMaxLength,
  type FullRendering,
  fetchColumns,
  fieldOf,
  fullRendering,
  fullTextRendering,
  type ImageKind,
  imagesOf,
  imagesOfDatasets,
  inChannels,
  isOneTensor,
  normalisations,
  type SquareImages,
  type TextRendering,
} from '../data/index.ts';
import {
  isDetector,
  isOnnx,
  isTextClassifier,
  type LoadOptions,
  labelsSaid,
  madeFor,
  type TextClassifier,
  weightsMetadata,
} from '../models/index.ts';
import { parseOwnModule } from '../own-modules.ts';
import { readRecord } from '../runs/index.ts';
import { type LoadedNetwork, loadNetwork } from './load-network.ts';
import { shownNetwork, specOf, type WrittenNetwork } from './network.ts';
import { dataNamed } from './own.ts';

export interface LoadAloneOptions extends LoadOptions {
  /** Of the images, where its file does not say them. */
  readonly channels?: number | undefined;
  /** Of fresh weights, and of a network of one's own that does not say it. */
  readonly count?: number | undefined;
  /** Whether its classifier is left out, so that it answers the vector before that. */
  readonly withoutClassifier?: boolean | undefined;
  /** Whether it is to be shown something: it must be known then how images are normalised, or texts become tokens. */
  readonly shown?: boolean | undefined;
  /** Whether what nothing says of their normalisation is taken to be ImageNet's, as it is where this is left out; else it is refused. */
  readonly guessed?: boolean | undefined;
}

/** A network, and what its files say of its classes and of what it is shown. */
export type LoadedAlone = LoadedForImages | LoadedForTexts;

interface Labelled extends Omit<LoadedNetwork, 'rendering'> {
  /** The names of its classes; null where nothing says them. */
  readonly labels: readonly string[] | null;
}

export interface LoadedForTexts extends Labelled {
  readonly takes: 'texts';
  readonly model: TextClassifier;
  /** How it wants them; null where it is to be shown none and has no tokenizer. */
  readonly rendering: TextRendering | null;
  /** How many tokens a text has at most. */
  readonly maxLength: number;
}

export interface LoadedForImages extends Labelled {
  readonly takes: 'images';
  readonly images: ImageKind;
  /** How it wants them; of any size where nothing says one. */
  readonly rendering: FullRendering;
  /** How photographs were read for it, as the data of its run has it in `options`. */
  readonly reading: Reading;
}

const readingSchema = z.object({
  exif: z.enum(['ignore', 'apply']).optional(),
  decode: z.enum(['exact', 'fast']).optional(),
});

export type Reading = z.output<typeof readingSchema>;

/** How photographs are read, by the options of some data. @example readingOf({ exif: 'apply', workers: 2 }) // { exif: 'apply' } */
export const readingOf = (options: unknown): Reading => readingSchema.catch({}).parse(options ?? {});

/** As a file says it that was exported, in JSON. */
function readingSaid({ reading = '{}' }: Readonly<Record<string, string>>): unknown {
  try {
    return JSON.parse(reading);
  } catch {
    return {};
  }
}

const settings = z.looseObject({
  data: z.looseObject({ name: z.string(), options: z.record(z.string(), z.unknown()).optional() }),
});

/** What a network was trained on. */
interface TrainedOn {
  readonly name: string;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** As its run has it, or else its weights; null where neither says it. */
function trainedOn(file: string | null, { data }: Readonly<Record<string, string>>): TrainedOn | null {
  if (file === null) return null;
  const folder = /^(best|last)\.safetensors$/.test(path.basename(file)) ? path.dirname(file) : file;
  if (fs.existsSync(path.join(folder, 'run.json'))) {
    const { success, data: said } = settings.safeParse(readRecord(folder).settings);
    if (success) return said.data;
  }
  return data === undefined ? null : { name: data };
}

/** Images of one's own data, of which the first says of which size they are. */
async function ownImages({ name, options }: TrainedOn): Promise<ImageKind | SquareImages> {
  const { test } = await dataNamed(name, options);
  const kind = imagesOf(test);
  if (kind.anySize) return kind;
  using fetched = await fetchColumns(test, Int32Array.of(0), { standIns: 'any' });
  const images = fetched.columns[fieldOf(test.fields, 'image')?.name ?? ''];
  const [height, width] = images && isOneTensor(images) ? [images.size(1), images.size(2)] : [];
  return height !== undefined && height === width ? { ...kind, side: height } : kind;
}

/** The images of some data; undefined where it cannot be known any more. */
async function imagesOfData(
  data: TrainedOn | null,
  { onWarning }: LoadOptions,
): Promise<ImageKind | SquareImages | undefined> {
  if (!data) return undefined;
  if (Object.hasOwn(imagesOfDatasets, data.name)) return imagesOfDatasets[data.name];
  if (!parseOwnModule(data.name))
    return { kind: 'image', channels: 3, ...normalisations.imagenet, anySize: true };
  try {
    return await ownImages(data);
  } catch (error) {
    onWarning?.(
      `${data.name}, which it was trained on, does not say how its images are: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  }
}

/** Of so many channels; ImageNet's normalisation where nothing says another. @throws RangeError of other channels than red, green and blue */
function kindOf(
  network: WrittenNetwork,
  channels: number,
  { known, said, shown }: { known: ImageKind | undefined; said: boolean; shown: boolean },
): ImageKind {
  // Greys that its data showed in three channels.
  const shownSo = known && inChannels(known, channels);
  if (shownSo) return shownSo;
  if (channels === 3) return { kind: 'image', channels, ...normalisations.imagenet };
  if (shown && !said)
    throw new RangeError(
      `${shownNetwork(network)}: nothing says how its images of ${channels} channel${channels === 1 ? '' : 's'} are normalised: say its input, e.g. --input '{ size: 28, mean: [0.5], std: [0.5] }'`,
    );
  const each = (value: number) => new Array<number>(channels).fill(value);
  return { kind: 'image', channels, mean: each(0.5), std: each(0.5) };
}

/**
 * Loads a network without data. What its files leave open is as what it was trained on has it: the channels of its images, their size and
 * normalisation, and how photographs were read.
 *
 * @throws what `loadNetwork` throws; RangeError where nothing says how its images are normalised, or how many classes fresh weights are of
 * @example const { model, labels, rendering } = await loadAlone('runs/kd', { shown: true });
 */
export async function loadAlone(
  network: WrittenNetwork,
  {
    channels: asked,
    count,
    withoutClassifier = false,
    shown = false,
    guessed = true,
    ...read
  }: LoadAloneOptions = {},
): Promise<LoadedAlone> {
  const { file, key } = specOf(network);
  const metadata = file === null ? {} : await weightsMetadata(file, key, read);
  const data = trainedOn(file, metadata);
  const known = await imagesOfData(data, read);
  const said = metadata.classes === undefined ? count : Number(metadata.classes);
  const stated = withoutClassifier ? 0 : said;
  if (file === null && stated === undefined)
    throw new RangeError(
      `${shownNetwork(network)}: its weights are fresh: say --classes N, of how many classes, or name a file of weights`,
    );
  const channels = asked ?? (metadata.channels === undefined ? known?.channels : Number(metadata.channels));
  const side = known && 'side' in known ? known.side : undefined;
  const fits = {
    options: { classes: stated ?? 1, ...(channels === undefined ? {} : { channels }) },
    labels: null,
    anySize: shown && side === undefined,
  };
  const loaded = await loadNetwork(shownNetwork(network), network, fits, {
    ...read,
    classesOfWeights: stated === undefined,
  });
  const labels = labelsSaid(loaded.metadata);
  const { model } = loaded;
  if (isTextClassifier(model))
    return {
      ...{ ...loaded, model, labels, takes: 'texts' },
      rendering:
        shown || loaded.rendering?.tokenizer
          ? fullTextRendering(shownNetwork(network), loaded.rendering)
          : null,
      maxLength: loaded.rendering?.maxLength ?? Math.min(defaultMaxLength, model.takes.positions),
    };
  const takes = isOnnx(loaded.model) ? loaded.model.takes : null;
  const told = loaded.metadata.channels === undefined ? 3 : Number(loaded.metadata.channels);
  const own = kindOf(network, takes?.channels ?? channels ?? told, {
    known,
    said: loaded.rendering?.mean !== undefined,
    shown,
  });
  // One that finds objects sees images in their own shape.
  const kind = isDetector(model) ? { ...own, whole: true } : own;
  const ofData = side === undefined ? {} : { size: side, resize: side };
  const { rendering: wanted } = loaded;
  const isGuessed = shown && !known && wanted?.mean === undefined;
  if (isGuessed && !guessed)
    throw new RangeError(
      `${shownNetwork(network)}: nothing says how its images are normalised: name its data, or say its input, e.g. --input '{ mean: imagenet }' or '{ mean: cifar }'`,
    );
  if (isGuessed)
    read.onWarning?.(
      `${shownNetwork(network)}: nothing says how its images are normalised: they are as ImageNet's are; say its input where that is another (--input '{ mean: inception }')`,
    );
  return {
    ...{ ...loaded, labels, takes: 'images' },
    images: kind,
    rendering: fullRendering(kind, wanted?.size === undefined ? { ...ofData, ...wanted } : wanted),
    reading: readingOf(data?.options ?? readingSaid(loaded.metadata)),
  };
}

/** The side of the images that a network sees; null where nothing says it. */
export const sideOf = ({ name, rendering }: Pick<LoadedForImages, 'name' | 'rendering'>): number | null =>
  rendering.size ?? madeFor(name)?.pixels ?? null;
