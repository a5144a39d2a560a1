import type { Scan } from './room.ts';

/** Bytes of one point: x, y and z as little-endian 32-bit floats. */
export const pointBytes = 12;

/**
 * A planar scan as points in space, from a lidar that is mounted `heightM` above the ground and tilted down by `tiltRad`: x ahead, y to the
 * left, z up. Beams that are not finite or not above 0 are left out. Packed as a PointCloud2 of x, y, z.
 */
export function projectScan(
  { angleMin, angleIncrement, ranges }: Scan,
  { heightM, tiltRad }: { heightM: number; tiltRad: number },
): Uint8Array {
  const packed = new Uint8Array(ranges.length * pointBytes);
  const view = new DataView(packed.buffer);
  const [cosTilt, sinTilt] = [Math.cos(tiltRad), Math.sin(tiltRad)];
  let at = 0;
  for (let i = 0; i < ranges.length; i++) {
    const range = ranges[i] as number;
    if (!(range > 0 && Number.isFinite(range))) continue;
    const angle = angleMin + i * angleIncrement;
    const ahead = range * Math.cos(angle);
    view.setFloat32(at, ahead * cosTilt, true);
    view.setFloat32(at + 4, range * Math.sin(angle), true);
    view.setFloat32(at + 8, heightM - ahead * sinTilt, true);
    at += pointBytes;
  }
  return packed.subarray(0, at);
}

/** Distance to the nearest point ahead within `corridorM` to either side; Infinity when the way is free. */
export function obstacleAheadM(packed: Uint8Array, corridorM: number): number {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  let nearest = Number.POSITIVE_INFINITY;
  for (let at = 0; at + pointBytes <= packed.byteLength; at += pointBytes) {
    const x = view.getFloat32(at, true);
    const y = view.getFloat32(at + 4, true);
    if (x > 0 && x < nearest && Math.abs(y) <= corridorM) nearest = x;
  }
  return nearest;
}
