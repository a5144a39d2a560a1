/**
 * Representation identifiers after which plain CDR members follow at once (OMG XTypes 1.3, table 60).
 * Parameter lists and delimited types put other bytes first; ROS 2 middlewares do not use them here.
 */
const littleEndianOf: Record<number, boolean> = { 0: false, 1: true, 6: false, 7: true };

/**
 * The stamp of a std_msgs/Header in milliseconds since its clock's epoch, read from the start of a raw CDR
 * message without decoding the rest. The caller knows that the type begins with a header: the bytes alone
 * cannot tell. Undefined for a buffer that is too short, an unknown encapsulation, an impossible time, or
 * the zero stamp of a publisher that sets none.
 */
export function readHeaderStampMs(message: Uint8Array): number | undefined {
  if (message.byteLength < 12) return undefined;
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const littleEndian = littleEndianOf[view.getUint16(0)];
  if (littleEndian === undefined) return undefined;
  const seconds = view.getInt32(4, littleEndian);
  const nanoseconds = view.getUint32(8, littleEndian);
  return headerStampMs(seconds, nanoseconds);
}

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
