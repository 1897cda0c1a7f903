const HINTS: Record<string, string> = {
  no_such_key:
    'Check the name. For a value that may be missing write a.?b.orValue("default"), or has(a.b) ? a.b : "default".',
  no_such_overload:
    'The two sides have different types: convert one with string(), int() or double().',
  no_matching_overload: 'Check the function’s name and the types of what it is given.',
  incompatible_ternary_branches: 'Give both branches the same type, or wrap one in dyn().',
  unknown_variable:
    'Expressions see inputs, steps, run, trigger, env, secrets, and in foreach steps item and index. A text needs quotes.',
  division_by_zero: 'Check the divisor first: b == 0 ? 0 : a / b.',
  index_out_of_bounds: 'Check size(list) first.',
  invalid_condition_type: 'A condition must be true or false: compare with == or use has().',
  unexpected_token: 'See the expressions page of the workflow reference for the syntax of CEL.',
  unexpected_character:
    'CEL knows "text" and \'text\', && || !, == and ? : — no backticks, ===, ; or =>.',
  empty: 'Write an expression between the braces, or remove them.',
};

/** What to do about an error code of the CEL library. */
export function expressionHint(code: string): string {
  return HINTS[code] ?? 'See the expressions page of the workflow reference.';
}
