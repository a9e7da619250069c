/** Folders of images, one folder a class, as torchvision's `ImageFolder` and timm read them. */
import fs from 'node:fs';
import path from 'node:path';
import { keep, scope, type Tensor, tensor } from '@retort/torch';
import { z } from 'zod';
import { problemsOf } from '../../../words/problems.ts';
import { DataError, type Dataset, type Splits } from '../../dataset.ts';
import { DamagedImageError, type DecodePool, poolOf } from '../../decode/pool.ts';
import { fingerprintFiles } from '../../fingerprint.ts';
import { imagenetWnids } from '../../imagenet-wnids.ts';
import { normalisations } from '../../normalisation.ts';
import { permutation } from '../../philox.ts';
import type { Fields, Picture, Sample } from '../../sample.ts';
import type { Report } from '../download.ts';
import { type KeptListing, keptListing } from './kept-listing.ts';
import { layoutOf } from './layout.ts';
import { type Listing, quoted } from './listing.ts';
import { type SplitFiles, sameImages } from './same-images.ts';
import { StandIns } from './stand-ins.ts';

const options = z.strictObject({
  workers: z.number().int().min(1).optional(),
  testShare: z.number().gt(0).lt(1).default(0.2),
  classes: z.literal('wnids').optional(),
  exif: z.enum(['ignore', 'apply']).default('ignore'),
  onCorrupt: z.enum(['fail', 'skip']).default('fail'),
});

/** Of an image folder. */
export type ImageFolderOptions = z.input<typeof options>;

interface Listed extends Pick<Listing, 'classes' | 'files' | 'labels'> {
  /** Lets go of what is kept of the listing: something is not as it says. */
  forget(): void;
}

/** From so many pixels on Pillow warns of an image. */
const manyPixels = 89_478_485;

/** Told of what is not as it should be, and no error. */
type Warn = (text: string) => void;

/** How images are read. */
interface Reading extends Required<Pick<z.output<typeof options>, 'exif' | 'onCorrupt'>> {
  readonly pool: DecodePool;
  readonly warn: Warn;
}

/** Images in files, decoded when they are asked for. */
class ImageFolder implements Dataset {
  readonly name: string;
  readonly size: number;
  readonly fields: Fields;
  /** Where damaged images are left out. */
  readonly isStandIn?: (id: number) => boolean;
  readonly #root: string;
  readonly #listed: Listed;
  readonly #reading: Reading;
  readonly #picture: (id: number) => Promise<Picture>;
  #labels: Tensor | null = null;
  #fingerprint: string | null = null;
  #isLargeNamed = false;

  /** @param isLearned  whether it is learned from, or only judged on */
  constructor(name: string, root: string, found: Listed, reading: Reading, isLearned: boolean) {
    this.name = name;
    this.size = found.files.length;
    this.fields = {
      image: { kind: 'image', channels: 3, ...normalisations.imagenet, anySize: true },
      label: { kind: 'class', classes: found.classes },
    };
    this.#root = root;
    this.#listed = found;
    this.#reading = reading;
    const decode = (id: number): Promise<Picture> => this.#decode(id);
    this.#picture = decode;
    if (reading.onCorrupt === 'skip') {
      const standIns = new StandIns({ name, ...found, isLearned }, decode, reading.warn);
      this.#picture = (id) => standIns.picture(id);
      this.isStandIn = (id) => standIns.has(id);
    }
  }

  /** As `fingerprintFiles` has it; another where images are turned. */
  get fingerprint(): string {
    const { files } = this.#listed;
    const turned = this.#reading.exif === 'apply' ? ', turned as EXIF says' : '';
    try {
      this.#fingerprint ??= fingerprintFiles(this.#root, files, files.sizes) + turned;
    } catch (error) {
      throw this.#failure(error);
    }
    return this.#fingerprint;
  }

  /** @throws DataError for another field than `label`: images are read */
  column(field: string): Tensor {
    if (field !== 'label') throw new DataError(`${this.name}: ${field} does not lie in memory`);
    this.#labels ??= keep(scope(() => tensor(this.#listed.labels).to('int64')));
    return this.#labels;
  }

  read(ids: Int32Array): Promise<readonly Sample[]> {
    const { labels } = this.#listed;
    return Promise.all(
      Array.from(ids, async (id): Promise<Sample> => {
        const image = await this.#picture(id);
        return { image, label: labels[id] ?? 0 };
      }),
    );
  }

  async #decode(id: number): Promise<Picture> {
    const { files } = this.#listed;
    const { pool, exif } = this.#reading;
    const file = path.join(this.#root, files.at(id) ?? '');
    try {
      const image = await pool.decode(file, { exif, bytes: files.sizes[id] });
      this.#remarkOn(file, image);
      return image;
    } catch (error) {
      throw this.#failure(error);
    }
  }

  /** What went wrong with a file; where it is no damaged image the listing is to be made anew, and the folder may be gone. */
  #failure(error: unknown): unknown {
    if (!(error instanceof DataError)) return error;
    if (error instanceof DamagedImageError)
      return this.#reading.onCorrupt === 'skip'
        ? error
        : new DamagedImageError(
            `${error.message}: put a whole one in its place, take it away, or leave out what is damaged by the option onCorrupt: skip of the data`,
            { cause: error },
          );
    this.#listed.forget();
    if (fs.existsSync(this.#root)) return error;
    return new DataError(`${this.#root} is not there any more: ${error.message}`, { cause: error });
  }

  #remarkOn(file: string, { height, width }: Picture): void {
    if (height * width <= manyPixels || this.#isLargeNamed) return;
    this.#isLargeNamed = true;
    this.#reading.warn(
      `${file} has ${(height * width).toLocaleString('en-US')} pixels, which are decoded each time that it is shown: made smaller, it takes less time and memory`,
    );
  }
}

/** @throws DataError for classes that only one of two splits has */
function checkClasses(
  root: string,
  [one, first]: [string, Listing],
  [other, second]: [string, Listing],
): void {
  const lacking = (has: Listing, lacks: Listing): string[] =>
    has.classes.filter((name) => !lacks.classes.includes(name));
  const [only, too] = [lacking(first, second), lacking(second, first)];
  const said = [
    ...(only.length > 0 ? [`${one}/ alone has ${quoted(only)}`] : []),
    ...(too.length > 0 ? [`${other}/ alone has ${quoted(too)}`] : []),
  ];
  if (said.length > 0)
    throw new DataError(`${root}: ${one}/ and ${other}/ must have the same classes: ${said.join(', and ')}`);
}

/** The same images with ImageNet's classes, of which the folders are some. @throws DataError for a folder of another name */
function ofImagenet(root: string, listed: Listed): Listed {
  const { classes, labels } = listed;
  const numbers = classes.map((name) => imagenetWnids.indexOf(name));
  const others = classes.filter((_, i) => numbers[i] === -1);
  if (others.length > 0)
    throw new DataError(
      `${root}: classes: 'wnids' is for folders that are called as ImageNet's classes are (n01440764), and not ${quoted(others)}`,
    );
  return { ...listed, classes: imagenetWnids, labels: labels.map((label) => numbers[label] ?? 0) };
}

/** A share of each class for a test, by one fixed seed, and the rest. @throws DataError where a class has too few images */
function parted(root: string, listed: Listed, share: number): [Listed, Listed] {
  const { classes, files, labels } = listed;
  const places: number[][] = classes.map(() => []);
  for (const [place, label] of labels.entries()) places[label]?.push(place);
  const rest: number[] = [];
  const held: number[] = [];
  for (const [label, own] of places.entries()) {
    if (own.length < 2)
      throw new DataError(
        `${root}: the class ${quoted([classes[label] ?? ''])} has one image, and needs one to learn from and one to be judged on`,
      );
    const count = Math.min(own.length - 1, Math.max(1, Math.round(share * own.length)));
    const order = permutation(own.length, { seed: 0, epoch: label, purpose: 'hold-out' });
    const isHeld = new Set(order.subarray(0, count));
    for (const [i, place] of own.entries()) (isHeld.has(i) ? held : rest).push(place);
  }
  const only = (chosen: readonly number[]): Listed => ({
    ...listed,
    files: files.only(chosen),
    labels: Int32Array.from(chosen, (place) => labels[place] ?? 0),
  });
  return [only(rest), only(held)];
}

/** See `imageFolder`. */
class Reader {
  readonly root: string;
  readonly #classes: 'wnids' | undefined;
  readonly #reading: Reading;
  readonly #report: Report;
  readonly #warn: Warn;

  constructor(root: string, given: z.output<typeof options>, report: Report, warn: Warn) {
    const { workers, classes, exif, onCorrupt } = given;
    this.root = root;
    this.#classes = classes;
    this.#reading = { pool: poolOf(workers, warn), exif, onCorrupt, warn };
    this.#report = report;
    this.#warn = warn;
  }

  async list(within: string): Promise<KeptListing> {
    const found = await keptListing(this.root, within, this.#report);
    if (found.remark !== null) this.#warn(found.remark);
    return found;
  }

  /** A split to be judged on. */
  judged(split: string, found: Listed): Dataset {
    return this.#dataset(split, found, false);
  }

  /** One to learn from. */
  learned(split: string, found: Listed): Dataset {
    return this.#dataset(split, found, true);
  }

  #dataset(split: string, found: Listed, isLearned: boolean): Dataset {
    const own = this.#classes === 'wnids' ? ofImagenet(this.root, found) : found;
    const name = `${path.basename(this.root)} ${split}`;
    return new ImageFolder(name, this.root, own, this.#reading, isLearned);
  }

  /** Where the images are from, with what the run's record is to say of them; warns of images that are the same. */
  async source(where: string, splits: readonly SplitFiles[]): Promise<string> {
    const { found, bounded } = await sameImages(this.root, splits, this.#report);
    for (const { sentence } of found) this.#warn(`${this.root}: ${sentence}`);
    const { exif } = this.#reading;
    const said = [
      where,
      ...(exif === 'apply' ? ['turned as EXIF says'] : []),
      ...found.map(({ short }) => short),
      ...(bounded === null ? [] : [bounded]),
    ];
    return said.join('; ');
  }

  /** One folder of classes, of which a share is held out. */
  async held(within: string, share: number): Promise<Splits> {
    const found = await this.list(within);
    const [rest, held] = parted(path.join(this.root, within), found, share);
    const where = `${path.join(this.root, within)}, of which ${held.files.length.toLocaleString('en-US')} of ${found.files.length.toLocaleString('en-US')} images are held out as the test split, drawn from each class by seed 0`;
    return {
      train: this.learned('train', rest),
      test: this.judged('test', held),
      source: await this.source(where, [
        { called: 'the training split', ...rest },
        { called: 'the test split', ...held },
      ]),
    };
  }
}

/**
 * Images in a folder, to learn from and to be judged on: fields `image` (red, green, blue, of any size) and `label`. It has `train/CLASS/*`
 * with `val`, `validation` or `test` beside it; one of these alone, which a network can only be judged on; or folders of classes without splits,
 * of which a share is held out. Where there are both `val` and `test`, the first is the split to choose by.
 *
 * @param given  `workers`: how many threads decode, the cores where it is left out; `testShare`: of each class, where there is no split to be judged on, 0.2;
 * `classes`: `wnids` where folders are some of ImageNet's 1,000 classes, and all of those are to be told apart; `exif`: `apply` turns images as they
 * say, `ignore` is the default; `onCorrupt`: `fail`, the default, or `skip`, which leaves damaged images out, as `stand-ins.ts` says
 * @param warn  told of files that are left out, of images that are in two splits or classes, and of damaged ones that are left out
 * @throws DataError for a folder that is none or holds no images by class, classes that differ between splits, have no images or one name but for case, and links in a loop
 * @example const { train, test } = await imageFolder('photos', { testShare: 0.1 });
 */
export async function imageFolder(
  folder: string,
  given: ImageFolderOptions = {},
  report: Report = () => {},
  warn: Warn = (text) => process.emitWarning(text),
): Promise<Splits> {
  const checked = options.safeParse(given);
  if (!checked.success)
    throw new DataError(
      `${folder}: its options: ${problemsOf(checked.error.issues, options, given)
        .map(({ at, sentence }) => `${at.join('.')}: ${sentence}`)
        .join('; ')}`,
    );
  const { testShare } = checked.data;
  const root = path.resolve(folder);
  const reader = new Reader(root, checked.data, report, warn);
  const { train, test, validation } = await layoutOf(root);
  if (test === null) return reader.held(train ?? '', testShare);
  const judged = await reader.list(test);
  const called = (name: string, found: Listed): SplitFiles => ({ called: `${name}/`, ...found });
  if (train === null) {
    const nothing = { ...judged, files: judged.files.only([]), labels: new Int32Array() };
    return {
      train: reader.learned('train', nothing),
      test: reader.judged(test, judged),
      source: await reader.source(`${root}, which has ${test}/ alone, and no train/ beside it`, [
        called(test, judged),
      ]),
    };
  }
  const learned = await reader.list(train);
  checkClasses(root, [train, learned], [test, judged]);
  const choosing = validation === null ? null : await reader.list(validation);
  if (validation !== null && choosing !== null) checkClasses(root, [train, learned], [validation, choosing]);
  return {
    train: reader.learned(train, learned),
    test: reader.judged(test, judged),
    ...(validation !== null && choosing !== null ? { validation: reader.judged(validation, choosing) } : {}),
    source: await reader.source(root, [
      called(train, learned),
      ...(validation !== null && choosing !== null ? [called(validation, choosing)] : []),
      called(test, judged),
    ]),
  };
}
