/** A few short labels in a row, e.g. tags; `mark` stands before each. */
export function Labels({ labels, mark = '' }: { labels: readonly string[]; mark?: string }) {
  return labels.map((label) => (
    <span
      key={label}
      className="inline-block max-w-36 shrink-0 truncate rounded bg-surface-3 px-1.5 text-2xs text-muted"
    >
      {mark}
      {label}
    </span>
  ));
}
