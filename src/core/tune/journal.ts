import type { Configuration, Verdict } from '../knobs/knob.ts';
import { accept, type Result, refuse } from '../refusal.ts';
import type { ConstraintInfo, Observation, SearchSpace } from './designer.ts';
import type { WarmStart } from './library/warm-start.ts';

/** Why the search for better configurations ended. */
export type StopReason = 'budget' | 'time' | 'target' | 'converged' | 'harm' | 'cancelled';

/** What a trial is for. */
export type TrialKind = 'in-force' | 'search' | 'verification';

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
  | { type: 'measured'; trial: number; observation: Observation; violationMs?: number }
  | { type: 'cut'; trial: number; reason: string; observation: Observation; violationMs?: number }
  | { type: 'decided'; trial: number; feasible: boolean; bestTrial?: number; text: string }
  | { type: 'stopped'; reason: StopReason; text: string }
  | { type: 'concluded'; configuration?: Configuration; verified: boolean; text: string }
);

const types = new Set(['started', 'asked', 'applied', 'measured', 'cut', 'decided', 'stopped', 'concluded']);

/**
 * Reads a journal written one JSON object per line. A last line without its newline is a write that was
 * interrupted and is left out; any other unreadable line refuses the file (TT_JOURNAL).
 */
export function parseJournal(text: string, file: string): Result<JournalEvent[]> {
  const complete = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  const events: JournalEvent[] = [];
  for (const [index, line] of complete.entries()) {
    if (line.trim() === '') continue;
    const event = parseEvent(line);
    if (!event) {
      return refuse({
        code: 'TT_JOURNAL',
        reason: 'this line is not an event of a study',
        place: { file, line: index + 1, column: 1 },
        found: line.slice(0, 80),
        accepted: `a JSON object whose type is one of ${[...types].join(', ')}`,
      });
    }
    events.push(event);
  }
  return accept(events);
}

function parseEvent(line: string): JournalEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
    return typeof type === 'string' && types.has(type) ? (value as JournalEvent) : undefined;
  } catch {
    return undefined;
  }
}
