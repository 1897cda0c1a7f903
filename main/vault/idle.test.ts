import { beforeEach, describe, expect, it } from 'vitest';
import { type Clock, ManualClock } from '#main/base/clock.ts';
import { IdleTimer } from './idle.ts';

const MINUTE = 60_000;
let clock: ManualClock;
let minutes: number;
let fired: number[];
let timer: IdleTimer;
beforeEach(() => {
  clock = new ManualClock(0);
  minutes = 10;
  fired = [];
  timer = new IdleTimer(
    clock,
    () => minutes,
    () => fired.push(clock.now() / MINUTE),
  );
});

describe('the idle timer', () => {
  it('goes off once, so many minutes after the last touch', () => {
    timer.start();
    clock.advance(4 * MINUTE);
    timer.touch();
    clock.advance(60 * MINUTE);
    expect(fired).toEqual([14]);
  });

  it('says when it goes off as things are, and nothing while it is stopped', () => {
    expect(timer.at).toBeUndefined();
    timer.start();
    clock.advance(MINUTE);
    timer.touch();
    expect(timer.at).toBe(11 * MINUTE);
    timer.stop();
    expect(timer.at).toBeUndefined();
    clock.advance(60 * MINUTE);
    expect(fired).toEqual([]);
  });

  it('follows the setting: shorter, longer, never, and again', () => {
    // Bug caught: a setting that counts only from the next unlocking on.
    timer.start();
    clock.advance(5 * MINUTE);
    minutes = 7;
    timer.rearm();
    expect(timer.at).toBe(7 * MINUTE);
    minutes = 0;
    timer.rearm();
    expect(timer.at).toBeUndefined();
    clock.advance(100 * MINUTE);
    expect(fired).toEqual([]);
    minutes = 20;
    timer.touch();
    timer.rearm();
    clock.advance(19 * MINUTE);
    expect(fired).toEqual([]);
    clock.advance(MINUTE);
    expect(fired).toEqual([125]);
  });

  it('goes off also when the clock was set back, not a year later', () => {
    // Bug caught: a clock that is put right, and a vault that stays open for the difference.
    let offset = 0;
    const real = new ManualClock(0);
    const wall: Clock = {
      now: () => real.now() + offset,
      at: (at, fire) => real.at(real.now() + Math.max(0, at - wall.now()), fire),
    };
    let gone = 0;
    const one = new IdleTimer(
      wall,
      () => 10,
      () => (gone += 1),
    );
    one.start();
    real.advance(MINUTE);
    offset = -365 * 24 * 60 * MINUTE;
    real.advance(20 * MINUTE);
    expect(gone).toBe(1);
  });

  it('that is switched off while it runs does not go off', () => {
    timer.start();
    minutes = 0;
    clock.advance(60 * MINUTE);
    expect(fired).toEqual([]);
  });

  it('begins anew after it was stopped or has gone off', () => {
    timer.start();
    clock.advance(11 * MINUTE);
    timer.start();
    clock.advance(9 * MINUTE);
    timer.stop();
    timer.start();
    clock.advance(9 * MINUTE);
    expect(fired).toEqual([10]);
    clock.advance(MINUTE);
    expect(fired).toEqual([10, 30]);
  });
});
