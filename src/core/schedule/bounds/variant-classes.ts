import type { JobClass } from './relaxation.ts';

/**
 * Jobs that are alike and may each run on the edge as one of several variants, for `capacityBound`: the variants on the
 * concave hull of points over time, each as what it adds, in time and points, to the next smaller one. Dealing out by
 * points per millisecond takes them in this order, which is the optimum of the relaxed multiple-choice knapsack
 * (Sinha and Zoltners 1979).
 */
export function variantClasses(options: {
  variants: readonly { edgeMs: number; edgeGain: number }[];
  otherGain: number;
  count: number;
}): JobClass[] {
  const { otherGain, count } = options;
  const hull: { edgeMs: number; edgeGain: number }[] = [{ edgeMs: 0, edgeGain: otherGain }];
  const byTime = [...options.variants].sort((a, b) => a.edgeMs - b.edgeMs || b.edgeGain - a.edgeGain);
  for (const variant of byTime) {
    if (variant.edgeGain <= (hull.at(-1)?.edgeGain as number)) continue;
    while (hull.length > 1 && slope(hull.at(-1), variant) >= slope(hull.at(-2), hull.at(-1))) hull.pop();
    hull.push(variant);
  }
  const [first, ...more] = hull.slice(1);
  const small = first ?? { edgeMs: 1, edgeGain: otherGain };
  return [
    { ...small, otherGain, count },
    ...more.map(({ edgeMs, edgeGain }, i) => {
      const before = hull[i + 1] as (typeof hull)[number];
      return { edgeMs: edgeMs - before.edgeMs, edgeGain: edgeGain - before.edgeGain, otherGain: 0, count };
    }),
  ];
}

type Point = { edgeMs: number; edgeGain: number } | undefined;

function slope(from: Point, to: Point): number {
  return ((to?.edgeGain ?? 0) - (from?.edgeGain ?? 0)) / ((to?.edgeMs ?? 0) - (from?.edgeMs ?? 0));
}
