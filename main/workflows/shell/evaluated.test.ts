import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '#contract/common.ts';
import { splitTemplate } from '../language/template.ts';
import { bindEverywhere, scripts } from './bind.testing.ts';

const { folder, run: runWith } = scripts();

const refusal = (template: string, value: Json): string | undefined => {
  try {
    bindEverywhere(template, value);
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

/** Really runs it in bash, with one value for every expression. */
function run(template: string, value: Json) {
  const values = splitTemplate(template).expressions.map(() => value);
  return runWith('/bin/bash', template, values, '1\n');
}

/** A value that is harmless as text, and a command where bash evaluates it. */
const HOSTILE = 'a[$(touch owned)0]';
const owned = () => existsSync(join(folder(), 'owned'));

/** Where bash computes with a word, or takes it for a variable, whatever quotes stand around it. */
const evaluating = [
  'let n=${{ x }}',
  'let "n = ${{ x }} + 1"',
  "let 'n = ${{ x }}'",
  'let n=1 "m = ${{ x }}"',
  'builtin let n=${{ x }}',
  'A=1 let n=${{ x }}',
  'true && let n=${{ x }}',
  'if let n=${{ x }}; then :; fi',
  'declare -i n=${{ x }}',
  'declare -i n="${{ x }}"',
  'declare -r -i n=${{ x }}',
  'declare -ri "n=${{ x }}"',
  'typeset -i n=${{ x }}',
  'f() { local -i n=${{ x }}; }; f',
  'declare -i n; n=${{ x }}',
  'declare -i n\nn="${{ x }}"',
  'declare -i n=1; n+=${{ x }}',
  'declare ${{ x }}=1',
  'declare "${{ x }}=1"',
  'declare -n r=${{ x }}; echo "$r"',
  '[[ -v ${{ x }} ]]',
  '[[ -v "${{ x }}" ]]',
  '[ -v ${{ x }} ]',
  'test -v "${{ x }}"',
  'if [[ a == a && -v ${{ x }} ]]; then :; fi',
  'if [[ a == a || ( -v ${{ x }} ) ]]; then :; fi',
  'printf -v "${{ x }}" hi',
  'printf -v ${{ x }} hi',
  'read ${{ x }}',
  'read -r "${{ x }}"',
  'echo $(let n=${{ x }})',
  'echo "$(declare -i n="${{ x }}")"',
  'echo `let n=${{ x }}`',
  '( let n=${{ x }} )',
  '{ let n=${{ x }}; }',
];

describe('where bash evaluates a word again', () => {
  test.each(evaluating)('%s takes no text that would run', (template) => {
    // Bug caught: a value in quotes, byte for byte, and yet a command.
    expect(refusal(template, HOSTILE)).toBe('shell.unsafe_value');
    expect(owned()).toBe(false);
  });

  test('that bash really would run them: the values are refused for a reason', () => {
    const really = (script: string) => {
      spawnSync('/bin/bash', ['-c', script], { env: { X: HOSTILE }, cwd: folder(), input: '1\n' });
      const ran = owned();
      rmSync(join(folder(), 'owned'), { force: true });
      return ran;
    };
    for (const script of [
      'let "n = $X"',
      'declare -i n="$X"',
      '[[ -v $X ]]',
      'read "$X"',
      'printf -v "$X" hi',
    ])
      expect(really(script), script).toBe(true);
  });

  test.each([
    ['let n=${{ x }}; echo $n', '5\n'],
    ['let "n = ${{ x }} * 2"; echo $n', '10\n'],
    ['declare -i n=${{ x }}; echo $n', '5\n'],
    ['declare -i n; n=${{ x }}; echo $n', '5\n'],
    ["f() { local -i n='${{ x }}'; echo $n; }; f", '5\n'],
  ])('%s still computes with a number', (template, stdout) => {
    expect(run(template, 5).stdout).toBe(stdout);
    expect(run(template, '5').stdout).toBe(stdout);
  });

  test.each([
    ['printf -v "${{ x }}" %s hi; echo "$name"', 'hi\n'],
    ['read -r ${{ x }}; echo "$name"', '1\n'],
    ['name=1; [[ -v ${{ x }} ]] && echo set', 'set\n'],
    ['declare "${{ x }}=hi"; echo "$name"', 'hi\n'],
    ['name=hi; declare -n r=${{ x }}; echo "$r"', 'hi\n'],
  ])('%s still takes the name of a variable', (template, stdout) => {
    expect(run(template, 'name').stdout).toBe(stdout);
  });
});

describe('where the very same words are text', () => {
  const text = fc.oneof(
    fc.constantFrom(
      HOSTILE,
      '',
      ' ',
      "it's",
      '"',
      '$(id)',
      '-v',
      '-i',
      'a=b',
      'let',
      '*',
      '\\',
      '1 + 1',
      '\n',
    ),
    fc.string({ unit: 'binary', maxLength: 12 }).map((s) => s.replace(/[\0\ud800-\udfff]/g, '')),
  );

  test.each([
    ['declare n=${{ x }}; printf "[%s]" "$n"'],
    ['declare "n=${{ x }}"; printf "[%s]" "$n"'],
    ["declare 'n=${{ x }}'; printf '[%s]' \"$n\""],
    ['declare -r n="${{ x }}"; printf "[%s]" "$n"'],
    ['f() { local n=${{ x }}; printf "[%s]" "$n"; }; f'],
    ['export n=${{ x }}; printf "[%s]" "$n"'],
    ['n=${{ x }}; printf "[%s]" "$n"'],
    ['declare -i m=1; n=${{ x }}; printf "[%s]" "$n"'],
    ['declare -i m=1; printf "[%s]" ${{ x }}'],
    ['let n=1; printf "[%s]" "${{ x }}"'],
    ['let n=1\nprintf "[%s]" \'${{ x }}\''],
    ['let n=1 && printf "[%s]" ${{ x }}'],
    ['printf "[%s]" let ${{ x }} | sed "1s/^.let.//"'],
    ['read -r -p ${{ x }} answer; printf "[%s]" "${{ x }}"'],
    ['read -rp "${{ x }}" answer; printf "[%s]" ${{ x }}'],
    ['if [[ -v n || 1 ]]; then printf "[%s]" ${{ x }}; fi'],
    ['printf "[%s]" ${{ x }}; printf -v n %s "${{ x }}"; [ "$n" = ${{ x }} ]'],
    ['f() { case a in a) printf "[%s]" ${{ x }};; esac; }; f'],
    ['v=$(f() { case a in a) printf "[%s]." ${{ x }};; esac; }; f); printf "%s" "${v%.}"'],
    ['[[ -v n ]] || printf "[%s]" ${{ x }}'],
    ['[[ a == a && -n "b" ]] && printf "[%s]" ${{ x }}'],
    ['# let n=1\nprintf "[%s]" ${{ x }}'],
    ['echo let >/dev/null; printf "[%s]" ${{ x }}'],
    ['v=$(declare -i n=1; printf "[%s]." ${{ x }}); printf "%s" "${v%.}"'],
    ['cat <<EOF >/dev/null; let n=1\nlet m=${{ x }}\nEOF\nprintf "[%s]" ${{ x }}'],
  ])('%s is handed on byte for byte', (template) => {
    fc.assert(
      fc.property(text, (value) => {
        const { stdout, stderr } = run(template, value);
        expect(stdout, `${JSON.stringify(value)} ${stderr}`).toBe(`[${value}]`);
        expect(owned()).toBe(false);
      }),
      { numRuns: 12 },
    );
  });
});
