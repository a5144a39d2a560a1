import type { Node } from 'yaml';
import type { Entry } from './entry.ts';
import { acceptedNames } from './nearest.ts';
import type { Objective } from './spec.ts';

/** How several objectives become one answer: one score by their weights, or a front. */
export const tradeOffs = ['weights', 'pareto'] as const;
export type TradeOff = (typeof tradeOffs)[number];

/** Of more objectives nearly every configuration is on the front, and a front of all is no answer. */
const mostObjectives = 4;

/** The spec's `trade_off`; `weights` when absent or refused. */
export function readTradeOff(root: Entry): TradeOff {
  const token = root.text('trade_off');
  const tradeOff = tradeOffs.find((word) => word === token?.text);
  if (token !== undefined && tradeOff === undefined)
    root.source.refuse({
      code: 'TT_SPEC_EXPRESSION',
      reason: 'Objectives are not traded off like this.',
      at: token,
      found: token.text,
      accepted: acceptedNames(token.text, tradeOffs),
    });
  return tradeOff ?? 'weights';
}

/** Refuses a weight where the objectives are to be traded off: one of the two is not meant. */
export function refuseWeight(objective: Entry): undefined {
  const weight = objective.value('weight');
  if (weight === undefined) return;
  objective.source.refuse({
    code: 'TT_SPEC_CONTRADICTION',
    reason: 'Objectives that are traded off have no weights.',
    at: weight,
    found: `weight: ${objective.source.excerpt(weight)}`,
    accepted: 'no weight at any objective, or no trade_off: pareto',
  });
}

/** Refuses a front of fewer than two objectives, which is one configuration, and of more than can be looked at. */
export function refuseFrontOf(objectives: readonly Objective[], root: Entry): void {
  const count = objectives.length;
  if (count >= 2 && count <= mostObjectives) return;
  root.source.refuse({
    code: 'TT_SPEC_RANGE',
    reason: `A front is of two to ${mostObjectives} objectives.`,
    at: root.value('trade_off') as Node,
    found: `${count} under improve`,
    accepted: `two to ${mostObjectives} objectives, or weights instead of trade_off: pareto`,
  });
}
