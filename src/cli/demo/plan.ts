/** How the seconds of a demo are spent. */
export type DemoPlan = {
  defaultS: number;
  tunedS: number;
  /** Part of the tuned run in which the link is bad, as seconds from its start. */
  badLink: { fromS: number; toS: number };
  maxTrials: number;
  /** Upper bound for the search. */
  tuneS: number;
};

const startUpS = 10;
const closingS = 2;
const secondsPerTrial = 3.7;
const verificationS = 6;
const fewestTrials = 6;
/** Below this the windows are too short to say anything. */
export const shortestDemoS = 45;

/** Splits `seconds` of a whole demo, start and end included. */
export function planDemo(seconds: number): DemoPlan {
  const workS = Math.max(shortestDemoS, seconds) - startUpS - closingS;
  // Both runs see the same walk for the same time, so that their tracking errors compare.
  const defaultS = Math.max(8, Math.round(workS * 0.175));
  const tunedS = defaultS;
  const tuneS = workS - defaultS - tunedS;
  return {
    defaultS,
    tunedS,
    badLink: { fromS: tunedS * 0.35, toS: tunedS * 0.7 },
    maxTrials: Math.max(fewestTrials, Math.floor(tuneS / secondsPerTrial)),
    tuneS: tuneS - verificationS,
  };
}
