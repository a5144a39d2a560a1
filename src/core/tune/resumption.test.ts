import { describe, expect, it } from 'vitest';
import type { JournalEvent } from './journal.ts';
import { readEvent } from './journal-event.ts';
import { readResumption } from './resumption.ts';
import type { TuneBasis } from './tune-goal.ts';

const timing = { settleMs: 1000, windowMs: 2500, cutRisk: 0.01 };
const basis: TuneBasis = {
  goal: {
    maxTrials: 10,
    seed: 3,
    designer: 'sobol',
    safety: 'safe',
    guardBand: 0.03,
    timing,
    verifyTiming: timing,
  },
  identity: { robot: 'r', platform: '', requirements: ['core'], objectives: ['load'], knobs: ['rate'] },
  context: { network: 'good' },
};
const warmStart = { from: 'this context', prior: [{ configuration: { rate: 9 }, margins: { core: 1 } }] };
const inForce = { rate: 30, held: 5 };

const events: JournalEvent[] = [
  {
    elapsedMs: 0,
    type: 'started',
    name: 'robot.yaml',
    seed: 3,
    space: [{ name: 'rate', domain: { type: 'real', low: 1, high: 30 } }],
    constraints: ['core'],
    maxTrials: 7,
    warmStart,
    basis,
  },
  { elapsedMs: 1, type: 'asked', trial: 1, kind: 'in-force', configuration: inForce, reason: 'in force' },
  {
    elapsedMs: 2,
    type: 'measured',
    trial: 1,
    observation: { configuration: inForce, margins: { core: -0.5 } },
    references: { core: 15 },
    score: 0.25,
  },
  { elapsedMs: 3, type: 'asked', trial: 2, kind: 'search', configuration: { rate: 2 }, reason: 'low' },
];

describe('a search that was broken off', () => {
  it('is read with all that it goes on with', () => {
    expect(readResumption(events, 'j.jsonl')).toMatchObject({
      ok: true,
      value: {
        basis,
        warmStart,
        inForce,
        turned: ['rate'],
        references: { core: 15 },
        best: { configuration: inForce, score: 0.25 },
      },
    });
  });

  it('has nothing to compare with before the first trial was measured', () => {
    const early = readResumption(events.slice(0, 2), 'j.jsonl');
    expect(early).toMatchObject({ ok: true, value: { inForce, references: {} } });
  });

  it.each<[string, JournalEvent[], number]>([
    ['does not say how it was searched', events.with(0, { ...events[0], basis: undefined } as never), 1],
    ['tried nothing', events.slice(0, 1), 1],
    ['has ended', [...events, { elapsedMs: 4, type: 'stopped', reason: 'cancelled', text: 'by hand' }], 5],
    ['is out of order', events.toSpliced(1, 1), 2],
  ])('is refused where it %s', (_, wrong, line) => {
    const read = readResumption(wrong, 'j.jsonl');
    expect(read.ok || read.refusals).toMatchObject([
      { code: 'TT_JOURNAL', place: { file: 'j.jsonl', line, column: 1 } },
    ]);
  });

  it.each([
    ['basis.goal.designer', { ...basis, goal: { ...basis.goal, designer: 'none' } }],
    ['basis.goal.timing.settleMs', { ...basis, goal: { ...basis.goal, timing: {} } }],
    ['basis.goal.maxMs', { ...basis, goal: { ...basis.goal, maxMs: null } }],
    ['basis.identity.knobs', { ...basis, identity: { ...basis.identity, knobs: 'rate' } }],
    ['basis.context.network', { ...basis, context: { network: 5 } }],
  ])('is not read where %s is wrong', (place, wrong) => {
    const line = JSON.parse(JSON.stringify({ ...events[0], basis: wrong }));
    expect(() => readEvent(line)).toThrow(place);
  });
});
