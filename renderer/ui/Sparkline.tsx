/** A line without axes for a cell or a card; gaps in the data are gaps in the line. */
export function Sparkline(props: {
  values: readonly (number | null)[];
  /** What it shows, with the last value: "Runs per hour, now 12". */
  label: string;
  width?: number;
  height?: number;
  className?: string;
}) {
  const width = props.width ?? 96;
  const height = props.height ?? 24;
  const known = props.values.filter((value) => value !== null);
  const top = Math.max(1, ...known);
  const step = props.values.length > 1 ? width / (props.values.length - 1) : 0;
  let path = '';
  let pen = false;
  props.values.forEach((value, index) => {
    if (value === null) {
      pen = false;
      return;
    }
    const x = (index * step).toFixed(1);
    const y = (height - 1.5 - (value / top) * (height - 3)).toFixed(1);
    path += `${pen ? 'L' : 'M'}${x} ${y}`;
    pen = true;
  });
  return (
    <svg
      role="img"
      aria-label={props.label}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      className={props.className ?? 'text-accent'}
    >
      <path d={path} fill="none" stroke="currentColor" strokeWidth={1.5} strokeLinejoin="round" />
    </svg>
  );
}
