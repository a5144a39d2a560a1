import type { Refusal } from '../refusal.ts';
import { formatNumber } from '../spec/describe.ts';
import type { Configuration, Coupling, KnobDeclaration } from './knob.ts';
import { formatKnobValue } from './knob-value.ts';

/** 1/20 and 0.05 are the same period, whatever their last bits say. */
const tolerance = 1e-9;

/** One coupling of a knob that a configuration breaks. */
export type BrokenCoupling = { declaration: KnobDeclaration; coupling: Coupling };

/** The couplings that a configuration breaks; one whose knobs are not both known as numbers is not judged. */
export function brokenCouplings(
  declarations: readonly KnobDeclaration[],
  configuration: Configuration,
): BrokenCoupling[] {
  return declarations.flatMap((declaration) =>
    (declaration.couples ?? [])
      .filter((coupling) => isBroken(configuration[declaration.name], coupling, configuration))
      .map((coupling) => ({ declaration, coupling })),
  );
}

function isBroken(value: unknown, { knob, relation, of }: Coupling, configuration: Configuration): boolean {
  const other = configuration[knob];
  if (typeof value !== 'number' || typeof other !== 'number') return false;
  const bound = of === 'reciprocal' ? 1 / other : other;
  const slack = tolerance * Math.abs(bound);
  return relation === '>=' ? value < bound - slack : value > bound + slack;
}

/** Why a configuration that breaks a coupling is not taken (TT_KNOB_COUPLED). */
export function couplingRefusal(
  { declaration, coupling }: BrokenCoupling,
  configuration: Configuration,
): Refusal {
  const other = configuration[coupling.knob] as number;
  const bound = coupling.of === 'reciprocal' ? 1 / other : other;
  const value = configuration[declaration.name] as number;
  return {
    code: 'TT_KNOB_COUPLED',
    reason: `${declaration.name} must fit ${coupling.knob}, which is ${formatNumber(other)}.`,
    found: formatKnobValue(declaration, value),
    accepted: `${coupling.relation} ${formatKnobValue(declaration, bound)}${coupling.of === 'reciprocal' ? `, that is 1 / ${coupling.knob}` : ''}`,
  };
}
