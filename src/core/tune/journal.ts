import type { Configuration, Verdict } from '../knobs/knob.ts';
import { accept, type Place, type Result, refuse } from '../refusal.ts';
import type { ConstraintInfo, Observation, SearchSpace } from './designer.ts';
import { eventTypes, readEvent } from './journal-event.ts';
import type { WarmStart } from './library/warm-start.ts';
import { Fault } from './plain-value.ts';
import type { TuneBasis } from './tune-goal.ts';

/** Why the search for better configurations ended. */
export type StopReason = 'budget' | 'time' | 'converged' | 'harm' | 'cancelled';

/** What a trial is for. */
export type TrialKind = 'in-force' | 'search' | 'verification';

type Measured = {
  observation: Observation;
  violationMs?: number;
  /** What was measured here first and later trials are compared with, by name; absent where that is nothing. */
  references?: Record<string, number>;
  /** Of the spec's evaluation, for people; see `evaluate`. */
  score?: number;
};

/**
 * One line of a study's journal, a plain JSON object. The events of a study, in order, rebuild it (`replayStudy`).
 * `elapsedMs` counts from the study's start.
 */
export type JournalEvent = { elapsedMs: number } & (
  | {
      type: 'started';
      name: string;
      seed: number;
      space: SearchSpace;
      constraints: string[];
      constraintInfo?: Record<string, ConstraintInfo>;
      /** Objectives without weights. */
      objectives?: string[];
      maxTrials: number;
      /** What an earlier search gave to this one; absent in a search from nothing. */
      warmStart?: WarmStart;
      /** In a search on a live robot. */
      basis?: TuneBasis;
    }
  | {
      type: 'asked';
      trial: number;
      kind: TrialKind;
      configuration: Configuration;
      reason: string;
      expectedImprovement?: number;
    }
  | { type: 'applied'; trial: number; verdicts: Record<string, Verdict> }
  | ({ type: 'measured'; trial: number } & Measured)
  | ({ type: 'cut'; trial: number; reason: string } & Measured)
  | { type: 'decided'; trial: number; feasible: boolean; bestTrial?: number; text: string }
  | { type: 'stopped'; reason: StopReason; text: string }
  | { type: 'concluded'; configuration?: Configuration; verified: boolean; text: string }
);

/**
 * Reads a journal written one JSON object per line. A last line without its newline is a write that was
 * interrupted and is left out; any other line that is no event, or a second study in one file, refuses the file (TT_JOURNAL).
 */
export function parseJournal(text: string, file: string): Result<JournalEvent[]> {
  const complete = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  const events: JournalEvent[] = [];
  for (const [index, line] of complete.entries()) {
    if (line.trim() === '') continue;
    const event = parseEvent(line, { file, line: index + 1, column: 1 });
    if (!event.ok) return event;
    if (event.value.type === 'started' && events.length > 0) {
      return refuse({
        code: 'TT_JOURNAL',
        reason: 'a second study begins on this line',
        place: { file, line: index + 1, column: 1 },
        found: event.value.name,
        accepted: 'the journal of one study',
      });
    }
    events.push(event.value);
  }
  return accept(events);
}

function parseEvent(line: string, place: Place): Result<JournalEvent> {
  try {
    return accept(readEvent(JSON.parse(line)));
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof Fault)) throw error;
    const why = error instanceof Fault ? error.message : 'it is not JSON';
    return refuse({
      code: 'TT_JOURNAL',
      reason: `this line is not an event of a study: ${why}`,
      place,
      found: line.slice(0, 80),
      accepted: `a JSON object whose type is one of ${eventTypes.join(', ')}, as the tuner wrote it`,
    });
  }
}
