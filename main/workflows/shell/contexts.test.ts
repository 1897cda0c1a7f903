import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '#contract/common.ts';
import { splitTemplate } from '../language/template.ts';
import { scripts } from './bind.testing.ts';

const { run } = scripts();

const shells = ['/bin/sh', '/bin/bash'].filter((shell) => existsSync(shell));

/** Templates in which each expression prints its value between brackets, in every kind of context. */
const contexts: Record<
  string,
  { template: string; bashOnly?: true; expected?: (v: string) => string }
> = {
  unquoted: { template: 'printf "[%s]" ${{ x }}' },
  'unquoted inside a word': { template: 'printf "%s" [a${{ x }}b]', expected: (v) => `[a${v}b]` },
  'an unquoted assignment': { template: 'v=${{ x }}; printf "[%s]" "$v"' },
  'after a backslash': { template: 'printf "[%s]" \\${{ x }}' },
  'double quotes': { template: 'printf "[%s]" "${{ x }}"' },
  'double quotes with a backslash before': {
    template: 'printf "[%s]" "C:\\${{ x }}"',
    expected: (v) => `[C:\\${v}]`,
  },
  'single quotes': {
    template: "printf '[%s]' 'it is ${{ x }}.'",
    expected: (v) => `[it is ${v}.]`,
  },
  'single quotes alone': { template: "printf '[%s]' '${{ x }}'" },
  'ANSI quotes': {
    template: "printf '[%s]' $'a\\tb\\'${{ x }}\\n'",
    bashOnly: true,
    expected: (v) => `[a\tb'${v}\n]`,
  },
  'a here-document': {
    template: 'cat <<EOF\n[${{ x }}]$((1+1))\nEOF',
    expected: (v) => `[${v}]2\n`,
  },
  'a here-document with a backslash before': {
    template: 'cat <<EOF\n[\\${{ x }}]\nEOF',
    expected: (v) => `[\\${v}]\n`,
  },
  'a quoted here-document': {
    template: "cat <<'EOF'\n$HOME `id` \\ \\\\ $(id) [${{ x }}] \"\nEOF\necho end",
    expected: (v) => `$HOME \`id\` \\ \\\\ $(id) [${v}] "\nend\n`,
  },
  'a here-document with an odd delimiter': {
    template: "cat <<'END OF $x'\n[${{ x }}]\nEND OF $x\n",
    expected: (v) => `[${v}]\n`,
  },
  'an escaped delimiter': {
    template: 'cat <<\\EOF\n$a[${{ x }}]\nEOF\n',
    expected: (v) => `$a[${v}]\n`,
  },
  'a tab-stripping here-document': {
    template: "cat <<-'EOF'\n\t\ta $b\n\t[${{ x }}]\n\tEOF\n",
    expected: (v) => `a $b\n[${v}]\n`,
  },
  'two here-documents on one line': {
    template: "cat <<A; cat <<'B'\n[${{ x }}]\nA\n$$${{ y }} (${{ x }})\nB\n",
    expected: (v) => `[${v}]\n$\${{ y }} (${v})\n`,
  },
  'a here-document before a substitution of several lines': {
    template: 'cat <<A; printf "%s" "$(f() {\nprintf "[%s]" ${{ x }}\n}\nf)"\nit\'s ${{ y }}\nA\n',
    expected: (v) => `it's ${v}\n[${v}]`,
  },
  'a here-document before a process of several lines': {
    template: "cat <<'A' >/dev/null; cat <(:\nprintf '[%s]' ${{ x }})\nit's ${{ y }} $(\nA\n",
    bashOnly: true,
  },
  'a comment before': { template: "# it's ${{ x }} \"\nprintf '[%s]' ${{ x }}" },
  'a hash inside a word': { template: "printf '%s' a#'${{ x }}'", expected: (v) => `a#${v}` },
  'a command substitution': { template: 'v="$(printf "[%s]." ${{ x }})"; printf "%s" "${v%.}"' },
  'a substitution in quotes in a substitution': {
    template: 'printf "%s" "$(printf "%s" "$(printf "[%s]" "${{ x }}")")"',
  },
  'case in a substitution': {
    template: 'printf "%s" "$(case a in (b) echo no;; a) printf "[%s]" \'${{ x }}\' ;; esac)"',
  },
  backticks: { template: 'v=`printf "[%s]" ${{ x }}`; printf "%s" "$v"' },
  'backticks in double quotes': { template: 'printf "%s" "`printf \'[%s]\' ${{ x }}`"' },
  'backticks with escapes in double quotes': {
    template: 'printf "%s" "`printf \\"[%s]\\" \\"${{ x }}\\"`"',
  },
  'backticks in backticks': {
    template: 'v=`printf "%s" "\\`printf \'[%s]\' ${{ x }}\\`"`; printf "%s" "$v"',
  },
  'backticks that end in a comment': {
    template: 'v=`printf "[%s]" ${{ x }} # note`; printf "%s" "$v"',
  },
  'a default': { template: 'printf "[%s]" ${unset:-${{ x }}}' },
  'a quoted default': { template: 'printf "[%s]" "${unset:-${{ x }}}"' },
  'a quoted default with apostrophes': {
    template: 'printf "[%s]" "${unset:-\'${{ x }}\'}"',
    expected: (v) => `['${v}']`,
  },
  'a prefix to remove': {
    template: 'v=${{ x }}rest; printf "[%s]" "${v#${{ x }}}"',
    expected: () => '[rest]',
  },
  'a suffix to remove': {
    template: 'v=rest${{ x }}; printf "[%s]" ${v%"${{ x }}"}',
    expected: () => '[rest]',
  },
  'the word of a case': {
    template: 'case ${{ x }} in ${{ x }}) printf "[%s]" "${{ x }}";; *) echo wrong;; esac',
  },
  'a subshell': { template: '(printf "[%s]" ${{ x }})' },
  'a function': { template: "f() { printf '[%s]' \"$1\"; }\nf '${{ x }}'" },
  'a loop': { template: 'for i in ${{ x }}; do printf "[%s]" "$i"; done' },
  'a condition': { template: 'if [ ${{ x }} = "${{ x }}" ]; then printf "[%s]" ${{ x }}; fi' },
  'a pipe': { template: 'printf "[%s]" ${{ x }} | cat' },
  'a continued line': { template: 'printf \\\n  "[%s]" \\\n  ${{ x }}' },
  'arithmetic beside it': { template: 'printf "[%s]" "${{ x }}"; : $((1 << 2))' },
  'a here-string': { template: 'cat <<< ${{ x }}', bashOnly: true, expected: (v) => `${v}\n` },
  'a bash test': {
    template: '[[ ${{ x }} == "${{ x }}" ]] && printf "[%s]" ${{ x }}',
    bashOnly: true,
  },
  'a bash array': {
    template: 'a=(one ${{ x }} "${{ x }}"); printf "[%s]" "${a[1]}"; [[ ${#a[@]} -eq 3 ]]',
    bashOnly: true,
  },
  'a process substitution': { template: 'cat <(printf "[%s]" ${{ x }})', bashOnly: true },
  'a replacement': { template: 'v=A; printf "[%s]" "${v/A/${{ x }}}"', bashOnly: true },
};

// Trailing line breaks are lost in $(…) by its own rules, so the templates guard the end with a bracket.
const hostile = [
  '',
  ' ',
  "'",
  '"',
  '`id`',
  '$(id)',
  '${HOME}',
  '$HOME',
  '\\',
  '\\\\',
  "'; id; '",
  '"; id; "',
  '*',
  '~',
  '-n',
  '--help',
  'a  b\tc',
  'line\nline\n\n',
  '\n',
  '\r\n',
  '#x',
  '!x',
  '{a,b}',
  'EOF',
  'é∑😀',
  '%s',
  '$((1+1))',
  'a)b',
  ';;',
  'esac',
  '\u0001\u007f',
  '&',
  'A\\',
  '\tEOF\n',
];

const value = fc.oneof(
  fc.constantFrom(...hostile),
  fc
    .array(fc.constantFrom(...hostile, 'a', 'B ', '.'), { maxLength: 6 })
    .map((parts) => parts.join('')),
  fc
    .string({ unit: 'binary', maxLength: 30 })
    .map((s) => s.replaceAll('\0', '').replace(/[\ud800-\udfff]/g, '')),
);

describe.each(shells)('%s: a value arrives byte for byte', (shell) => {
  const bash = shell.endsWith('bash');
  test.each(Object.entries(contexts).filter(([, c]) => bash || !c.bashOnly))(
    'in %s',
    (_name, context) => {
      const marks = splitTemplate(context.template).expressions.length;
      const check = (v: string) => {
        const { stdout, stderr, script } = run(shell, context.template, Array<Json>(marks).fill(v));
        const expected = context.expected?.(v) ?? `[${v}]`;
        if (stdout !== expected)
          throw new Error(`${JSON.stringify({ script, v, stdout, stderr }, null, 1)}`);
      };
      ['', '\n\n', '-n', "'", '"', '\\', '*', hostile.join('')].forEach(check);
      fc.assert(fc.property(value, check), { numRuns: 10 });
      expect(marks).toBeGreaterThan(0);
    },
  );

  test('a long value goes by a file, line breaks at its end included', () => {
    const long = `${'x'.repeat(300_000)}'"$(id)\n\n`;
    const { stdout } = run(shell, "printf '%s' '${{ a }}' ${{ b }}", [long, 'short']);
    expect(stdout).toBe(`${long}short`);
    const many = run(
      shell,
      Array(20).fill('printf %s ${{ x }}').join('\n'),
      Array<Json>(20).fill('y'.repeat(90_000)),
    );
    expect(many.stdout).toBe('y'.repeat(1_800_000));
  });
});
