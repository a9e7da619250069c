/**
 * What training is shown in place of images whose files are damaged, where a run is to go on without them: the next of the same class that is whole,
 * among those that are learned from and no others. So it depends on the files and the draw alone, a batch keeps its size, and labels are what they are said to be.
 */
import { quoted } from '../words/listed.ts';
import { classNames, DamagedImageError, DataError, type Dataset } from './dataset.ts';
import type { Ahead } from './drawn.ts';
import { fieldOf, type Sample } from './sample.ts';

/** What was read of samples, or why it could not be. */
export type Answers = readonly (Sample | DamagedImageError)[];

/** Which stand in: those of the same class, any, or none. */
export type StandIns = 'class' | 'any' | 'none';

/** Samples by their numbers, changed as is said. */
type Read = (ids: Int32Array, ahead: Ahead | null) => Promise<Answers>;

/** The class of each sample; null where they are of none. */
function classesOf(data: Dataset): ArrayLike<number> | null {
  const label = fieldOf(data.fields, 'class');
  return label && data.column ? Float64Array.from(data.column(label.name).toFlatArray(), Number) : null;
}

/** As one sample of those is drawn; it goes into memory of its own. */
const ofOne = (ahead: Ahead, place: number): Ahead => ({
  ...ahead,
  samples: ahead.samples.slice(place, place + 1),
  times: ahead.times?.slice(place, place + 1),
  room: undefined,
});

/**
 * What was read, with others in place of what is damaged, each changed as the one that it stands in for is drawn. What was found damaged before is asked
 * for again: of a JPEG that is decoded no further than it is shown one draw may be whole and another not, and what is shown must not depend on what was
 * shown before.
 *
 * @throws DataError where there is none
 */
export async function withStandIns(
  data: Dataset,
  ids: Int32Array,
  answers: Answers,
  { of, ahead, read }: { readonly of: StandIns; readonly ahead: Ahead | null; readonly read: Read },
): Promise<{ readonly samples: readonly Sample[]; readonly places: readonly number[] }> {
  const places = answers.flatMap((answer, place) => (answer instanceof DamagedImageError ? place : []));
  const classes = places.length > 0 && of === 'class' ? classesOf(data) : null;
  const samples = await Promise.all(
    answers.map((answer, place) =>
      answer instanceof DamagedImageError
        ? standIn(data, ids[place] ?? 0, classes, (id) =>
            read(Int32Array.of(id), ahead && ofOne(ahead, place)),
          )
        : answer,
    ),
  );
  return { samples, places };
}

async function standIn(
  data: Dataset,
  id: number,
  classes: ArrayLike<number> | null,
  read: (id: number) => Promise<Answers>,
): Promise<Sample> {
  for (let step = 1; step < data.size; step++) {
    const other = (id + step) % data.size;
    if (classes && classes[other] !== classes[id]) continue;
    const [found] = await read(other);
    if (found && !(found instanceof DamagedImageError)) return found;
  }
  const own = classes && classNames(data)?.[classes[id] ?? 0];
  const whose = typeof own === 'string' ? ` of the class ${quoted([own])}` : '';
  throw new DataError(`${data.name}: not one of its images${whose} can be decoded`);
}
