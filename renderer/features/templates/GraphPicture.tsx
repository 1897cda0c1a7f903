import { type GraphStep, layoutGraph } from './layoutGraph.ts';

const W = 26;
const H = 14;
const GAP_X = 18;
const GAP_Y = 8;

const groupColours: Record<string, string> = {
  shell: 'var(--accent)',
  code: 'var(--accent)',
  ssh: 'var(--accent)',
  http: 'var(--running)',
  respond: 'var(--running)',
  transform: 'var(--info)',
  file: 'var(--info)',
  'ssh.upload': 'var(--info)',
  'ssh.download': 'var(--info)',
  workflow: 'var(--info)',
  approval: 'var(--warn)',
  wait: 'var(--warn)',
  notify: 'var(--ok)',
};

/** A small picture of a workflow's graph, from left to right; the colour tells the family of the step. */
export function GraphPicture(props: { steps: readonly GraphStep[]; label: string }) {
  const { steps, columns, rows } = layoutGraph(props.steps);
  const width = Math.max(1, columns) * (W + GAP_X) - GAP_X;
  const height = Math.max(1, rows) * (H + GAP_Y) - GAP_Y;
  const byId = new Map(steps.map((step) => [step.id, step]));
  const columnRows = new Map<number, number>();
  for (const step of steps) {
    columnRows.set(step.column, Math.max(columnRows.get(step.column) ?? 0, step.row + 1));
  }
  const place = (step: (typeof steps)[number]) => {
    const own = (columnRows.get(step.column) ?? 1) * (H + GAP_Y) - GAP_Y;
    return { x: step.column * (W + GAP_X), y: (height - own) / 2 + step.row * (H + GAP_Y) };
  };
  return (
    <svg
      role="img"
      aria-label={props.label}
      viewBox={`-2 -2 ${width + 4} ${height + 4}`}
      className="h-full w-full"
      style={{ maxWidth: width * 2, maxHeight: height * 2 }}
    >
      {steps.flatMap((step) =>
        step.needs.map((id) => {
          const before = byId.get(id);
          if (!before) return null;
          const from = place(before);
          const to = place(step);
          const x1 = from.x + W;
          const y1 = from.y + H / 2;
          const y2 = to.y + H / 2;
          const middle = (x1 + to.x) / 2;
          return (
            <path
              key={`${id}-${step.id}`}
              d={`M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${to.x} ${y2}`}
              fill="none"
              stroke="var(--border-strong)"
              strokeWidth={1.25}
            />
          );
        }),
      )}
      {steps.map((step) => {
        const { x, y } = place(step);
        const colour = groupColours[step.uses] ?? 'var(--text-muted)';
        return (
          <g key={step.id}>
            <title>{`${step.id} (${step.uses})`}</title>
            <rect
              x={x}
              y={y}
              width={W}
              height={H}
              rx={3.5}
              fill="var(--surface-2)"
              stroke="var(--border-strong)"
            />
            <rect x={x + 3.5} y={y + 3.5} width={7} height={7} rx={2} fill={colour} />
            <rect x={x + 13} y={y + 6} width={9.5} height={2} rx={1} fill="var(--border-strong)" />
          </g>
        );
      })}
    </svg>
  );
}
