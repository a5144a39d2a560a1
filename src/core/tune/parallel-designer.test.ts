import { describe, expect, it } from 'vitest';
import type { Configuration } from '../knobs/knob.ts';
import { seededRandom } from '../random.ts';
import { designerNames, designers } from './designers.ts';
import { ParallelDesigner } from './parallel-designer.ts';
import { contentionProblem } from './testing/contention.ts';

const { problem, inForce, truth } = contentionProblem(1);
const inParallel = (name: (typeof designerNames)[number], seed = 4) =>
  new ParallelDesigner({ problem, make: () => designers[name]({ problem, random: seededRandom(seed) }) });

/** Runs trials `width` at a time, told in the order they were asked; returns them. */
function play(designer: ParallelDesigner, width: number, trials: number): Configuration[] {
  const underWay: Configuration[] = [];
  const tried: Configuration[] = [];
  while (tried.length < trials) {
    while (underWay.length < width) underWay.push(designer.suggest().configuration);
    const asked = underWay.shift()!;
    designer.update(asked, truth(asked));
    tried.push(asked);
  }
  return tried;
}

const textOf = (configurations: Configuration[]) => configurations.map((one) => JSON.stringify(one));
const isGood = (one: Configuration) => Object.values(truth(one).margins).every((margin) => margin >= 0);
const bestOf = (tried: Configuration[]) =>
  Math.max(0, ...tried.filter(isGood).map((one) => truth(one).objective as number));

describe.each(designerNames)('the %s designer with trials under way', (name) => {
  it('suggests another one each time, from the first on', () => {
    const designer = inParallel(name);
    const asked = Array.from({ length: 4 }, () => designer.suggest().configuration);
    expect(new Set(textOf(asked)).size).toBe(4);
    designer.update(asked[2]!, truth(asked[2]!));
    expect(textOf(asked)).not.toContain(JSON.stringify(designer.suggest().configuration));
  });

  it.each<[string, (asked: Configuration) => Configuration]>([
    ['what it holds already', () => inForce],
    ['nothing that lies in the space', (asked) => ({ ...asked, [problem.space[0]!.name]: -1e6 })],
  ])('goes on where the other side always runs %s', (_, run) => {
    const designer = inParallel(name);
    const asked = Array.from({ length: 8 }, () => {
      const { configuration } = designer.suggest();
      designer.update(configuration, { ...truth(inForce), configuration: run(configuration) });
      return configuration;
    });
    expect(new Set(textOf(asked)).size).toBe(8);
  });

  it('is the designer itself while nothing is under way', () => {
    const alone = designers[name]({ problem, random: seededRandom(4) });
    const expected = Array.from({ length: 7 }, () => {
      const { configuration } = alone.suggest();
      alone.update(truth(configuration));
      return configuration;
    });
    expect(play(inParallel(name), 1, 7)).toEqual(expected);
  });

  it('suggests the same for the same seed', () => {
    expect(play(inParallel(name), 3, 9)).toEqual(play(inParallel(name), 3, 9));
  });
});

describe('a search with four trials under way', () => {
  it('repeats nothing, and finds more than one that does not learn', () => {
    const learning = play(inParallel('constrained-gp'), 4, 28);
    expect(new Set(textOf(learning)).size).toBe(28);
    expect(bestOf(learning)).toBeGreaterThan(bestOf(play(inParallel('sobol'), 4, 28)));
  }, 60_000);

  it('takes an answer of what was run, and none that was not asked for', () => {
    const designer = inParallel('sobol');
    const { configuration } = designer.suggest();
    expect(() => designer.update(inForce, truth(inForce))).toThrow('under way');
    designer.update(configuration, truth(inForce));
    expect(() => designer.update(configuration, truth(configuration))).toThrow('under way');
  });
});
