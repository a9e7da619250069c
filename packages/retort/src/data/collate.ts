/** Samples of a batch as columns. */
import { fromBytes, keep, scope, type Tensor, tensor } from '@retort/torch';
import { awaitOwn, runOwn } from '../own-code.ts';
import { boxColumns, boxCount, boxesTensor, boxWidth } from './boxes.ts';
import { tensorsOf } from './columns.ts';
import { DamagedImageError, DataError, type Dataset } from './dataset.ts';
import { type Ahead, aheadOf, type Drawing } from './drawn.ts';
import { drawnSizes, oneRendering, type Renderings } from './render.ts';
import { Room, together } from './room.ts';
import type {
  Boxes,
  BoxesKind,
  ClassesKind,
  Column,
  Images,
  Kind,
  MaskKind,
  Picture,
  ReadColumns,
  Sample,
} from './sample.ts';
import { type Answers, type StandIns, withStandIns } from './stand-ins.ts';

/** Of images as bytes, or as a network is called with them. */
type PixelType = 'uint8' | 'float32';

const itemSize = (dtype: PixelType): number => (dtype === 'uint8' ? 1 : 4);

type Value = Sample[string] | undefined;

/** Whose field it is, e.g. `photos: image of sample 17`. @param place  which of the samples that were read */
type Where = (place: number) => string;

const isPicture = (value: Value): value is Picture =>
  typeof value === 'object' && value !== null && 'pixels' in value && value.pixels instanceof Uint8Array;

const areBoxes = (value: Value): value is Boxes =>
  typeof value === 'object' && value !== null && 'rows' in value && value.rows instanceof Float64Array;

function shown(value: Value): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'a text';
  if (areBoxes(value)) return 'boxes';
  return isPicture(value) ? 'an image' : String(value);
}

/** One tensor where all are of one size, which is what most of the work is done on at once. */
function images(where: Where, values: readonly Value[], channels: number, dtype: PixelType): Images {
  const pictures = values.map((value, i) => {
    if (isPicture(value)) return value;
    const is = typeof value === 'object' ? 'another object' : value;
    throw new DataError(`${where(i)} must be { pixels: Uint8Array, height, width }, and is ${is}`);
  });
  const { height = 0, width = 0 } = pictures[0] ?? {};
  for (const [i, { pixels, height, width }] of pictures.entries()) {
    const length = height * width * channels * itemSize(dtype);
    if (pixels.length !== length || length === 0)
      throw new DataError(
        `${where(i)} has ${pixels.length} bytes of pixels, and ${height}x${width}x${channels} are ${length}`,
      );
  }
  if (pictures.some((one) => one.height !== height || one.width !== width))
    return pictures.map(({ pixels, height, width }) =>
      fromBytes(pixels, dtype, [1, height, width, channels]),
    );
  const length = height * width * channels * itemSize(dtype);
  const bytes = together(pictures.map(({ pixels }) => pixels)) ?? new Uint8Array(pictures.length * length);
  if (bytes.buffer !== pictures[0]?.pixels.buffer)
    for (const [i, { pixels }] of pictures.entries()) bytes.set(pixels, i * length);
  return fromBytes(bytes, dtype, [pictures.length, height, width, channels]);
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

function texts(where: Where, values: readonly Value[]): readonly string[] {
  return values.map((value, i) => {
    if (typeof value === 'string') return value;
    throw new DataError(`${where(i)} must be a text, and is ${shown(value)}`);
  });
}

/** [B, C], one where a sample is of a class. */
function several(where: Where, values: readonly Value[], { classes }: ClassesKind): Tensor {
  const found = new Float32Array(values.length * classes.length);
  for (const [i, value] of values.entries()) {
    if (!Array.isArray(value))
      throw new DataError(`${where(i)} must be a list of the numbers of its classes, and is ${shown(value)}`);
    for (const one of value) {
      if (!Number.isInteger(one) || one < 0 || one >= classes.length)
        throw new DataError(
          `${where(i)} has ${shown(one)}, and must have numbers of classes, 0 to ${classes.length - 1}`,
        );
      found[i * classes.length + one] = 1;
    }
  }
  return tensor(found, { shape: [values.length, classes.length] });
}

/** Why the row of a box is none, as it follows the number of the box; null where it is one. */
function boxComplaint(row: Float64Array, { classes }: BoxesKind): string | null {
  if (!row.every(Number.isFinite)) return `has numbers that are none: ${row.join(', ')}`;
  const { width, height, class: label, ignored } = boxColumns;
  const isWhole = (value: number | undefined): value is number => Number.isInteger(value);
  const [own, why] = [row[label], row[ignored]];
  if (!isWhole(own) || own < 0 || own >= classes.length)
    return `is of the class ${own}, and must be of one from 0 to ${classes.length - 1}`;
  // One without an area may be counted, as COCO's own evaluation does.
  if (!((row[width] ?? -1) >= 0 && (row[height] ?? -1) >= 0))
    return `is ${row[width]} wide and ${row[height]} high, and neither may be below 0`;
  return isWhole(why) && why >= 0 && why <= 2 ? null : `is ignored as ${why}, and that must be 0, 1 or 2`;
}

/** float64 [B, most, 8] */
function boxes(where: Where, values: readonly Value[], kind: BoxesKind): Tensor {
  const found = values.map((value, i) => {
    if (!areBoxes(value))
      throw new DataError(`${where(i)} must be { rows: Float64Array }, and is ${shown(value)}`);
    const count = boxCount(value);
    if (!Number.isInteger(count))
      throw new DataError(
        `${where(i)} has ${value.rows.length} numbers in its rows, and must have ${boxWidth} for each box`,
      );
    if (count > kind.most)
      throw new DataError(
        `${where(i)} are ${count}, and its kind says that a sample has ${kind.most} at most (\`most\`)`,
      );
    for (let box = 0; box < count; box++) {
      const wrong = boxComplaint(value.rows.subarray(box * boxWidth, (box + 1) * boxWidth), kind);
      if (wrong !== null) throw new DataError(`${where(i)}: box ${box} ${wrong}`);
    }
    return value;
  });
  return boxesTensor(found, kind.most);
}

/** Masks as images of one channel. @throws DataError for a class that there is not */
function masks(where: Where, values: readonly Value[], { classes }: MaskKind): Images {
  for (const [i, value] of values.entries()) {
    const most = isPicture(value) ? value.pixels.reduce((most, one) => Math.max(most, one), 0) : 0;
    if (most >= classes.length)
      throw new DataError(
        `${where(i)} has a pixel of the class ${most}, and must have 0 to ${classes.length - 1}`,
      );
  }
  return images(where, values, 1, 'uint8');
}

function column(where: Where, values: readonly Value[], kind: Kind, pixels: PixelType): Column {
  if (kind.kind === 'image') return images(where, values, kind.channels, pixels);
  if (kind.kind === 'text') return texts(where, values);
  if (kind.kind === 'boxes') return boxes(where, values, kind);
  if (kind.kind === 'mask') return masks(where, values, kind);
  return kind.kind === 'classes' ? several(where, values, kind) : numbers(where, values, kind);
}

/** The sizes that images had as they were drawn, where they were rendered since, with the name of their column. */
function sizesDrawn(field: string, values: readonly Value[]): [string, Tensor][] {
  const sizes = values.flatMap((value) => (isPicture(value) && value.drawn ? [value.drawn] : []));
  if (sizes.length < values.length || sizes.length === 0) return [];
  const column = tensor(Int32Array.from(sizes.flat()), { shape: [sizes.length, 2] }).to('int64');
  return [[drawnSizes(field), column]];
}

/** What was read of some samples, by field. @throws DataError for a sample that is not what the data set's fields say */
function collate(
  { name, fields }: Dataset,
  samples: readonly Sample[],
  ids: Int32Array,
  pixels: PixelType,
): ReadColumns {
  return scope(() =>
    Object.fromEntries(
      Object.entries(fields).flatMap(([field, kind]): [string, Column][] => {
        const values = samples.map((sample) => sample[field]);
        const missing = values.indexOf(undefined);
        if (missing >= 0) throw new DataError(`${name}: sample ${ids[missing]} has no ${field}`);
        const where: Where = (place) => `${name}: ${field} of sample ${ids[place]}`;
        return [[field, column(where, values, kind, pixels)], ...sizesDrawn(field, values)];
      }),
    ),
  );
}

/** Columns that were had, to be let go of when the batch is done with. */
export interface Fetched extends Disposable {
  readonly ids: Int32Array;
  readonly columns: ReadColumns;
  /** How many transforms of the drawing that they were read for they have been through. */
  readonly applied: number;
  /** Which are damaged, so that others stand in for them: their places. */
  readonly standIns: readonly number[];
}

/** Of how many bytes images were that were changed alike. */
const lengths = new Map<string, number>();

const alike = ({ transforms, rendering = '' }: Ahead): string => `${transforms} ${rendering}`;

/** Null until some were seen. */
function roomFor(ahead: Ahead): Room | null {
  const each = lengths.get(alike(ahead));
  return each === undefined ? null : new Room(ahead.samples.length, each);
}

/** Remembers of how many bytes images are, where all are of as many. */
function remember(ahead: Ahead, samples: readonly Sample[]): void {
  const found = new Set(
    samples.flatMap((sample) =>
      Object.values(sample).flatMap((value) => (isPicture(value) ? value.pixels.length : [])),
    ),
  );
  const [length] = found;
  if (found.size === 1 && length !== undefined) lengths.set(alike(ahead), length);
}

/** What else is known of samples that are read. */
export interface FetchOptions {
  /** How they will be drawn: threads that read may do a part of it, which `applied` tells. */
  readonly drawing?: Drawing | undefined;
  /** How they will be rendered, where nothing else is done with what was drawn: the same threads may do that too, so that images are float32 [B, H, W, C]. */
  readonly renderings?: Renderings | undefined;
  /** What stands in for samples that are damaged: others of their class, which is what training is shown and what holds where it is left out; others of any, for a look at what there is; or none, so that they are left out. */
  readonly standIns?: StandIns | undefined;
}

/**
 * Samples as columns, however the data set answers.
 *
 * @throws DataError for samples that are not what it says of them
 */
export async function fetchColumns(
  data: Dataset,
  asked: Int32Array,
  { drawing, renderings, standIns = 'class' }: FetchOptions = {},
): Promise<Fetched> {
  const rendering = renderings && drawing && data.draws ? oneRendering(data, renderings, drawing) : null;
  const whatIsAsked = drawing && data.draws ? aheadOf(drawing, asked, rendering) : null;
  const room = whatIsAsked && roomFor(whatIsAsked);
  const ahead = whatIsAsked && { ...whatIsAsked, room: room ?? undefined };
  const read = data.gather ? null : await readWhole(data, asked, ahead, standIns);
  if (ahead && read) remember(ahead, read.samples);
  const ids = read?.ids ?? asked;
  const columns: ReadColumns = keep(
    read
      ? collate(data, read.samples, ids, ahead?.rendering === undefined ? 'uint8' : 'float32')
      : runOwn(`${data.name}: \`gather\``, DataError, () => data.gather?.(ids) ?? {}),
  );
  // Where reading failed, threads may still write into it.
  room?.leave();
  return {
    ids,
    columns,
    applied: ahead?.count ?? 0,
    standIns: read?.places ?? [],
    [Symbol.dispose]() {
      for (const column of Object.values(columns)) for (const tensor of tensorsOf(column)) tensor.dispose();
    },
  };
}

/** Samples that are whole, and the numbers that they are shown as. */
interface Whole {
  readonly ids: Int32Array;
  readonly samples: readonly Sample[];
  /** Where others stand in for those that were asked for. */
  readonly places: readonly number[];
}

async function readWhole(
  data: Dataset,
  asked: Int32Array,
  ahead: Ahead | null,
  standIns: StandIns,
): Promise<Whole> {
  const read = (ids: Int32Array, ahead: Ahead | null) => readChecked(data, ids, ahead);
  const answers = await read(asked, ahead);
  if (standIns !== 'none')
    return { ids: asked, ...(await withStandIns(data, asked, answers, { of: standIns, ahead, read })) };
  const isWhole = (answer: Answers[number] | undefined): answer is Sample =>
    !(answer instanceof DamagedImageError);
  return {
    ids: asked.filter((_, place) => isWhole(answers[place])),
    samples: answers.filter(isWhole),
    places: [],
  };
}

async function readChecked(data: Dataset, ids: Int32Array, ahead: Ahead | null): Promise<Answers> {
  const samples = await awaitOwn(`${data.name}: \`read\``, DataError, async () => {
    try {
      return (await data.read?.(ids, ahead ?? undefined)) ?? [];
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
