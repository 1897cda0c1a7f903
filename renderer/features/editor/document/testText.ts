import fc from 'fast-check';
import { deriveGraph, type Graph } from './graph.ts';
import { readSource } from './Source.ts';

/** A workflow as a person writes one: comments everywhere, odd spacing, all styles of scalars. */
export const handWritten = `# Nightly backup of the shop
version: nexus/v1   # the language
name: backup


# When
on:
  schedule:
    - cron: "0 3 * * *" # at night
      timezone: Europe/Berlin
inputs:
  host: { type: string, default: "web-1" } # which one
  days:
    type: integer
    default: 7
env: {MODE: fast, LEVEL: '3'}
steps:
  # first of all
  - id: dump    # the dump
    uses: shell
    with:
      # keep this quoted
      script: |  # header
        echo "\${{ inputs.host }}"

        pg_dump shop > dump.sql
      cwd: '/srv/it''s'

  - id: check
    uses: transform
    with: {value: "\${{ steps.dump.outputs.size > 10 }}"}
    # commented out: retry

  # a branch
  - name: Upload it
    uses: http
    id: upload
    needs: [dump]
    if: steps.check.outputs.value && steps["dump"].status == "succeeded"
    with:
      url: https://example.org/\${{ steps.dump.outputs.file }}
      headers:
        X-Note: 'steps.dump is not an expression here'
    retry: {attempts: 3}
  - id: tell
    uses: notify
    needs:
    - upload # late
    - check
    on_error: {goto: check}
    with:
      title: >-
        Backup of
        \${{ inputs.host }}
outputs:
  size: \${{ steps.dump.outputs.size }}
# the end
`;

/** The comments of a text, as a list that can be compared. */
export function commentsOf(text: string): string[] {
  return text
    .split('\n')
    .flatMap((line) => /(?:^|\s)(#(?: |$).*)$/.exec(line)?.[1]?.trimEnd() ?? [])
    .sort();
}

const word = fc.constantFrom('alpha', 'beta', 'gamma', 'delta', 'eps', 'zeta');
const scalar = fc.constantFrom(
  'plain',
  "'single # not a comment'",
  '"double: ${{ inputs.x }}"',
  '42',
  '',
  '|\n        line one\n        line two',
  '>-\n        folded\n        text',
);

interface StepShape {
  id: string;
  needs: string | undefined;
  value: string;
  style: number;
  comment: boolean;
  blank: boolean;
}

function stepText(shape: StepShape): string {
  const head = shape.comment ? `  # about ${shape.id}\n` : '';
  const note = shape.comment && !shape.value.includes('\n') ? ' # why' : '';
  const needs = shape.needs === undefined ? '' : `    needs: ${shape.needs}\n`;
  const body =
    shape.style === 0
      ? `    uses: shell\n${needs}    with:\n      script: ${shape.value}${note}\n`
      : shape.style === 1
        ? `    uses:   http   # net\n    with: {url: "http://x/\${{ inputs.x }}"}\n${needs}`
        : `${needs}    uses: transform\n    # inside ${shape.id}\n`;
  return `${head}  - id: ${shape.id}\n${body}${shape.blank ? '\n' : ''}`;
}

/** Random valid workflows in random layouts. */
export const workflowText: fc.Arbitrary<string> = fc
  .record({
    ids: fc.uniqueArray(word, { minLength: 1, maxLength: 6 }),
    shapes: fc.array(
      fc.record({
        needs: fc.option(fc.nat(), { nil: undefined }),
        list: fc.boolean(),
        value: scalar,
        style: fc.nat({ max: 2 }),
        comment: fc.boolean(),
        blank: fc.boolean(),
      }),
      { minLength: 6, maxLength: 6 },
    ),
    tail: fc.constantFrom(
      '',
      '# end\n',
      'outputs:\n  a: 1 # out\n',
      'editor: {positions: {alpha: [1, 2]}}\n',
    ),
    crlf: fc.boolean(),
  })
  .map(({ ids, shapes, tail, crlf }) => {
    const steps = ids.map((id, index) => {
      const shape = shapes[index] as (typeof shapes)[number];
      const earlier = ids[(shape.needs ?? 0) % Math.max(index, 1)] as string;
      const needs =
        shape.needs === undefined
          ? undefined
          : index === 0
            ? '[]'
            : shape.list
              ? `\n      - ${earlier} # because`
              : `[${earlier}]`;
      return stepText({ ...shape, id, needs });
    });
    const text = `# top\nname: random # n\nsteps:\n${steps.join('')}${tail}`;
    return crlf ? text.replace(/\n/g, '\r\n') : text;
  });

/** What the editor makes of a text, which must parse. */
export function graph(text: string): Graph {
  const read = deriveGraph(readSource(text));
  if (!read) throw new Error(`does not parse:\n${text}`);
  return read;
}

/** Who waits for whom, as `a>b`. */
export function edges(text: string): string[] {
  return graph(text)
    .edges.filter((edge) => edge.kind === 'needs')
    .map((edge) => edge.id)
    .sort();
}
