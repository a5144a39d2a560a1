import { describe, expect, it } from 'vitest';
import { ContextTracker, contextDistance, describeContext, rangeLabels, sameContext } from './context.ts';
import { spec } from './library.fixture.ts';

const features = spec.context;

function tracker(told: Record<string, string> = {}): ContextTracker {
  const made = new ContextTracker(features);
  for (const [name, value] of Object.entries(told)) expect(made.tell(name, value).ok).toBe(true);
  return made;
}

describe('ContextTracker', () => {
  it('knows the context when every feature was told, whatever else was told', () => {
    const made = tracker({ weather: 'rain', phase: ' inspect ' });
    expect(made.current).toBeUndefined();
    expect(made.missing).toEqual(['battery']);
    made.tell('battery', '70');
    expect(made.current).toEqual({ phase: 'inspect', battery: 'from 50' });
  });

  it('is in a context from the start where the spec names no feature', () => {
    expect(new ContextTracker([]).current).toEqual({});
  });

  it.each([
    { at: 51, later: [49, 48, 47.1, 52, 47], now: 'from 50' },
    { at: 51, later: [46.9], now: '20 to 50' },
    { at: 51, later: [46.9, 52.9], now: '20 to 50' },
    { at: 51, later: [46.9, 53], now: 'from 50' },
    { at: 51, later: [5], now: 'below 20' },
    { at: 5, later: [90], now: 'from 50' },
    { at: 20, later: [], now: '20 to 50' },
  ])('keeps a range until a number is past its edge by the hysteresis: $at, $later', ({ at, later, now }) => {
    const made = tracker({ phase: 'inspect', battery: String(at) });
    for (const value of later) made.tell('battery', String(value));
    expect(made.current?.battery).toBe(now);
  });

  it('takes a twentieth of the edge where the spec names no hysteresis', () => {
    const made = new ContextTracker([{ name: 'load', edges: [-40] }]);
    const labels = ['-39', '-41.9', '-42.1', '-38.1', '-38'].map((value) => {
      made.tell('load', value);
      return made.current?.load;
    });
    expect(labels).toEqual(['from -40', 'from -40', 'below -40', 'below -40', 'from -40']);
  });

  it.each([
    ['battery', 'full', 'a number'],
    ['battery', 'NaN', 'a number'],
    ['battery', '', 'a number'],
    ['phase', '  ', 'a word'],
  ])('refuses %s = "%s" and keeps what was told before', (name, value, accepted) => {
    const made = tracker({ phase: 'inspect', battery: '30' });
    const told = made.tell(name, value);
    expect(told).toMatchObject({ ok: false, refusals: [{ code: 'TT_CONTEXT', found: value, accepted }] });
    expect(made.current).toEqual({ phase: 'inspect', battery: '20 to 50' });
  });
});

describe('the distance of contexts', () => {
  const here = { phase: 'inspect', battery: 'below 20' };

  it.each([
    [{ phase: 'inspect', battery: 'below 20' }, 0],
    [{ phase: 'inspect', battery: '20 to 50' }, 0.5],
    [{ phase: 'inspect', battery: 'from 50' }, 1],
    [{ phase: 'land', battery: '20 to 50' }, 1.5],
    [{ phase: 'land' }, 2],
    [{ phase: 'inspect', battery: '20 to 60' }, 1],
  ])('to %j is %d', (there, distance) => {
    expect(contextDistance(features, here, there)).toBe(distance);
    expect(contextDistance(features, there, here)).toBe(distance);
    expect(sameContext(here, there)).toBe(distance === 0);
  });
});

it('contexts and ranges read as a person would say them', () => {
  expect(rangeLabels([3])).toEqual(['below 3', 'from 3']);
  expect(describeContext({ phase: 'land', battery: 'below 20' })).toBe('phase=land, battery=below 20');
  expect(describeContext({})).toBe('any');
});
