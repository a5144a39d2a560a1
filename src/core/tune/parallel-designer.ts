import type { Configuration } from '../knobs/knob.ts';
import type { Designer, Observation, Problem, Suggestion } from './designer.ts';
import { sameConfiguration } from './library/aging.ts';
import { Surrogate } from './surrogate.ts';

/**
 * Several trials under way at once: each suggestion is another one, until it is told. What is under way is taken for
 * measured, with what the models expect of it ("kriging believer", Ginsbourger et al., 2010): its neighbourhood is no
 * longer worth a trial, and what was hoped of it counts for the next. While nothing is under way this is the designer itself.
 */
export class ParallelDesigner {
  readonly #problem: Problem;
  readonly #make: () => Designer;
  readonly #designer: Designer;
  readonly #observations: Observation[] = [];
  readonly #underWay: Configuration[] = [];

  /** `make` makes a fresh designer, each time of the same seed. */
  constructor({ problem, make }: { problem: Problem; make: () => Designer }) {
    this.#problem = problem;
    this.#make = make;
    this.#designer = make();
  }

  /** The next configuration to try; another one each time. */
  suggest(): Suggestion {
    const designer = this.#underWay.length === 0 ? this.#designer : this.#believing();
    const suggestion = designer.suggest();
    this.#underWay.push(suggestion.configuration);
    return suggestion;
  }

  /** Ends the trial that was suggested as `asked`; what was really run may differ. */
  update(asked: Configuration, observation: Observation): void {
    const index = this.#underWay.indexOf(asked);
    if (index < 0) throw new Error('parallel-designer: no such trial is under way');
    this.#underWay.splice(index, 1);
    const isOther = !sameConfiguration(observation.configuration, asked);
    const told = isOther ? { ...observation, asked } : observation;
    this.#observations.push(told);
    this.#designer.update(told);
  }

  #believing(): Designer {
    const designer = this.#make();
    for (const observation of this.#observations) designer.update(observation);
    const surrogate = Surrogate.fit(this.#problem, this.#observations);
    for (const configuration of this.#underWay) designer.update(believed(surrogate, configuration));
    return designer;
  }
}

/** What the models expect; before there are any, that it is tried, and nothing else. */
function believed(surrogate: Surrogate | undefined, configuration: Configuration): Observation {
  const point = surrogate?.space.encode(configuration);
  if (!surrogate || !point) return { configuration, margins: {}, censored: true };
  const { margins, objective } = surrogate.predict(point);
  const means = margins.map(({ mean }, j) => [surrogate.constraints[j]!, surrogate.scales[j]!.unwarp(mean)]);
  const observation: Observation = { configuration, margins: Object.fromEntries(means) };
  return objective ? { ...observation, objective: objective.mean } : observation;
}
