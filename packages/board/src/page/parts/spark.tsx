/** A score over epochs, small. */
const [width, height, margin] = [88, 22, 2];

function sparkPath(values: readonly number[]): string {
  const least = Math.min(...values);
  const span = Math.max(...values) - least || 1;
  const step = (width - 2 * margin) / Math.max(1, values.length - 1);
  return values
    .map((value, i) => {
      const y = height - margin - ((value - least) / span) * (height - 2 * margin);
      return `${i ? 'L' : 'M'}${(margin + i * step).toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}

export function Spark({ values }: { values: readonly number[] }) {
  if (values.length < 2) return null;
  return (
    <svg class="spark" viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
      <path d={sparkPath(values)} />
    </svg>
  );
}
