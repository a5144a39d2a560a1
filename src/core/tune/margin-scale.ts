import type { ConstraintInfo } from './designer.ts';

/**
 * The scale on which margins are modelled: 0 stays 0, small margins stay linear with slope 1, large ones grow
 * logarithmically, so that a catastrophic trial does not flatten the model of all others.
 *
 * Where the side of the bound is known the margin m is put back into the ratio of quantity and bound, whose logarithm
 * is taken: log(1 + m) for `at-least`, -log(1 - m) for `at-most`. Rates, latencies and errors of a robot are products
 * of costs and shares, and their noise is a share of their value; both become sums on this scale, and the noise is
 * the same everywhere. Elsewhere asinh(m / c) c with c = 0.25 is taken.
 */
export type MarginScale = {
  warp(margin: number): number;
  unwarp(warped: number): number;
  /** Standard deviation of a warped margin by one measurement's noise; undefined where it is not known. */
  noiseDeviation: number | undefined;
};

const linearMargin = 0.25;
const largestMargin = 100;
/** Ratios are kept within this factor of the bound. */
const largestRatio = 100;

/** The scale of one constraint. */
export function marginScale(info: ConstraintInfo | undefined): MarginScale {
  if (!info) return { warp: warpFreely, unwarp: unwarpFreely, noiseDeviation: undefined };
  const sign = info.side === 'at-least' ? 1 : -1;
  return {
    warp: (margin) => sign * Math.log(Math.min(Math.max(1 + sign * margin, 1 / largestRatio), largestRatio)),
    unwarp: (warped) => sign * (Math.exp(sign * warped) - 1),
    noiseDeviation: info.relativeNoise,
  };
}

function warpFreely(margin: number): number {
  return linearMargin * Math.asinh(Math.min(Math.max(margin, -largestMargin), largestMargin) / linearMargin);
}

function unwarpFreely(warped: number): number {
  return Math.sinh(warped / linearMargin) * linearMargin;
}
