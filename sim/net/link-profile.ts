import type { LinkConditions } from './link-model.ts';

/** Conditions from a time on, in seconds since the profile's start. */
export type LinkStep = LinkConditions & { atS: number };

/** The conditions of a link over time. The first step also holds before its time. */
export type LinkProfile = readonly [LinkStep, ...LinkStep[]];

/** Links that are named: a Wi-Fi network nearby, and the same at the edge of its reach. */
export const linkPresets = {
  good: { delayMs: 15, jitterMs: 3, lossFraction: 0, bandwidthMbps: 50 },
  bad: { delayMs: 250, jitterMs: 60, lossFraction: 0.05, bandwidthMbps: 2 },
} as const satisfies Record<string, LinkConditions>;

/** The conditions that hold at a time; steps may stand in any order. */
export function conditionsAt(profile: LinkProfile, elapsedS: number): LinkConditions {
  const steps = [...profile].sort((a, b) => a.atS - b.atS) as [LinkStep, ...LinkStep[]];
  const { atS: _, ...conditions } = steps.findLast(({ atS }) => atS <= elapsedS) ?? steps[0];
  return conditions;
}
