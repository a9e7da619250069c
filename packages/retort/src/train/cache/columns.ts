/** The numbers that are kept of a sample in a view. */
const itemSizes = { float16: 2, float32: 4, int32: 4 } as const;

/** A number or several, of each sample in a view. */
export interface Column {
  readonly name: string;
  readonly dtype: keyof typeof itemSizes;
  readonly shape: readonly number[];
}

/** Bytes of a sample's row. */
export const rowBytes = ({ dtype, shape }: Column): number =>
  shape.reduce((product, size) => product * size, itemSizes[dtype]);

/** Bytes of one view. */
export function viewBytes(columns: readonly Column[], samples: number): number {
  return samples * columns.reduce((sum, column) => sum + rowBytes(column), 0);
}
