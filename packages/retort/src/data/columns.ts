/** Columns of a batch, and parts of them. */
import { Tensor } from '@retort/torch';
import type { Column, Columns, Images, ReadColumns } from './sample.ts';

/** Whether a column is one tensor, as images are that are of one size. */
export const isOneTensor = (column: Column): column is Tensor => column instanceof Tensor;

/** Whether a column is of texts. */
export const areTexts = (column: Column): column is readonly string[] =>
  !isOneTensor(column) && typeof column[0] === 'string';

/** The images of a column; undefined where it is of something else. */
export const imagesOfColumn = (column: Column | undefined): Images | undefined =>
  column && !areTexts(column) ? column : undefined;

/** The tensors that a column lies in. */
export const tensorsOf = (column: Column): readonly Tensor[] =>
  isOneTensor(column) ? [column] : areTexts(column) ? [] : column;

/** Columns of so many samples from one on. @example narrowed(columns, 0, 8) */
export function narrowed(columns: ReadColumns, from: number, count: number): ReadColumns {
  return Object.fromEntries(
    Object.entries(columns).map(([field, column]) => [
      field,
      isOneTensor(column) ? column.narrow(0, from, count) : column.slice(from, from + count),
    ]),
  );
}

/** Those that are one tensor: all but texts and images of several sizes. */
export function oneTensorEach(columns: ReadColumns): Columns {
  return Object.fromEntries(
    Object.entries(columns).flatMap(([field, column]) => (isOneTensor(column) ? [[field, column]] : [])),
  );
}
