import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '#main/base/clock.ts';
import { NexusError } from '#main/base/errors.ts';
import { ComeBack } from './comeBack.ts';

const lost = new NexusError({ code: 'ssh.connection_lost', message: 'The link is down.' });
const unreachable = new NexusError({ code: 'ssh.unreachable', message: 'No route.' });
const refused = new NexusError({ code: 'ssh.auth_failed', message: 'No key fits.' });

/** A session that was open for `goodMs`; `tries` has the times of the tries, in seconds after the loss. */
function lostAfter(goodMs: number) {
  const clock = new ManualClock(1_700_000_000_000);
  const tries: number[] = [];
  let begun = 0;
  const comeBack = new ComeBack(clock, () => tries.push((clock.now() - begun) / 1000));
  comeBack.opened();
  clock.advance(goodMs);
  begun = clock.now();
  comeBack.failed(lost);
  return { clock, comeBack, tries };
}

describe('coming back', () => {
  it('tries soon, then less and less often, and leaves it to the person after an hour', () => {
    const { clock, comeBack, tries } = lostAfter(600_000);
    while (comeBack.nextAt !== undefined) {
      clock.advance(comeBack.nextAt - clock.now());
      comeBack.failed(unreachable);
    }
    expect(tries.slice(0, 8)).toEqual([1, 3, 8, 18, 38, 68, 98, 128]);
    expect(tries.at(-1)).toBeGreaterThan(3600);
    expect(tries.at(-1)).toBeLessThanOrEqual(3630);
  });

  it('does not hammer at a host that takes every connection and drops it', () => {
    // Bug caught: the shortest wait again and again, since each try has succeeded.
    const { clock, comeBack, tries } = lostAfter(1000);
    for (let i = 0; i < 8; i += 1) {
      clock.advance(comeBack.nextAt! - clock.now());
      comeBack.opened();
      clock.advance(100);
      comeBack.failed(lost);
    }
    const waits = tries.map((at, index) => Math.floor(at - (tries[index - 1] ?? 0)));
    expect(waits.every((wait, index) => index === 0 || wait >= waits[index - 1]!)).toBe(true);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(30);
  });

  it('begins anew after a connection that held', () => {
    const { clock, comeBack } = lostAfter(600_000);
    for (let i = 0; i < 5; i += 1) {
      clock.advance(comeBack.nextAt! - clock.now());
      comeBack.failed(unreachable);
    }
    comeBack.opened();
    clock.advance(120_000);
    comeBack.failed(lost);
    expect(comeBack.nextAt! - clock.now()).toBe(1000);
  });

  it('never tries what waiting cannot help, and never a host that was not reached once', () => {
    // Bug caught: a wrong key is sent again every 30 s until the host bans the address.
    const { comeBack } = lostAfter(1000);
    comeBack.failed(refused);
    expect(comeBack.nextAt).toBeUndefined();
    const details = { retryable: false };
    comeBack.failed(new NexusError({ code: 'ssh.handshake_failed', message: 'x', details }));
    expect(comeBack.nextAt).toBeUndefined();
    const first = new ComeBack(new ManualClock(0), () => expect.unreachable());
    first.failed(unreachable);
    expect(first.nextAt).toBeUndefined();
  });

  it('waits until a host that is left alone may be asked again', () => {
    const { clock, comeBack } = lostAfter(1000);
    const at = clock.now() + 45_000;
    const details = { retry_at: new Date(at).toISOString() };
    comeBack.failed(new NexusError({ code: 'ssh.circuit_open', message: 'Later.', details }));
    expect(comeBack.nextAt).toBe(at);
  });

  it('tries at once when the machine wakes, however long it slept', () => {
    // Bug caught: a night in the bag uses up the hour, and the morning begins with dead terminals.
    const { clock, comeBack, tries } = lostAfter(600_000);
    comeBack.failed(unreachable);
    const before = tries.length;
    comeBack.woke();
    clock.advance(1);
    expect(tries).toHaveLength(before + 1);
    comeBack.failed(unreachable);
    expect(comeBack.nextAt! - clock.now()).toBe(1000);
  });

  it('does nothing by itself after it was cancelled, whatever happened before', () => {
    const steps = fc.array(fc.constantFrom('opened', 'lost', 'refused', 'woke', 'wait'), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(steps, (all) => {
        const clock = new ManualClock(1_700_000_000_000);
        let tries = 0;
        const comeBack = new ComeBack(clock, () => (tries += 1));
        for (const step of all) {
          if (step === 'opened') comeBack.opened();
          else if (step === 'woke') comeBack.woke();
          else if (step === 'wait') clock.advance(7_000);
          else comeBack.failed(step === 'lost' ? lost : refused);
        }
        comeBack.cancel();
        const before = tries;
        clock.advance(7_200_000);
        comeBack.woke();
        clock.advance(7_200_000);
        expect(tries).toBe(before);
      }),
    );
  });
});
