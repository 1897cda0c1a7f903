/** Below this many characters a value is too likely to be ordinary text to be hidden everywhere. */
export const SHORTEST_SECRET = 6;

/** A line of a secret of several lines is hidden by itself from this length on. */
const SHORTEST_LINE = 16;

/**
 * The ways in which a secret may appear in a text: as it is, in base64 and base64url at all three
 * alignments, URL-encoded, hexadecimal, JSON-escaped (once and twice) and quoted for a shell; each
 * line of base64 and hexadecimal as the usual tools break them; and each longer line of a value of several lines. Empty for values below {@link SHORTEST_SECRET}.
 */
export function secretForms(value: string): string[] {
  return collected(value, formsOf);
}

/** Those of {@link secretForms} that a writer may break into lines anywhere: base64 and hexadecimal. */
export function wrappableForms(value: string): string[] {
  return collected(value, encodedForms);
}

function collected(value: string, formsOfText: (text: string) => Iterable<string>): string[] {
  const forms = new Set<string>();
  const whole = value.trim();
  if (whole.length < SHORTEST_SECRET) return [];
  const lines = whole.split(/\r?\n/).map((line) => line.trim());
  const texts =
    lines.length > 1 ? [whole, ...lines.filter((l) => l.length >= SHORTEST_LINE)] : [whole];
  for (const text of texts) {
    for (const form of formsOfText(text)) if (form.length >= SHORTEST_SECRET) forms.add(form);
  }
  return [...forms];
}

/** Where the usual writers break base64: base64(1) and MIME (RFC 2045), openssl(1) and PEM (RFC 7468). */
const BASE64_WIDTHS = [76, 64];
/** Where `xxd -p` does. */
const HEX_WIDTH = 60;

// Logs come line by line, so each line of a long secret must be known by itself.
function* wrapped(text: string, width: number): Generator<string> {
  if (text.length <= width) return;
  for (let at = 0; at < text.length; at += width) yield text.slice(at, at + width);
}

function* formsOf(text: string): Generator<string> {
  yield text;
  yield text.replaceAll('\n', '\r\n');
  yield* encodedForms(text);
  const bytes = Buffer.from(text, 'utf8');
  for (const width of BASE64_WIDTHS) yield* wrapped(base64Core(bytes, 0), width);
  yield* wrapped(bytes.toString('hex'), HEX_WIDTH);
  yield* urlForms(text);
  yield* jsonForms(text);
  yield text.replaceAll("'", `'\\''`);
}

function* encodedForms(text: string): Generator<string> {
  const bytes = Buffer.from(text, 'utf8');
  for (const alignment of [0, 1, 2] as const) {
    const core = base64Core(bytes, alignment);
    yield core;
    yield core.replaceAll('+', '-').replaceAll('/', '_');
  }
  const hex = bytes.toString('hex');
  yield hex;
  yield hex.toUpperCase();
}

/**
 * The characters of base64 that depend on `bytes` alone when `alignment` other bytes (modulo 3)
 * stand before them: RFC 4648 maps 6 bits to a character, so at most one character at either end
 * is shared with a neighbour.
 */
function base64Core(bytes: Buffer, alignment: 0 | 1 | 2): string {
  const text = Buffer.concat([Buffer.alloc(alignment), bytes]).toString('base64');
  const start = Math.ceil((alignment * 8) / 6);
  const end = Math.floor(((alignment + bytes.length) * 8) / 6);
  return text.slice(start, end);
}

/** What the usual writers of URLs leave as it is, besides letters and digits. */
const UNESCAPED = [
  "-_.!~*'()", // JavaScript’s encodeURIComponent
  '-_.~', // RFC 3986: PHP, curl, Go’s QueryEscape, Python’s quote_plus
  '-_.~/', // Python’s quote
  '*-._', // application/x-www-form-urlencoded: browsers, Java
  "-_.!~*'();/?:@&=+$,#", // JavaScript’s encodeURI
  '-_.~$&+,;=', // Go: user and password
  '-_.~$&+=:@', // Go: part of a path
  "-_.~!$&'()*+,%", // WHATWG URL: user and password
  "-_.~!$&'()*+,;=:@/[]|\\%", // WHATWG URL: path
  '-_.~!$&()*+,;=:@/?[]|\\%^`{}', // WHATWG URL: query
];

function* urlForms(text: string): Generator<string> {
  // A lone surrogate cannot be encoded, and cannot travel in a URL either.
  if (/\p{Surrogate}/u.test(text)) return;
  for (const kept of UNESCAPED) {
    const form = percentEncoded(text, kept);
    yield form;
    yield form.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
    yield form.replaceAll('%20', '+');
  }
}

function percentEncoded(text: string, kept: string): string {
  let form = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const char = String.fromCharCode(byte);
    const plain = /[A-Za-z0-9]/.test(char) || kept.includes(char);
    form += plain ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return form;
}

/** What writers of JSON escape besides what they must (RFC 8259), and how. */
const ESCAPED: { which: RegExp; upper?: boolean; slash?: boolean }[] = [
  { which: /[^\s\S]/g },
  { which: /[^\s\S]/g, slash: true }, // PHP, where it is told to leave Unicode alone
  { which: /[\u0080-\uffff]/g }, // Python, Ruby, Perl, where they keep to ASCII
  { which: /[\u0080-\uffff]/g, upper: true }, // Jackson, where it keeps to ASCII
  { which: /[\u0080-\uffff]/g, slash: true }, // PHP
  { which: /[<>&\u2028\u2029]/g }, // Go, Rails
  { which: /[<>&='\u2028\u2029]/g }, // Gson
  { which: /[<>&'+`\u0080-\uffff]/g, upper: true }, // .NET, where a quote is \u0022
];

function* jsonForms(text: string): Generator<string> {
  const escape = (plain: string) => JSON.stringify(plain).slice(1, -1);
  for (const { which, upper, slash } of ESCAPED) {
    const unit = (char: string) => {
      const hex = char.charCodeAt(0).toString(16).padStart(4, '0');
      return `\\u${upper ? hex.toUpperCase() : hex}`;
    };
    const plain = escape(text);
    const once = (slash ? plain.replaceAll('/', '\\/') : plain).replace(which, unit);
    yield once;
    // JSON in JSON, as logs have it.
    yield escape(once);
    if (upper) yield once.replaceAll('\\"', '\\u0022');
  }
}
