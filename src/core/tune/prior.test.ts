import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock.ts';
import { seededRandom } from '../random.ts';
import { ConstrainedGpDesigner } from './constrained-gp.ts';
import type { Designer, Observation } from './designer.ts';
import { EnqueuedDesigner } from './enqueued.ts';
import { PriorDesigner } from './prior.ts';
import { Study } from './study.ts';
import { contentionProblem } from './testing/contention.ts';

/** Repeats what it was told, as suggestions cannot say it. */
class Listening implements Designer {
  readonly heard: Observation[] = [];
  suggest() {
    return { configuration: {}, reason: `heard ${this.heard.length}` };
  }
  update(observation: Observation): void {
    this.heard.push(observation);
  }
}

const at = (rate: number, margin: number): Observation => ({
  configuration: { rate },
  margins: { core: margin },
});

describe('PriorDesigner', () => {
  const prior = [at(10, 0.2), at(20, -0.3)];

  it('starts as if it had made the earlier trials itself, and says so', () => {
    const designer = new PriorDesigner({ prior, open: () => new Listening() });
    designer.update(at(20, -0.25));
    expect(designer.suggest().reason).toBe('heard 3; 2 earlier measurements are used');
  });

  it('goes on with its own trials alone when one contradicts the earlier ones', () => {
    const designer = new PriorDesigner({ prior, open: () => new Listening() });
    designer.update(at(15, 0.9));
    designer.update(at(10, -0.4));
    designer.update(at(20, -0.3));
    expect(designer.suggest().reason).toBe(
      'heard 3; earlier measurements were contradicted and are left out',
    );
  });

  it('is the designer itself without earlier measurements', () => {
    const designer = new PriorDesigner({ prior: [], open: () => new Listening() });
    designer.update(at(10, 0));
    expect(designer.suggest().reason).toBe('heard 1');
  });
});

/** A search on the made-up robot; the trials in the order they were made. */
function search(options: { robot: number; seed: number; warm?: Observation[]; first?: Observation }) {
  const { robot, seed, warm = [], first } = options;
  const { problem, inForce, measure, truth } = contentionProblem(robot);
  const chance = seededRandom(seed + 77);
  const designer = new EnqueuedDesigner({
    queue: first ? [{ configuration: first.configuration, reason: 'known' }] : [],
    designer: new PriorDesigner({
      prior: warm,
      open: () => new ConstrainedGpDesigner({ problem, random: seededRandom(seed) }),
    }),
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

describe('a warm search on the made-up robot', () => {
  const seeds = [1, 2, 3];

  it('is good from its second trial on, and hurts less than a cold one', { timeout: 60_000 }, () => {
    let [coldHurt, warmHurt] = [0, 0];
    for (const seed of seeds) {
      const cold = search({ robot: seed, seed });
      expect(cold.best?.objective).toBeGreaterThan(0);
      const warm = search({ robot: seed, seed: seed + 50, warm: cold.observations, first: cold.best! });
      expect(warm.good[1]).toBe(true);
      coldHurt += cold.good.filter((good) => !good).length;
      warmHurt += warm.good.filter((good) => !good).length;
      expect(warm.best!.objective!).toBeGreaterThan(0.9 * cold.best!.objective!);
    }
    expect(warmHurt).toBeLessThan(0.6 * coldHurt);
  });
});
