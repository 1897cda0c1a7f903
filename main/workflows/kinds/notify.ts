import { z } from 'zod';
import { stepKind } from './kind.ts';

const withSchema = z.strictObject({
  title: z.string().min(1).max(200).meta({ title: 'Title' }),
  body: z.string().max(4000).optional().meta({ title: 'Body', 'x-nexus-editor': 'text' }),
  level: z.enum(['info', 'ok', 'warn', 'danger']).default('info').meta({ title: 'Level' }),
});

/**
 * `notify`: tells the person, on the desktop and in the notification centre. `idempotent`, since
 * being told twice after a crash is better than not being told.
 */
export const notify = stepKind({
  kind: 'notify',
  title: 'Notify',
  description: 'Shows a desktop notification and keeps it in the notification centre.',
  icon: 'bell',
  group: 'People',
  with: withSchema,
  outputs: z.object({}),
  example: `id: tell
uses: notify
with:
  title: Backup finished
  body: \${{ steps.backup.outputs.size }} bytes written
  level: ok
`,
  effects: 'idempotent',
  execute(input, context) {
    context.notify(input);
    return { type: 'done', outputs: {} };
  },
});
