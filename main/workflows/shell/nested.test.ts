import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { processesOf } from '#main/base/processes.testing.ts';
import { bindEverywhere, scripts } from './bind.testing.ts';

const { folder } = scripts();

/** Prints the value between brackets, in some way to quote it. */
const leaves = [
  'printf "[%s]" ${{ x }}',
  'printf "[%s]" "${{ x }}"',
  "printf '[%s]' '${{ x }}'",
  'v=${{ x }}; printf "[%s]" "$v"',
  'printf %s "[${{ x }}]"',
  'printf "[%s]" "${unset:-${{ x }}}"',
];

/**
 * Wraps commands without changing what they print; names are made unique by depth. The blank in
 * `$( ` matters: before commands in brackets it would become `$((`, which is arithmetic.
 */
const wrappers: ((inner: string, depth: number) => string)[] = [
  (inner) => `( ${inner} )`,
  (inner) => `{ ${inner}; }`,
  (inner) => `if true; then ${inner}; fi`,
  (inner) => `if false; then :; else ${inner}; fi`,
  (inner, n) => `f${n}() { ${inner}; }; f${n}`,
  (inner, n) => `f${n} () {\n${inner}\n}\nf${n}`,
  (inner, n) => `for i${n} in 1; do ${inner}; done`,
  (inner) => `while :; do ${inner}; break; done`,
  (inner) => `until ${inner}; do break; done`,
  (inner) => `case a in b) echo no;; a|c) ${inner};; esac`,
  (inner) => `case ) in (")") ${inner} ;; *) echo no;; esac`.replace('case )', 'case ")"'),
  (inner) => `${inner} | cat`,
  (inner) => `true && ${inner}`,
  (inner) => `! false && { ${inner}\n}`,
  (inner) => `: # it's a "comment" \`with $( everything\n${inner}`,
  (inner) => `: "it's" 'a "word"'; ${inner}`,
  (inner) => `: $(( (1 + 2) * 3 )) \${x:-"}"}; ${inner}`,
  (inner, n) => `v${n}="$( ${inner}; printf .)"; printf "%s" "\${v${n}%.}"`,
  (inner, n) => `v${n}=$( ( ${inner} ); printf .)\nprintf "%s" "\${v${n}%.}"`,
  (inner, n) => `cat <<E${n} >/dev/null\n$( ${inner})\nE${n}\n${inner}`,
  (inner, n) => `cat <<'E${n}' >/dev/null; ${inner}\nit's \`not $(read\nE${n}\n`,
  (inner, n) => `cat <<-E${n} >/dev/null\n\t$( ${inner})\n\tE${n}\n${inner}`,
  (inner) => `printf "%s" "$( ${inner}; printf .)" | sed '$s/.$//'`,
];

const value = fc.oneof(
  fc.constantFrom(
    '',
    "'",
    '"',
    '`',
    '$(id)',
    '\\',
    ')',
    '}',
    ';;',
    'esac',
    '#',
    '&',
    '-n',
    '*',
    ' a  b ',
    'E1',
    '<<E',
    '${x}',
    '((',
  ),
  fc.string({
    unit: fc.constantFrom('a', "'", '"', '\\', '$', '(', ')', '`', ' ', '{', '}', '#', 'é'),
    maxLength: 8,
  }),
);

const script = fc
  .tuple(fc.constantFrom(...leaves), fc.array(fc.nat(wrappers.length - 1), { maxLength: 4 }))
  .map(([leaf, layers]) => layers.reduce((inner, at, depth) => wrappers[at]!(inner, depth), leaf));

const shells = [['/bin/dash'], ['/bin/bash'], ['/bin/busybox', 'sh']].filter(([program]) =>
  existsSync(program!),
);

describe.each(shells)('%s', (program, ...args) => {
  const say = (template: string, text: string, own = '', seconds = 5) => {
    const bound = bindEverywhere(template, text);
    const file = join(folder(), 'script.sh');
    writeFileSync(file, bound.script);
    // Some nestings are endless in a shell of their own accord: bash 5.2 prints `$(…)` anew, and
    // loses a `;` after a here-document in a loop there. What the shell alone cannot run is left out,
    // with all that it began: timeout(1) ends the whole group.
    const words = ['-s', 'KILL', String(seconds), program!, ...args, file];
    const { stdout, stderr } = spawnSync('timeout', words, {
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', X: own, ...bound.env },
      cwd: folder(),
      encoding: 'utf8',
    });
    return { stdout, stderr, script: bound.script };
  };

  test('a value arrives byte for byte through whatever stands around it, however deep', () => {
    fc.assert(
      fc.property(script, value, (template, text) => {
        // What the shell itself makes of it with a variable of its own: not every wrapping goes into every other.
        const plain = template.replace(/\$\{\{ x \}\}/g, '$X');
        const own = say(plain, text, 'plain');
        fc.pre(own.stdout === '[plain]');
        const said = say(template, text);
        expect(said.stdout, JSON.stringify({ ...said, template }, null, 1)).toBe(`[${text}]`);
      }),
      { numRuns: 250 },
    );
  });

  test.runIf(existsSync('/proc/self/cmdline'))('what never ends leaves nothing running', () => {
    // Bug caught: the shell is ended, and what it began turns round for ever on the machine of the test.
    const { stdout } = say(
      'while :; do ( while :; do printf x; sleep 1; done ) | cat; done',
      '',
      '',
      0.3,
    );
    expect(stdout).toContain('x');
    expect(processesOf(folder())).toEqual([]);
  });

  test('every wrapping is one that the shell itself takes', () => {
    for (const [at, wrap] of wrappers.entries())
      expect(say(wrap('printf "[%s]" ${{ x }}', at), 'plain').stdout, wrap('x', at)).toBe(
        '[plain]',
      );
  });
});
