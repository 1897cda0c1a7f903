import type { Host } from '#contract/hosts.ts';

/**
 * Whether a search is a host expression, which the platform works out, and not just words to look
 * for: it has a field (`tag:web`), a wildcard, a list, brackets, or one of the words of the language.
 */
export function isExpression(text: string): boolean {
  return (
    /[*?(),!]/.test(text) ||
    // Two colons are an IPv6 address.
    /(^|\s)[a-z]+:(?!:)/i.test(text) ||
    /(^|\s)(and|or|not)(\s|$)/i.test(text)
  );
}

/** Whether every word stands somewhere in what is known of a host. */
export function hasWords(host: Host, text: string): boolean {
  const known = [
    host.name,
    host.address,
    host.user,
    host.environment,
    host.notes,
    ...host.groups,
    ...host.tags,
    ...host.jump,
  ]
    .join('\n')
    .toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => known.includes(word));
}

/** The expression that means exactly these hosts. */
export function expressionOf(names: Iterable<string>): string {
  return Array.from(names, (name) => `name:${name}`).join(', ');
}

/** Whether an environment's name says production. */
export function isProduction(environment: string | undefined): boolean {
  return /^prod(uction)?$/i.test(environment ?? '');
}
