/** Folders of images, one folder a class, as torchvision's `ImageFolder` and timm read them. */
import path from 'node:path';
import { z } from 'zod';
import { problemsOf } from '../../../words/problems.ts';
import { DataError, type Dataset, type Splits } from '../../dataset.ts';
import { type DecodePool, poolOf } from '../../decode/pool.ts';
import { amongSaid } from '../class-names.ts';
import type { Report } from '../download.ts';
import { heldShare, heldText } from '../held-share.ts';
import { filesKnown, Images } from '../images.ts';
import { layoutOf } from './layout.ts';
import { type Listing, listClasses, quoted } from './listing.ts';

const options = z.strictObject({
  workers: z.number().int().min(1).optional(),
  testShare: z.number().gt(0).lt(1).default(0.2),
  classes: z.string().min(1).optional(),
});

/** Of an image folder. */
export type ImageFolderOptions = z.input<typeof options>;

type Listed = Pick<Listing, 'classes' | 'files' | 'labels'>;

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
const some = ({ classes, files, labels }: Listed, chosen: readonly number[]): Listed => ({
  classes,
  files: chosen.map((place) => files[place] ?? ''),
  labels: Int32Array.from(chosen, (place) => labels[place] ?? 0),
});

/** Told of what is not as it should be, and no error. */
type Warn = (text: string) => void;

/** See `imageFolder`. */
class Reader {
  readonly root: string;
  readonly #classes: string | undefined;
  readonly #pool: DecodePool;
  readonly #report: Report;
  readonly #warn: Warn;

  constructor(root: string, { workers, classes }: z.output<typeof options>, report: Report, warn: Warn) {
    this.root = root;
    this.#classes = classes;
    this.#pool = poolOf(workers);
    this.#report = report;
    this.#warn = warn;
  }

  async list(within: string): Promise<Listing> {
    const found = await listClasses(this.root, within, this.#report);
    if (found.remark !== null) this.#warn(found.remark);
    return found;
  }

  dataset(split: string, found: Listed): Dataset {
    const { classes, files, labels } = found;
    const own = amongSaid(this.root, { classes, numbers: labels }, this.#classes);
    const known = filesKnown(this.root, files, own, null);
    return new Images(`${path.basename(this.root)} ${split}`, known, this.#pool);
  }

  /** One folder of classes, of which a share is held out. */
  async held(within: string, share: number): Promise<Splits> {
    const found = await this.list(within);
    const folder = path.join(this.root, within);
    const parted = heldShare(folder, { classes: found.classes, numbers: found.labels }, share);
    return {
      train: this.dataset('train', some(found, parted.rest)),
      test: this.dataset('test', some(found, parted.held)),
      source: heldText(folder, parted),
    };
  }
}

/**
 * Images in a folder, to learn from and to be judged on: fields `image` (red, green, blue, of any size) and `label`. It has `train/CLASS/*`
 * with `val`, `validation` or `test` beside it; one of these alone, which a network can only be judged on; or folders of classes without splits,
 * of which a share is held out. Where there are both `val` and `test`, the first is the split to choose by.
 *
 * @param given  `workers`: how many threads decode, the cores where it is left out; `testShare`: of each class, where there is no split to be judged on, 0.2;
 * `classes`: where folders are some of more classes, which all are to be told apart: `wnids`, ImageNet's 1,000, or a file with one a line
 * @param warn  told of files that are left out
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
  if (train === null) {
    const nothing = { classes: judged.classes, files: [], labels: new Int32Array() };
    return {
      train: reader.dataset('train', nothing),
      test: reader.dataset(test, judged),
      source: `${root}, which has ${test}/ alone, and no train/ beside it`,
    };
  }
  const learned = await reader.list(train);
  checkClasses(root, [train, learned], [test, judged]);
  const choosing = validation === null ? null : await reader.list(validation);
  if (validation !== null && choosing !== null) checkClasses(root, [train, learned], [validation, choosing]);
  return {
    train: reader.dataset(train, learned),
    test: reader.dataset(test, judged),
    ...(validation !== null && choosing !== null ? { validation: reader.dataset(validation, choosing) } : {}),
    source: root,
  };
}
