import type { Configuration } from '../../knobs/knob.ts';
import type { ContextFeature } from '../../spec/spec.ts';
import { type StoredObservation, withFresh } from './aging.ts';
import { type Context, contextDistance, sameContext } from './context.ts';
import { type ProblemIdentity, sameProblem } from './problem-identity.ts';

/** What is known of one context. */
export type LibraryEntry = {
  context: Context;
  /** The configuration that met every requirement when it was measured last. */
  configuration: Configuration;
  /** When that was, in milliseconds of the Unix epoch. */
  verifiedMs: number;
  /** How often it has missed a requirement since. */
  failures: number;
  /** What was measured in this context, oldest first; for the models of a later search. */
  observations: StoredObservation[];
};

/** The entries of one problem. */
export type Shelf = { problem: ProblemIdentity; entries: LibraryEntry[] };

/** Good configurations by problem and context, with what was measured on the way to them. */
export type Library = readonly Shelf[];

/** One failure may be an unlucky window; an entry that failed so often is only a start for a search. */
const mostFailures = 1;

/** Whether an entry's configuration may be put in force without a search. */
export function isTrusted({ failures }: LibraryEntry): boolean {
  return failures <= mostFailures;
}

/** Everything known for a problem; nothing of any other. */
export function entriesOf(library: Library, problem: ProblemIdentity): readonly LibraryEntry[] {
  return library.find((shelf) => sameProblem(shelf.problem, problem))?.entries ?? [];
}

/** The entry of just this context. */
export function entryFor(
  library: Library,
  problem: ProblemIdentity,
  context: Context,
): LibraryEntry | undefined {
  return entriesOf(library, problem).find((entry) => sameContext(entry.context, context));
}

/** The entry of the context that is least far away, with its distance; of equally near ones the newest. */
export function nearestEntry(
  library: Library,
  problem: ProblemIdentity,
  features: readonly ContextFeature[],
  context: Context,
): { entry: LibraryEntry; distance: number } | undefined {
  const [nearest] = entriesOf(library, problem)
    .map((entry) => ({ entry, distance: contextDistance(features, entry.context, context) }))
    .sort((a, b) => a.distance - b.distance || b.entry.verifiedMs - a.entry.verifiedMs);
  return nearest;
}

/** The library with what a search, or a verification, has found: a configuration that met everything, and fresh measurements. */
export function withFound(
  library: Library,
  problem: ProblemIdentity,
  { context, configuration, verifiedMs, observations }: Omit<LibraryEntry, 'failures'>,
): Library {
  const before = entryFor(library, problem, context)?.observations ?? [];
  return withEntry(library, problem, {
    context,
    configuration,
    verifiedMs,
    failures: 0,
    observations: withFresh(before, observations),
  });
}

/** The library after a stored configuration was measured and missed a requirement; the measurement ages what was stored. */
export function withFailure(
  library: Library,
  problem: ProblemIdentity,
  context: Context,
  fresh: StoredObservation,
): Library {
  const entry = entryFor(library, problem, context);
  if (entry === undefined) return library;
  const { failures, observations } = entry;
  return withEntry(library, problem, {
    ...entry,
    failures: failures + 1,
    observations: withFresh(observations, [fresh]),
  });
}

/** The library without the entries that match, and without problems that have none left. */
export function without(library: Library, matches: (entry: LibraryEntry, shelf: Shelf) => boolean): Library {
  return library
    .map((shelf) => ({ ...shelf, entries: shelf.entries.filter((entry) => !matches(entry, shelf)) }))
    .filter(({ entries }) => entries.length > 0);
}

function withEntry(library: Library, problem: ProblemIdentity, entry: LibraryEntry): Library {
  const others = entriesOf(library, problem).filter((one) => !sameContext(one.context, entry.context));
  const rest = library.filter((shelf) => !sameProblem(shelf.problem, problem));
  return [...rest, { problem, entries: [...others, entry] }];
}
