import { parseSpec } from '../../spec/parse-spec.ts';
import type { Spec } from '../../spec/spec.ts';
import type { StoredObservation } from './aging.ts';
import { identityOf } from './problem-identity.ts';

/** A spec of two knobs and two context features, for tests. */
export const specText = `
require:
  - {topic: core, rate: ">= 25 Hz"}
improve:
  - {topic: load, rate: maximize, enough: 30 Hz}
knobs:
  - {parameter: robot rate, range: [2, 30] Hz, takes_effect: immediate}
  - {parameter: robot model, choices: [small, large], takes_effect: immediate}
context:
  - phase
  - {feature: battery, edges: [20, 50], hysteresis: 3}
`;

export function specOf(text: string): Spec {
  const spec = parseSpec(text, 'test.yaml');
  if (!spec.ok) throw new Error(JSON.stringify(spec.refusals));
  return spec.value;
}

export const spec = specOf(specText);
export const problem = identityOf(spec);

/** A full measurement of a rate; `atMs` tells it from others. */
export function measured(rate: number, margin: number, atMs = 0): StoredObservation {
  return {
    atMs,
    doubt: 0,
    configuration: { 'robot rate': rate, 'robot model': 'small' },
    objective: rate / 30,
    margins: { 'core rate >= 25 Hz': margin },
  };
}
