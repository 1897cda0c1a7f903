import i18next from 'i18next';
import type { KindInfo } from '#contract/workflows.ts';
import germanHosts from './platform/de.hosts.json';
import german from './platform/de.json';
import germanTexts from './platform/de.texts.json';

/** What the platform says in English, in another language: by kind, by code, by form of the sentence. */
interface Catalogue {
  kinds: Record<string, { title: string; description: string }>;
  /** By code; within it from the English sentence with its gaps, or from '' for whatever it says. */
  messages: Record<string, Record<string, string>>;
  hints: Record<string, string>;
  /** What stands in the gaps of messages. */
  phrases: Record<string, string>;
  /** What a person is asked, and may answer. */
  questions: Record<string, string>;
}

const catalogues: Record<string, Catalogue> = {
  de: {
    kinds: german.kinds,
    messages: { ...german.messages, ...germanHosts.messages } as Catalogue['messages'],
    hints: { ...german.hints, ...germanHosts.hints },
    phrases: germanHosts.phrases,
    questions: germanHosts.questions,
  },
};
const texts: Record<string, Record<string, string>> = { de: germanTexts };

/** Something the platform says: an error, or a problem in a file. */
interface Said {
  code: string;
  message: string;
  hint?: string | undefined;
}

/**
 * An error or a problem in the language of the window, where its catalogue knows the code; else as
 * the platform said it. A sentence known by its code alone keeps the English particulars behind it.
 */
export function said<T extends Said>(what: T, language: string = i18next.language): T {
  const catalogue = catalogues[language];
  if (!catalogue) return what;
  const forms = catalogue.messages[what.code];
  const general = forms?.[''];
  const phrase = (gap: string) => phraseIn(gap, catalogue);
  const message =
    filled(what.message, catalogue.phrases, phrase) ??
    (forms && filled(what.message, forms, phrase)) ??
    (general === undefined ? what.message : `${general} (${what.message})`);
  const hint = what.hint && hintIn(what.hint, catalogue.hints);
  return { ...what, message, ...(hint ? { hint } : {}) };
}

/** What a person is asked (a title, a text, a label, an answer) in the language of the window. */
export function questionSaid(text: string, language: string = i18next.language): string {
  const catalogue = catalogues[language];
  return (catalogue && filled(text, catalogue.questions)) ?? text;
}

/** A kind of step with its title and description in the language of the window. */
export function kindSaid(kind: KindInfo, language: string = i18next.language): KindInfo {
  return { ...kind, ...catalogues[language]?.kinds[kind.kind] };
}

/**
 * A fixed text of the platform in the language of the window: the title of an operation, a field of
 * a form and its help, a template's title and description. One that is not known stays as it is.
 */
export function textSaid(text: string, language: string = i18next.language): string {
  const known = texts[language];
  return known && Object.hasOwn(known, text) ? known[text]! : text;
}

/** The plain words for a schedule in the language of the window. */
export function wordsSaid(
  schedule: { words: string; words_in?: Record<string, string> | undefined },
  language: string = i18next.language,
): string {
  return schedule.words_in?.[language] ?? schedule.words;
}

// A gap holds a name, a phrase of ours, several of them, or a whole error that came before.
function phraseIn(
  text: string,
  { messages, phrases }: Pick<Catalogue, 'messages' | 'phrases'>,
): string {
  const again = (gap: string) => phraseIn(gap, { messages, phrases });
  const known = filled(text, phrases, again);
  if (known !== undefined || !text.includes(' ')) return known ?? text;
  for (const [code, forms] of Object.entries(messages)) {
    const error = code.startsWith('ssh.') ? filled(text, forms, again) : undefined;
    if (error !== undefined) return error;
  }
  const parts = text.split(', ');
  return parts.length > 1 ? parts.map(again).join(', ') : text;
}

function hintIn(hint: string, hints: Record<string, string>): string {
  return filled(hint, hints, (gap) => hintIn(gap, hints)) ?? hint;
}

/** The sentence of another language whose English form fits, with the same particulars in its gaps; `{0:n}` is a number. */
function filled(
  text: string,
  forms: Record<string, string>,
  gap: (text: string) => string = (same) => same,
): string | undefined {
  for (const [form, other] of Object.entries(forms)) {
    const gaps = form === '' ? undefined : patternOf(form).exec(text)?.slice(1);
    if (gaps) return other.replace(/\{(\d)\}/g, (_, at: string) => gap(gaps[Number(at)] ?? ''));
  }
  return undefined;
}

const patterns = new Map<string, RegExp>();

function patternOf(form: string): RegExp {
  let pattern = patterns.get(form);
  if (!pattern) {
    const literal = form
      .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
      .replace(/\{\d(:n)?\}/g, (_, number) => (number ? '(\\d+)' : '(.+?)'));
    patterns.set(form, (pattern = new RegExp(`^${literal}$`, 's')));
  }
  return pattern;
}
