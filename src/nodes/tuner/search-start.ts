import { join } from 'node:path';
import type { Configuration } from '../../core/knobs/knob.ts';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { identityOf } from '../../core/tune/library/problem-identity.ts';
import { type Resumption, readResumption } from '../../core/tune/resumption.ts';
import type { TuneBasis, TuneGoal } from '../../core/tune/tune-goal.ts';
import { newestJournal, readStudyEvents, StudyJournal } from '../../io/recording/study-journal.ts';
import type { NodeContext } from '../../ros/index.ts';
import type { InForce, SpecInForce } from './in-force.ts';
import { heldByWhatIsKnown } from './learn.ts';
import type { Memory, RememberedSearch } from './memory.ts';

/** What a search begins with, or goes on with. */
export type SearchStart = {
  basis: TuneBasis;
  /** What all knobs held when it began. */
  inForce: Configuration;
  /** What those hold that it leaves alone. */
  held: Configuration;
  search: RememberedSearch;
  /** To be closed by whoever began. */
  journal: StudyJournal;
  /** What an earlier run did of it. */
  resumption?: Resumption;
};

/** Begins a search with what all knobs hold now. Refused where there is nothing to turn, or no journal can be written. */
export async function beginSearch(
  { spec }: SpecInForce,
  goal: TuneGoal,
  {
    context,
    memory,
    before,
    absent,
  }: { context: NodeContext; memory: Memory; before: Configuration; absent: InForce['absent'] },
): Promise<Result<SearchStart>> {
  const held = heldByWhatIsKnown(context, spec.knobs, before);
  if (spec.knobs.every(({ name }) => Object.hasOwn(held, name)))
    return refuse(...nothingToTurn(held, absent));
  const search = memory.begin(spec, goal.guardBand);
  const basis: TuneBasis = {
    goal,
    identity: identityOf(spec),
    ...(search.context && { context: search.context }),
  };
  // By wall time: a simulation's clock begins anew, and two searches would share a file.
  const name = `study-${Date.now()}.jsonl`;
  const journal = await StudyJournal.begin(join(context.parameters.values.state_dir as string, name));
  return journal.ok ? accept({ basis, inForce: before, held, search, journal: journal.value }) : journal;
}

/**
 * Goes on with the search of a journal. Refused where that cannot be read, is being written, or tells of another context than the robot is in now;
 * whether it is of this spec is for `TuneRun.open` to say.
 */
export async function resumeSearch(
  { spec }: SpecInForce,
  file: string,
  memory: Memory,
): Promise<Result<SearchStart>> {
  const opened = await StudyJournal.resume(file);
  if (!opened.ok) return opened;
  const journal = opened.value;
  const start = startFrom(readResumption(journal.events, file));
  if (!start.ok) journal.close();
  return start;

  function startFrom(read: Result<Resumption>): Result<SearchStart> {
    if (!read.ok) return read;
    const resumption = read.value;
    const { inForce, turned, basis } = resumption;
    const search = memory.resume(spec, resumption);
    if (!search.ok) return search;
    const left = spec.knobs.filter(({ name }) => !turned.includes(name) && Object.hasOwn(inForce, name));
    const held = Object.fromEntries(left.map(({ name }) => [name, inForce[name]!]));
    // Of the spec as it is now, so that another one is found out.
    const now = { ...basis, identity: identityOf(spec) };
    return accept({ basis: now, inForce, held, search: search.value, journal, resumption });
  }
}

/** The search that was begun last in a tuner's folder, where a crash broke it off. */
export function brokenOffSearch(stateDir: string): Resumption | undefined {
  const file = newestJournal(stateDir);
  const events = file === undefined ? undefined : readStudyEvents(file);
  const read = events?.ok ? readResumption(events.value, file as string) : undefined;
  return read?.ok ? read.value : undefined;
}

function nothingToTurn(held: Configuration, absent: readonly Refusal[]): Refusal[] {
  const names = Object.keys(held).join(', ');
  const why = names === '' ? 'the spec has no knob that exists here' : `${names}: none is worth a trial`;
  const accepted = 'a spec with a knob that can be turned; without one it can be monitored only';
  return [{ code: 'TT_KNOB_ABSENT', reason: `there is nothing to search, ${why}`, accepted }, ...absent];
}
