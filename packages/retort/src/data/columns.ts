/** Columns of a batch, and parts of them. */
import { Tensor } from '@retort/torch';
import type { Column, Columns, ReadColumns } from './sample.ts';

/** Whether the images of a column are of one size. */
export const isOneTensor = (column: Column): column is Tensor => column instanceof Tensor;

/** Columns of so many samples from one on. @example narrowed(columns, 0, 8) */
export function narrowed(columns: ReadColumns, from: number, count: number): ReadColumns {
  return Object.fromEntries(
    Object.entries(columns).map(([field, column]) => [
      field,
      isOneTensor(column) ? column.narrow(0, from, count) : column.slice(from, from + count),
    ]),
  );
}

/** Those that are one tensor: all but images of several sizes. */
export function oneTensorEach(columns: ReadColumns): Columns {
  return Object.fromEntries(
    Object.entries(columns).flatMap(([field, column]) => (isOneTensor(column) ? [[field, column]] : [])),
  );
}
