import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../clock.ts';
import { BrokenWindows } from './broken-windows.ts';
import { Triggers } from './triggers.ts';

describe('BrokenWindows', () => {
  const alarmsOf = (windows: string[]) => {
    const broken = new BrokenWindows({ k: 3, n: 5 });
    return windows.map((window) => {
      broken.observe(window.split(' ').filter(Boolean));
      return broken.alarm?.requirement;
    });
  };

  it('alarms at three of the last five, of one requirement', () => {
    expect(alarmsOf(['a', '', 'a', '', 'a', '', ''])).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      'a',
      undefined,
      undefined,
    ]);
    expect(alarmsOf(['a', 'b', 'a', 'b']).at(-1)).toBeUndefined();
    expect(alarmsOf(['a b', 'b', 'a b']).at(-1)).toBe('b');
    expect(alarmsOf(['a', 'a', '', '', '', 'a']).at(-1)).toBeUndefined();
  });
});

describe('Triggers', () => {
  function watched(change: { driftThreshold?: number; coolDownMs?: number } = {}) {
    const clock = new VirtualClock();
    const options = { brokenWindows: 2, ofWindows: 3, driftThreshold: 5, coolDownMs: 1000, ...change };
    const triggers = new Triggers({ ...options, clock });
    const window = (value: number, ...broken: string[]) =>
      triggers.observe({ broken, measured: { core: value } });
    return { clock, triggers, window };
  }
  const inspect = { phase: 'inspect' };
  const land = { phase: 'land' };

  it('a change of context, but not the first context, nor one that is not known', () => {
    const { triggers } = watched();
    expect(triggers.enter(undefined)).toBeUndefined();
    expect(triggers.enter(inspect)).toBeUndefined();
    expect(triggers.enter({ ...inspect })).toBeUndefined();
    expect(triggers.enter(undefined)).toBeUndefined();
    expect(triggers.enter(land)).toEqual({ kind: 'context', text: 'the context changed to phase=land' });
  });

  it('a change of context also when the options changed in between, but nothing that was seen before', () => {
    const { triggers, window } = watched();
    triggers.enter(inspect);
    window(20, 'core');
    const changed = triggers.withOptions({
      brokenWindows: 2,
      ofWindows: 9,
      driftThreshold: 5,
      coolDownMs: 9,
    });
    expect(changed.observe({ broken: ['core'], measured: {} })).toBeUndefined();
    expect(changed.observe({ broken: ['core'], measured: {} })?.kind).toBe('violation');
    expect(changed.enter(land)?.kind).toBe('context');
  });

  it('a requirement broken in k of n windows; those before a change of context do not count', () => {
    const { triggers, window } = watched();
    triggers.enter(inspect);
    expect(window(20, 'core')).toBeUndefined();
    triggers.enter(land);
    expect(window(20, 'core')).toBeUndefined();
    expect(window(20)).toBeUndefined();
    expect(window(20, 'core')).toEqual({ kind: 'violation', text: 'core was broken in 2 of 3 windows' });
  });

  it('a lasting change of a measured level, and its direction', () => {
    const { window } = watched();
    for (let i = 0; i < 30; i++) expect(window(20 + (i % 2))).toBeUndefined();
    const found = Array.from({ length: 10 }, () => window(16)).find((trigger) => trigger);
    expect(found).toEqual({ kind: 'drift', text: 'the level of core has gone down' });
  });

  it('no drift where the threshold is 0', () => {
    const { window } = watched({ driftThreshold: 0 });
    for (let i = 0; i < 30; i++) window(20 + (i % 2));
    for (let i = 0; i < 30; i++) expect(window(5)).toBeUndefined();
  });

  it('nothing but a change of context while it cools down, and then what is still so', () => {
    const { triggers, window, clock } = watched();
    triggers.enter(inspect);
    triggers.acted({ helped: true });
    for (let i = 0; i < 4; i++) expect(window(20, 'core')).toBeUndefined();
    const change = triggers.enter(land);
    expect(change?.kind).toBe('context');
    triggers.postpone(change!);
    expect(window(20)).toBeUndefined();
    clock.advanceTo(1000);
    expect(window(20)).toBe(change);
    triggers.acted({ helped: true });
    clock.advanceTo(3000);
    expect(window(20)).toBeUndefined();
  });

  it('nothing for longer and longer after failures in a row, until the context is another one', () => {
    const { triggers, window, clock } = watched();
    triggers.enter(inspect);
    const quietMs = () => {
      const fromMs = clock.nowMs();
      while (window(20, 'core') === undefined) clock.advanceTo(clock.nowMs() + 100);
      return clock.nowMs() - fromMs;
    };
    quietMs();
    const quiet = [false, false, false, true, false].map((helped) => {
      triggers.acted({ helped });
      return quietMs();
    });
    expect(quiet).toEqual([1000, 2000, 4000, 8000, 1000]);
    triggers.enter(land);
    triggers.acted({ helped: false });
    expect(quietMs()).toBe(1000);
  });
});
