import { describe, expect, it } from 'vitest';
import type { Designer, Observation } from '../designer.ts';
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
    const { ask } = JSON.parse(step.value.lines[0] as string) as { ask: Asked };
    asks.push(ask);
    const tell = { score: ask.rate + ask.fps, p95: 4 * ask.rate + ask.fps };
    step = session.take(JSON.stringify({ tell, config: ask }));
  }
  expect(step).toEqual({ ok: true, value: { type: 'wait' } });
  expect(session.take('{"end": true}')).toEqual({ ok: true, value: { type: 'end' } });
  return asks;
}

/** What a designer is told when `tell` answers its only suggestion. */
function toldBy(tell: object, first = opening): Observation[] {
  const told: Observation[] = [];
  const configuration = { rate: 12, shares: 100, fps: 15, mode: '1' };
  const designer: Designer = {
    suggest: () => ({ configuration, reason: 'the only one' }),
    update: (observation) => void told.push(observation),
  };
  const session = new AskTellSession(() => designer);
  for (const line of [first, JSON.stringify(tell)]) expect(session.take(line).ok).toBe(true);
  return told;
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

describe('an ask/tell session with several asks at once', () => {
  const parallel = JSON.stringify({ problem, seed: 7, budget: 5, parallel: 3 });
  type Ask = { ask: Asked; id: number };
  const asksOf = (step: ReturnType<AskTellSession['take']>): Ask[] =>
    step.ok && step.value.type === 'write' ? step.value.lines.map((line) => JSON.parse(line) as Ask) : [];
  const answer = (id: number) => JSON.stringify({ tell: { score: 10 + id, p95: 90 }, id });

  it('asks for different configurations, takes answers in any order, and keeps to its budget', () => {
    const session = open();
    const first = asksOf(session.take(parallel));
    expect(first.map(({ id }) => id)).toEqual([1, 2, 3]);
    const next = [3, 1, 2, 5, 4].map((id) => asksOf(session.take(answer(id))));
    expect(next.map((asks) => asks.map(({ id }) => id))).toEqual([[4], [5], [], [], []]);
    const asked = [...first, ...next.flat()].map(({ ask }) => JSON.stringify(ask));
    expect(new Set(asked).size).toBe(5);
    expect(session.take('{"end": true}')).toEqual({ ok: true, value: { type: 'end' } });
  });

  it.each([
    ['without an id', '{"tell": {"score": 1}}'],
    ['of one that was answered', answer(1)],
    ['of one that was never asked', answer(9)],
  ])('refuses an answer %s', (_, line) => {
    const [refusal] = refusalOf(parallel, answer(1), line);
    expect(refusal).toMatchObject({
      code: 'TT_PROTOCOL_MESSAGE',
      place: { line: 3 },
      accepted: 'an id, one of 2, 3, 4',
    });
  });

  it.each([0, 101, 1e15, 1.5])('refuses %d at once', (count) => {
    const [refusal] = refusalOf(JSON.stringify({ problem, seed: 7, budget: 1e15, parallel: count }));
    expect(refusal?.reason).toMatch(/^parallel /);
    expect(refusal?.accepted).toBe('a whole number from 1 to 100');
  });
});

describe('an ask/tell session', () => {
  it('tells the designer objectives so that larger is better, and margins as shares of their bounds', () => {
    const asked = { rate: 12, shares: 100, fps: 15, mode: '1' };
    const tell = { score: 40, p95: 80 };
    const margins = { 'p95 <= 100': 0.2 };
    expect(toldBy({ tell })).toEqual([{ configuration: asked, objective: 40, margins }]);
    const least = problemWith({ objective: { metric: 'score', goal: 'min' } });
    expect(toldBy({ tell }, least)).toEqual([{ configuration: asked, objective: -40, margins }]);
  });

  it('tells what was run where that is not what was asked', () => {
    const [observation] = toldBy({ tell: {}, config: { rate: 11.5, mode: 0 } });
    expect(observation?.configuration).toEqual({ rate: 11.5, shares: 100, fps: 15, mode: '0' });
  });

  it('skips blank lines and takes a missing metric for not measured', () => {
    const session = open();
    session.take(opening);
    expect(session.take('')).toEqual({ ok: true, value: { type: 'wait' } });
    const [observation] = toldBy({ tell: { score: null }, config: null });
    expect(observation).toMatchObject({ margins: {} });
    expect(observation).not.toHaveProperty('objective');
  });

  it.each(['toString', '__proto__', 'constructor'])(
    'takes %s for the name of a metric like any other',
    (metric) => {
      const first = problemWith({ objective: { metric, goal: 'max' }, constraints: [] });
      const tell = JSON.parse(`{"${metric}": 5}`) as object;
      expect(toldBy({ tell }, first)[0]).toMatchObject({ objective: 5 });
      expect(toldBy({ tell: {} }, first)[0]).not.toHaveProperty('objective');
      const session = open();
      const constraints = [{ metric, op: '<=', value: 9 }];
      expect(
        session.take(problemWith({ constraints, noise: {} }).replace('"budget":2', '"budget":9')).ok,
      ).toBe(true);
      for (let i = 0; i < 6; i++) expect(session.take(JSON.stringify({ tell: { score: i } })).ok).toBe(true);
    },
  );

  it('remarks once on answers of which it knows no metric, and goes on', () => {
    const session = open();
    session.take(opening);
    const remarks = ['{"tell": {"score": null}}', '{"tell": {"scoer": 1}}', '{"tell": {"scoer": 2}}'].map(
      (line) => {
        const step = session.take(line);
        return step.ok && step.value.type === 'write' ? step.value.remark : 'no ask';
      },
    );
    expect(remarks).toEqual([
      undefined,
      expect.objectContaining({
        place: expect.objectContaining({ line: 3 }),
        found: 'scoer',
        accepted: 'score, p95',
      }),
      undefined,
    ]);
  });

  it('says that null is to stand for what Python writes as NaN', () => {
    const [refusal] = refusalOf(opening, '{"tell": {"score": NaN}}');
    expect(refusal).toMatchObject({
      code: 'TT_PROTOCOL_SYNTAX',
      accepted: expect.stringContaining('null is what was not measured'),
    });
    expect(refusalOf(opening, '{"tell": NaNny}')[0]?.accepted).not.toContain('null is');
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
      'a number >= low, which is 2',
    ],
    [
      'a knob without a name',
      { knobs: [{ type: 'float', low: 0, high: 1 }] },
      'problem.knobs[0].name',
      'a string',
    ],
    [
      'an unknown type',
      { knobs: [{ name: 'a', type: 'bool' }] },
      'problem.knobs[0].type',
      'float, int, ordinal, categorical',
    ],
    [
      'a category that is an object',
      { knobs: [{ name: 'a', type: 'categorical', values: ['x', {}] }] },
      'problem.knobs[0].values',
      'one or more different strings, numbers or booleans',
    ],
    [
      'a logarithm of zero',
      { knobs: [{ name: 'a', type: 'int', low: 0, high: 9, scale: 'log' }] },
      'problem.knobs[0].low',
      'a number > 0, as the scale is logarithmic',
    ],
    [
      'a range that is too wide',
      { knobs: [{ name: 'a', type: 'float', low: -1e308, high: 1e308 }] },
      'problem.knobs[0].high',
      'low, which is -1e+308, or from 1e-90 to 1e+300 above it',
    ],
    [
      'a range that is too narrow',
      { knobs: [{ name: 'a', type: 'float', low: 0, high: 5e-324 }] },
      'problem.knobs[0].high',
      'low, which is 0, or from 1e-90 to 1e+300 above it',
    ],
    [
      'a logarithm over too wide a range',
      { knobs: [{ name: 'a', type: 'float', low: 1e-300, high: 1e300, scale: 'log' }] },
      'problem.knobs[0].high',
      'at most 1e+300 times low, which is 1e-300',
    ],
    [
      'ordinals that do not ascend',
      { knobs: [{ name: 'a', type: 'ordinal', values: [2, 1] }] },
      'problem.knobs[0].values',
      'one or more ascending numbers',
    ],
    ['no knobs', { knobs: [] }, 'problem.knobs', 'one or more knobs'],
    [
      'two knobs of one name',
      { knobs: [problem.knobs[0], problem.knobs[0]] },
      'problem.knobs[1].name',
      'each name once',
    ],
    ['an unknown goal', { objective: { metric: 'score', goal: 'up' } }, 'problem.objective.goal', 'min, max'],
    ['noise below zero', { noise: { score: -1 } }, 'problem.noise.score', 'a number >= 0'],
    [
      'a default outside its categories',
      { default: { ...problem.default, mode: 7 } },
      'problem.default.mode',
      '0, 1',
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
      'constraints that some value meets',
    ],
  ])('refuses %s', (_, change, path, accepted) => {
    const refusals = refusalOf(problemWith(change));
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toMatchObject({
      code: 'TT_PROTOCOL_MESSAGE',
      reason: expect.stringMatching(/^\S+ is (missing|not what the protocol says)\.$/),
      place: { line: 1 },
      accepted,
    });
    expect(refusals[0]?.reason.split(' ')[0]).toBe(path);
  });

  it.each([
    [{ rate: 'fast' }, 'config.rate', 'a finite number'],
    [{ fps: null }, 'config.fps', 'a finite number'],
    [{ mode: 7 }, 'config.mode', '0, 1'],
    [{ mode: { toString: 1 } }, 'config.mode', '0, 1'],
    ['as asked', 'config', 'an object'],
  ])('refuses that %j was run', (config, path, accepted) => {
    const refusals = refusalOf(opening, JSON.stringify({ tell: { score: 1 }, config }));
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toMatchObject({ code: 'TT_PROTOCOL_MESSAGE', place: { line: 2 }, accepted });
    expect(refusals[0]?.reason.split(' ')[0]).toBe(path);
  });

  it('asks for legal values of the widest and the narrowest ranges', () => {
    const knobs = [
      { name: 'wide', type: 'float', low: -4e299, high: 4e299 },
      { name: 'whole', type: 'int', low: -4e299, high: 4e299 },
      { name: 'narrow', type: 'float', low: 0, high: 1e-90 },
      { name: 'factors', type: 'float', low: 1e-150, high: 1e149, scale: 'log' },
    ];
    const session = open();
    let step = session.take(problemWith({ knobs, default: undefined }).replace('"budget":2', '"budget":8'));
    for (let asked = 0; asked < 8; asked++) {
      if (!step.ok || step.value.type !== 'write') throw new Error('no ask');
      const { ask } = JSON.parse(step.value.lines[0]!) as { ask: Record<string, number> };
      for (const { name, low, high } of knobs) {
        expect(ask[name]).toBeGreaterThanOrEqual(low);
        expect(ask[name]).toBeLessThanOrEqual(high);
      }
      step = session.take(JSON.stringify({ tell: { score: asked, p95: 90 + asked } }));
    }
  });

  it('shows a number that is too large for one as what it is', () => {
    expect(refusalOf(opening, '{"tell": {"score": 1e999}}')[0]?.found).toBe('Infinity');
  });

  it('takes nothing but true for the end', () => {
    expect(refusalOf(opening, '{"end": false}')[0]?.reason).toBe('tell is missing.');
  });

  it('refuses a metric that is not a number, and an answer to nothing', () => {
    expect(refusalOf(opening, '{"tell": {"score": "high"}}')[0]?.reason).toContain('tell.score');
    const one = JSON.stringify({ problem, seed: 1, budget: 1 });
    expect(refusalOf(one, '{"tell": {}}', '{"tell": {}}')[0]?.place?.line).toBe(3);
  });
});
