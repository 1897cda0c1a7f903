import type { Question, QuestionEvent, QuestionField } from '#contract/questions.ts';
import type { Clock } from '#main/base/clock.ts';
import { NexusError } from '#main/base/errors.ts';
import { newId } from '#main/base/ids.ts';

/** What to ask. */
export interface Asked {
  kind: Question['kind'];
  title: string;
  text: string;
  fields: (Omit<QuestionField, 'required'> & { required?: boolean })[];
  subject: string;
  /** How long to wait for an answer; default five minutes. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface QuestionsOptions {
  clock: Clock;
  /** True where nobody but a watcher can answer (one command of the command line): then an unwatched question fails at once. */
  mustBeWatched?: boolean;
  /** Told of every question, for the notification centre. */
  onAsked?: (question: Question) => void;
}

interface Open {
  question: Question;
  settle: (values: Record<string, string> | NexusError) => void;
}

const DEFAULT_TIMEOUT_MS = 5 * 60_000;

/**
 * Questions that work waits for: Nexus asks, and whoever is there (window, dashboard, terminal)
 * answers. Answers go to the asker alone; they are neither kept nor logged.
 */
export class Questions {
  readonly #options: QuestionsOptions;
  readonly #open = new Map<string, Open>();
  readonly #watchers = new Set<(event: QuestionEvent) => void>();

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /**
   * Asks, and resolves with the values of the first answer.
   * @throws NexusError `question.refused`, `question.timeout`, `question.unattended`; the signal's reason
   */
  async ask(asked: Asked): Promise<Record<string, string>> {
    const { signal } = asked;
    signal?.throwIfAborted();
    if (this.#options.mustBeWatched && this.#watchers.size === 0) throw unattended(asked);
    const { clock } = this.#options;
    const now = clock.now();
    const expires = now + (asked.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    const question: Question = {
      id: newId('q', now),
      kind: asked.kind,
      title: asked.title,
      text: asked.text,
      fields: asked.fields.map((field) => ({ required: true, ...field })),
      subject: asked.subject,
      asked_at: new Date(now).toISOString(),
      expires_at: new Date(expires).toISOString(),
    };
    return new Promise((resolve, reject) => {
      const settle: Open['settle'] = (values) => {
        if (!this.#open.delete(question.id)) return;
        cancel();
        signal?.removeEventListener('abort', onAbort);
        this.#tell({ type: 'closed', id: question.id });
        if (values instanceof NexusError) reject(values);
        else resolve(values);
      };
      const onAbort = () => settle(closed('question.cancelled', question, 'was given up'));
      const cancel = clock.at(expires, () =>
        settle(closed('question.timeout', question, 'had no answer in time')),
      );
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#open.set(question.id, { question, settle });
      this.#tell({ type: 'asked', question });
      this.#options.onAsked?.(question);
    });
  }

  list(): Question[] {
    return [...this.#open.values()].map(({ question }) => question);
  }

  /** @throws NexusError `question.not_found`, `question.answer_invalid` */
  answer(id: string, values: Record<string, string>): void {
    const { question, settle } = this.#get(id);
    for (const field of question.fields) {
      const value = values[field.name];
      const missing = field.required && (value === undefined || value === '');
      const unknown =
        value !== undefined &&
        field.type === 'choice' &&
        !field.options?.some((option) => option.value === value);
      if (!missing && !unknown) continue;
      throw new NexusError({
        code: 'question.answer_invalid',
        message: missing ? `“${field.label}” is missing.` : `“${field.label}” has no such choice.`,
        hint: 'Fill in the form again.',
      });
    }
    const own = question.fields.map(({ name }) => [name, values[name] ?? ''] as const);
    settle(Object.fromEntries(own));
  }

  /** @throws NexusError `question.not_found` */
  refuse(id: string): void {
    const { question, settle } = this.#get(id);
    settle(closed('question.refused', question, 'was refused'));
  }

  /** What is open now, then what comes and goes, until `signal` is aborted. */
  async *watch(signal: AbortSignal): AsyncGenerator<QuestionEvent, void, undefined> {
    const queue: QuestionEvent[] = this.list().map((one) => ({ type: 'asked', question: one }));
    let wake: () => void = () => undefined;
    const hear = (event: QuestionEvent) => {
      queue.push(event);
      wake();
    };
    const onAbort = () => wake();
    this.#watchers.add(hear);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      while (!signal.aborted) {
        const next = queue.shift();
        if (next) yield next;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#watchers.delete(hear);
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Refuses everything that is open; for the end of the platform. */
  close(): void {
    for (const { question, settle } of this.#open.values())
      settle(closed('question.cancelled', question, 'was given up: Nexus closes'));
  }

  #tell(event: QuestionEvent): void {
    for (const hear of this.#watchers) hear(event);
  }

  #get(id: string): Open {
    const open = this.#open.get(id);
    if (open) return open;
    throw new NexusError({
      code: 'question.not_found',
      message: `There is no open question ${id}.`,
      hint: 'Somebody may have answered it already, or its time has passed.',
    });
  }
}

function closed(code: string, question: Question, what: string): NexusError {
  return new NexusError({
    code,
    message: `The question “${question.title}” ${what}.`,
    hint: 'Try again and answer it, or configure the host so that it need not be asked.',
    kind: 'operational',
    details: { subject: question.subject, retryable: false },
  });
}

function unattended({ title, subject }: Asked): NexusError {
  return new NexusError({
    code: 'question.unattended',
    message: `“${title}” had to be asked, and nobody is there to answer.`,
    hint: 'Run the command in a terminal, or give the answer beforehand (see nexus host add --help).',
    kind: 'operational',
    details: { subject, retryable: false },
  });
}

/** The questions of one platform. */
export function createQuestions(options: QuestionsOptions): Questions {
  return new Questions(options);
}
