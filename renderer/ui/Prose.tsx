import type { ReactNode } from 'react';

/**
 * A message or a hint with what stands between backticks set as code. The text is data from anywhere:
 * nothing else in it means anything, and it never becomes markup.
 */
export function Prose({ text }: { text: string }): ReactNode {
  // With a split by a captured group, every second part is what the group matched.
  return text.split(/`([^`\n]+)`/).map((part, at) =>
    at % 2 === 1 ? (
      <code key={at} className="rounded-sm bg-surface-3 px-1 font-mono text-[0.92em]">
        {part}
      </code>
    ) : (
      part
    ),
  );
}
