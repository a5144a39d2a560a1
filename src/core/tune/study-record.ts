import { accept, type Refusal, type Result, refuse } from '../refusal.ts';
import type { Problem } from './designer.ts';
import type { JournalEvent } from './journal.ts';
import { sameConfiguration } from './library/aging.ts';
import { openTrial, reduce, type StudyState } from './study-state.ts';

/** What a study was about and all that happened, for people to ask about; see `explainStudy`. */
export type StudyRecord = { name: string; problem: Problem } & Pick<
  StudyState,
  'trials' | 'stopped' | 'concluded'
>;

/** Reads a journal's events, without a designer, of a study that may still run; TT_JOURNAL where they make no study. */
export function recordOf(events: readonly JournalEvent[], file: string): Result<StudyRecord> {
  const [first] = events;
  if (first?.type !== 'started') {
    return refuse({
      code: 'TT_JOURNAL',
      reason: 'a journal begins with what is searched',
      place: { file, line: 1, column: 1 },
      found: first?.type ?? 'nothing',
      accepted: 'started',
    });
  }
  const { name, space, constraints, constraintInfo, objectives } = first;
  let state: StudyState = { phase: 'searching', trials: [], searchTrials: 0 };
  for (const [index, event] of events.entries()) {
    const place = { file, line: index + 1, column: 1 };
    const asked = 'observation' in event ? openTrial(state) : undefined;
    try {
      state = reduce(state, constraints, event);
    } catch (error) {
      return refuse({ code: 'TT_JOURNAL', reason: (error as Error).message, place, found: event.type });
    }
    if (
      asked &&
      'observation' in event &&
      !sameConfiguration(asked.configuration, event.observation.configuration)
    ) {
      const reason = `trial ${asked.trial} measured another configuration than it asked for`;
      return refuse({
        code: 'TT_JOURNAL',
        reason,
        place,
        found: JSON.stringify(event.observation.configuration),
      });
    }
  }
  const { trials, stopped, concluded } = state;
  return accept({
    name,
    problem: {
      space,
      constraints,
      ...(constraintInfo && { constraintInfo }),
      ...(objectives && { objectives }),
    },
    trials,
    ...(stopped && { stopped }),
    ...(concluded && { concluded }),
  });
}

/** Why a study cannot go on that a journal tells of to its end. */
export function refuseEnded(
  { trials, stopped, concluded }: StudyRecord,
  journal: readonly JournalEvent[],
  file: string,
): Refusal[] {
  const last = trials.at(-1);
  const isVerified = last?.kind === 'verification' && last.feasible;
  const isCancelled = stopped?.reason === 'cancelled';
  if (!concluded && !isVerified && !isCancelled) return [];
  const verified = isVerified ? `trial ${last.trial} verified` : undefined;
  return [
    {
      code: 'TT_JOURNAL',
      reason: 'the search of this journal has ended, so it cannot go on',
      place: { file, line: journal.length, column: 1 },
      found: concluded?.text ?? verified ?? stopped?.text ?? 'nothing',
      accepted: 'the journal of a search that was broken off by a crash',
    },
  ];
}
