import type { Configuration } from '../knobs/knob.ts';
import { accept, type Result, refuse } from '../refusal.ts';
import type { References } from '../spec/evaluate.ts';
import type { JournalEvent } from './journal.ts';
import type { WarmStart } from './library/warm-start.ts';
import { recordOf, refuseEnded } from './study-record.ts';
import type { TuneBasis } from './tune-goal.ts';

/** A search on a live robot that was broken off, as its journal tells it. */
export type Resumption = {
  file: string;
  events: readonly JournalEvent[];
  basis: TuneBasis;
  warmStart: WarmStart | undefined;
  /** What all knobs held when it began. */
  inForce: Configuration;
  /** The knobs that it turns. */
  turned: string[];
  /** What its later trials are compared with; empty where nothing has been measured yet. */
  references: References;
  /** Its trial with the highest score. */
  best: { configuration: Configuration; score: number } | undefined;
};

/**
 * What a search needs to go on that was broken off; whether it fits what is searched now is for `replayStudy` to say. Refused
 * (TT_JOURNAL): events that make no study, and a journal that does not say how it was searched, tried nothing, or has its end.
 */
export function readResumption(events: readonly JournalEvent[], file: string): Result<Resumption> {
  const record = recordOf(events, file);
  if (!record.ok) return record;
  const [started] = events;
  const [first] = record.value.trials;
  if (started?.type !== 'started' || !started.basis) {
    const reason = 'the journal does not say how it was searched';
    const place = { file, line: 1, column: 1 };
    return refuse({ code: 'TT_JOURNAL', reason, place, found: 'no basis', accepted: 'a journal of ~/tune' });
  }
  const ended = refuseEnded(record.value, events, file);
  if (ended.length > 0) return refuse(...ended);
  if (first?.kind !== 'in-force') {
    return refuse({
      code: 'TT_JOURNAL',
      reason: 'the search of this journal had not begun with the configuration in force',
      place: { file, line: events.length, column: 1 },
      found: first?.kind ?? 'no trial',
      accepted: 'a search with a trial to go on from; else begin a new one',
    });
  }
  const { basis, warmStart, space } = started;
  return accept({
    file,
    events,
    basis,
    warmStart,
    inForce: first.configuration,
    turned: space.map(({ name }) => name),
    references: Object.assign({}, ...events.flatMap(referencesIn)),
    best: events.flatMap(scoreIn).reduce<Resumption['best']>(better, undefined),
  });
}

function better(best: Resumption['best'], one: NonNullable<Resumption['best']>): Resumption['best'] {
  return best && best.score >= one.score ? best : one;
}

function scoreIn(event: JournalEvent): NonNullable<Resumption['best']>[] {
  if (!('score' in event) || event.score === undefined) return [];
  return [{ configuration: event.observation.configuration, score: event.score }];
}

function referencesIn(event: JournalEvent): References[] {
  return 'references' in event && event.references ? [event.references] : [];
}
