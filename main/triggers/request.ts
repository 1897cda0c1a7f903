/** A webhook's request as the gateway hands it over, its body read but not looked at. */
export interface WebhookRequest {
  method: string;
  /** Path below `/hooks/`, without the query. */
  path: string;
  /** Names in lower case, as Node gives them. */
  headers: Record<string, string | string[] | undefined>;
  query: Record<string, string | string[]>;
  rawBody: Buffer;
  remote: string;
}

/** What the gateway sends back. */
export interface WebhookAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: string | Buffer;
}

/** One header as text; a repeated one is joined as HTTP says (RFC 9110, 5.3). */
export function header(request: WebhookRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** The query of a URL (`?a=1&b=2`) as {@link WebhookRequest} wants it; a repeated name becomes a list. */
export function queryOf(search: string): Record<string, string | string[]> {
  const entries = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(search)) {
    const before = entries.get(name);
    if (before === undefined) entries.set(name, value);
    else entries.set(name, Array.isArray(before) ? [...before, value] : [before, value]);
  }
  // fromEntries defines own properties, so that a name such as __proto__ is only a name.
  return Object.fromEntries(entries);
}
