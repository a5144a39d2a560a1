import { accept, type Refusal, type Result, refuse } from '../refusal.ts';
import type { JournalEvent } from './journal.ts';
import { Study, type StudyOptions, type StudyStart, startOf } from './study.ts';
import { recordOf, refuseEnded } from './study-record.ts';

/** Characters of a part of a journal in a refusal. */
const mostShown = 200;

/**
 * Rebuilds a study from its journal; its next suggestion is the one the interrupted study would have made. The
 * options must be those of that study, with a fresh designer of the same seed. Refused (TT_JOURNAL): a journal of another study,
 * one whose events no study writes in that order, and one whose study has ended. Events are not emitted again.
 */
export function replayStudy(
  options: StudyOptions,
  journal: readonly JournalEvent[],
  file: string,
): Result<Study> {
  const record = recordOf(journal, file);
  if (!record.ok) return record;
  const refusals = [...differences(options, journal, file), ...refuseEnded(record.value, journal, file)];
  return refusals.length > 0 ? refuse(...refusals) : accept(new Study(options, journal));
}

/** Where a journal begins with something else than a study of these options does. */
function differences(options: StudyOptions, journal: readonly JournalEvent[], file: string): Refusal[] {
  const theirs = partsOf(journal[0] as StudyStart);
  const ours = partsOf(startOf(options));
  return Object.keys(ours).flatMap((part): Refusal[] => {
    if (isSame(theirs[part], ours[part])) return [];
    return [
      {
        code: 'TT_JOURNAL',
        reason: `the journal belongs to another study: its ${part} differs`,
        place: { file, line: 1, column: 1 },
        found: shown(theirs[part], ours[part]),
        accepted: shown(ours[part], theirs[part]),
      },
    ];
  });
}

/** What two studies have in common that are the same, each part by its name for people. */
function partsOf({ basis, ...started }: StudyStart): Record<string, unknown> {
  const { requirements = [], objectives = [], knobs, ...robot } = basis?.identity ?? {};
  return {
    name: started.name,
    seed: started.seed,
    'list of what is searched': started.space,
    'list of requirements': [...started.constraints, ...requirements],
    'list of bounds': started.constraintInfo,
    'list of objectives': [...(started.objectives ?? []), ...objectives],
    // Those that it leaves alone, too.
    'list of knobs': knobs,
    robot,
    'number of trials': started.maxTrials,
    'warm start': started.warmStart,
    goal: basis?.goal,
    context: basis?.context,
  };
}

/** The order of lists and maps counts. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A part for people; of a list what the other does not have, where that is anything. */
function shown(part: unknown, other: unknown): string {
  const items: unknown[] = Array.isArray(part) ? part : [];
  const others: unknown[] = Array.isArray(other) ? other : [];
  const own = items.filter((item) => !others.some((one) => isSame(one, item)));
  const text = JSON.stringify(own.length > 0 ? own : part) ?? 'nothing';
  return text.length <= mostShown ? text : `${text.slice(0, mostShown)}…`;
}
