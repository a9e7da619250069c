/** Data of some of ImageNet's classes, whose samples are told apart among all of them. */

import { keep, scope, tensor } from '@retort/torch';
import { isOneTensor } from './columns.ts';
import { DamagedImageError, type Dataset } from './dataset.ts';
import type { Ahead } from './drawn.ts';
import { imagenetWnids } from './imagenet-wnids.ts';
import { fieldOf } from './sample.ts';

/**
 * The same samples with ImageNet's 1,000 classes, in the order of their wnids.
 *
 * @returns null where its classes are not some of them by their wnids (n01440764), or are all
 * @example amongImagenet(test)?.fields // label: { kind: 'class', classes: [1,000 wnids] }
 */
export function amongImagenet(data: Dataset): Dataset | null {
  const field = fieldOf(data.fields, 'class');
  const { classes = [] } = field?.kind ?? {};
  if (!field || classes.length >= imagenetWnids.length) return null;
  const numbers = classes.map((name) => imagenetWnids.indexOf(name));
  if (numbers.includes(-1)) return null;
  const { name: label } = field;
  const { read, gather, column } = data;
  const table = keep(tensor(Int32Array.from(numbers)).to('int64'));
  return {
    name: data.name,
    size: data.size,
    fields: { ...data.fields, [label]: { kind: 'class', classes: imagenetWnids } },
    fingerprint: `${data.fingerprint}, among ImageNet's classes`,
    ...(column && {
      column: (field: string) => {
        const values = column.call(data, field);
        return field === label ? keep(scope(() => table.index_select(0, values))) : values;
      },
    }),
    ...(data.draws && { draws: true }),
    ...(data.metrics && { metrics: data.metrics }),
    ...(read && {
      read: async (ids: Int32Array, ahead?: Ahead) =>
        (await read.call(data, ids, ahead)).map((sample) =>
          sample instanceof DamagedImageError
            ? sample
            : { ...sample, [label]: numbers[Number(sample[label])] ?? -1 },
        ),
    }),
    ...(gather && {
      gather(ids: Int32Array) {
        const columns = gather.call(data, ids);
        const own = columns[label];
        return own && isOneTensor(own) ? { ...columns, [label]: table.index_select(0, own) } : columns;
      },
    }),
  };
}
