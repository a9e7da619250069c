/**
 * Sentences out of reviews of films (Pang & Lee 2004), each rated by 15 people or more from -4 to 4 (Hutto & Gilbert 2014): positive or negative by the
 * mean of the ratings. PyPI's package vaderSentiment (MIT) carries them.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { keep, tensor } from '@retort/torch';
import { notAFile } from '../../system/regular-file.ts';
import { DataError, type Dataset, type Splits } from '../dataset.ts';
import { TensorDataset } from '../in-memory.ts';
import { unpackFiles } from './archive.ts';
import { moveInto, removeLeftBehind, scratchFor } from './aside.ts';
import { download, type Report, type Source } from './download.ts';
import { heldShare, heldText } from './held-share.ts';
import { dataCache, dataFolders } from './locate.ts';

const name = 'vader-movies';
const release = 'vaderSentiment-3.3.2';

const archive: Source = {
  url: `https://files.pythonhosted.org/packages/77/8c/4a48c10a50f750ae565e341e697d74a38075a3e43ff0df6f1ab72e186902/${release}.tar.gz`,
  sha256: '5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9',
  bytes: 2_466_783,
};

/** Within the archive, with their bytes: an archive of the paper's data, and the sentences in that. */
const inner = { path: `${release}/additional_resources/hutto_ICWSM_2014.tar.gz`, bytes: 2_338_514 };
const sentences = {
  path: 'hutto_ICWSM_2014/movieReviewSnippets_GroundTruth.txt',
  bytes: 1_383_098,
  sha256: 'c8293b0d942e90e223ea2c0955d969040d1a1be514a978b9af0698940bd13350',
};

const classes = ['negative', 'positive'];
/** Of means that are nearer to 0 the people did not agree, or had no opinion. */
const clear = 0.5;
const testShare = 0.2;

/** A sentence with the number of its class. */
export interface Rated {
  readonly text: string;
  readonly label: number;
}

/**
 * The sentences of the package's file, a line each (number, mean rating, text), that are clearly positive or negative, each once.
 *
 * @throws DataError for a line that is none of these
 * @example ratedIn('1\t2.27\tA splash.\r\n') // [{ text: 'A splash.', label: 1 }]
 */
export function ratedIn(content: string): readonly Rated[] {
  const found = new Map<string, Rated>();
  for (const [i, line] of content.trimEnd().split(/\r?\n/).entries()) {
    const [, mean = '', text = ''] = line.split('\t');
    const rating = mean === '' ? Number.NaN : Number(mean);
    if (Number.isNaN(rating) || text === '')
      throw new DataError(`${sentences.path}, line ${i + 1}: it is no number, mean rating and text`);
    if (Math.abs(rating) >= clear && !found.has(text)) found.set(text, { text, label: Number(rating > 0) });
  }
  return [...found.values()];
}

/** The package's file, where somebody brought it; else downloaded. */
async function archiveAt(report: Report): Promise<string> {
  const file = path.basename(archive.url);
  const brought = dataFolders()
    .map((folder) => path.join(folder, file))
    .find((place) => fs.existsSync(place));
  const wrong = brought === undefined ? null : notAFile(brought);
  if (wrong !== null) throw new DataError(`${brought}: ${wrong}`);
  if (brought !== undefined) return brought;
  const place = path.join(dataCache(), file);
  await download(archive, place, report);
  return place;
}

const isWhole = (bytes: Buffer): boolean =>
  createHash('sha256').update(bytes).digest('hex') === sentences.sha256;

/** Takes the sentences out of the package. */
async function unpack(file: string, report: Report): Promise<void> {
  removeLeftBehind(file);
  const scratch = scratchFor(file);
  try {
    const what = release;
    const outer = await archiveAt(report);
    await unpackFiles(outer, { [inner.path]: inner.bytes }, scratch, { what });
    await unpackFiles(path.join(scratch, inner.path), { [sentences.path]: sentences.bytes }, scratch, {
      what,
    });
    const found = path.join(scratch, sentences.path);
    if (!isWhole(fs.readFileSync(found)))
      throw new DataError(
        `${outer} holds other sentences than ${release} does: remove it, and it is fetched again`,
      );
    await moveInto(found, file, async () => false);
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

async function content(report: Report): Promise<string> {
  const file = path.join(dataCache(), `${name}.txt`);
  const read = (): Buffer | null => (fs.existsSync(file) ? fs.readFileSync(file) : null);
  const kept = read();
  if (kept && isWhole(kept)) return kept.toString('utf8');
  await unpack(file, report);
  return fs.readFileSync(file, 'utf8');
}

/**
 * 10,070 sentences of reviews of films, `sentence` and `label` (negative or positive), a fifth of each class to be judged on. Those whose mean rating is within 0.5 of 0 are left out.
 *
 * @throws DataError where it is not in the cache and cannot be downloaded, 2.5 MB from PyPI
 * @example const { train, test } = await vaderMovies();
 */
export async function vaderMovies(report: Report = () => {}): Promise<Splits> {
  const rated = ratedIn(await content(report));
  const numbers = Int32Array.from(rated, ({ label }) => label);
  const parted = heldShare(name, { classes, numbers }, testShare, 'text');
  const split = (called: string, places: readonly number[]): Dataset => {
    const chosen = places.flatMap((place) => rated[place] ?? []);
    return new TensorDataset(
      `${name} ${called}`,
      { sentence: { kind: 'text' }, label: { kind: 'class', classes } },
      {
        sentence: chosen.map(({ text }) => text),
        label: keep(tensor(chosen.map(({ label }) => label)).to('int64')),
      },
    );
  };
  return {
    train: split('train', parted.rest),
    test: split('test', parted.held),
    source: heldText(`the PyPI package ${release}`, parted, 'text'),
  };
}
