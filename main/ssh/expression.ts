import type { Host } from '#contract/hosts.ts';
import { NexusError } from '#main/base/errors.ts';

/** What is looked at to decide whether a host is meant. */
export type Selectable = Pick<Host, 'name' | 'groups' | 'tags' | 'environment'>;

/** Says of one host whether it is meant. */
export type HostTest = (host: Selectable) => boolean;

interface Token {
  text: string;
  /** 0-based, in the expression. */
  at: number;
}

const FIELDS: Record<string, (host: Selectable) => string[]> = {
  name: (host) => [host.name],
  group: (host) => host.groups,
  tag: (host) => host.tags,
  env: (host) => (host.environment === undefined ? [] : [host.environment]),
};
FIELDS['environment'] = FIELDS['env']!;

const MAX_LENGTH = 4096;
const MAX_DEPTH = 100;

/**
 * Reads a host expression:
 *
 *     expression = and { ("or" | ",") and }      and  = not { ["and"] not }
 *     not        = { "not" | "!" } term          term = "(" expression ")" | pattern
 *     pattern    = [ ("name" | "group" | "tag" | "env" | "environment") ":" ] glob
 *
 * A bare glob is a host's name; `*` and `?` are wildcards; `all` is every host. Case does not matter.
 *
 * @throws NexusError `hosts.expression_invalid` with the position (1-based)
 */
export function parseHostExpression(text: string): HostTest {
  if (text.length > MAX_LENGTH) throw invalid(text, MAX_LENGTH, 'it is too long');
  const tokens = tokensOf(text);
  let next = 0;
  let depth = 0;
  const peek = () => tokens[next]?.text.toLowerCase();
  const take = () => tokens[next++];
  const position = () => tokens[next]?.at ?? text.length;
  const isOperator = (word: string | undefined) =>
    word === undefined || word === ')' || word === ',' || word === 'or' || word === 'and';

  const either = (): HostTest => {
    const parts = [both()];
    while (peek() === 'or' || peek() === ',') {
      take();
      parts.push(both());
    }
    return parts.length === 1 ? parts[0]! : (host) => parts.some((part) => part(host));
  };
  const both = (): HostTest => {
    const parts = [negated()];
    while (peek() === 'and' || !isOperator(peek())) {
      if (peek() === 'and') take();
      parts.push(negated());
    }
    return parts.length === 1 ? parts[0]! : (host) => parts.every((part) => part(host));
  };
  const negated = (): HostTest => {
    let not = false;
    while (peek() === 'not' || peek() === '!') {
      take();
      not = !not;
    }
    const inner = term();
    return not ? (host) => !inner(host) : inner;
  };
  const term = (): HostTest => {
    const at = position();
    const token = take();
    if (!token) throw invalid(text, at, 'a host is missing here');
    if (token.text === '(') {
      if ((depth += 1) > MAX_DEPTH) throw invalid(text, at, 'it is nested too deeply');
      const inner = either();
      const end = position();
      if (take()?.text !== ')') throw invalid(text, end, 'a closing parenthesis is missing here');
      depth -= 1;
      return inner;
    }
    if (isOperator(token.text.toLowerCase()))
      throw invalid(text, at, `“${token.text}” cannot stand here`);
    return pattern(text, token);
  };

  const test = either();
  if (next < tokens.length)
    throw invalid(text, position(), `“${tokens[next]!.text}” cannot stand here`);
  return test;
}

function tokensOf(text: string): Token[] {
  return [...text.matchAll(/[(),!]|[^\s(),!]+/g)].map((match) => ({
    text: match[0],
    at: match.index,
  }));
}

function pattern(text: string, { text: word, at }: Token): HostTest {
  const colon = word.indexOf(':');
  const field = colon < 0 ? 'name' : word.slice(0, colon).toLowerCase();
  const glob = word.slice(colon + 1);
  const values = Object.hasOwn(FIELDS, field) ? FIELDS[field]! : undefined;
  if (!values) throw invalid(text, at, `“${field}” is not one of name, group, tag and env`);
  if (glob === '') throw invalid(text, at + word.length, `a value is missing after “${word}”`);
  if (colon < 0 && glob.toLowerCase() === 'all') return () => true;
  return (host) => values(host).some((value) => globMatches(glob, value));
}

/** Whether a glob of `*` and `?` matches the whole text, whatever the case; in linear time. */
export function globMatches(glob: string, text: string): boolean {
  const g = glob.toLowerCase();
  const t = text.toLowerCase();
  let i = 0;
  let j = 0;
  let star = -1;
  let mark = 0;
  while (j < t.length) {
    if (g[i] === '*') {
      star = i++;
      mark = j;
    } else if (i < g.length && (g[i] === '?' || g[i] === t[j])) {
      i += 1;
      j += 1;
    } else if (star >= 0) {
      i = star + 1;
      j = ++mark;
    } else return false;
  }
  while (g[i] === '*') i += 1;
  return i === g.length;
}

function invalid(text: string, at: number, why: string): NexusError {
  return new NexusError({
    code: 'hosts.expression_invalid',
    message: `The host expression is not valid at position ${at + 1}: ${why}.`,
    hint: 'Write for example: web-* and not tag:old, group:db, env:production.',
    details: { expression: text.slice(0, 200), position: at + 1, retryable: false },
  });
}
