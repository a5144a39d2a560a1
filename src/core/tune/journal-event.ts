import type { JournalEvent } from './journal.ts';
import {
  Fault,
  flagAt,
  listAt,
  mapAt,
  mapped,
  numberAt,
  type Path,
  settingAt,
  textAt,
} from './plain-value.ts';
import { readBasis } from './tune-goal.ts';

type Check = (event: Record<string, unknown>) => void;

/** What each event holds that others rely on. What else it holds is kept as it is. */
const checks: Record<JournalEvent['type'], Check> = {
  started: (event) => {
    textAt(event.name, ['name']);
    numberAt(event.seed, ['seed']);
    for (const [i, dimension] of listAt(event.space, ['space']).entries())
      checkDimension(dimension, ['space', i]);
    checkTexts(event.constraints, ['constraints']);
    if (event.constraintInfo !== undefined) mapped(event.constraintInfo, ['constraintInfo'], mapAt);
    if (event.objectives !== undefined) checkTexts(event.objectives, ['objectives']);
    if (event.warmStart !== undefined) checkWarmStart(event.warmStart, ['warmStart']);
    if (event.basis !== undefined) readBasis(event.basis, ['basis']);
  },
  asked: (event) => {
    numberAt(event.trial, ['trial']);
    textAt(event.kind, ['kind']);
    mapped(event.configuration, ['configuration'], settingAt);
    textAt(event.reason, ['reason']);
  },
  applied: (event) => {
    numberAt(event.trial, ['trial']);
    mapped(event.verdicts, ['verdicts'], mapAt);
  },
  measured: checkMeasurement,
  cut: (event) => {
    textAt(event.reason, ['reason']);
    checkMeasurement(event);
  },
  decided: (event) => void numberAt(event.trial, ['trial']),
  stopped: (event) => {
    textAt(event.reason, ['reason']);
    textAt(event.text, ['text']);
  },
  concluded: (event) => {
    if (event.configuration !== undefined) mapped(event.configuration, ['configuration'], settingAt);
    flagAt(event.verified, ['verified']);
    textAt(event.text, ['text']);
  },
};

/** The types of events. */
export const eventTypes = Object.keys(checks) as JournalEvent['type'][];

/** One event from the value of its line; throws a `Fault` at the first place that holds something else than it should. */
export function readEvent(value: unknown): JournalEvent {
  const event = mapAt(value, []);
  const type = eventTypes.find((one) => one === event.type);
  if (type === undefined) throw new Fault(['type'], event.type, `one of ${eventTypes.join(', ')}`);
  numberAt(event.elapsedMs, ['elapsedMs']);
  checks[type](event);
  return event as JournalEvent;
}

function checkMeasurement(event: Record<string, unknown>): void {
  numberAt(event.trial, ['trial']);
  if (event.violationMs !== undefined) numberAt(event.violationMs, ['violationMs']);
  if (event.references !== undefined) mapped(event.references, ['references'], numberAt);
  if (event.score !== undefined) numberAt(event.score, ['score']);
  checkObservation(event.observation, ['observation']);
}

function checkObservation(value: unknown, path: Path): void {
  const { configuration, objective, objectives, margins, censored, share } = mapAt(value, path);
  mapped(configuration, [...path, 'configuration'], settingAt);
  mapped(margins, [...path, 'margins'], numberAt);
  if (objective !== undefined) numberAt(objective, [...path, 'objective']);
  if (objectives !== undefined) mapped(objectives, [...path, 'objectives'], numberAt);
  if (censored !== undefined) flagAt(censored, [...path, 'censored']);
  if (share !== undefined) numberAt(share, [...path, 'share']);
}

function checkWarmStart(value: unknown, path: Path): void {
  const { from, first, prior } = mapAt(value, path);
  textAt(from, [...path, 'from']);
  if (first !== undefined) {
    const { configuration, reason } = mapAt(first, [...path, 'first']);
    mapped(configuration, [...path, 'first', 'configuration'], settingAt);
    textAt(reason, [...path, 'first', 'reason']);
  }
  for (const [i, one] of listAt(prior, [...path, 'prior']).entries())
    checkObservation(one, [...path, 'prior', i]);
}

function checkDimension(value: unknown, path: Path): void {
  const { name, domain } = mapAt(value, path);
  textAt(name, [...path, 'name']);
  const at = [...path, 'domain'];
  const { type, low, high, values } = mapAt(domain, at);
  if (type === 'real' || type === 'integer') {
    numberAt(low, [...at, 'low']);
    numberAt(high, [...at, 'high']);
  } else if (type === 'ordinal' || type === 'categorical') {
    for (const [i, one] of listAt(values, [...at, 'values']).entries()) settingAt(one, [...at, 'values', i]);
  } else throw new Fault([...at, 'type'], type, 'one of real, integer, ordinal, categorical');
}

function checkTexts(value: unknown, path: Path): void {
  for (const [i, text] of listAt(value, path).entries()) textAt(text, [...path, i]);
}
