import { cn } from './cn.ts';

/** Stands where content will be; appears only after 400 ms, so that fast answers never flicker. */
export function Skeleton(props: { className?: string; lines?: number }) {
  const one = (key: number) => (
    <div key={key} className={cn('h-4 animate-skeleton rounded bg-surface-3', props.className)} />
  );
  if (!props.lines) return one(0);
  return (
    <div aria-busy className="space-y-2.5 p-4">
      {Array.from({ length: props.lines }, (_, index) => one(index))}
    </div>
  );
}
