import type { Pose3 } from './geometry.ts';

/** A pinhole camera; lengths in pixels. */
export type CameraModel = {
  width: number;
  height: number;
  focalPx: number;
  /** Principal point: the column straight ahead, and the row of the horizon. */
  centerCol: number;
  horizonRow: number;
};

/** Diagonal field of view of a Tello's front camera (DJI Tello user manual). */
const telloDiagonalFovDeg = 82.6;

/**
 * The Tello's front camera at a given image size. It looks about 10° down; this is modelled as a shifted principal
 * point (the horizon lies at a third of the height), so that upright things stay upright in the image.
 */
export function telloCamera(width: number, height: number): CameraModel {
  const halfDiagonalPx = Math.hypot(width, height) / 2;
  const focalPx = halfDiagonalPx / Math.tan((telloDiagonalFovDeg / 2) * (Math.PI / 180));
  return { width, height, focalPx, centerCol: width / 2, horizonRow: height / 3 };
}

/** A ground point as the camera sees it; metres along and to the right of the viewing direction. */
export type Sighting = {
  depthM: number;
  rightM: number;
  /** Column of the point, and row where it meets the ground. */
  col: number;
  groundRow: number;
  pxPerM: number;
};

/** Projects the ground point (x, y). `depthM` may be zero or negative: the point is then not in front of the camera. */
export function sight(camera: CameraModel, eye: Pose3, x: number, y: number): Sighting {
  const dx = x - eye.x;
  const dy = y - eye.y;
  const cos = Math.cos(eye.yawRad);
  const sin = Math.sin(eye.yawRad);
  const depthM = dx * cos + dy * sin;
  const rightM = dx * sin - dy * cos;
  const pxPerM = camera.focalPx / depthM;
  return {
    depthM,
    rightM,
    col: camera.centerCol + rightM * pxPerM,
    groundRow: camera.horizonRow + eye.z * pxPerM,
    pxPerM,
  };
}
