import { describe, expect, it } from 'vitest';
import type { Configuration, KnobDeclaration } from './knob.ts';
import { cpuLimit, detail, fps, knobs, place, throttle } from './knob-fixture.ts';
import { expandSweep, parseSweep, type SweepStep, type SweptKnob } from './sweep.ts';

function swept(...entries: string[]): SweptKnob[] {
  const parsed = parseSweep(knobs, entries);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.refusals));
  return parsed.value;
}

function valuesOf(entry: string): unknown[] {
  return swept(entry)[0]?.values ?? [];
}

function steps(sweep: Partial<Parameters<typeof expandSweep>[1]> & { swept: SweptKnob[] }): SweepStep[] {
  const expanded = expandSweep(knobs, { design: 'grid', repeats: 1, found: {}, ...sweep });
  if (!expanded.ok) throw new Error(JSON.stringify(expanded.refusals));
  return expanded.value;
}

/** How many knobs differ between two settings. */
function changes(a: Configuration, b: Configuration): number {
  return Object.keys(a).filter((name) => a[name] !== b[name]).length;
}

describe('parseSweep', () => {
  it('reads lists, with or without units, once each and from low to high', () => {
    expect(valuesOf('camera fps=30, 10 Hz,15,10')).toEqual([10, 15, 30]);
    expect(valuesOf('detector place=true,edge')).toEqual([true, 'edge']);
  });

  it('reads spans: every choice, every whole number, or evenly spaced', () => {
    expect(valuesOf('camera fps=15..25')).toEqual([15, 20, 25]);
    expect(valuesOf('preview detail=1..4')).toEqual([1, 2, 3, 4]);
    expect(valuesOf('preview detail=1..4/2')).toEqual([1, 4]);
    expect(valuesOf('throttle preview=1..2/4')).toEqual([1, 1.33333, 1.66667, 2]);
    expect(valuesOf('cpu preview=0.1 cores..0.5 cores/3, 2')).toEqual([0.1, 0.3, 0.5, 2]);
  });

  it.each([
    ['camera fps', 'TT_SPEC_EXPRESSION'],
    ['camera fsp=5', 'TT_PARAM_UNKNOWN'],
    ['camera fps=12', 'TT_PARAM_RANGE'],
    ['camera fps=', 'TT_PARAM_TYPE'],
    ['camera fps=10 ms', 'TT_SPEC_UNIT'],
    ['camera fps=10..30/3', 'TT_SPEC_EXPRESSION'],
    ['throttle preview=1..30', 'TT_SPEC_EXPRESSION'],
    ['throttle preview=1..30/1', 'TT_SPEC_EXPRESSION'],
    ['throttle preview=1..30/99999999', 'TT_SPEC_EXPRESSION'],
    ['throttle preview=30..1/4', 'TT_SPEC_EXPRESSION'],
    ['throttle preview=1..60/4', 'TT_PARAM_RANGE'],
    ['detector place=edge..cloud', 'TT_PARAM_RANGE'],
  ])('refuses %s with %s', (entry, code) => {
    expect(parseSweep(knobs, [entry])).toMatchObject({ ok: false, refusals: [{ code }] });
  });

  it('refuses a knob that is never touched, one named twice, and an empty sweep', () => {
    const arm: KnobDeclaration = { ...fps, name: 'arm', target: { ...fps.target, node: '/arm' } as never };
    expect(parseSweep([arm], ['arm=10'])).toMatchObject({ refusals: [{ code: 'TT_KNOB_FORBIDDEN' }] });
    expect(parseSweep(knobs, ['camera fps=10', 'camera fps=30'])).toMatchObject({
      refusals: [{ code: 'TT_SPEC_DUPLICATE' }],
    });
    expect(parseSweep(knobs, [])).toMatchObject({ refusals: [{ code: 'TT_SPEC_EXPRESSION' }] });
  });

  it('says everything that is wrong at once', () => {
    const parsed = parseSweep(knobs, ['camera fps=12,13', 'what=1']);
    expect(parsed.ok ? [] : parsed.refusals.map(({ found }) => found)).toEqual(['12', '13', 'what']);
  });
});

describe('expandSweep', () => {
  const three = swept('camera fps=10..30', 'preview detail=1..3', 'detector place=edge,cloud');

  it('visits every combination of a grid once, changing one knob by one value at a time', () => {
    const visits = steps({ swept: three });
    expect(new Set(visits.map(({ settings }) => JSON.stringify(settings))).size).toBe(5 * 3 * 2);
    expect(visits).toHaveLength(5 * 3 * 2);
    for (const [i, { settings }] of visits.slice(1).entries()) {
      const before = visits[i]?.settings as Configuration;
      expect(changes(before, settings)).toBe(1);
      for (const { name, values } of three) {
        const distance = values.indexOf(settings[name] as never) - values.indexOf(before[name] as never);
        expect(Math.abs(distance)).toBeLessThanOrEqual(1);
      }
    }
  });

  it('varies one knob at a time around what was found, which is visited first', () => {
    const found = { 'camera fps': 15, 'preview detail': 4, 'detector place': 'edge', 'cpu preview': 1 };
    const visits = steps({ swept: three, design: 'one-at-a-time', found });
    const { 'cpu preview': _, ...base } = found;
    expect(visits[0]?.settings).toEqual(base);
    expect(visits.slice(1).map(({ settings }) => changes(settings, base))).toEqual(Array(4 + 3 + 1).fill(1));
  });

  it('goes backwards in every second repeat, so that two visits in a row never jump', () => {
    const visits = steps({ swept: three, repeats: 3 });
    const pass = (repeat: number) => visits.filter((visit) => visit.repeat === repeat).map((v) => v.settings);
    expect(pass(2)).toEqual(pass(1).toReversed());
    expect(pass(3)).toEqual(pass(1));
    expect(visits.map(({ repeat }) => repeat)).toEqual([1, 2, 3].flatMap((r) => Array(30).fill(r)));
  });

  it('refuses to vary around a value that the knob itself would refuse', () => {
    const found = { 'throttle preview': -1 };
    const sweep = { swept: swept('throttle preview=5,10'), repeats: 1, found };
    expect(expandSweep([throttle], { ...sweep, design: 'one-at-a-time' })).toMatchObject({
      refusals: [{ code: 'TT_PARAM_RANGE', found: '-1' }],
    });
    expect(expandSweep([throttle], { ...sweep, design: 'grid' })).toMatchObject({ ok: true });
  });

  it('refuses a sweep that would never end', () => {
    const many = swept('throttle preview=1..30/200', 'cpu preview=0.1..2/200');
    expect(
      expandSweep([throttle, cpuLimit, detail, place], {
        swept: many,
        design: 'grid',
        repeats: 1,
        found: {},
      }),
    ).toMatchObject({ refusals: [{ code: 'TT_PARAM_RANGE', found: '40000' }] });
  });
});
