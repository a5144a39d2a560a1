import type { Observation, Suggestion } from '../designer.ts';
import type { StoredObservation } from './aging.ts';
import { describeContext } from './context.ts';
import type { LibraryEntry } from './library.ts';

/** What an earlier search gives to a later one. */
export type WarmStart = {
  /** Where it comes from and how far that is, for people. */
  from: string;
  /** The configuration that was good there, to be tried first. */
  first: Suggestion;
  /** What was measured there, oldest first. */
  prior: Observation[];
};

/** So many of the measurements least in doubt are handed on. */
const mostPrior = 40;

/** The start that the entry of the same (distance 0) or the nearest context gives. */
export function warmStartFrom({ entry, distance }: { entry: LibraryEntry; distance: number }): WarmStart {
  const where = describeContext(entry.context);
  const from =
    distance === 0
      ? `this context, ${where}`
      : `the nearest context, ${where}, at distance ${Number(distance.toPrecision(2))}`;
  return {
    from,
    first: { configuration: entry.configuration, reason: `the configuration stored for ${from}` },
    prior: leastDoubtful(entry.observations).map(({ atMs: _, doubt: __, ...observation }) => observation),
  };
}

function leastDoubtful(observations: readonly StoredObservation[]): StoredObservation[] {
  if (observations.length <= mostPrior) return [...observations];
  const limit = observations.map(({ doubt }) => doubt).sort((a, b) => a - b)[mostPrior - 1]!;
  // Of those equally doubtful the newest.
  return observations.filter(({ doubt }) => doubt <= limit).slice(-mostPrior);
}
