/** A data set of boxes of one's own: pictures of discs, squares, triangles and rings on backgrounds of stripes and noise. Made as they are asked for. */
import type { Dataset, Splits } from 'retort';

const kinds = ['disc', 'square', 'triangle', 'ring'];
const most = 4;

/** Numbers from 0 to 1 by a seed, always the same (mulberry32). */
function chance(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Whether a shape of a kind covers a point of its box, which reaches from -1 to 1. */
function covers(kind: number, u: number, v: number): boolean {
  const radius = Math.hypot(u, v);
  if (kind === 0) return radius <= 1;
  if (kind === 1) return Math.max(Math.abs(u), Math.abs(v)) <= 1;
  return kind === 2 ? Math.abs(u) <= (v + 1) / 2 && v <= 1 : radius <= 1 && radius >= 0.6;
}

interface Shape {
  readonly kind: number;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** Shapes that hardly cover one another. */
function shapesOf(random: () => number, side: number): Shape[] {
  const shapes: Shape[] = [];
  const count = 1 + Math.floor(random() * most);
  for (let tries = 0; tries < 50 && shapes.length < count; tries++) {
    const size = Math.round(side * (0.1 + 0.3 * random()));
    const place = () => Math.floor(random() * (side - size));
    const shape = { kind: Math.floor(random() * kinds.length), x: place(), y: place(), size };
    const isApart = (other: Shape): boolean => {
      const [dx, dy] = [Math.abs(shape.x - other.x), Math.abs(shape.y - other.y)];
      return Math.max(dx, dy) > 0.8 * Math.max(size, other.size);
    };
    if (shapes.every(isApart)) shapes.push(shape);
  }
  return shapes;
}

function sample(seed: number, side: number) {
  const random = chance(seed);
  const shapes = shapesOf(random, side);
  const colours = [null, ...shapes].map(() => [random(), random(), random()]);
  const [angle, wave] = [random() * Math.PI, 4 + 12 * random()];
  // Which shape is seen at each pixel, from 1; 0 where it is the background.
  const seen = new Uint8Array(side * side);
  for (const [i, { kind, x, y, size }] of shapes.entries())
    for (let row = 0; row < size; row++)
      for (let column = 0; column < size; column++) {
        const within = (at: number) => (2 * at + 1) / size - 1;
        if (covers(kind, within(column), within(row))) seen[(y + row) * side + x + column] = i + 1;
      }
  const pixels = new Uint8Array(side * side * 3);
  for (const [at, shape] of seen.entries()) {
    const along = (at % side) * Math.cos(angle) + Math.floor(at / side) * Math.sin(angle);
    const shade = (shape === 0 ? 30 * Math.sin(along / wave) : 0) + 40 * (random() - 0.5);
    for (const [c, level] of (colours[shape] ?? []).entries())
      pixels[at * 3 + c] = Math.max(0, Math.min(255, Math.round(40 + 175 * level + shade)));
  }
  // x, y, width, height, class, area, 0 as none is ignored, id.
  const rows = shapes.map(({ kind, x, y, size }, i) => [
    x,
    y,
    size,
    size,
    kind,
    size * size,
    0,
    seed * 10 + i + 1,
  ]);
  return { image: { pixels, height: side, width: side }, boxes: { rows: Float64Array.from(rows.flat()) } };
}

const split = (name: string, first: number, size: number, side: number): Dataset => ({
  name,
  size,
  fields: {
    image: { kind: 'image', channels: 3, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
    boxes: { kind: 'boxes', classes: kinds, most },
  },
  fingerprint: `shapes of ${side}x${side}, ${first} to ${first + size}`,
  read: async (ids) => Array.from(ids, (id) => sample(first + id, side)),
});

export const shapes = ({ size = 600, side = 160 } = {}): Splits => ({
  train: split('shapes', 0, size, side),
  test: split('shapes, others', 100_000, 200, side),
  source: 'made as they are asked for',
});
