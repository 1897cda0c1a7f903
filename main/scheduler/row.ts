import type { Json } from '#contract/common.ts';
import type { Firing, Schedule } from '#contract/schedules.ts';
import { durationMs } from '#main/base/duration.ts';
import type { ScheduleSpec, Timetable } from './timetable.ts';
import { timetableOf } from './timetable.ts';

/** A row of `schedules`. */
export interface ScheduleRow {
  id: string;
  workflow: string;
  origin: 'file' | 'added';
  position: number;
  /** JSON of {@link ScheduleSpec}. */
  spec: string;
  /** The zone in force: the authored one, or the machine's. */
  zone: string;
  jitter: string | null;
  missed: 'none' | 'last' | 'all';
  max_missed: number;
  inputs: string | null;
  enabled: 0 | 1;
  paused: 0 | 1;
  anchor: number;
  base_due: number | null;
  next_due: number | null;
  last_at: number | null;
  last_run: string | null;
}

/** A row of `firings`; `claimed` is one whose run has not been started yet. */
export interface FiringRow {
  id: number;
  schedule: string;
  workflow: string;
  due_at: number;
  fired_at: number;
  outcome: Firing['outcome'] | 'claimed';
  run: string | null;
  reason: string | null;
  inputs: string | null;
  owner: string | null;
  lease_until: number | null;
  attempts: number;
}

const MOST_KNOWN = 50_000;
const timetables = new Map<string, Timetable>();

/** The timetable of a row; the same rule in the same zone is read once. */
export function timetableOfRow(row: ScheduleRow): Timetable {
  const key = `${row.zone}\n${row.anchor}\n${row.spec}`;
  let timetable = timetables.get(key);
  if (!timetable) {
    const spec = JSON.parse(row.spec) as ScheduleSpec;
    timetable = timetableOf({ ...spec, timezone: row.zone }, row.anchor);
    if (timetables.size >= MOST_KNOWN) timetables.clear();
    timetables.set(key, timetable);
  }
  return timetable;
}

/** Jitter of a row in milliseconds. */
export function jitterOf(row: ScheduleRow): number {
  if (row.jitter === null) return 0;
  const written = JSON.parse(row.jitter) as string | number;
  return durationMs(written);
}

const PREVIEW = 10;
const iso = (ms: number): string => new Date(ms).toISOString();

const previews = new Map<string, { of: string; next: string[] }>();

/** Lists are asked for again after every firing, and most rows have not moved since. */
function previewOf(row: ScheduleRow, timetable: Timetable): string[] {
  const of = `${row.base_due}\n${row.zone}\n${row.spec}`;
  const known = previews.get(row.id);
  if (known?.of === of) return known.next;
  const next: string[] = [];
  for (let at = row.base_due ?? undefined; at !== undefined && next.length < PREVIEW; ) {
    next.push(iso(at));
    at = timetable.next(at);
  }
  if (previews.size >= MOST_KNOWN) previews.clear();
  previews.set(row.id, { of, next });
  return next;
}

/** The schedule as every face sees it. */
export function scheduleOf(row: ScheduleRow): Schedule {
  const timetable = timetableOfRow(row);
  return {
    id: row.id,
    workflow: row.workflow,
    origin: row.origin,
    expression: timetable.expression,
    words: timetable.words,
    words_in: timetable.wordsIn,
    timezone: row.zone,
    ...(row.jitter === null ? {} : { jitter: String(JSON.parse(row.jitter)) }),
    missed: row.missed,
    paused: row.paused === 1 || row.enabled === 0,
    ...(row.inputs === null ? {} : { inputs: JSON.parse(row.inputs) as Json }),
    next: previewOf(row, timetable),
    ...(row.last_at === null ? {} : { last_at: iso(row.last_at) }),
    ...(row.last_run === null ? {} : { last_run: row.last_run }),
  };
}

/** A firing as the history shows it. */
export function firingOf(row: FiringRow): Firing {
  return {
    schedule: row.schedule,
    workflow: row.workflow,
    due_at: iso(row.due_at),
    fired_at: iso(row.fired_at),
    outcome: row.outcome as Firing['outcome'],
    ...(row.run === null ? {} : { run: row.run }),
    ...(row.reason === null ? {} : { reason: row.reason }),
  };
}
