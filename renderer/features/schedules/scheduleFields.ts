import type { Schedule } from '#contract/schedules.ts';
import { wordsSaid } from '#renderer/i18n/said.ts';

/** What a schedule shows to the typed filter. */
export function scheduleFields(schedule: Schedule) {
  return {
    workflow: schedule.workflow,
    when: [wordsSaid(schedule), schedule.expression],
    zone: schedule.timezone,
    is: schedule.paused ? 'paused' : 'active',
  };
}
