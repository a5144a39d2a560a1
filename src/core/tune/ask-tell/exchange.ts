import type { Configuration } from '../../knobs/knob.ts';
import type { ConstraintInfo, Observation, Problem } from '../designer.ts';
import type { ProtocolConstraint, ProtocolProblem } from './messages.ts';

/** What a designer is made for, from what the protocol says. */
export function problemOf({ knobs, objective, constraints, noise }: ProtocolProblem): Problem {
  const info = constraints.flatMap((constraint): [string, ConstraintInfo][] => {
    const { metric, op, value } = constraint;
    if (value <= 0) return [];
    const side = op === '>=' ? ('at-least' as const) : ('at-most' as const);
    const relativeNoise = own(noise, metric);
    return [[nameOf(constraint), relativeNoise === undefined ? { side } : { side, relativeNoise }]];
  });
  const problem: Problem = {
    space: knobs.map(({ dimension }) => dimension),
    constraints: constraints.map(nameOf),
    constraintInfo: Object.fromEntries(info),
  };
  const objectiveRelativeNoise = own(noise, objective.metric);
  return objectiveRelativeNoise === undefined ? problem : { ...problem, objectiveRelativeNoise };
}

/** An `ask`'s configuration as the other side writes it. */
export function toProtocol(
  { knobs }: ProtocolProblem,
  configuration: Configuration,
): Record<string, unknown> {
  const entries = knobs.map(({ dimension: { name }, categories }) => {
    const value = configuration[name]!;
    return [name, categories.get(String(value)) ?? value];
  });
  return Object.fromEntries(entries);
}

/** A `tell` as designers take it: the objective so that larger is better, and margins as shares of their bounds. */
export function observationOf(
  { objective, constraints }: ProtocolProblem,
  configuration: Configuration,
  values: Record<string, number>,
): Observation {
  const margins = constraints.flatMap((constraint): [string, number][] => {
    const value = own(values, constraint.metric);
    return value === undefined ? [] : [[nameOf(constraint), marginOf(constraint, value)]];
  });
  const observation: Observation = { configuration, margins: Object.fromEntries(margins) };
  const measured = own(values, objective.metric);
  if (measured === undefined) return observation;
  return { ...observation, objective: objective.goal === 'max' ? measured : -measured };
}

/** A metric may be called as something that every object has, such as `constructor`. */
function own(values: Record<string, number>, metric: string): number | undefined {
  return Object.hasOwn(values, metric) ? values[metric] : undefined;
}

function nameOf({ metric, op, value }: ProtocolConstraint): string {
  return `${metric} ${op} ${value}`;
}

function marginOf({ op, value: bound }: ProtocolConstraint, value: number): number {
  const size = bound === 0 ? 1 : Math.abs(bound);
  return (op === '>=' ? value - bound : bound - value) / size;
}
