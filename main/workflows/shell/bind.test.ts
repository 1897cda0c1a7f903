import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '#contract/common.ts';
import { splitTemplate } from '../language/template.ts';
import { bindShell } from './bind.ts';
import { scripts } from './bind.testing.ts';

const { run } = scripts();

describe('what a script sees of a value', () => {
  test('lists and maps are JSON, null is nothing, the rest is text', () => {
    const { stdout } = run('/bin/sh', 'printf "[%s]" ${{ a }} ${{ b }} ${{ c }} ${{ d }}', [
      { a: [1, "it's"] },
      null,
      true,
      1.5,
    ]);
    expect(stdout).toBe('[{"a":[1,"it\'s"]}][][true][1.5]');
  });

  test('a script without expressions is not changed', () => {
    const script =
      "cat <<'E'\n$x `y`\nE\ncase $1 in a) echo \"${x:-'}\";; esac\n# ' \"\n`echo \\`x\\``\n";
    expect(bindShell({ literals: [script], values: [] })).toEqual({ script, env: {}, files: [] });
  });
});

describe('what no shell could take safely is refused', () => {
  const bind = (template: string, v: Json) =>
    bindShell({ literals: splitTemplate(template).literals, values: [v] });
  const code = (template: string, v: Json) => {
    try {
      return bind(template, v).script;
    } catch (error) {
      return (error as { code?: string }).code;
    }
  };

  test('a NUL byte', () => {
    expect(code('echo ${{ x }}', 'a\0b')).toBe('shell.nul');
    expect(code('echo ${{ x }}', ['a\0b'])).toBe('echo "${NEXUS_EXPR_1}"');
  });

  test.each([
    'echo $((1 + ${{ x }}))',
    'echo "$((${{ x }}))"',
    '((n = ${{ x }}))',
    'for ((i = 0; i < ${{ x }}; i++)); do :; done'.replace('for ', ''),
    'echo ${v:${{ x }}}',
    'echo "${v:0:${{ x }}}"',
    'echo ${a[${{ x }}]}',
    'a[${{ x }}]=1',
    '[[ $v -eq ${{ x }} ]]',
    '[[ ${{ x }} -lt 3 ]]',
    '[[ "${{ x }}" -lt 3 ]]',
    "[[ 3 -ge '${{ x }}' ]]",
  ])('text that bash would compute with: %s', (template) => {
    // Arithmetic evaluates its operands again: this one would run a command.
    expect(code(template, 'a[$(id)]')).toBe('shell.unsafe_value');
    expect(code(template, 12)).toContain('${NEXUS_EXPR_1}');
  });

  test('numbers, also negative ones, can be computed with', () => {
    expect(run('/bin/bash', 'echo $((5 -${{ x }}))', [-3]).stdout).toBe('8\n');
    expect(run('/bin/sh', 'echo $((5 * ${{ x }}))', ['7']).stdout).toBe('35\n');
  });

  test('the name of a variable and the delimiter of a here-document', () => {
    expect(code('echo ${${{ x }}}', 'a')).toBe('shell.misplaced_expression');
    expect(code('cat <<${{ x }}\nEOF', 'EOF')).toBe('shell.misplaced_expression');
  });
});

test('no text makes the binder throw anything but its own errors, and none loses an expression', () => {
  const piece = fc.constantFrom(
    '"',
    "'",
    '`',
    '$(',
    '$((',
    '))',
    ')',
    '(',
    '${',
    '}',
    '\\',
    '\n',
    ' ',
    '#',
    '<<E',
    "<<-'E'",
    'E',
    'case x in',
    'esac',
    ';;',
    "$'",
    'a',
    '[',
    ']',
    '\0',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      const literals = pieces.join('').split('\0');
      const values = literals.slice(1).map(() => '1');
      let code = 'bound';
      try {
        const { script } = bindShell({ literals, values });
        if (values.some((_, i) => !script.includes(`{NEXUS_EXPR_${i + 1}}`))) code = 'lost';
      } catch (error) {
        code = (error as { code?: string }).code ?? String(error);
      }
      expect(['bound', 'shell.misplaced_expression']).toContain(code);
    }),
    { numRuns: 3000 },
  );
});
