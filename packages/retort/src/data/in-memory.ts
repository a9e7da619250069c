/** A data set whose samples all lie in memory, a tensor a field: batches are made by tensor operations. */
import { fromBytes, keep, scope, type Tensor, tensor } from '@retort/torch';
import { hashTensors } from '../tensors/hash-tensors.ts';
import { checkDataset, DataError, type Dataset } from './dataset.ts';
import type { Columns, Fields, Kind } from './sample.ts';

const dtypes = { image: 'uint8', class: 'int64', scalar: 'float32' } as const;

const shown = ({ dtype, shape }: Tensor): string => `${dtype} [${shape.join(', ')}]`;

/** @throws DataError for labels that are no class */
function checkClasses(name: string, labels: Tensor, classes: readonly string[]): void {
  const outside = scope(() =>
    labels.lt(0).logical_or(labels.ge(classes.length)).nonzero().toFlatArray().map(Number),
  );
  const [first] = outside;
  if (first !== undefined)
    throw new DataError(
      `${name}: the label of image ${first} is ${labels.select(0, first).item()}, and must be 0 to ${classes.length - 1} (there are ${classes.length} classes)` +
        (outside.length > 1 ? `; ${outside.length} images have such labels` : ''),
    );
}

function checkColumn(
  name: string,
  field: string,
  kind: Kind,
  size: number,
  column: Tensor | undefined,
): void {
  const dtype = dtypes[kind.kind];
  const wanted = kind.kind === 'image' ? `${dtype} [${size}, H, W, ${kind.channels}]` : `${dtype} [${size}]`;
  const fits =
    column &&
    column.dtype === dtype &&
    column.size(0) === size &&
    (kind.kind === 'image' ? column.dim() === 4 && column.size(3) === kind.channels : column.dim() === 1);
  if (!fits)
    throw new DataError(`${name}: ${field} must be ${wanted}, and is ${column ? shown(column) : 'missing'}`);
  if (kind.kind === 'class') checkClasses(name, column, kind.classes);
}

/** See the head of the file. */
export class TensorDataset implements Dataset {
  readonly name: string;
  readonly size: number;
  readonly fields: Fields;
  readonly columns: Columns;
  #fingerprint: string | null = null;

  /**
   * @param columns  of each field: images uint8 [N, H, W, C] (channels last, because that is how a batch is computed on), classes int64 [N],
   * scalars float32 [N]
   * @throws DataError that names what does not fit
   */
  constructor(name: string, fields: Fields, columns: Columns) {
    this.name = name;
    this.fields = fields;
    this.columns = columns;
    this.size = Object.values(columns)[0]?.size(0) ?? 0;
    checkDataset(this);
    for (const [field, kind] of Object.entries(fields))
      checkColumn(name, field, kind, this.size, columns[field]);
  }

  /** Of the contents. */
  get fingerprint(): string {
    // In the plural, as runs of earlier versions had it.
    const named = Object.entries(this.columns).map(([field, column]) => [`${field}s`, column]);
    this.#fingerprint ??= hashTensors(Object.fromEntries(named));
    return this.#fingerprint;
  }

  /** @throws DataError where there is no such field */
  column(field: string): Tensor {
    const found = this.columns[field];
    if (!found) throw new DataError(`${this.name} has no field '${field}'`);
    return found;
  }

  gather(ids: Int32Array): Columns {
    return scope(() => {
      const index = tensor(ids);
      return this.#select(index);
    });
  }

  #select(index: Tensor): Columns {
    return Object.fromEntries(
      Object.entries(this.columns).map(([field, column]) => [field, column.index_select(0, index)]),
    );
  }

  /** A data set of the samples with these numbers, in that order. */
  subset(ids: Int32Array, name: string): TensorDataset {
    return new TensorDataset(name, this.fields, keep(this.gather(ids)));
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
