import { guardedBound } from '../../core/spec/evaluate.ts';
import type { Requirement, Spec } from '../../core/spec/spec.ts';
import type { ConstraintInfo, Problem } from '../../core/tune/designer.ts';

/** What a designer is to search, from a spec; bounds are moved to their safe side by `guardBand`, a share of each. */
export function problemOf({ knobs, requirements, objectives, tradeOff }: Spec, guardBand: number): Problem {
  return {
    space: knobs.map(({ name, domain }) => ({ name, domain })),
    constraints: requirements.map(({ name }) => name),
    constraintInfo: Object.fromEntries(
      requirements.map((requirement) => [requirement.name, infoOf(requirement, guardBand)]),
    ),
    ...(tradeOff && { objectives: objectives.map(({ name }) => name) }),
  };
}

/** A share of the baseline has no bound until that is measured; which side to keep to is known all the same. */
function infoOf({ comparison, bound, ofBaseline, unit }: Requirement, guardBand: number): ConstraintInfo {
  const side = comparison === '>=' ? 'at-least' : 'at-most';
  return ofBaseline ? { side } : { side, bound: guardedBound(comparison, bound, guardBand), unit };
}
