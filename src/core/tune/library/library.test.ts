import { describe, expect, it } from 'vitest';
import { measured, problem, spec } from './library.fixture.ts';
import {
  entriesOf,
  entryFor,
  isTrusted,
  type Library,
  nearestEntry,
  withFailure,
  withFound,
  without,
} from './library.ts';
import { warmStartFrom } from './warm-start.ts';

const features = spec.context;
const context = { phase: 'inspect', battery: 'below 20' };
const other = { ...problem, knobs: [] };

function found(
  library: Library,
  at: { phase: string; battery: string },
  rate: number,
  verifiedMs = 0,
): Library {
  const observations = [measured(rate, 0.1, verifiedMs)];
  return withFound(library, problem, {
    context: at,
    verifiedMs,
    observations,
    configuration: observations[0]!.configuration,
  });
}

describe('the library', () => {
  it('gives back what was found in a context, and nothing for another problem', () => {
    const library = found([], context, 12);
    expect(entryFor(library, problem, { ...context })?.configuration).toMatchObject({ 'robot rate': 12 });
    expect(entryFor(library, problem, { ...context, phase: 'land' })).toBeUndefined();
    expect(entryFor(library, other, context)).toBeUndefined();
    expect(entriesOf(library, other)).toEqual([]);
    expect(nearestEntry(library, other, features, context)).toBeUndefined();
  });

  it('keeps one entry per context, the last, with the measurements of all', () => {
    const library = found(found([], context, 12, 1), context, 14, 2);
    expect(entriesOf(library, problem)).toHaveLength(1);
    expect(entryFor(library, problem, context)).toMatchObject({
      configuration: { 'robot rate': 14 },
      verifiedMs: 2,
      observations: [{ atMs: 1 }, { atMs: 2 }],
    });
  });

  it('finds the nearest context and says how far it is; of two the newer', () => {
    let library = found([], { phase: 'land', battery: 'below 20' }, 5, 9);
    library = found(library, { phase: 'inspect', battery: 'from 50' }, 6, 1);
    expect(nearestEntry(library, problem, features, context)).toMatchObject({
      distance: 1,
      entry: { verifiedMs: 9 },
    });
    library = found(library, { phase: 'inspect', battery: '20 to 50' }, 7, 1);
    const nearest = nearestEntry(library, problem, features, context);
    expect(nearest).toMatchObject({ distance: 0.5, entry: { context: { battery: '20 to 50' } } });
    const { from, first, prior } = warmStartFrom(nearest!);
    expect(from).toBe('the nearest context, phase=inspect, battery=20 to 50, at distance 0.5');
    expect(first?.reason).toContain(from);
    expect(first?.configuration).toMatchObject({ 'robot rate': 7 });
    const { atMs: _, doubt: __, ...observation } = measured(7, 0.1);
    expect(prior).toEqual([observation]);
  });

  it('does not trust a configuration that failed twice, until it is found good again', () => {
    const trust = (library: Library) => isTrusted(entryFor(library, problem, context)!);
    let library = found([], context, 12, 1);
    expect(trust(library)).toBe(true);
    library = withFailure(library, problem, context, measured(12, -0.05, 2));
    expect(trust(library)).toBe(true);
    library = withFailure(library, problem, context, measured(12, -0.05, 3));
    expect(trust(library)).toBe(false);
    expect(entryFor(library, problem, context)!.observations[0]!.doubt).toBeGreaterThan(0.08);
    expect(trust(found(library, context, 12, 4))).toBe(true);
    expect(withFailure(library, other, context, measured(12, -0.05, 3))).toBe(library);
  });

  it('hands on the forty measurements least in doubt, in their order', () => {
    const observations = Array.from({ length: 60 }, (_, i) => ({
      ...measured(i / 10, 0, i),
      doubt: i < 30 ? 0.1 : 0,
    }));
    const entry = { context, configuration: {}, verifiedMs: 0, failures: 0, observations };
    const { prior } = warmStartFrom({ entry, distance: 0 });
    expect(prior.map(({ configuration }) => configuration['robot rate'])).toEqual(
      observations.slice(20).map(({ configuration }) => configuration['robot rate']),
    );
  });

  it('forgets what matches, and problems with nothing left', () => {
    const library = found(found([], context, 12), { ...context, phase: 'land' }, 13);
    const left = without(library, (entry) => entry.context.phase === 'land');
    expect(entriesOf(left, problem)).toHaveLength(1);
    expect(without(left, () => true)).toEqual([]);
  });
});
