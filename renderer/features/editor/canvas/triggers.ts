import type { Json } from '#contract/common.ts';
import { at } from '../document/Plan.ts';

export interface TriggerWords {
  kind: 'manual' | 'schedule' | 'webhook' | 'workflow_completed' | 'alert';
  /** What it is set to, e.g. the cron expression; empty where there is nothing to say. */
  text: string;
}

function list(value: Json | undefined): Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function text(value: Json, ...keys: string[]): string {
  for (const key of keys) {
    const found = at(value, [key]);
    if (typeof found === 'string' || typeof found === 'number') return String(found);
  }
  return '';
}

/** What starts a workflow, in the order people look for it. Without any, it is started by hand. */
export function readTriggers(value: Json): TriggerWords[] {
  const all: TriggerWords[] = [
    ...list(at(value, ['on', 'schedule'])).map((each): TriggerWords => {
      const every = text(each, 'every');
      return { kind: 'schedule', text: every === '' ? text(each, 'cron', 'at') : `↻ ${every}` };
    }),
    ...list(at(value, ['on', 'webhook'])).map(
      (each): TriggerWords => ({
        kind: 'webhook',
        text: `/${text(each, 'path').replace(/^\//, '')}`,
      }),
    ),
    ...list(at(value, ['on', 'workflow_completed'])).map(
      (each): TriggerWords => ({
        kind: 'workflow_completed',
        text: text(each, 'workflow'),
      }),
    ),
    ...list(at(value, ['on', 'alert'])).map(
      (each): TriggerWords => ({
        kind: 'alert',
        text: [...list(at(each, ['rules'])), ...list(at(each, ['severity']))]
          .filter((one) => typeof one === 'string')
          .join(', '),
      }),
    ),
  ];
  return at(value, ['on', 'manual']) !== undefined || all.length === 0
    ? [{ kind: 'manual', text: '' }, ...all]
    : all;
}
