import type { Refusal } from '../refusal.ts';
import { formatNumber } from '../spec/describe.ts';
import type { Configuration, Coupling, KnobDeclaration } from './knob.ts';
import { formatKnobValue } from './knob-value.ts';

/** 1/20 and 0.05 are the same period, whatever their last digits say: a node may hold one of them in single precision. */
const tolerance = 1e-6;

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
  return !keeps(value, relation, boundOf(other, of));
}

/** What a value is compared with; the reciprocal of 0 is infinite. */
export function boundOf(other: number, of: Coupling['of']): number {
  return of === 'reciprocal' ? 1 / other : other;
}

/** Whether a value keeps a relation to a bound. */
export function keeps(value: number, relation: Coupling['relation'], bound: number): boolean {
  const slack = Number.isFinite(bound) ? tolerance * Math.abs(bound) : 0;
  return relation === '>=' ? value >= bound - slack : value <= bound + slack;
}

/** Why a configuration that breaks a coupling is not taken (TT_KNOB_COUPLED). */
export function couplingRefusal(
  { declaration, coupling }: BrokenCoupling,
  configuration: Configuration,
): Refusal {
  const other = configuration[coupling.knob] as number;
  const bound = boundOf(other, coupling.of);
  const value = configuration[declaration.name] as number;
  return {
    code: 'TT_KNOB_COUPLED',
    reason: `${declaration.name} must fit ${coupling.knob}, which is ${formatNumber(other)}.`,
    found: formatKnobValue(declaration, value),
    accepted: `${coupling.relation} ${formatKnobValue(declaration, bound)}${coupling.of === 'reciprocal' ? `, that is 1 / ${coupling.knob}` : ''}`,
  };
}
