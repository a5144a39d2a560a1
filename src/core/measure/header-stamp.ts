/**
 * The stamp of a std_msgs/Header in milliseconds since its clock's epoch; undefined for an impossible time, and
 * for the zero stamp of a publisher that sets none.
 */
export function headerStampMs(seconds: number, nanoseconds: number): number | undefined {
  if (seconds < 0 || nanoseconds >= 1e9 || (seconds === 0 && nanoseconds === 0)) return undefined;
  return stampMs(seconds, nanoseconds);
}

/**
 * Milliseconds of a builtin_interfaces/Time. Equal stamps give equal numbers, so the result serves as a key;
 * at today's date it resolves a quarter of a microsecond.
 */
export function stampMs(seconds: number, nanoseconds: number): number {
  return seconds * 1000 + nanoseconds / 1e6;
}
