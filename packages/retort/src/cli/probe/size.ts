/** At which size a network is shown images of another size than those that it knows. */
import {
  type Dataset,
  fetchColumns,
  fieldOf,
  imagesOfColumn,
  imagesOfDatasets,
  isOneTensor,
  type Rendering,
} from '../../data/index.ts';
import { madeFor } from '../../models/index.ts';

/** The sides of images that are all of one size; null where they are not. */
async function sidesOf(data: Dataset): Promise<readonly [height: number, width: number] | null> {
  const field = fieldOf(data.fields, 'image');
  if (!field || field.kind.anySize) return null;
  using fetched = await fetchColumns(data, Int32Array.of(0), { standIns: 'any' });
  const images = imagesOfColumn(fetched.columns[field.name]);
  return images && isOneTensor(images) ? [images.size(1), images.size(2)] : null;
}

/**
 * What a network that says no size is shown: images of the size of those that it was trained on, or else is made for.
 *
 * @param metadata  of its weights
 * @returns null where that is as the data has them, or nothing says it
 */
export async function sizeFor(
  name: string,
  metadata: Readonly<Record<string, string>>,
  wanted: Rendering | undefined,
  data: Dataset,
): Promise<{ readonly rendering: Rendering; readonly said: string } | null> {
  if (wanted?.size !== undefined) return null;
  const trained = imagesOfDatasets[metadata.data ?? '']?.side;
  const side = trained ?? madeFor(name)?.pixels;
  const sides = side === undefined ? null : await sidesOf(data);
  if (side === undefined || !sides || sides.every((one) => one === side)) return null;
  const why = trained === undefined ? 'it is made for' : 'it was trained on';
  return {
    rendering: { size: side, resize: side },
    said: `${name} sees the images of ${data.name}, of ${sides.join('x')} pixels, at ${side}, as those that ${why}; say --input where that is another`,
  };
}
