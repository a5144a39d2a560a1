import { bestEffort, type OfferedQos, reliable, transientLocal, volatile } from './qos.ts';

/** Fast DDS and Cyclone DDS do not tell a publisher's depth; this is ROS 2's default. */
const usualDepth = 10;

/**
 * The profiles of a relay between a topic's publishers and their readers. `ask`, of its subscription: the
 * strongest that every publisher meets. `offer`, of its output: the strongest that any publisher offers, so
 * that whoever could read the source can read the output. A latched output keeps as much for late joiners as
 * all latched publishers together, one message each where their depth is not known.
 */
export function relayQos(offered: readonly OfferedQos[]): { ask: OfferedQos; offer: OfferedQos } {
  const latched = offered.filter(({ durability }) => durability === transientLocal);
  const kept = latched.reduce((sum, { depth }) => sum + (depth || 1), 0);
  const depth = latched.length > 0 ? kept : Math.max(...offered.map((each) => each.depth || usualDepth));
  return {
    ask: {
      reliability: offered.every((each) => each.reliability === reliable) ? reliable : bestEffort,
      durability: latched.length === offered.length ? transientLocal : volatile,
      depth: Math.max(depth, usualDepth),
    },
    offer: {
      reliability: offered.some((each) => each.reliability === reliable) ? reliable : bestEffort,
      durability: latched.length > 0 ? transientLocal : volatile,
      depth,
    },
  };
}
