import type { Configuration, Coupling, KnobDeclaration, KnobValue } from './knob.ts';
import { fitsParameter } from './table/patterns.ts';

/** Knobs with a coupling for each parameter beside them that they must fit, and what those parameters hold, by name. */
export type WithPartners = { declarations: KnobDeclaration[]; values: Configuration };

/** What nodes hold: values by parameter, by node. */
export type HeldParameters = ReadonlyMap<string, ReadonlyMap<string, KnobValue>>;

/**
 * Turns what knobs must fit of parameters that are no knobs (`fitsParameters`) into couplings, with the values in `held`.
 * A partner goes by its node and its name, `/controller_server FollowPath.model_dt`; one that its node has not, or that is
 * a knob itself, couples nothing here.
 */
export function withPartners(declarations: readonly KnobDeclaration[], held: HeldParameters): WithPartners {
  const values: Configuration = {};
  const coupled = declarations.map((declaration): KnobDeclaration => {
    const { target, fitsParameters = [], couples = [] } = declaration;
    if (target.kind !== 'parameter') return declaration;
    const beside = [...(held.get(target.node) ?? [])].filter(
      ([parameter]) => !isKnob(declarations, target.node, parameter),
    );
    const partners = fitsParameters.flatMap(({ parameter: pattern, relation, of }): Coupling[] =>
      beside
        .filter(([parameter]) => fitsParameter(pattern, parameter))
        .map(([parameter, value]) => {
          const knob = `${target.node} ${parameter}`;
          values[knob] = value;
          return { knob, relation, of };
        }),
    );
    return partners.length === 0 ? declaration : { ...declaration, couples: [...couples, ...partners] };
  });
  return { declarations: coupled, values };
}

function isKnob(declarations: readonly KnobDeclaration[], node: string, parameter: string): boolean {
  return declarations.some(
    ({ target }) => target.kind === 'parameter' && target.node === node && target.parameter === parameter,
  );
}
