/** An 8-bit RGB image, row by row, three bytes a pixel. */
export type RgbImage = { width: number; height: number; data: Uint8Array };

/** One detected object; positions and sizes as fractions of the image, origin at the top left. */
export type Detection = {
  label: string;
  /** Confidence, 0 to 1. */
  score: number;
  centerX: number;
  centerY: number;
  width: number;
  height: number;
};
