import type { Clock } from '../core/clock.ts';
import type { RclNode, Stamp } from './rclnodejs.ts';

/** A ROS stamp as milliseconds; the same stamp always gives the same number, so it can serve as a key. */
export function stampToMs(stamp: Stamp): number {
  return stamp.sec * 1000 + stamp.nanosec / 1e6;
}

/** Milliseconds as a ROS stamp, to the nanosecond that a double can hold (about 200 ns today). */
export function msToStamp(timeMs: number): Stamp {
  const sec = Math.floor(timeMs / 1000);
  const nanosec = Math.min(999_999_999, Math.round((timeMs - sec * 1000) * 1e6));
  return { sec, nanosec };
}

/** The node's clock: ROS time when use_sim_time is set, else the system's. */
export function rosClock(node: RclNode): Clock {
  const clock = node.getClock();
  return { nowMs: () => Number(clock.now().nanoseconds / 1000n) / 1000 };
}
