import { describe, expect, it } from 'vitest';
import { profileOf } from '../spec/profile-fixture.ts';
import type { KnobDeclaration } from './knob.ts';
import { cpuLimit, detail, fps, place, throttle } from './knob-fixture.ts';
import { judge } from './verdict.ts';

const rates = (byTopic: Record<string, number>, windowMs = 2000) => profileOf({ rates: byTopic, windowMs });
const cpu = (cores: number) => profileOf({ cpu: { preview: cores } });

describe('a knob that a rate equals', () => {
  it.each([
    [30, 30, 'confirmed'],
    [30, 27, 'confirmed'],
    [30, 33, 'confirmed'],
    [30, 22, 'no-effect'],
    [10, 30, 'no-effect'],
    [10, 0, 'no-effect'],
  ])('asked for %d Hz and seen at %d Hz is %s', (requested, measured, outcome) => {
    expect(judge(fps, requested, requested, rates({ image: measured }))).toMatchObject({
      outcome,
      achieved: measured,
    });
  });

  it('is given one message more or less in a short window', () => {
    expect(judge(fps, 10, 10, rates({ image: 12 }, 500)).outcome).toBe('confirmed');
    expect(judge(fps, 10, 10, rates({ image: 12 }, 5000)).outcome).toBe('no-effect');
  });

  it('says what was asked and what was seen', () => {
    const verdict = judge(fps, 10, 10, rates({ image: 29.96 }));
    expect(verdict).toMatchObject({ evidence: expect.stringMatching(/30 Hz.*10 Hz/) });
  });
});

describe('a throttle', () => {
  const at = (requested: number, source: number, measured: number) =>
    judge(throttle, requested, requested, rates({ image: source, preview: measured })).outcome;

  it('is confirmed near its rate', () => {
    expect(at(10, 30, 9.8)).toBe('confirmed');
  });

  it('is without effect above its rate', () => {
    expect(at(10, 30, 30)).toBe('no-effect');
  });

  it('is confirmed when all of a slower source passes', () => {
    expect(at(20, 10, 10)).toBe('confirmed');
  });

  it('is only accepted when something else holds the topic back', () => {
    expect(at(20, 30, 4)).toBe('accepted');
    expect(at(20, 10, 4)).toBe('accepted');
  });
});

describe('a CPU limit', () => {
  it.each([
    [0.39, 'confirmed'],
    [0.44, 'confirmed'],
    [0.8, 'no-effect'],
    [0.05, 'accepted'],
  ])('of 0.4 cores with %d used is %s', (used, outcome) => {
    expect(judge(cpuLimit, 0.4, 0.4, cpu(used))).toMatchObject({ outcome, achieved: used });
  });
});

describe('any knob', () => {
  it('is unreachable when it cannot be read back', () => {
    expect(judge(fps, 10, undefined, rates({ image: 10 })).outcome).toBe('unreachable');
  });

  it('is rejected when its target holds another value, whatever was measured', () => {
    expect(judge(fps, 10, 30, rates({ image: 10 })).outcome).toBe('rejected');
    expect(judge(place, 'edge', 'cloud', rates({})).outcome).toBe('rejected');
  });

  it('may be rounded by its target', () => {
    expect(judge(cpuLimit, 1 / 3, 0.33333, cpu(0.33)).outcome).toBe('confirmed');
  });

  it('is only accepted when nothing can or does measure its effect', () => {
    expect(judge(detail, 2, 2, rates({})).outcome).toBe('accepted');
    expect(judge(place, 'edge', 'edge', rates({})).outcome).toBe('accepted');
    expect(judge(fps, 10, 10, rates({})).outcome).toBe('accepted');
    expect(judge(cpuLimit, 1, 1, rates({})).outcome).toBe('accepted');
  });

  it('is only accepted while its value does not act yet', () => {
    const later: KnobDeclaration = { ...fps, takesEffect: 'next-goal' };
    expect(judge(later, 10, 10, rates({ image: 30 })).outcome).toBe('accepted');
    expect(judge(later, 10, 10, rates({ image: 10 })).outcome).toBe('confirmed');
  });

  it('is without effect when its actuator has done what makes it act', () => {
    const done: KnobDeclaration = { ...fps, takesEffect: 'reconfigure' };
    expect(judge(done, 10, 10, rates({ image: 30 })).outcome).toBe('no-effect');
  });
});
