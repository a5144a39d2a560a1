import type { Designer, Observation, Suggestion } from '../designer.ts';
import { EnqueuedDesigner } from '../enqueued.ts';
import { type StoredObservation, sameConfiguration } from './aging.ts';
import { describeContext } from './context.ts';
import type { LibraryEntry } from './library.ts';

/** What an earlier search gives to a later one. */
export type WarmStart = {
  /** Where it comes from and how far that is, for people. */
  from: string;
  /** The configuration that was good there, to be tried first; absent where it has failed since. */
  first?: Suggestion;
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
    ...(entry.failures === 0 && {
      first: { configuration: entry.configuration, reason: `the configuration stored for ${from}` },
    }),
    prior: leastDoubtful(entry.observations).map(({ atMs: _, doubt: __, ...observation }) => observation),
  };
}

/**
 * A designer that tries what was good earlier, then the part of the queue that was not measured then, and then what `designer`,
 * which is to know the earlier measurements, suggests.
 */
export function warmDesigner(options: {
  warmStart: WarmStart | undefined;
  queue: readonly Suggestion[];
  designer: Designer;
}): Designer {
  const { warmStart, queue, designer } = options;
  const { first, prior = [] } = warmStart ?? {};
  const fresh = queue.filter(
    ({ configuration }) => !prior.some((one) => sameConfiguration(one.configuration, configuration)),
  );
  return new EnqueuedDesigner({ queue: first ? [first, ...fresh] : fresh, designer });
}

function leastDoubtful(observations: readonly StoredObservation[]): StoredObservation[] {
  if (observations.length <= mostPrior) return [...observations];
  const limit = observations.map(({ doubt }) => doubt).sort((a, b) => a - b)[mostPrior - 1]!;
  // Of those equally doubtful the newest.
  return observations.filter(({ doubt }) => doubt <= limit).slice(-mostPrior);
}
