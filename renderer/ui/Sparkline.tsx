/** Line pieces of a sparkline in a box of `width` × `height`; a null breaks the line. */
export function sparkPaths(
  values: readonly (number | null)[],
  ceiling: number,
  width: number,
  height: number,
): string[] {
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const paths: string[] = [];
  let piece = '';
  const end = () => {
    // A line of no length is drawn as a dot.
    if (piece) paths.push(piece.includes('L') ? piece : `${piece}h0`);
    piece = '';
  };
  values.forEach((value, index) => {
    if (value === null) return end();
    const share = Math.min(1, Math.max(0, value / (ceiling || 1)));
    // Half a stroke of room, so that the line is whole at both ends of the scale.
    const y = (height - 1) * (1 - share) + 0.5;
    piece += `${piece ? 'L' : 'M'}${(index * step).toFixed(1)} ${y.toFixed(1)}`;
  });
  end();
  return paths;
}

/** A tiny line that shows how a value went; what it is now is written beside it. */
export function Sparkline(props: {
  values: readonly (number | null)[];
  /** The top of the scale; without it, the largest value. */
  ceiling?: number;
  /** A token, e.g. `--accent`. */
  color: string;
  width?: number;
  height?: number;
}) {
  const { values, color, width = 96, height = 24 } = props;
  const ceiling = props.ceiling ?? Math.max(1, ...values.map((value) => value ?? 0));
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      preserveAspectRatio="none"
      className="shrink-0 overflow-visible"
    >
      {sparkPaths(values, ceiling, width, height).map((path) => (
        <path
          key={path}
          d={path}
          fill="none"
          stroke={`var(${color})`}
          strokeWidth={1.5}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      ))}
    </svg>
  );
}
