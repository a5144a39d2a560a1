/** A place on the ground and where one looks: metres, and radians counter-clockwise from x (REP 103). */
export type Pose2 = { x: number; y: number; yawRad: number };

/** A place in the air: `z` is metres above the ground. */
export type Pose3 = Pose2 & { z: number };

/** The same angle in (−π, π]. */
export function wrapAngle(angleRad: number): number {
  const turned = angleRad % (2 * Math.PI);
  if (turned > Math.PI) return turned - 2 * Math.PI;
  if (turned <= -Math.PI) return turned + 2 * Math.PI;
  return turned;
}

/** `value`, or the bound that it crosses. */
export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** `from`, moved towards `to` by at most `maxChange`. */
export function approach(from: number, to: number, maxChange: number): number {
  return from + clamp(to - from, -maxChange, maxChange);
}

/** Uniform in [low, high) from one uniform number in [0, 1). */
export function between(unit: number, low: number, high: number): number {
  return low + unit * (high - low);
}
