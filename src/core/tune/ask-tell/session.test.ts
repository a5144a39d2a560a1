import { describe, expect, it } from 'vitest';
import { type DesignerName, designerNames, designers } from '../designers.ts';
import { AskTellSession } from './session.ts';

const problem = {
  name: 'a small robot',
  knobs: [
    { name: 'rate', type: 'float', low: 1, high: 30 },
    { name: 'shares', type: 'int', low: 10, high: 1000, scale: 'log' },
    { name: 'fps', type: 'ordinal', values: [5, 15, 30] },
    { name: 'mode', type: 'categorical', values: [0, 1] },
  ],
  objective: { metric: 'score', goal: 'max', scale: 100 },
  constraints: [{ metric: 'p95', op: '<=', value: 100 }],
  metrics: ['score', 'p95'],
  noise: { score: 0.03, p95: 0.05 },
  default: { rate: 30, shares: 100, fps: 30, mode: 1 },
};
const opening = JSON.stringify({ problem, seed: 7, budget: 9 });
type Asked = { rate: number; shares: number; fps: number; mode: number };

function open(name: DesignerName = 'constrained-gp'): AskTellSession {
  return new AskTellSession(designers[name]);
}

/** Answers nine asks; returns them. */
function play(name: DesignerName, first = opening): Asked[] {
  const session = open(name);
  const asks: Asked[] = [];
  let step = session.take(first);
  while (step.ok && step.value.type === 'write') {
    const { ask } = JSON.parse(step.value.line) as { ask: Asked };
    asks.push(ask);
    const tell = { score: ask.rate + ask.fps, p95: 4 * ask.rate + ask.fps };
    step = session.take(JSON.stringify({ tell, config: ask }));
  }
  expect(step).toEqual({ ok: true, value: { type: 'wait' } });
  expect(session.take('{"end": true}')).toEqual({ ok: true, value: { type: 'end' } });
  return asks;
}

function refusalOf(...lines: string[]) {
  const session = open();
  const steps = lines.map((line) => session.take(line));
  const last = steps.at(-1);
  if (!last || last.ok) throw new Error('the last line was accepted');
  return last.refusals;
}

function problemWith(change: object): string {
  return JSON.stringify({ problem: { ...problem, ...change }, seed: 1, budget: 2 });
}

describe.each(designerNames)('an ask/tell session with the %s designer', (name) => {
  it('asks as often as its budget says, in values as the other side writes them', () => {
    const asks = play(name);
    expect(asks).toHaveLength(9);
    for (const { rate, shares, fps, mode } of asks) {
      expect(rate).toBeGreaterThanOrEqual(1);
      expect(rate).toBeLessThanOrEqual(30);
      expect(Number.isInteger(shares)).toBe(true);
      expect([5, 15, 30]).toContain(fps);
      expect([0, 1]).toContain(mode);
    }
  });

  it('asks the same for the same seed', () => {
    expect(play(name)).toEqual(play(name));
  });
});

describe('an ask/tell session', () => {
  it('minimises where the goal says so', () => {
    const session = open();
    const first = session.take(problemWith({ objective: { metric: 'score', goal: 'min' } }));
    expect(first.ok && first.value.type).toBe('write');
  });

  it('skips blank lines and takes a missing metric for not measured', () => {
    const session = open();
    session.take(opening);
    expect(session.take('')).toEqual({ ok: true, value: { type: 'wait' } });
    const step = session.take('{"tell": {"score": null}}');
    expect(step.ok && step.value.type).toBe('write');
  });

  it('refuses what is not JSON, and says where', () => {
    const [refusal] = refusalOf(opening, 'tell me');
    expect(refusal).toMatchObject({ code: 'TT_PROTOCOL_SYNTAX', place: { line: 2 }, found: 'tell me' });
  });

  it.each([
    [
      'a knob with an empty range',
      { knobs: [{ name: 'a', type: 'float', low: 2, high: 1 }] },
      'problem.knobs[0].high',
    ],
    ['a knob without a name', { knobs: [{ type: 'float', low: 0, high: 1 }] }, 'problem.knobs[0].name'],
    ['an unknown type', { knobs: [{ name: 'a', type: 'bool' }] }, 'problem.knobs[0].type'],
    [
      'a logarithm of zero',
      { knobs: [{ name: 'a', type: 'int', low: 0, high: 9, scale: 'log' }] },
      'problem.knobs[0].low',
    ],
    [
      'ordinals that do not ascend',
      { knobs: [{ name: 'a', type: 'ordinal', values: [2, 1] }] },
      'problem.knobs[0].values',
    ],
    ['no knobs', { knobs: [] }, 'problem.knobs'],
    ['two knobs of one name', { knobs: [problem.knobs[0], problem.knobs[0]] }, 'problem.knobs[1].name'],
    ['an unknown goal', { objective: { metric: 'score', goal: 'up' } }, 'problem.objective.goal'],
    ['noise below zero', { noise: { score: -1 } }, 'problem.noise.score'],
    [
      'a default outside its categories',
      { default: { ...problem.default, mode: 7 } },
      'problem.default.mode',
    ],
    [
      'requirements that contradict each other',
      {
        constraints: [
          { metric: 'p95', op: '<=', value: 1 },
          { metric: 'p95', op: '>=', value: 2 },
        ],
      },
      'problem.constraints',
    ],
  ])('refuses %s', (_, change, path) => {
    const refusals = refusalOf(problemWith(change));
    expect(refusals.map(({ reason }) => reason).join(' ')).toContain(path);
    for (const { code, accepted, place } of refusals) {
      expect(code).toBe('TT_PROTOCOL_MESSAGE');
      expect(accepted).toBeTruthy();
      expect(place?.line).toBe(1);
    }
  });

  it('refuses a metric that is not a number, and an answer to nothing', () => {
    expect(refusalOf(opening, '{"tell": {"score": "high"}}')[0]?.reason).toContain('tell.score');
    const one = JSON.stringify({ problem, seed: 1, budget: 1 });
    expect(refusalOf(one, '{"tell": {}}', '{"tell": {}}')[0]?.place?.line).toBe(3);
  });
});
