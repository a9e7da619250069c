/** A data set whose samples all lie in memory, a tensor a field: batches are made by tensor operations. */
import { fromBytes, keep, scope, Tensor, tensor } from '@retort/torch';
import { hashTensors } from '../tensors/hash-tensors.ts';
import { boxWidth } from './boxes.ts';
import { areTexts, isOneTensor } from './columns.ts';
import { checkDataset, DataError, type Dataset } from './dataset.ts';
import type { Fields, Kind, TextKind } from './sample.ts';
import { wordsIn } from './words-in.ts';

const dtypes = {
  image: 'uint8',
  class: 'int64',
  classes: 'float32',
  scalar: 'float32',
  boxes: 'float64',
  mask: 'uint8',
} as const;

/** Of a field of all samples. */
type StoredColumn = Tensor | readonly string[];

const shown = ({ dtype, shape }: Tensor): string => `${dtype} [${shape.join(', ')}]`;

/** @throws DataError for labels that are no class */
function checkClasses(name: string, labels: Tensor, classes: readonly string[]): void {
  const outside = scope(() =>
    labels.lt(0).logical_or(labels.ge(classes.length)).nonzero().toFlatArray().map(Number),
  );
  const [first] = outside;
  if (first !== undefined)
    throw new DataError(
      `${name}: the label of sample ${first} is ${labels.select(0, first).item()}, and must be 0 to ${classes.length - 1} (there are ${classes.length} classes)` +
        (outside.length > 1 ? `; ${outside.length} samples have such labels` : ''),
    );
}

/** @throws DataError for numbers that are none, or other ones than zeros and ones where they say whether a sample is of a class */
function checkNumbers(name: string, field: string, column: Tensor, kind: 'scalar' | 'classes'): void {
  const wrong = scope(() => {
    const isRight = kind === 'scalar' ? column.isfinite() : column.eq(0).logical_or(column.eq(1));
    return isRight.logical_not().nonzero().toFlatArray().map(Number);
  });
  const [sample, place] = wrong;
  if (sample === undefined) return;
  const value = kind === 'scalar' ? column.select(0, sample) : column.select(0, sample).select(0, place ?? 0);
  throw new DataError(
    `${name}: ${field} of sample ${sample} is ${value.item()}, and must be ${kind === 'scalar' ? 'a finite number' : '1 for each class that it is of, and 0 for the others'}`,
  );
}

/** The sizes of a column beside that of the data; null where they may be any. */
function sizesOf(kind: Exclude<Kind, TextKind>): readonly (number | null)[] {
  if (kind.kind === 'image') return [null, null, kind.channels];
  if (kind.kind === 'mask') return [null, null, 1];
  if (kind.kind === 'boxes') return [kind.most, boxWidth];
  return kind.kind === 'classes' ? [kind.classes.length] : [];
}

/** @throws DataError for texts that are none, or too few of them */
function checkTexts(name: string, field: string, size: number, column: StoredColumn | undefined): void {
  if (!Array.isArray(column) || column.length !== size)
    throw new DataError(
      `${name}: ${field} must be ${size} texts, and is ${Array.isArray(column) ? `${column.length} of them` : column ? 'a tensor' : 'missing'}`,
    );
  const wrong = column.findIndex((text) => typeof text !== 'string');
  if (wrong >= 0)
    throw new DataError(
      `${name}: ${field} of sample ${wrong} must be a text, and is ${typeof column[wrong]}`,
    );
}

function checkColumn(
  name: string,
  field: string,
  kind: Kind,
  size: number,
  column: StoredColumn | undefined,
): void {
  if (kind.kind === 'text') return checkTexts(name, field, size, column);
  const dtype = dtypes[kind.kind];
  const sizes = [size, ...sizesOf(kind)];
  const fits =
    column instanceof Tensor &&
    column.dtype === dtype &&
    column.dim() === sizes.length &&
    sizes.every((one, i) => one === null || column.size(i) === one);
  if (!fits) {
    const is = column instanceof Tensor ? shown(column) : column ? 'a list' : 'missing';
    const letters = ['N', 'H', 'W'];
    const wanted = sizes.map((one, i) => one ?? letters[i]).join(', ');
    throw new DataError(`${name}: ${field} must be ${dtype} [${wanted}], and is ${is}`);
  }
  if (kind.kind === 'class') checkClasses(name, column, kind.classes);
  if (kind.kind === 'scalar' || kind.kind === 'classes') checkNumbers(name, field, column, kind.kind);
}

/** Texts as bytes, each with its length before it, so that no two lists have the same. */
const bytesOf = (texts: readonly string[]): Tensor =>
  tensor(new Uint8Array(Buffer.from(texts.map((text) => `${text.length}:${text}`).join(''))));

/** See the head of the file. */
export class TensorDataset implements Dataset {
  readonly name: string;
  readonly size: number;
  readonly fields: Fields;
  readonly columns: Readonly<Record<string, StoredColumn>>;
  readonly metrics?: readonly string[];
  #fingerprint: string | null = null;
  #lengths: Int32Array | null = null;

  /**
   * @param columns  of each field: images uint8 [N, H, W, C] (channels last, because that is how a batch is computed on), texts a list of N strings,
   * one of several classes int64 [N], any of them float32 [N, C] of zeros and ones, scalars float32 [N], boxes float64 [N, most, 8], masks uint8 [N, H, W, 1]
   * @param options  `metrics`: names of those that it is judged by, the first its headline
   * @throws DataError that names what does not fit
   */
  constructor(
    name: string,
    fields: Fields,
    columns: Readonly<Record<string, StoredColumn>>,
    { metrics }: { readonly metrics?: readonly string[] | undefined } = {},
  ) {
    this.name = name;
    this.fields = fields;
    this.columns = columns;
    const [first] = Object.values(columns);
    this.size = first instanceof Tensor ? first.size(0) : (first?.length ?? 0);
    if (metrics) this.metrics = metrics;
    checkDataset(this);
    for (const [field, kind] of Object.entries(fields))
      checkColumn(name, field, kind, this.size, columns[field]);
  }

  /** Of the contents. */
  get fingerprint(): string {
    // In the plural, as runs of earlier versions had it.
    this.#fingerprint ??= scope(() =>
      hashTensors(
        Object.fromEntries(
          Object.entries(this.columns).map(([field, column]) => [
            `${field}s`,
            column instanceof Tensor ? column : bytesOf(column),
          ]),
        ),
      ),
    );
    return this.#fingerprint;
  }

  /** How many words the texts of each sample have together, int32 [N]; undefined where it has none. */
  get lengths(): Int32Array | undefined {
    const texts = Object.values(this.columns).filter(areTexts);
    if (texts.length === 0) return undefined;
    this.#lengths ??= Int32Array.from({ length: this.size }, (_, i) =>
      texts.reduce((sum, column) => sum + wordsIn(column[i] ?? ''), 0),
    );
    return this.#lengths;
  }

  /** @throws DataError where there is no such field */
  column(field: string): Tensor {
    const found = this.columns[field];
    if (!found) throw new DataError(`${this.name} has no field '${field}'`);
    if (isOneTensor(found)) return found;
    throw new DataError(`${this.name}: '${field}' is texts, which are no tensor`);
  }

  gather(ids: Int32Array): Readonly<Record<string, StoredColumn>> {
    return scope(() => {
      const index = tensor(ids);
      return Object.fromEntries(
        Object.entries(this.columns).map(([field, column]) => [
          field,
          column instanceof Tensor
            ? column.index_select(0, index)
            : Array.from(ids, (id) => column[id] ?? ''),
        ]),
      );
    });
  }

  /** A data set of the samples with these numbers, in that order. */
  subset(ids: Int32Array, name: string): TensorDataset {
    const { metrics } = this;
    return new TensorDataset(name, this.fields, keep(this.gather(ids)), { metrics });
  }
}

export interface InMemory {
  readonly name?: string;
  /** Pixels of N images, row-major: [N, H, W, C]. */
  readonly images: Uint8Array;
  /** N class indices. */
  readonly labels: ArrayLike<number | bigint>;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: readonly string[];
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/**
 * Images with labels, from pixels that the caller has: fields `image` and `label`.
 *
 * @throws DataError if sizes do not fit one another or a label is no class
 * @example inMemory({ images, labels, height: 28, width: 28, channels: 1, classes: ['cat', 'dog'], mean: [0.5], std: [0.25] })
 */
export function inMemory(given: InMemory): TensorDataset {
  const { name = 'in memory', images, labels, height, width, channels, classes, mean, std } = given;
  const size = labels.length;
  const expected = size * height * width * channels;
  if (size === 0) throw new DataError(`${name}: there are no images`);
  if (images.length !== expected) {
    throw new DataError(
      `${name}: ${size} labels and images of ${height}x${width}x${channels} need ${expected} bytes of pixels, there are ${images.length}`,
    );
  }
  if (!(images instanceof Uint8Array))
    throw new DataError(`${name}: images must be a Uint8Array of pixels in 0..255`);
  for (let i = 0; i < size; i++) {
    const label = labels[i];
    if (!Number.isInteger(Number(label)))
      throw new DataError(
        `${name}: the label of image ${i} is ${label}, and must be the number of its class`,
      );
  }
  return new TensorDataset(
    name,
    { image: { kind: 'image', channels, mean, std }, label: { kind: 'class', classes } },
    keep({
      image: fromBytes(images, 'uint8', [size, height, width, channels]),
      label: tensor(Float64Array.from(labels, Number)).to('int64'),
    }),
  );
}
