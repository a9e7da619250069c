/** How a tensor prints. */
import type { DType } from './dtype.ts';

interface Printable {
  readonly shape: number[];
  readonly dtype: DType;
  readonly device: string;
  readonly requiresGrad: boolean;
  summary(): string;
  toFlatArray(): (number | boolean | bigint | { re: number; im: number })[];
}

/** Beyond this many elements only the edges of each dimension are shown, as in PyTorch. */
const summariseAbove = 1000;
const edge = 3;

function formatter(values: readonly unknown[]): (value: unknown) => string {
  const finite = values.filter(
    (value): value is number => typeof value === 'number' && Number.isFinite(value),
  );
  const whole = finite.every(Number.isInteger);
  const largest = Math.max(0, ...finite.map(Math.abs));
  const smallest = Math.min(...finite.filter((value) => value !== 0).map(Math.abs));
  const scientific = !whole && (largest >= 1e5 || smallest < 1e-4 || largest / smallest >= 1e3 * 1e5);
  const number = (value: number): string => {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
    if (whole) return String(value);
    return scientific ? value.toExponential(4) : value.toFixed(4);
  };
  return (value) => {
    if (typeof value === 'number') return number(value);
    if (typeof value === 'object' && value !== null && 're' in value && 'im' in value) {
      const { re, im } = value as { re: number; im: number };
      return `${number(re)}${im < 0 ? '-' : '+'}${number(Math.abs(im))}i`;
    }
    return String(value);
  };
}

/** Which indices of a dimension are shown; null is the gap. */
function shown(length: number, summarise: boolean): (number | null)[] {
  const all = Array.from({ length }, (_, i) => i);
  if (!summarise || length <= 2 * edge) return all;
  return [...all.slice(0, edge), null, ...all.slice(-edge)];
}

/**
 * `tensor([[1.0000, 2.0000], [3.0000, 4.0000]], float32[2, 2])`: the values nested, then dtype and shape, and device and
 * `requiresGrad` where they are unusual.
 */
export function format(tensor: Printable): string {
  let shape: number[];
  let values: readonly unknown[];
  try {
    shape = tensor.shape;
    values = tensor.toFlatArray();
  } catch {
    return tensor.summary();
  }
  const summarise = values.length > summariseAbove;
  const rows: unknown[] = [];
  const indices = values.length ? shape.map((length) => shown(length, summarise)) : [];
  const collect = (depth: number, offset: number): void => {
    if (depth === shape.length) {
      rows.push(values[offset]);
      return;
    }
    const step = shape.slice(depth + 1).reduce((product, size) => product * size, 1);
    for (const i of indices[depth] ?? []) if (i !== null) collect(depth + 1, offset + i * step);
  };
  if (values.length) collect(0, 0);
  const write = formatter(rows);
  const width = Math.max(0, ...rows.map((value) => write(value).length));
  const nest = (depth: number, offset: number): string => {
    if (depth === shape.length)
      return shape.length === 0 ? write(values[0]) : write(values[offset]).padStart(width);
    const step = shape.slice(depth + 1).reduce((product, size) => product * size, 1);
    const parts = (indices[depth] ?? []).map((i) =>
      i === null ? '...' : nest(depth + 1, offset + i * step),
    );
    const rank = shape.length - depth;
    const separator = rank === 1 ? ', ' : `,${'\n'.repeat(rank - 1)}${' '.repeat(8 + depth)}`;
    return `[${parts.join(separator)}]`;
  };
  const device = tensor.device === 'cpu' ? '' : `, ${tensor.device}`;
  const gradient = tensor.requiresGrad ? ', requiresGrad' : '';
  // As PyTorch does: 2^31 rows of nothing are no way to print an empty tensor.
  const body = shape.includes(0) ? '[]' : nest(0, 0);
  return `tensor(${body}, ${tensor.dtype}[${shape.join(', ')}]${device}${gradient})`;
}
