import { describe, expect, it } from 'vitest';
import { fps } from './knob-fixture.ts';
import type { OutcomeCounts } from './table/learned-effect.ts';
import { judgeUnknownEffect } from './unknown-effect.ts';
import { wildcardKnob } from './wildcard.ts';

const judged = (
  requested: number | boolean,
  before: Record<string, number>,
  after: Record<string, number>,
  learned?: OutcomeCounts,
) =>
  judgeUnknownEffect({
    declaration: fps,
    learned,
    requested,
    before: new Map(Object.entries(before)),
    after: new Map(Object.entries(after)),
    windowMs: 2000,
  });

describe('a knob whose effect nobody has described', () => {
  it('is confirmed when a rate that changed is the requested number', () => {
    const verdict = judged(15, { image: 30, info: 30, odom: 50 }, { image: 15.1, info: 30, odom: 50 });
    expect(verdict).toMatchObject({
      outcome: 'confirmed',
      achieved: 15.1,
      evidence: expect.stringMatching(/image.*30 Hz.*15.1 Hz/),
    });
  });

  it('is only accepted when a rate changed in another way', () => {
    const verdict = judged(640, { image: 30 }, { image: 20 });
    expect(verdict).toMatchObject({
      outcome: 'accepted',
      achieved: 640,
      evidence: expect.stringContaining('20 Hz'),
    });
  });

  it('is only accepted when no rate changed, even one that is the requested number by chance', () => {
    expect(judged(30, { image: 30 }, { image: 29.5 })).toMatchObject({ outcome: 'accepted' });
    expect(judged(true, { image: 30 }, { image: 30 }).evidence).toContain('no rate');
  });

  it.each([
    [{ confirmed: 2, accepted: 1 }, 'no-effect', 'measured before: acts (2 of 3)'],
    [{ 'no-effect': 9 }, 'no-effect', 'measured before: no effect (9 of 9)'],
    [{ accepted: 4, rejected: 1 }, 'accepted', 'no rate'],
    [{ accepted: 4 }, 'accepted', 'no rate'],
  ])('is judged by what was learnt before when no rate changed: %j is %s', (learned, outcome, evidence) => {
    expect(judged(15, { image: 30 }, { image: 30 }, learned)).toMatchObject({
      outcome,
      achieved: 15,
      evidence: expect.stringContaining(evidence),
    });
  });

  it('is judged by what is seen where something is, whatever was learnt before', () => {
    const learned = { 'no-effect': 9 };
    expect(judged(15, { image: 30 }, { image: 15 }, learned).outcome).toBe('confirmed');
    expect(judged(15, { image: 30 }, { image: 20 }, learned).outcome).toBe('accepted');
    expect(judged(15, {}, {}, learned).outcome).toBe('accepted');
  });

  it('says when there is nothing to see', () => {
    expect(judged(15, {}, {}).evidence).toContain('publishes nothing');
  });
});

describe('a parameter as a knob', () => {
  it.each([
    [{ type: 1 }, { type: 'categorical', values: [false, true] }],
    [
      { type: 2, range: { low: 1, high: 4 } },
      { type: 'integer', low: 1, high: 4 },
    ],
    [
      { type: 3, range: { low: 0.5, high: 4 } },
      { type: 'real', low: 0.5, high: 4 },
    ],
    [{ type: 4 }, { type: 'categorical', values: [] }],
  ])('takes what the node says that it takes: %j', (description, domain) => {
    const knob = wildcardKnob('/camera', 'fps', { readOnly: false, ...description });
    expect(knob).toMatchObject({ ok: true, value: { name: '/camera fps', domain, takesEffect: 'unknown' } });
  });

  it.each([
    [{ type: 0, readOnly: false }, 'TT_PARAM_UNKNOWN'],
    [{ type: 3, readOnly: true }, 'TT_PARAM_READ_ONLY'],
    [{ type: 8, readOnly: false }, 'TT_PARAM_TYPE'],
  ])('is refused: %j', (description, code) => {
    expect(wildcardKnob('/camera', 'fps', description)).toMatchObject({ ok: false, refusals: [{ code }] });
  });
});
