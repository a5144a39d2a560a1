import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../clock.ts';
import { seededRandom } from '../../random.ts';
import { ConstrainedGpDesigner } from '../constrained-gp.ts';
import type { Designer, Observation, Suggestion } from '../designer.ts';
import { Study } from '../study.ts';
import { contentionProblem } from '../testing/contention.ts';
import { type WarmStart, warmDesigner } from './warm-start.ts';

const at = (rate: number, margin: number): Observation => ({
  configuration: { rate },
  margins: { core: margin },
});
const suggestion = (rate: number, reason: string): Suggestion => ({ configuration: { rate }, reason });

/** Suggests one thing only. */
const other: Designer = { suggest: () => suggestion(1, 'searched'), update: () => {} };

function suggestions(warmStart: WarmStart | undefined, queue: Suggestion[], count: number): number[] {
  const designer = warmDesigner({ warmStart, queue, designer: other });
  return Array.from({ length: count }, () => {
    const { configuration } = designer.suggest();
    designer.update({ configuration, margins: {} });
    return configuration.rate as number;
  });
}

describe('warmDesigner', () => {
  const queue = [suggestion(20, 'queued'), suggestion(30, 'queued')];

  it('tries what was good earlier, then what was not measured then, then what is searched', () => {
    const warmStart = { from: 'here', first: suggestion(10, 'stored'), prior: [at(10, 0.2), at(20, -0.3)] };
    expect(suggestions(warmStart, queue, 3)).toEqual([10, 30, 1]);
  });

  it('tries the whole queue where nothing is known', () => {
    expect(suggestions(undefined, queue, 3)).toEqual([20, 30, 1]);
  });
});

/** A search on the made-up robot `robot`, with what `warm` measured. */
function search(options: { robot: number; seed: number; warm?: Observation[]; first?: Observation }) {
  const { robot, seed, warm = [], first } = options;
  const { problem, inForce, measure, truth } = contentionProblem(robot);
  const chance = seededRandom(seed + 77);
  const designer = warmDesigner({
    warmStart: {
      from: 'an earlier search',
      ...(first && { first: { configuration: first.configuration, reason: 'known' } }),
      prior: warm,
    },
    queue: [],
    designer: new ConstrainedGpDesigner({ problem, random: seededRandom(seed), earlier: warm }),
  });
  const study = new Study({
    name: 'test',
    seed,
    problem,
    designer,
    clock: new VirtualClock(),
    maxTrials: 12,
    inForce,
  });
  for (let trial = study.ask(); trial; trial = study.ask()) study.tell(measure(trial.configuration, chance));
  const isGood = ({ configuration }: { configuration: Observation['configuration'] }) =>
    Object.values(truth(configuration).margins).every((margin) => margin >= 0);
  const observations = study.history.flatMap(({ observation }) => (observation ? [observation] : []));
  return { observations, best: study.best?.observation, good: study.history.map(isGood) };
}

const countBad = (good: readonly boolean[]) => good.filter((one) => !one).length;

describe('a warm search on the made-up robot', () => {
  it('is good from its second trial on, and hurts less than a cold one', { timeout: 60_000 }, () => {
    let [coldHurt, warmHurt] = [0, 0];
    for (const seed of [1, 2, 3]) {
      const cold = search({ robot: seed, seed });
      expect(cold.best?.objective).toBeGreaterThan(0);
      const warm = search({ robot: seed, seed: seed + 50, warm: cold.observations, first: cold.best! });
      expect(warm.good[1]).toBe(true);
      coldHurt += countBad(cold.good);
      warmHurt += countBad(warm.good);
      expect(warm.best!.objective!).toBeGreaterThan(0.9 * cold.best!.objective!);
    }
    expect(warmHurt).toBeLessThan(0.6 * coldHurt);
  });

  it('hurts less than a cold one also after a search on another robot of its kind', {
    timeout: 60_000,
  }, () => {
    let [coldHurt, warmHurt] = [0, 0];
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const elsewhere = search({ robot: seed + 10, seed: seed + 100 });
      coldHurt += countBad(search({ robot: seed, seed }).good);
      warmHurt += countBad(search({ robot: seed, seed, warm: elsewhere.observations }).good);
    }
    expect(warmHurt).toBeLessThan(coldHurt);
  });
});
