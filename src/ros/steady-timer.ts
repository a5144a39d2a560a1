import type { RclNode, Rclnodejs } from './rclnodejs.ts';

/** rclnodejs' ClockType.STEADY_TIME. */
const steadyTime = 3;

/** Kept for good: a timer of rclnodejs does not hold its clock, and crashes when it has been collected. */
let steadyClock: object | undefined;

/**
 * Calls back each `periodMs` of real time for as long as the node lives, also while a simulation's clock stands
 * still: for looking at the graph, which does not wait for /clock.
 */
export function everySteady(
  { rcl, node }: { rcl: Rclnodejs; node: RclNode },
  periodMs: number,
  callback: () => void,
): void {
  steadyClock ??= new rcl.Clock(steadyTime);
  node.createTimer(BigInt(Math.round(periodMs * 1e6)), callback, steadyClock);
}
