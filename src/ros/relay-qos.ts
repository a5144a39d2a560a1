import {
  automatic,
  bestEffort,
  manualByTopic,
  type OfferedQos,
  reliable,
  type SettableQos,
  transientLocal,
  volatile,
} from './qos.ts';

/** Fast DDS and Cyclone DDS do not tell a publisher's depth; this is ROS 2's default. */
const usualDepth = 10;

/**
 * The profiles of a relay between a topic's publishers and their readers. `ask`, of its subscription: the
 * strongest that every publisher meets. `offer`, of its output: the strongest that any publisher offers, so
 * that whoever could read the source can read the output, but for what `unkeptPromises` says. A latched output keeps
 * as much for late joiners as all latched publishers together, one message each where their depth is not known.
 */
export function relayQos(offered: readonly OfferedQos[]): { ask: SettableQos; offer: SettableQos } {
  const latched = offered.filter(({ durability }) => durability === transientLocal);
  const kept = latched.reduce((sum, { depth }) => sum + (depth || 1), 0);
  const depth = latched.length > 0 ? kept : Math.max(...offered.map((each) => each.depth || usualDepth));
  return {
    ask: {
      reliability: offered.every((each) => each.reliability === reliable) ? reliable : bestEffort,
      durability: latched.length === offered.length ? transientLocal : volatile,
      depth: Math.max(depth, usualDepth),
      liveliness: automatic,
    },
    offer: {
      reliability: offered.some((each) => each.reliability === reliable) ? reliable : bestEffort,
      durability: latched.length > 0 ? transientLocal : volatile,
      depth,
      liveliness: offered.some((each) => each.liveliness === manualByTopic) ? manualByTopic : automatic,
    },
  };
}

/**
 * What publishers promise and a relay's output cannot, as rclnodejs has no setting for it, such as `deadline 100 ms`.
 * Whoever asks for such a deadline or lease can read the source and not the output; a lifespan only ends later.
 */
export function unkeptPromises(offered: readonly OfferedQos[]): string[] {
  const shortest = (of: (each: OfferedQos) => number) => Math.min(...offered.map(of));
  const promises: [string, number][] = [
    ['deadline', shortest(({ deadlineMs }) => deadlineMs)],
    ['lifespan', shortest(({ lifespanMs }) => lifespanMs)],
    ['liveliness lease', shortest(({ leaseMs }) => leaseMs)],
  ];
  return promises.filter(([, ms]) => ms < Number.POSITIVE_INFINITY).map(([name, ms]) => `${name} ${ms} ms`);
}
