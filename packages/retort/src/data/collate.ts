/** Samples of a batch as columns. */
import { fromBytes, keep, type Tensor, tensor } from '@retort/torch';
import { DataError, type Dataset } from './dataset.ts';
import type { Columns, Kind, Picture, Sample } from './sample.ts';

const isPicture = (value: Picture | number | undefined): value is Picture =>
  typeof value === 'object' && value !== null && value.pixels instanceof Uint8Array;

function images(
  where: string,
  pictures: readonly (Picture | number | undefined)[],
  channels: number,
): Tensor {
  const [first] = pictures;
  if (!isPicture(first)) throw new DataError(`${where} must be { pixels: Uint8Array, height, width }`);
  const { height, width } = first;
  const bytes = new Uint8Array(pictures.length * height * width * channels);
  for (const [i, picture] of pictures.entries()) {
    if (!isPicture(picture)) throw new DataError(`${where} must be { pixels: Uint8Array, height, width }`);
    if (picture.height !== height || picture.width !== width)
      throw new DataError(
        `${where}: images of one batch are ${height}x${width} and ${picture.height}x${picture.width}: they must be of one size`,
      );
    if (picture.pixels.length !== height * width * channels)
      throw new DataError(
        `${where}: ${height}x${width}x${channels} are ${height * width * channels} bytes of pixels, and there are ${picture.pixels.length}`,
      );
    bytes.set(picture.pixels, i * height * width * channels);
  }
  return fromBytes(bytes, 'uint8', [pictures.length, height, width, channels]);
}

function numbers(where: string, values: readonly (Picture | number | undefined)[], kind: Kind): Tensor {
  const found = values.map((value) => {
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new DataError(
        `${where} must be a number, and is ${typeof value === 'object' ? 'an image' : value}`,
      );
    return value;
  });
  if (kind.kind !== 'class') return tensor(Float32Array.from(found));
  const { classes } = kind;
  const wrong = found.find((value) => !Number.isInteger(value) || value < 0 || value >= classes.length);
  if (wrong !== undefined)
    throw new DataError(
      `${where} is ${wrong}, and must be 0 to ${classes.length - 1}, the number of a class`,
    );
  return tensor(Float64Array.from(found)).to('int64');
}

/** What was read of some samples, a tensor a field. @throws DataError for a sample that is not what the data set's fields say */
function collate({ name, fields }: Dataset, samples: readonly Sample[], ids: Int32Array): Columns {
  return Object.fromEntries(
    Object.entries(fields).map(([field, kind]) => {
      const values = samples.map((sample) => sample[field]);
      const missing = values.indexOf(undefined);
      if (missing >= 0) throw new DataError(`${name}: sample ${ids[missing]} has no ${field}`);
      const where = `${name}: ${field}`;
      return [
        field,
        kind.kind === 'image' ? images(where, values, kind.channels) : numbers(where, values, kind),
      ];
    }),
  );
}

/** Columns that were had, to be let go of when the batch is done with. */
export interface Fetched extends Disposable {
  readonly ids: Int32Array;
  readonly columns: Columns;
}

/** Samples as columns, however the data set answers. @throws DataError for samples that are not what it says of them */
export async function fetchColumns(data: Dataset, ids: Int32Array): Promise<Fetched> {
  const columns = data.gather ? keep(data.gather(ids)) : collate(data, await readChecked(data, ids), ids);
  return {
    ids,
    columns,
    [Symbol.dispose]() {
      for (const column of Object.values(columns)) column.dispose();
    },
  };
}

async function readChecked(data: Dataset, ids: Int32Array): Promise<readonly Sample[]> {
  const samples = (await data.read?.(ids)) ?? [];
  if (samples.length !== ids.length)
    throw new DataError(`${data.name} was asked for ${ids.length} samples and gave ${samples.length}`);
  return samples;
}
