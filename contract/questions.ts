import { z } from 'zod';
import { instant } from './common.ts';
import { operation } from './define.ts';
import { stream } from './stream.ts';

/** One thing to fill in. A `secret` is never shown, kept or logged. */
export const questionField = z.object({
  name: z.string(),
  label: z.string(),
  type: z.enum(['text', 'secret', 'choice']),
  /** The answers to choose from, for a `choice`. */
  options: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
  required: z.boolean().default(true),
});
export type QuestionField = z.infer<typeof questionField>;

/** Something that Nexus must ask a person before it can go on: a host key, a password, a code. */
export const question = z.object({
  id: z.string(),
  kind: z.enum(['host_key', 'password', 'passphrase', 'code', 'approval', 'unlock', 'other']),
  title: z.string(),
  text: z.string(),
  fields: z.array(questionField),
  /** What it is about: a host's name, the vault. */
  subject: z.string(),
  asked_at: instant,
  /** When nobody has answered by then, it counts as refused. */
  expires_at: instant,
});
export type Question = z.infer<typeof question>;

export const questionEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('asked'), question }),
  z.object({ type: z.literal('closed'), id: z.string() }),
]);
export type QuestionEvent = z.infer<typeof questionEvent>;

export const questions = {
  list: operation('GET /questions', { title: 'List questions', role: 'operator', audit: 'none' })
    .input(z.object({}))
    .output(z.object({ questions: z.array(question) })),
  /** What is open now, then what comes and goes. Who watches counts as somebody who can answer. */
  watch: operation('GET /question-changes', {
    title: 'Watch questions',
    role: 'operator',
    audit: 'none',
    stream: true,
  })
    .input(z.object({}))
    .output(stream(questionEvent)),
  /** The values may be secrets: the audit log keeps that it was answered, never what. */
  answer: operation('POST /questions/{id}/answer', {
    title: 'Answer question',
    role: 'operator',
    audit: 'call',
  })
    .input(z.object({ id: z.string(), values: z.record(z.string(), z.string().max(64 * 1024)) }))
    .output(z.object({})),
  refuse: operation('POST /questions/{id}/refuse', {
    title: 'Refuse question',
    role: 'operator',
    audit: 'input',
  })
    .input(z.object({ id: z.string() }))
    .output(z.object({})),
};
