import type { Configuration, Verdict } from '../knobs/knob.ts';
import type { Observation } from './designer.ts';
import type { JournalEvent, StopReason, TrialKind } from './journal.ts';
import { isFeasible } from './surrogate.ts';

/** One trial and what became of it. */
export type TrialRecord = {
  /** Counts from 1, verifications included. */
  trial: number;
  kind: TrialKind;
  configuration: Configuration;
  reason: string;
  expectedImprovement?: number;
  verdicts?: Record<string, Verdict>;
  /** Absent while the trial is open. */
  observation?: Observation;
  /** Measured in full, and every requirement met. */
  feasible?: boolean;
  /** Why it was cut short. */
  cutBecause?: string;
  /** How long it broke a requirement. */
  violationMs?: number;
};

/** Where a study stands. */
export type Phase = 'searching' | 'verifying' | 'finished';

/** Everything a study knows, as the sum of its journal. */
export type StudyState = {
  phase: Phase;
  trials: TrialRecord[];
  /** How many trials the search had made when it stopped; 0 before. */
  searchTrials: number;
  stopped?: { reason: StopReason; text: string };
  concluded?: { configuration: Configuration | undefined; verified: boolean; text: string };
};

/** Folds one event into the state; throws on an order of events that no study writes. */
export function reduce(state: StudyState, constraints: string[], event: JournalEvent): StudyState {
  const { trials } = state;
  if (state.phase === 'finished') throw new Error(`study: ${event.type} after its end`);
  switch (event.type) {
    case 'started':
      return state;
    case 'decided':
      if (trials.at(-1)?.trial !== event.trial || openTrial(state))
        throw new Error(`study: trial ${event.trial} decided, which was not the last one measured`);
      return state;
    case 'asked': {
      const { trial, kind, configuration, reason, expectedImprovement } = event;
      if (trial !== trials.length + 1)
        throw new Error(`study: trial ${trial} asked as trial ${trials.length + 1}`);
      if (openTrial(state)) throw new Error(`study: trial ${trial} asked while another one is open`);
      const record: TrialRecord = { trial, kind, configuration, reason };
      if (expectedImprovement !== undefined) record.expectedImprovement = expectedImprovement;
      return { ...state, trials: [...trials, record] };
    }
    case 'applied':
      return updateOpen(state, event.trial, { verdicts: event.verdicts });
    case 'measured': {
      const { observation, trial, violationMs = 0 } = event;
      const feasible = isFeasible(constraints, observation);
      return updateOpen(state, trial, { observation, feasible, violationMs });
    }
    case 'cut': {
      const { observation, reason, trial, violationMs = 0 } = event;
      return updateOpen(state, trial, { observation, feasible: false, cutBecause: reason, violationMs });
    }
    case 'stopped': {
      const { reason, text } = event;
      if (reason !== 'cancelled' && (state.stopped || openTrial(state)))
        throw new Error('study: stopped where it does not search');
      const phase = reason === 'cancelled' ? 'finished' : 'verifying';
      return { ...state, phase, searchTrials: trials.length, stopped: { reason, text } };
    }
    case 'concluded': {
      const { configuration, verified, text } = event;
      if (state.phase !== 'verifying' || openTrial(state))
        throw new Error('study: concluded before it verified');
      const concluded = { configuration, verified, text };
      return { ...state, phase: 'finished', concluded };
    }
  }
}

/** The trial that was asked and not yet told. */
export function openTrial({ trials }: StudyState): TrialRecord | undefined {
  const last = trials.at(-1);
  return last && !last.observation ? last : undefined;
}

function updateOpen(state: StudyState, trial: number, change: Partial<TrialRecord>): StudyState {
  const open = openTrial(state);
  if (open?.trial !== trial) throw new Error(`study: trial ${trial} is not open`);
  return { ...state, trials: [...state.trials.slice(0, -1), { ...open, ...change }] };
}
