import type { Rclnodejs } from './rclnodejs.ts';

/** Policies by their numbers in rmw. */
export const keepLast = 1;
export const reliable = 1;
export const bestEffort = 2;
export const transientLocal = 1;
export const volatile = 2;
export const automatic = 1;
export const manualByTopic = 3;

/** The four profiles used everywhere, named after Nav2's. */
export type QosName = 'sensor-data' | 'latched' | 'event' | 'state';

/**
 * `sensor-data`: best effort, depth 5, newest data matter. `latched`: reliable and transient local,
 * depth 1, late joiners get the last one. `event`: reliable, depth 10. `state`: reliable, depth 1.
 */
export function qosProfile(rcl: Rclnodejs, name: QosName): object {
  switch (name) {
    case 'sensor-data':
      return new rcl.QoS(keepLast, 5, bestEffort, volatile);
    case 'latched':
      return new rcl.QoS(keepLast, 1, reliable, transientLocal);
    case 'event':
      return new rcl.QoS(keepLast, 10, reliable, volatile);
    case 'state':
      return new rcl.QoS(keepLast, 1, reliable, volatile);
  }
}

/** Policies of one end of a topic that rclnodejs can set, in rmw's numbers; depth 0 where the middleware does not say. */
export type SettableQos = { reliability: number; durability: number; depth: number; liveliness: number };

/** What one publisher of a topic offers. Times are in milliseconds, infinite where it promises nothing. */
export type OfferedQos = SettableQos & { deadlineMs: number; lifespanMs: number; leaseMs: number };

/** As much of an offer as decides whether a reader matches it here. */
export type MatchedQos = Pick<OfferedQos, 'reliability' | 'durability'>;

/** The strictest policies that every publisher of a topic offers. */
export function commonPolicies(offered: readonly MatchedQos[]): {
  isReliable: boolean;
  isLatched: boolean;
} {
  return {
    isReliable: offered.length > 0 && offered.every((profile) => profile.reliability === reliable),
    isLatched: offered.length > 0 && offered.every((profile) => profile.durability === transientLocal),
  };
}

/** A subscription profile that matches whatever the publishers of a topic offer: best effort matches both. */
export function matchingQos(rcl: Rclnodejs, offered: readonly MatchedQos[], depth: number): object {
  const { isReliable, isLatched } = commonPolicies(offered);
  return new rcl.QoS(
    keepLast,
    depth,
    isReliable ? reliable : bestEffort,
    isLatched ? transientLocal : volatile,
  );
}
