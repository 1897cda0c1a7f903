import { z } from 'zod';
import { durationText, json } from '#contract/common.ts';
import { durationMs } from '#main/base/duration.ts';
import { NexusError } from '#main/base/errors.ts';
import { isInstant } from '../language/instant.ts';
import { stepKind } from './kind.ts';

const MODES = ['duration', 'until', 'event'] as const;

const withSchema = z
  .strictObject({
    duration: durationText.optional(),
    until: z.string().optional().meta({
      title: 'Until',
      description: 'An instant, ISO 8601; without an offset it is read in the machine’s time zone.',
    }),
    event: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ title: 'Event', description: 'Name of the event to wait for.' }),
    key: z.string().max(500).optional().meta({
      title: 'Key',
      description: 'Only an event sent with this key ends the wait, e.g. an order number.',
    }),
    timeout: durationText.optional().meta({
      title: 'Timeout',
      description: 'How long to wait for the event at most; default: without end.',
    }),
    on_timeout: z.enum(['fail', 'continue']).default('fail').meta({
      title: 'On timeout',
      description: '`continue` goes on with `timed_out: true`.',
    }),
  })
  .superRefine((value, issues) => {
    const given = MODES.filter((mode) => value[mode] !== undefined);
    if (given.length !== 1)
      issues.addIssue({ code: 'custom', message: 'give exactly one of duration, until and event' });
  });

/** `wait`: parks the run durably; the wait survives restarts and sleep. */
export const wait = stepKind({
  kind: 'wait',
  title: 'Wait',
  description: 'Waits for a while, until an instant, or for an event. Survives restarts and sleep.',
  icon: 'hourglass',
  group: 'Flow',
  with: withSchema,
  outputs: z.object({
    until: z.string().optional().meta({ description: 'When the wait ended by plan (ISO 8601).' }),
    data: json.optional().meta({ description: 'What was sent with the event.' }),
    timed_out: z
      .boolean()
      .optional()
      .meta({ description: 'Whether the event did not come in time.' }),
  }),
  example: `id: settle
uses: wait
with:
  duration: 30s
`,
  effects: 'pure',
  check(authored) {
    const given = MODES.filter((mode) => authored[mode] !== undefined);
    if (given.length === 1) return [];
    return [
      {
        path: given.length > 1 ? [given[1]!] : [],
        code: 'wait.mode',
        message:
          given.length === 0
            ? 'This wait does not say what it waits for.'
            : `This wait says ${given.join(' and ')}; it can wait for one of them only.`,
        hint: 'Give exactly one of `duration` (30s), `until` (2026-05-01T06:00:00Z) and `event` (a name).',
      },
    ];
  },
  execute(input, context) {
    const now = context.clock.now();
    if (input.event !== undefined) {
      return {
        type: 'wait_event',
        name: input.event,
        key: input.key,
        timeoutAt: input.timeout === undefined ? undefined : now + durationMs(input.timeout),
        onTimeout: input.on_timeout,
      };
    }
    const at =
      input.until === undefined ? now + durationMs(input.duration!) : instantMs(input.until);
    return { type: 'wait_until', at, outputs: { until: new Date(at).toISOString() } };
  },
});

function instantMs(text: string): number {
  // Date.parse alone would take "5" or "May" for a date, and February 30th for one in March.
  const [, date, time = 'T00:00', rest = ''] =
    /^([\d-]+)(?:[T ]([\d:.,]+))?(.*)$/i.exec(text.trim()) ?? [];
  const clock = time.replace(',', '.').replace(/^T?/, 'T');
  // A date alone would be read as one of UTC, unlike a date with a time.
  const at = isInstant(text) ? Date.parse(`${date}${clock}${rest.toUpperCase()}`) : Number.NaN;
  if (Number.isFinite(at)) return at;
  throw new NexusError({
    code: 'wait.until_invalid',
    message: `“${text}” is not an instant.`,
    hint: 'Write it as ISO 8601, such as 2026-05-01T06:00:00Z or 2026-05-01T08:00:00+02:00.',
    details: { retryable: false },
  });
}
