import type { Rclnodejs } from './rclnodejs.ts';

/** Policies by their numbers in rmw. */
export const keepLast = 1;
export const reliable = 1;
export const bestEffort = 2;
export const transientLocal = 1;
export const volatile = 2;

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

/** A subscription profile that matches whatever the publishers of a topic offer: best effort matches both. */
export function matchingQos(
  rcl: Rclnodejs,
  offered: { reliability: number; durability: number }[],
  depth: number,
): object {
  const allReliable = offered.length > 0 && offered.every((profile) => profile.reliability === reliable);
  const allLatched = offered.length > 0 && offered.every((profile) => profile.durability === transientLocal);
  return new rcl.QoS(
    keepLast,
    depth,
    allReliable ? reliable : bestEffort,
    allLatched ? transientLocal : volatile,
  );
}
