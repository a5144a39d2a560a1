import type { Confirmation } from '../knobs/knob.ts';
import { Entry } from './entry.ts';
import { readRosName } from './names.ts';
import { acceptedNames } from './nearest.ts';
import { keysOf } from './spec-keys.ts';
import type { Token } from './spec-source.ts';
import { quantities } from './units.ts';

const example = '{topic: camera/image_raw, rate: equals}';

/** The `confirm` of a parameter whose values are in `unit`; undefined when absent or refused. */
export function readConfirmation(knob: Entry, unit: string | undefined): Confirmation | undefined {
  const node = knob.value('confirm');
  const entry = node && Entry.at(knob.source, node, 'A confirmation', example);
  const subject = entry?.oneOf(['topic', 'process']);
  if (entry === undefined || subject === undefined) return undefined;
  const measure = subject === 'topic' ? 'rate' : 'cpu';
  entry.allowOnly(keysOf('confirm').filter((key) => key === subject || key === measure));
  const relations = subject === 'topic' ? (['equals', 'at-most'] as const) : (['at-most'] as const);
  const word = entry.oneOf([measure]) === undefined ? undefined : entry.text(measure);
  const relation = word && readRelation(entry, word, relations);
  const name = entry.text(subject);
  if (relation === undefined || name === undefined || !fitsUnit(entry, measure, unit)) return undefined;
  if (subject === 'process') return { metric: 'process-cpu', process: name.text, relation: 'at-most' };
  const topic = readRosName(entry.source, name);
  return topic === undefined ? undefined : { metric: 'topic-rate', topic, relation };
}

function readRelation<T extends string>(entry: Entry, token: Token, relations: readonly T[]): T | undefined {
  const relation = relations.find((name) => name === token.text);
  if (relation !== undefined) return relation;
  return entry.source.refuse({
    code: 'TT_SPEC_EXPRESSION',
    reason: 'No such relation.',
    at: token,
    found: token.text,
    accepted: acceptedNames(token.text, relations),
  });
}

/** A value can only be compared with a measurement in the same unit. */
function fitsUnit(entry: Entry, measure: 'rate' | 'cpu', unit: string | undefined): boolean {
  const { canonical } = quantities[measure];
  if (unit === undefined || unit === canonical) return true;
  entry.source.refuse({
    code: 'TT_SPEC_UNIT',
    reason: `A knob that a ${measure} confirms is in ${canonical}.`,
    at: entry.node,
    found: unit === '' ? 'no unit' : unit,
    accepted: `unit: ${canonical}`,
  });
  return false;
}
