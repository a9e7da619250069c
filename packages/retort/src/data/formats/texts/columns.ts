/** Which columns of a table are texts and which the label. */
import { quoted } from '../../../words/listed.ts';
import { DataError } from '../../dataset.ts';

/** Columns as an option says them: by names, or by numbers from 1 where there is no header. */
export interface Columns {
  readonly text?: string | number | readonly (string | number)[] | undefined;
  /** Several are classes each, of which a text may have any number. */
  readonly label?: string | number | readonly (string | number)[] | undefined;
}

/** The columns of a table, by their places. */
export interface Found {
  /** One or two, by the names of their fields. */
  readonly texts: readonly { readonly name: string; readonly place: number }[];
  readonly labels: readonly { readonly name: string; readonly place: number }[];
}

/** What pairs of texts are called. */
const pairs = [
  ['sentence1', 'sentence2'],
  ['premise', 'hypothesis'],
  ['question1', 'question2'],
  ['question', 'sentence'],
  ['text1', 'text2'],
  ['text_a', 'text_b'],
] as const;

const singles = ['text', 'sentence'];
const labels = ['label', 'labels', 'class', 'target', 'score'];

const plain = (name: string): string => name.trim().toLowerCase();

type Said = Columns['text'];

const said = (value: Said): readonly (string | number)[] | undefined =>
  typeof value === 'string' || typeof value === 'number' ? [value] : value;

/** Whether columns of these names may be a table of texts. */
export const namesTexts = (names: readonly string[]): boolean =>
  names.some((name) => singles.includes(plain(name)) || pairs.flat().some((one) => one === plain(name)));

/** Whether columns are said by their numbers, so that the first line is one of data. */
export const byNumbers = ({ text, label }: Columns): boolean =>
  [...(said(text) ?? []), ...(said(label) ?? [])].some((one) => typeof one === 'number');

/** -1 where there is none. @throws DataError where two columns have the name */
function onlyPlace(where: string, names: readonly string[], name: string): number {
  const place = names.indexOf(name);
  if (place !== names.lastIndexOf(name))
    throw new DataError(
      `${where}: there are two columns ${quoted([name])}: leave one out, or call it otherwise`,
    );
  return place;
}

function placeOf(where: string, names: readonly string[], asked: string | number): number {
  if (typeof asked === 'number') {
    if (asked > names.length)
      throw new DataError(
        `${where}: there is no column ${asked}: there ${names.length === 1 ? 'is one' : `are ${names.length}`}`,
      );
    return asked - 1;
  }
  const place = onlyPlace(where, names, asked);
  if (place < 0) throw new DataError(`${where}: there is no column ${quoted([asked])}, but ${quoted(names)}`);
  return place;
}

/** The usual names of texts that there are. @throws DataError for one of a pair without the other, and for several that may be meant */
function usualTexts(where: string, names: readonly string[]): readonly string[] {
  const there = names.map(plain);
  const found = pairs.filter((pair) => pair.every((name) => there.includes(name)));
  const lonely = singles.filter(
    (name) => there.includes(name) && !found.some((pair) => pair.some((one) => one === name)),
  );
  const choices: (readonly string[])[] = [...found, ...lonely.map((name) => [name])];
  if (choices.length > 1)
    throw new DataError(
      `${where}: the texts may be ${choices.map((choice) => quoted(choice)).join(', or ')}: say which, as columns: { text: NAME }, or of two columns: { text: [NAME, NAME] }`,
    );
  const [choice] = choices;
  if (choice) return choice;
  const half = pairs.find((pair) => pair.some((name) => there.includes(name)));
  if (half) {
    const [one, other] = there.includes(half[0]) ? half : [half[1], half[0]];
    throw new DataError(
      `${where}: there is a column ${quoted([one])}, and none ${quoted([other])}, and a pair needs both: the columns are ${quoted(names)}; say columns: { text: ${one} } where texts stand alone`,
    );
  }
  throw new DataError(
    `${where}: there is no column of texts (${[...singles, ...pairs.map((pair) => pair.join(' and '))].join(', ')}), but ${quoted(names)}: say which it is, as columns: { text: NAME }, or by numbers where there is no header, as columns: { text: 1, label: 2 }`,
  );
}

function usualLabel(where: string, names: readonly string[]): readonly string[] {
  const found = names.filter((name) => labels.includes(plain(name)));
  if (found.length > 1)
    throw new DataError(
      `${where}: the columns ${quoted(found)} may each be the label: say which, as columns: { label: NAME }`,
    );
  return found;
}

/**
 * The columns that are read.
 *
 * @param where  file and line of the names, for messages
 * @param names  of all columns; where they are said by numbers, the fields of the first line
 * @throws DataError for columns that are not there, and where it is not sure which are meant
 */
export function columnsIn(where: string, names: readonly string[], asked: Columns): Found {
  const areNumbers = byNumbers(asked);
  const texts = said(asked.text);
  if (areNumbers && !texts)
    throw new DataError(
      `${where}: columns says the label by its number, and no text: columns: { text: 1, label: 2 }`,
    );
  const plainNames = names.map(plain);
  const textPlaces = texts
    ? texts.map((one) => placeOf(where, names, one))
    : usualTexts(where, names).map((one) => onlyPlace(where, plainNames, one));
  const labelled = said(asked.label) ?? (areNumbers ? [] : usualLabel(where, names));
  const labelPlaces = labelled.map((one) => placeOf(where, names, one));
  const all = [...textPlaces, ...labelPlaces];
  const twice = all.find((place, i) => all.indexOf(place) !== i);
  if (twice !== undefined)
    throw new DataError(
      `${where}: the column ${areNumbers ? twice + 1 : quoted([names[twice] ?? ''])} is meant twice`,
    );
  const nameOf = (place: number, i: number): string =>
    areNumbers ? (textPlaces.length > 1 ? `text${i + 1}` : 'text') : (names[place] ?? '');
  return {
    texts: textPlaces.map((place, i) => ({ name: nameOf(place, i), place })),
    labels: labelPlaces.map((place) => ({
      name: areNumbers ? String(place + 1) : (names[place] ?? ''),
      place,
    })),
  };
}
