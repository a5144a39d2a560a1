import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VirtualClock } from '../../core/clock.ts';
import { ProgressLine } from './progress-line.ts';
import { textWidth } from './text-width.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp(terminal: boolean) {
  const clock = new VirtualClock();
  const written: string[] = [];
  const output = {
    write: (text: string) => written.push(text),
    ...(terminal && { isTTY: true, columns: 60 }),
  };
  const progress = new ProgressLine({ output, clock, colour: false });
  const pass = (seconds: number) => {
    for (let step = 0; step < seconds * 10; step++) {
      clock.advanceTo(clock.nowMs() + 100);
      vi.advanceTimersByTime(100);
    }
  };
  return { progress, pass, written, text: () => written.join('') };
}

describe('ProgressLine in a pipe', () => {
  it('writes whole lines only: at the start, every few seconds, at the end', () => {
    const { progress, pass, text } = setUp(false);
    progress.begin('tuning', { expectedSeconds: 40 });
    pass(12);
    progress.update({ note: 'trial 3' });
    progress.done('11 trials');
    const lines = text().split('\n');
    expect(lines).toHaveLength(5);
    expect(lines[3]).toMatch(/tuning +12\.0 s +11 trials/);
    expect(text()).not.toContain('\r');
    expect(text()).not.toContain('\u001b');
  });

  it('falls silent once it is stopped', () => {
    const { progress, pass, written } = setUp(false);
    progress.begin('tuning');
    progress.stop();
    const before = written.length;
    pass(30);
    progress.update({ note: 'late' });
    progress.done();
    expect(written).toHaveLength(before);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('ProgressLine in a terminal', () => {
  it('redraws one line that fits and follows the expected time', () => {
    const { progress, pass, written } = setUp(true);
    progress.begin('default run', { expectedSeconds: 10 });
    progress.update({ note: 'a note that is\nmuch too long for what is left of this line' });
    pass(5);
    const last = written.at(-1) ?? '';
    expect(last.split('█').length).toBe(last.split('░').length);
    for (const drawn of written) {
      expect(drawn).not.toContain('\n');
      expect(textWidth(drawn)).toBeLessThan(60);
    }
  });

  it('lets what was reported win over the time', () => {
    const { progress, pass, written } = setUp(true);
    progress.begin('tuning', { expectedSeconds: 10 });
    pass(9);
    progress.update({ fraction: 0 });
    expect(written.at(-1)).not.toContain('█');
  });

  it('ends the phase before when the next begins, and keeps one timer', () => {
    const { progress, text } = setUp(true);
    progress.begin('one');
    progress.begin('two');
    expect(text()).toMatch(/✓ one.*\n/);
    expect(vi.getTimerCount()).toBe(1);
    progress.fail('no');
    expect(text()).toMatch(/✗ two.*no\n$/);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('prints above the line', () => {
    const { progress, text } = setUp(true);
    progress.begin('tuning');
    progress.print('trial 1: infeasible');
    expect(text()).toContain('trial 1: infeasible\n');
    progress.stop();
  });
});
