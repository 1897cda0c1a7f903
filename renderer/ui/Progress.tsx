/** How much of something countable is done. */
export function Progress(props: { value: number; max: number; label: string; className?: string }) {
  const share = props.max > 0 ? Math.min(1, props.value / props.max) : 0;
  return (
    <span
      role="progressbar"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={props.max}
      aria-valuenow={props.value}
      className={`inline-block h-1 w-24 shrink-0 overflow-hidden rounded-full bg-surface-3 ${props.className ?? ''}`}
    >
      <span
        className="block h-full origin-left rounded-full bg-running transition-transform duration-200"
        style={{ transform: `scaleX(${share})` }}
      />
    </span>
  );
}
