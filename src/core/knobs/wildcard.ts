import { accept, type Result, refuse } from '../refusal.ts';
import type { KnobDeclaration, KnobDomain } from './knob.ts';

/** How a node declares a parameter, of rcl_interfaces/msg/ParameterDescriptor what matters here. */
export type ParameterDescription = {
  type: number;
  readOnly: boolean;
  range?: { low: number; high: number };
};

/**
 * Any parameter of any node as a knob whose effect nobody has described. Refuses TT_PARAM_UNKNOWN where the node has no
 * such parameter, TT_PARAM_READ_ONLY, and TT_PARAM_TYPE for an array.
 */
export function wildcardKnob(
  node: string,
  parameter: string,
  description: ParameterDescription,
): Result<KnobDeclaration> {
  const target = { kind: 'parameter' as const, node, parameter };
  const name = `${node} ${parameter}`;
  if (description.type === 0)
    return refuse({
      code: 'TT_PARAM_UNKNOWN',
      reason: `${node} has no parameter ${parameter}.`,
      found: name,
    });
  if (description.readOnly)
    return refuse({ code: 'TT_PARAM_READ_ONLY', reason: `${name} can be set only at start.`, found: name });
  const domain = domainOf(description);
  if (domain) return accept({ name, target, domain, unit: '', takesEffect: 'unknown' });
  const accepted = 'bool, integer, double or string';
  return refuse({
    code: 'TT_PARAM_TYPE',
    reason: `${name} is an array, which is no knob.`,
    found: name,
    accepted,
  });
}

/** By rcl_interfaces/msg/ParameterType. */
function domainOf({ type, range }: ParameterDescription): KnobDomain | undefined {
  const bounds = range ?? { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  switch (type) {
    case 1:
      return { type: 'categorical', values: [false, true] };
    case 2:
      return { type: 'integer', ...bounds };
    case 3:
      return { type: 'real', ...bounds };
    case 4:
      return { type: 'categorical', values: [] };
    default:
      return undefined;
  }
}
