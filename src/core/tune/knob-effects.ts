import type { Configuration, KnobValue } from '../knobs/knob.ts';
import type { Observation, Problem } from './designer.ts';
import type { Point } from './space.ts';
import { Surrogate } from './surrogate.ts';

/** What the model believes at one value of a knob, all others held. */
export type SweepPoint = {
  value: KnobValue;
  objective: number | undefined;
  margins: Record<string, number>;
  /** Probability of meeting every constraint. */
  probability: number;
};

/** How much one knob matters around a configuration. */
export type KnobEffect = {
  knob: string;
  /** Largest share, over all outputs, of the change that the knobs bring one at a time; 0 to 1. */
  importance: number;
  /** The output with that share: a constraint's name or `objective`. */
  mostAffected: string;
  sweep: SweepPoint[];
};

const sweepSteps = 9;

/**
 * Sweeps each knob over its domain with the others held at `configuration` and reports the beliefs and each knob's
 * share of the changes, most important first. Empty when nothing was observed or the configuration is not in the space.
 */
export function knobEffects(
  problem: Problem,
  observations: readonly Observation[],
  configuration: Configuration,
): KnobEffect[] {
  const surrogate = Surrogate.fit(problem, observations);
  const center = surrogate?.space.encode(configuration);
  if (!surrogate || !center) return [];
  const sweeps = surrogate.space.names.map((_, knob) => sweepKnob(surrogate, center, knob));
  const changes = sweeps.map((sweep) => changesAlong(problem, sweep));
  const outputs = [...problem.constraints, 'objective'];
  const totals = outputs.map((_, output) => changes.reduce((sum, row) => sum + row[output]!, 0));
  const effects = sweeps.map((sweep, knob): KnobEffect => {
    const shares = changes[knob]!.map((change, output) =>
      totals[output]! > 0 ? change / totals[output]! : 0,
    );
    const importance = Math.max(...shares);
    const mostAffected = outputs[shares.indexOf(importance)]!;
    return { knob: surrogate.space.names[knob]!, importance, mostAffected, sweep };
  });
  return effects.sort((a, b) => b.importance - a.importance);
}

function sweepKnob(surrogate: Surrogate, center: Point, knob: number): SweepPoint[] {
  const { space, constraints, scales } = surrogate;
  return space.coordinates(knob, sweepSteps).map((coordinate) => {
    const point = center.with(knob, coordinate);
    const { objective, margins, logFeasibility } = surrogate.predict(point);
    return {
      value: space.decode(point)[space.names[knob]!]!,
      objective: objective?.mean,
      margins: Object.fromEntries(constraints.map((name, j) => [name, scales[j]!.unwarp(margins[j]!.mean)])),
      probability: Math.exp(logFeasibility),
    };
  });
}

/** Range of every output along a sweep: the constraints in order, then the objective. */
function changesAlong({ constraints }: Problem, sweep: SweepPoint[]): number[] {
  const range = (values: number[]) => Math.max(...values) - Math.min(...values);
  return [
    ...constraints.map((name) => range(sweep.map(({ margins }) => margins[name]!))),
    range(sweep.map(({ objective }) => objective ?? 0)),
  ];
}
