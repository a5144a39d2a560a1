import type { KnobDeclaration } from '../../knobs/knob.ts';
import { describeTarget, formatDomain } from '../../knobs/knob-value.ts';
import { describeMetric } from '../../spec/describe.ts';
import type { Objective, Requirement, Spec } from '../../spec/spec.ts';
import { listAt, mapAt, type Path, textAt } from '../plain-value.ts';

/**
 * What makes data of one search useful to another: the same robot, requirements, objectives and knobs. A margin means
 * something only with its bound, a setting only with its range. In words, so that a person can see why a library does
 * not fit; each list is sorted.
 */
export type ProblemIdentity = {
  /** Empty where the spec names none. */
  robot: string;
  platform: string;
  requirements: string[];
  objectives: string[];
  knobs: string[];
};

/** The identity of what a spec asks for and may turn. */
export function identityOf({
  robot = '',
  platform = '',
  requirements,
  objectives,
  tradeOff,
  knobs,
}: Spec): ProblemIdentity {
  return {
    robot,
    platform,
    requirements: requirements.map(requirementText).sort(),
    objectives: objectives.map((one) => objectiveText(one, tradeOff)).sort(),
    knobs: knobs.map(knobText).sort(),
  };
}

/** Reads an identity from a file; throws a `Fault` at the first place that holds something else. */
export function readIdentity(value: unknown, path: Path): ProblemIdentity {
  const identity = mapAt(value, path);
  const textsOf = (key: string) =>
    listAt(identity[key], [...path, key]).map((text, i) => textAt(text, [...path, key, i]));
  return {
    robot: textAt(identity.robot, [...path, 'robot']),
    platform: textAt(identity.platform, [...path, 'platform']),
    requirements: textsOf('requirements'),
    objectives: textsOf('objectives'),
    knobs: textsOf('knobs'),
  };
}

/** Whether data of one can be used for the other. */
export function sameProblem(a: ProblemIdentity, b: ProblemIdentity): boolean {
  const parts = ({ robot, platform, requirements, objectives, knobs }: ProblemIdentity) =>
    JSON.stringify([robot, platform, requirements, objectives, knobs]);
  return parts(a) === parts(b);
}

function requirementText({ name, metric, comparison, bound, ofBaseline, unit }: Requirement): string {
  const right = ofBaseline ? `${bound} × baseline` : `${bound} ${unit}`;
  return withName(name, `${describeMetric(metric)} ${comparison} ${right}`);
}

function objectiveText(
  { name, metric, direction, weight, unit, enough }: Objective,
  tradeOff: Spec['tradeOff'],
): string {
  const share = tradeOff === undefined ? `weight ${weight}` : 'traded off';
  const until = enough === undefined ? '' : `, enough ${enough}`;
  return withName(name, `${direction} ${describeMetric(metric)}, ${share}${until} ${unit}`);
}

function knobText({ name, target, domain, unit }: KnobDeclaration): string {
  return withName(name, `${describeTarget(target)}, ${domain.type} ${formatDomain(domain)} ${unit}`.trim());
}

function withName(name: string, text: string): string {
  return name === text ? text : `${name}: ${text}`;
}
