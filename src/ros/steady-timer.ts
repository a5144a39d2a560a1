import type { RclNode, Rclnodejs } from './rclnodejs.ts';

/** rclnodejs' ClockType.STEADY_TIME. */
const steadyTime = 3;

/**
 * Calls back each `periodMs` of real time for as long as the node lives, also while a simulation's clock stands
 * still: for looking at the graph, which does not wait for /clock.
 */
export function everySteady(
  { rcl, node }: { rcl: Rclnodejs; node: RclNode },
  periodMs: number,
  callback: () => void,
): void {
  node.createTimer(BigInt(Math.round(periodMs * 1e6)), callback, new rcl.Clock(steadyTime));
}
