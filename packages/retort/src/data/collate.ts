/** Samples of a batch as columns. */
import { fromBytes, keep, scope, type Tensor, tensor } from '@retort/torch';
import { awaitOwn, runOwn } from '../own-code.ts';
import { isOneTensor } from './columns.ts';
import { DataError, type Dataset } from './dataset.ts';
import type { Column, Kind, Picture, ReadColumns, Sample } from './sample.ts';

type Value = Picture | number | undefined;

/** Whose field it is, e.g. `photos: image of sample 17`. @param place  which of the samples that were read */
type Where = (place: number) => string;

const isPicture = (value: Value): value is Picture =>
  typeof value === 'object' && value !== null && value.pixels instanceof Uint8Array;

const shown = (value: Value): string => (typeof value === 'object' ? 'an image' : String(value));

/** One tensor where all are of one size, which is what most of the work is done on at once. */
function images(where: Where, values: readonly Value[], channels: number): Column {
  const pictures = values.map((value, i) => {
    if (isPicture(value)) return value;
    const is = typeof value === 'object' ? 'another object' : value;
    throw new DataError(`${where(i)} must be { pixels: Uint8Array, height, width }, and is ${is}`);
  });
  const { height = 0, width = 0 } = pictures[0] ?? {};
  for (const [i, { pixels, height, width }] of pictures.entries()) {
    const length = height * width * channels;
    if (pixels.length !== length || length === 0)
      throw new DataError(
        `${where(i)} has ${pixels.length} bytes of pixels, and ${height}x${width}x${channels} are ${length}`,
      );
  }
  if (pictures.some((one) => one.height !== height || one.width !== width))
    return pictures.map(({ pixels, height, width }) =>
      fromBytes(pixels, 'uint8', [1, height, width, channels]),
    );
  const length = height * width * channels;
  const bytes = new Uint8Array(pictures.length * length);
  for (const [i, { pixels }] of pictures.entries()) bytes.set(pixels, i * length);
  return fromBytes(bytes, 'uint8', [pictures.length, height, width, channels]);
}

function numbers(where: Where, values: readonly Value[], kind: Kind): Tensor {
  const classes = kind.kind === 'class' ? kind.classes : null;
  const found = values.map((value, i) => {
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new DataError(`${where(i)} must be a number, and is ${shown(value)}`);
    if (classes && (!Number.isInteger(value) || value < 0 || value >= classes.length))
      throw new DataError(
        `${where(i)} is ${value}, and must be the number of a class, 0 to ${classes.length - 1}`,
      );
    return value;
  });
  return classes ? tensor(Float64Array.from(found)).to('int64') : tensor(Float32Array.from(found));
}

/** What was read of some samples, by field. @throws DataError for a sample that is not what the data set's fields say */
function collate({ name, fields }: Dataset, samples: readonly Sample[], ids: Int32Array): ReadColumns {
  return scope(() =>
    Object.fromEntries(
      Object.entries(fields).map(([field, kind]) => {
        const values = samples.map((sample) => sample[field]);
        const missing = values.indexOf(undefined);
        if (missing >= 0) throw new DataError(`${name}: sample ${ids[missing]} has no ${field}`);
        const where: Where = (place) => `${name}: ${field} of sample ${ids[place]}`;
        return [
          field,
          kind.kind === 'image' ? images(where, values, kind.channels) : numbers(where, values, kind),
        ];
      }),
    ),
  );
}

/** Columns that were had, to be let go of when the batch is done with. */
export interface Fetched extends Disposable {
  readonly ids: Int32Array;
  readonly columns: ReadColumns;
}

/**
 * Samples as columns, however the data set answers.
 *
 * @param standIns  whether those that were given in place of others are among them; they are, where it is left out
 * @throws DataError for samples that are not what it says of them
 */
export async function fetchColumns(
  data: Dataset,
  asked: Int32Array,
  { standIns = true }: { readonly standIns?: boolean } = {},
): Promise<Fetched> {
  const read = data.gather ? null : await readChecked(data, asked);
  const isLeftOut = (id: number): boolean => !standIns && data.isStandIn?.(id) === true;
  const ids = asked.filter((id) => !isLeftOut(id));
  const samples = read?.filter((_, place) => !isLeftOut(asked[place] ?? 0));
  const columns: ReadColumns = keep(
    samples
      ? collate(data, samples, ids)
      : runOwn(`${data.name}: \`gather\``, DataError, () => data.gather?.(ids) ?? {}),
  );
  return {
    ids,
    columns,
    [Symbol.dispose]() {
      for (const column of Object.values(columns))
        for (const tensor of isOneTensor(column) ? [column] : column) tensor.dispose();
    },
  };
}

async function readChecked(data: Dataset, ids: Int32Array): Promise<readonly Sample[]> {
  const samples = await awaitOwn(`${data.name}: \`read\``, DataError, async () => {
    try {
      return (await data.read?.(ids)) ?? [];
    } catch (error) {
      // A sentence about the data, which needs no other.
      if (error instanceof DataError) return error;
      throw error;
    }
  });
  if (samples instanceof DataError) throw samples;
  if (samples.length !== ids.length)
    throw new DataError(`${data.name} was asked for ${ids.length} samples and gave ${samples.length}`);
  const missing = Array.from(samples).findIndex((sample) => typeof sample !== 'object' || sample === null);
  if (missing >= 0) throw new DataError(`${data.name} gave no sample ${ids[missing]}`);
  return samples;
}
