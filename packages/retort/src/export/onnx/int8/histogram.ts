/** How many elements lie where: counted as numpy's `histogram` does in float32, to the same edges. */

/** From one number to another in equal steps, ends included. */
export function evenEdges(first: number, last: number, bins: number): Float32Array {
  // One number alone is in the middle.
  const [from, to] = first === last ? [first - 0.5, last + 0.5] : [first, last];
  const step = Math.fround(Math.fround(to - from) / bins);
  const edges = Float32Array.from({ length: bins + 1 }, (_, i) => Math.fround(i * step) + from);
  edges[bins] = to;
  return edges;
}

/** Adds each element to the count of its bin, [edge, next edge); the last bin has its end too. What lies outside counts nowhere. */
export function count(elements: Float32Array, edges: Float32Array, counts: Float64Array): void {
  const bins = counts.length;
  const first = edges[0] ?? 0;
  const last = edges[bins] ?? 0;
  const perUnit = bins / (last - first);
  for (const element of elements) {
    if (element < first || element > last) continue;
    let bin = Math.min(Math.floor((element - first) * perUnit), bins - 1);
    while (bin > 0 && element < (edges[bin] ?? 0)) bin--;
    while (bin < bins - 1 && element >= (edges[bin + 1] ?? 0)) bin++;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
}

/** Of two bins one. */
export const pairs = (counts: Float64Array): Float64Array =>
  Float64Array.from(
    { length: Math.ceil(counts.length / 2) },
    (_, i) => (counts[2 * i] ?? 0) + (counts[2 * i + 1] ?? 0),
  );
