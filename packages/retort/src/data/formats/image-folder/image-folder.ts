/** Folders of images, one folder a class, as torchvision's `ImageFolder` and timm read them. */

import path from 'node:path';
import { z } from 'zod';
import { quoted } from '../../../words/listed.ts';
import { DataError, type Dataset, type Splits } from '../../dataset.ts';
import { amongSaid } from '../class-names.ts';
import type { Report } from '../download.ts';
import { heldShare, heldText } from '../held-share.ts';
import { filesKnown, imagesOf } from '../images.ts';
import { checkedOptions, common } from '../options.ts';
import { type Reading, readingBy, sourceText, type Warn } from '../reading.ts';
import { type KeptListing, keptListing } from './kept-listing.ts';
import { layoutOf } from './layout.ts';
import type { Listing } from './listing.ts';
import { type SplitFiles, sameImages } from './same-images.ts';

const options = z.strictObject({
  ...common,
  classes: z.string().min(1).optional(),
});

/** Of an image folder. */
export type ImageFolderOptions = z.input<typeof options>;

interface Listed extends Pick<Listing, 'classes' | 'files' | 'labels'> {
  /** Lets go of what is kept of the listing: something is not as it says. */
  forget(): void;
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

/** Some of what was found. */
const some = (listed: Listed, chosen: readonly number[]): Listed => ({
  ...listed,
  files: listed.files.only(chosen),
  labels: Int32Array.from(chosen, (place) => listed.labels[place] ?? 0),
});

/** See `imageFolder`. */
class Reader {
  readonly root: string;
  readonly #classes: string | undefined;
  readonly #reading: Reading;
  readonly #report: Report;
  readonly #warn: Warn;

  constructor(root: string, given: z.output<typeof options>, report: Report, warn: Warn) {
    this.root = root;
    this.#classes = given.classes;
    this.#reading = readingBy(given, report, warn);
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
    const { classes, files, labels } = found;
    const own = amongSaid(this.root, { classes, numbers: labels }, this.#classes);
    const known = { ...filesKnown(this.root, files, own, null), forget: () => found.forget() };
    return imagesOf(`${path.basename(this.root)} ${split}`, known, this.#reading, isLearned);
  }

  /** Where the images are from, with what the run's record is to say of them; warns of images that are the same. */
  async source(where: string, splits: readonly SplitFiles[]): Promise<string> {
    const { found, bounded } = await sameImages(this.root, splits, this.#report);
    for (const { sentence } of found) this.#warn(`${this.root}: ${sentence}`);
    const said = [
      sourceText(where, this.#reading.exif),
      ...found.map(({ short }) => short),
      ...(bounded === null ? [] : [bounded]),
    ];
    return said.join('; ');
  }

  /** One folder of classes, of which a share is held out. */
  async held(within: string, share: number): Promise<Splits> {
    const found = await this.list(within);
    const folder = path.join(this.root, within);
    const parted = heldShare(folder, { classes: found.classes, numbers: found.labels }, share);
    const [rest, held] = [some(found, parted.rest), some(found, parted.held)];
    return {
      train: this.learned('train', rest),
      test: this.judged('test', held),
      source: await this.source(heldText(folder, parted), [
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
 * `classes`: where folders are some of more classes, which all are to be told apart: `wnids`, ImageNet's 1,000, or a file with one a line; `exif`:
 * `apply` turns images as they say, `ignore` is the default; `onCorrupt`: `fail`, the default, or `skip`, which leaves damaged images out, as `stand-ins.ts` says
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
  const checked = checkedOptions(folder, options, given);
  const root = path.resolve(folder);
  const reader = new Reader(root, checked, report, warn);
  const { train, test, validation } = await layoutOf(root);
  if (test === null) return reader.held(train ?? '', checked.testShare);
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
