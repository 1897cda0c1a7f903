import type { Book } from './platformBook.ts';
import type { Snapshot } from './platformSnapshot.ts';
import { type Check, verifyPlatform } from './platformVerify.ts';

type Sabotage = (end: Snapshot, book: Book) => void;

/** What a broken engine would leave, and the check that has to see it. */
const sabotages: [check: string, name: string, sabotage: Sabotage][] = [
  [
    'no step that was seen finished is lost or repeated',
    'a finished step is gone',
    (end, book) => void end.steps.delete([...book.finished.keys()][0]!),
  ],
  [
    'no step that was seen finished is lost or repeated',
    'a finished step has another attempt',
    (end, book) => {
      const key = [...book.finished.keys()].at(-1)!;
      const step = end.steps.get(key)!;
      end.steps.set(key, { ...step, attempts: step.attempts + 1 });
    },
  ],
  [
    'no once effect without its attempt, none lost',
    'an effect happened twice',
    (end, book) => {
      const key = end.effects.find((one) => !book.retries.has(one))!;
      end.effects.push(key);
    },
  ],
  [
    'no once effect without its attempt, none lost',
    'an effect is missing',
    (end) => {
      const key = end.effects.find((one) => end.steps.get(one)?.status === 'succeeded')!;
      end.effects = end.effects.filter((one) => one !== key);
    },
  ],
  [
    'every acknowledged start has its one run',
    'an acknowledged start is gone',
    (end, book) => void end.runs.delete([...book.starts.values()][0]!),
  ],
  [
    'every delivery started one run, however often it was sent',
    'a delivery started two runs',
    (end) => {
      const run = [...end.runs.values()].find((one) => one.workflow === 'hook')!;
      end.runs.set('run_double', { ...run, id: 'run_double' });
    },
  ],
  [
    'no run is stuck',
    'a run never ended',
    (end) => {
      const [id, run] = [...end.runs][0]!;
      end.runs.set(id, { ...run, status: 'waiting', ended_at: null });
    },
  ],
  [
    'every second of the schedule fired once',
    'an occurrence fired twice',
    (end) => {
      const run = [...end.runs.values()].find((one) => one.workflow === 'tick')!;
      end.runs.set('run_double', { ...run, id: 'run_double' });
    },
  ],
  [
    'every second of the schedule fired once',
    'an occurrence is missing',
    (end) => void end.firings.splice(1, 1),
  ],
  [
    'every end is followed by one run of its follower',
    'a follower is missing',
    (end) => {
      const run = [...end.runs.values()].find((one) => one.workflow === 'after-hook')!;
      end.runs.delete(run.id);
    },
  ],
  [
    'the database is whole',
    'a page is damaged',
    (end) => {
      end.integrity = 'row 3 missing from index steps_asking';
    },
  ],
];

/** Shows that the checks can fail: each fault alone, put into a copy of what was found, is seen. */
export function sabotaged(end: Snapshot, book: Book, visits: ReadonlyMap<string, number[]>): Check {
  const unseen = sabotages.flatMap(([check, name, sabotage]) => {
    const copy: Snapshot = {
      ...end,
      runs: new Map(end.runs),
      steps: new Map(end.steps),
      firings: [...end.firings],
      effects: [...end.effects],
    };
    sabotage(copy, book);
    const found = verifyPlatform(copy, book, visits).find((one) => one.check === check);
    return found && found.against.length > 0 ? [] : [name];
  });
  return {
    check: `the checks see all of ${sabotages.length} faults that are put in`,
    against: unseen,
  };
}
