/** Samples in which something has a place, as boxes and masks do: drawn one by one, so that image, boxes and mask are changed by one draw. */
import { scope, type Tensor } from '@retort/torch';
import { boxesOfTensor, boxesTensor } from './boxes.ts';
import { imagesOfColumn, isOneTensor } from './columns.ts';
import { DataError, type Dataset } from './dataset.ts';
import { type Drawing, drawAll } from './drawn.ts';
import { type Boxes, type Column, fieldOf, type Images, type ReadColumns } from './sample.ts';
import { sizeOfImage } from './transforms/size.ts';
import type { Transform } from './transforms/transform.ts';

/** Whether something has a place in the images of a data set. */
export const hasPlaces = ({ fields }: Pick<Dataset, 'fields'>): boolean =>
  Object.values(fields).some(({ kind }) => kind === 'boxes' || kind === 'mask');

/** One sample: uint8 [1, H, W, C], what has a place in it, and uint8 [1, H, W, 1]. */
export interface Placed {
  readonly image: Tensor;
  readonly boxes?: Boxes | undefined;
  readonly mask?: Tensor | undefined;
}

/**
 * Why a transform cannot change such data, as it follows its name; null where it can.
 *
 * @example misplaced(cropFlip(), data) // 'does not say what becomes of boxes …'
 */
export function misplaced({ on }: Transform, { fields }: Pick<Dataset, 'fields'>): string | null {
  if (!on.image) return null;
  for (const kind of ['boxes', 'mask'] as const)
    if (fieldOf(fields, kind) && !on[kind])
      return `does not say what becomes of ${kind === 'boxes' ? 'boxes' : 'a mask'} (\`on.${kind}\`), and the samples have ${kind === 'boxes' ? 'some' : 'one'}: where they are would be wrong`;
  return null;
}

/** A sample changed by one transform, of which it drew this. */
function changed(sample: Placed, transform: Transform, drawn: unknown): Placed {
  const { on, settle } = transform;
  const { image, boxes, mask } = sample;
  const size = sizeOfImage(image);
  const settled = settle && boxes ? settle.call(transform, drawn, size, boxes) : drawn;
  return {
    image: on.image?.(image, [settled]) ?? image,
    boxes: boxes && (on.boxes?.(boxes, settled, size) ?? boxes),
    mask: mask && (on.mask?.(mask, [settled]) ?? mask),
  };
}

/**
 * A sample as it was drawn.
 *
 * @param id  its number
 * @param from  how many transforms it has been through
 */
export function drawnWithPlaces(sample: Placed, id: number, drawing: Drawing, from = 0): Placed {
  const { transforms = [] } = drawing;
  const ids = Int32Array.of(id);
  return transforms.reduce<Placed>(
    (shown, transform, place) =>
      place < from ? shown : changed(shown, transform, drawAll(transform, place, ids, drawing)[0]),
    sample,
  );
}

const oneByOne = (images: Images): readonly Tensor[] =>
  isOneTensor(images) ? Array.from({ length: images.size(0) }, (_, i) => images.narrow(0, i, 1)) : images;

const ofAny = (column: Column | undefined): readonly Tensor[] | undefined => {
  const images = imagesOfColumn(column);
  return images && oneByOne(images);
};

/**
 * Columns whose images, boxes and masks are drawn; others stay, and so does all of it where nothing is left to do.
 *
 * @param applied  how many of the transforms they have been through
 * @throws DataError for a transform that does not say what becomes of boxes or masks, and for data without boxes that it says it has
 */
export function drawnTogether(
  data: Dataset,
  columns: ReadColumns,
  ids: Int32Array,
  drawing: Drawing,
  applied = 0,
): ReadColumns {
  const { transforms = [], times } = drawing;
  if (!hasPlaces(data)) return columns;
  for (const transform of transforms) {
    const wrong = misplaced(transform, data);
    if (wrong !== null) throw new DataError(`${data.name}: ${transform.name} ${wrong}`);
  }
  if (applied >= transforms.length) return columns;
  const { fields } = data;
  const [image, boxed, masked] = (['image', 'boxes', 'mask'] as const).map((kind) => fieldOf(fields, kind));
  const images = ofAny(columns[image?.name ?? '']);
  if (!image || !images) throw new DataError(`${data.name} gave no ${image?.name ?? 'images'}`);
  const boxes = boxed ? columns[boxed.name] : undefined;
  if (boxed && !(boxes && isOneTensor(boxes))) throw new DataError(`${data.name} gave no ${boxed.name}`);
  const masks = masked ? ofAny(columns[masked.name]) : undefined;
  return scope(() => {
    const rows = boxes && isOneTensor(boxes) ? boxesOfTensor(boxes) : undefined;
    const drawn = images.map((one, i) =>
      drawnWithPlaces(
        { image: one, boxes: rows?.[i], mask: masks?.[i] },
        ids[i] ?? 0,
        { ...drawing, times: times?.subarray(i, i + 1) },
        applied,
      ),
    );
    const most = boxes && isOneTensor(boxes) ? boxes.size(1) : 0;
    return {
      ...columns,
      [image.name]: drawn.map((one) => one.image),
      ...(boxed && {
        [boxed.name]: boxesTensor(
          drawn.map((one) => one.boxes ?? { rows: new Float64Array() }),
          most,
        ),
      }),
      ...(masked && { [masked.name]: drawn.flatMap((one) => one.mask ?? []) }),
    };
  });
}
