import { describe, expect, it } from 'vitest';
import type { Configuration } from '../knobs/knob.ts';
import { seededRandom } from '../random.ts';
import { CoordinateDesigner } from './coordinate.ts';
import type { Observation, Problem } from './designer.ts';

const problem: Problem = {
  space: [
    { name: 'rate', domain: { type: 'real', low: 0, high: 10 } },
    { name: 'threads', domain: { type: 'integer', low: 1, high: 8 } },
    { name: 'place', domain: { type: 'categorical', values: ['cpu', 'gpu', 'dla'] } },
  ],
  constraints: ['load'],
};

/** At most 4 Hz; the middle has 5. The objective is the rate, twice that on the DLA, less what lies between 3 threads and those in use. */
function measure(configuration: Configuration): Observation {
  const { rate, threads, place } = configuration as { rate: number; threads: number; place: string };
  return {
    configuration,
    objective: (place === 'dla' ? 2 * rate : rate) - Math.abs(threads - 3),
    margins: { load: 1 - rate / 4 },
  };
}

function search(seed: number, trials: number): Observation[] {
  const designer = new CoordinateDesigner({ problem, random: seededRandom(seed) });
  return Array.from({ length: trials }, () => {
    const observation = measure(designer.suggest().configuration);
    designer.update(observation);
    return observation;
  });
}

describe('the coordinate designer', () => {
  it('starts in the middle and then changes one knob of the best trial', () => {
    const observations = search(1, 12);
    expect(observations[0]!.configuration).toEqual({ rate: 5, threads: 5, place: 'gpu' });
    for (const [i, { configuration }] of observations.entries()) {
      if (i === 0) continue;
      const earlier = observations.slice(0, i);
      const changed = earlier.map(
        (one) =>
          Object.keys(configuration).filter((knob) => configuration[knob] !== one.configuration[knob]).length,
      );
      expect(Math.min(...changed), `trial ${i}`).toBe(1);
    }
  });

  it.each([1, 2, 3, 4, 5])('gets out of a violation and close to the best there is, seed %i', (seed) => {
    const feasible = search(seed, 60).filter(({ margins }) => margins.load! >= 0);
    expect(Math.max(...feasible.map(({ objective }) => objective!))).toBeGreaterThan(7.5);
  });

  it('does again what helped', () => {
    const observations = search(1, 20);
    const designer = new CoordinateDesigner({ problem, random: seededRandom(1) });
    const helped = observations.findIndex(
      ({ margins }, i) => i > 0 && margins.load! > observations[0]!.margins.load!,
    );
    for (const observation of observations.slice(0, helped + 1)) designer.update(observation);
    const changed = (a: Configuration, b: Configuration) =>
      Object.keys(a).filter((knob) => a[knob] !== b[knob]);
    const { configuration } = designer.suggest();
    const at = observations[helped]!.configuration;
    expect(changed(configuration, at)).toEqual(changed(at, observations[0]!.configuration));
  });
});
