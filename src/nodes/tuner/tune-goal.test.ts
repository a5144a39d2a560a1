import { describe, expect, it } from 'vitest';
import { tunerParameters } from './parameters.ts';
import { readGoal, readResumeGoal } from './tune-goal.ts';

const values = Object.fromEntries(
  Object.entries(tunerParameters).map(([name, parameter]) => [name, parameter.default]),
);
const nothing = {
  spec_path: '',
  max_trials: 0,
  max_seconds: 0,
  max_violation_seconds: 0,
  safety: '',
  seed: 7,
  designer: '',
  resume: '',
};

describe('readGoal', () => {
  it('takes the tuner’s own for what is left out', () => {
    expect(readGoal(nothing, { ...values, max_violation_s: 20, safety: 'safe' })).toMatchObject({
      ok: true,
      value: {
        maxTrials: 14,
        maxViolationMs: 20_000,
        safety: 'safe',
        designer: 'constrained-gp',
        seed: 7,
      },
    });
    const unlimited = readGoal(nothing, values);
    for (const limit of ['maxMs', 'maxViolationMs'])
      expect(unlimited.ok && unlimited.value).not.toHaveProperty(limit);
  });

  it('takes what the goal says before the tuner’s own', () => {
    const goal = {
      ...nothing,
      max_trials: 5,
      max_seconds: 60,
      max_violation_seconds: 4,
      safety: 'priced',
      designer: 'sobol',
    };
    expect(readGoal(goal, { ...values, safety: 'safe', max_violation_s: 20 })).toMatchObject({
      ok: true,
      value: { maxTrials: 5, maxMs: 60_000, maxViolationMs: 4000, safety: 'priced', designer: 'sobol' },
    });
  });

  it.each([
    [{ designer: 'gpt' }, 'designer'],
    [{ safety: 'reckless' }, 'safety'],
    [{ max_seconds: -1 }, 'max_seconds'],
    [{ max_seconds: Number.NaN }, 'max_seconds'],
    [{ max_violation_seconds: -0.1 }, 'max_violation_seconds'],
    [{ max_trials: 1 }, 'trial'],
  ])('refuses %j', (change, named) => {
    const goal = readGoal({ ...nothing, ...change }, values);
    expect(goal).toMatchObject({ ok: false, refusals: [{ code: 'TT_PARAM_RANGE' }] });
    expect(goal.ok || goal.refusals[0]?.reason).toContain(named);
  });

  it('says all that is wrong at once', () => {
    const goal = readGoal({ ...nothing, safety: 'reckless', max_seconds: -1 }, values);
    expect(goal.ok || goal.refusals).toHaveLength(2);
  });
});

describe('readResumeGoal', () => {
  const resume = { ...nothing, seed: 0, resume: '/state/study-1.jsonl' };

  it('takes the journal, and a spec beside it', () => {
    const goal = readResumeGoal({ ...resume, spec_path: '/robot.yaml' });
    expect(goal).toEqual({ ok: true, value: { resume: '/state/study-1.jsonl' } });
  });

  it.each([
    { max_trials: 5 },
    { max_seconds: 60 },
    { max_violation_seconds: -1 },
    { max_violation_seconds: Number.NaN },
    { safety: 'safe' },
    { designer: 'sobol' },
    { seed: 7 },
  ])('refuses %j beside it', (change) => {
    expect(readResumeGoal({ ...resume, ...change })).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_PARAM_RANGE', reason: expect.stringContaining(Object.keys(change)[0]!) }],
    });
  });
});
