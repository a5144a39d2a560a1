import type { Node } from 'yaml';
import { readAnswer } from '../../spec/answer-entry.ts';
import { readDemand } from '../../spec/demand-entry.ts';
import { Entry } from '../../spec/entry.ts';
import { readRangeOf } from '../../spec/expression.ts';
import { openDomain, readOneValue, readParameterDomain } from '../../spec/knob-domain.ts';
import type { SpecSource, Token } from '../../spec/spec-source.ts';
import { forbiddenKnob } from '../forbidden.ts';
import type { KnobDomain, KnobTarget, KnobValue } from '../knob.ts';
import { parseKnobValue } from '../knob-value.ts';
import type { Distro } from './distro.ts';
import { asWhole, holdsLists } from './domain-within.ts';
import {
  knobUnits,
  type ParameterType,
  parameterTypes,
  type TableKnob,
  type TableTarget,
  tableEffects,
} from './knob-table.ts';
import { readDistros, readWord, readWords, requiredText } from './table-entry.ts';
import { tableKeysOf } from './table-keys.ts';

const example = '{parameter: framerate, type: double, range: [1, 120] Hz, takes_effect: restart}';
const kinds = ['parameter', 'service', 'throttle'] as const;

/** What a row inherits from its group. */
export type RowContext = { distros: readonly Distro[]; source: string };

/** What differs from kind to kind. */
type Kind = { target: TableTarget; at: Token; domain: KnobDomain | undefined; unit: string };

/** One row of `knobs`; undefined when refused. */
export function readRow(source: SpecSource, node: Node, context: RowContext): TableKnob | undefined {
  const entry = Entry.at(source, node, 'A row', example);
  const kindKey = entry?.oneOf(kinds) as (typeof kinds)[number] | undefined;
  entry?.allowOnly(tableKeysOf(...(kindKey === undefined ? kinds : [kindKey]), 'row'));
  if (entry === undefined || kindKey === undefined) return undefined;
  const kind = readKind(entry, kindKey);
  const takesEffect =
    kindKey === 'throttle' && !entry.has('takes_effect')
      ? 'immediate'
      : entry.oneOf(['takes_effect']) && readWord(entry, 'takes_effect', tableEffects);
  const distros = readDistros(entry, context.distros);
  const demand = readDemand(entry);
  const note = entry.text('note');
  const file = entry.text('source');
  if (kind === undefined || takesEffect === undefined || distros === undefined) return undefined;
  if (entry.refused('note', note) || entry.refused('source', file)) return undefined;
  if (entry.refused('demand', demand)) return undefined;
  if (isForbidden(entry, kind)) return undefined;
  const row: TableKnob = {
    target: kind.target,
    domain: kind.domain,
    unit: kind.unit,
    takesEffect: takesEffect as TableKnob['takesEffect'],
    ...(demand && { demand }),
    distros,
    source: file?.text ?? context.source,
    ...(note && { note: note.text }),
    place: source.place(kind.at),
  };
  if (!entry.has('default')) return row;
  const value = readDefault(entry, row);
  return value === undefined ? undefined : { ...row, default: value };
}

function readKind(entry: Entry, key: (typeof kinds)[number]): Kind | undefined {
  switch (key) {
    case 'parameter':
      return readParameter(entry);
    case 'service':
      return readService(entry);
    case 'throttle':
      return readThrottle(entry);
  }
}

function readParameter(entry: Entry): Kind | undefined {
  const name = entry.text('parameter');
  const type = entry.oneOf(['type']) && readWord(entry, 'type', parameterTypes);
  if (name === undefined || type === undefined) return undefined;
  const values = readValues(entry, type as ParameterType);
  const owner = entry.text('owner');
  const switches = entry.has('switches') ? readWords(entry, 'switches') : undefined;
  if (entry.refused('owner', owner) || entry.refused('switches', switches)) return undefined;
  const target: TableTarget = {
    kind: 'parameter',
    parameter: name.text,
    type: type as ParameterType,
    ...(owner && { owner: owner.text }),
    ...(switches && { switches }),
  };
  return values && { target, at: name, ...values };
}

function readService(entry: Entry): Kind | undefined {
  const service = entry.text('service');
  const type = requiredText(entry, 'type');
  const request = requiredText(entry, 'request');
  const answer = readAnswer(entry);
  const isOpen = !['values', 'range', 'choices'].some((key) => entry.has(key));
  const values = isOpen ? { domain: openDomain, unit: unitOf(entry) } : readDomain(entry);
  if (entry.refused('answer', answer)) return undefined;
  if (service === undefined || type === undefined || request === undefined) return undefined;
  if (!request.text.includes('$value')) {
    return entry.source.refuse({
      code: 'TT_SPEC_EXPRESSION',
      reason: 'The request does not say where the value goes.',
      at: request,
      found: request.text,
      accepted: '$value in its place, as in "{data: $value}"',
    });
  }
  const target: TableTarget = {
    kind: 'service',
    service: service.text,
    type: type.text,
    request: request.text,
    ...(answer && { answer }),
  };
  return values && { target, at: service, ...values };
}

function readThrottle(entry: Entry): Kind | undefined {
  const topic = entry.text('throttle');
  const range = entry.oneOf(['rate']) && entry.expression('rate', '[1, 30] Hz');
  const rate = range ? readRangeOf(entry.source, range, 'rate') : undefined;
  if (topic === undefined || rate === undefined) return undefined;
  return {
    target: { kind: 'throttle', topic: topic.text },
    at: topic,
    domain: { type: 'real', ...rate },
    unit: 'Hz',
  };
}

/** The values a parameter of some type can take; a list may have none, a word any. */
function readValues(
  entry: Entry,
  type: ParameterType,
): { domain: KnobDomain | undefined; unit: string } | undefined {
  const keys = ['values', 'range', 'choices'].filter((key) => entry.has(key));
  const isList = type.endsWith('-array');
  const fits = keys.every((key) => (key === 'choices') === (type === 'string' || isList));
  if (!fits || (keys.length > 0 && type === 'bool')) {
    return refuseAt(
      entry,
      keys[0] as string,
      `A parameter of type ${type} has no ${keys[0]}.`,
      acceptedFor(type),
    );
  }
  if (isList && keys.length === 0) return { domain: undefined, unit: unitOf(entry) };
  if (type === 'bool') return { domain: { type: 'categorical', values: [false, true] }, unit: '' };
  if (type === 'string' && keys.length === 0)
    return { domain: { type: 'categorical', values: [] }, unit: '' };
  const read = readDomain(entry);
  if (read !== undefined && isList !== holdsLists(read.domain)) {
    const reason = `The choices of a parameter of type ${type} are ${isList ? '' : 'no '}lists.`;
    return refuseAt(entry, 'choices', reason, acceptedFor(type));
  }
  if (read === undefined || type !== 'integer') return read;
  const whole = asWhole(read.domain);
  return whole === undefined
    ? refuseAt(entry, keys[0] as string, 'An integer takes whole numbers.', acceptedFor(type))
    : { ...read, domain: whole };
}

function acceptedFor(type: ParameterType): string {
  if (type === 'string') return 'choices, or nothing for what the target offers';
  if (type.endsWith('-array')) return 'choices: [[640, 480], [320, 240]], or nothing';
  return type === 'integer' || type === 'double' ? 'range or values' : 'neither range, values nor choices';
}

/** A domain as a spec writes it, in a unit that tables know. */
function readDomain(entry: Entry): { domain: KnobDomain; unit: string } | undefined {
  const read = readParameterDomain(entry);
  if (read === undefined || read.unit === '' || isKnown(read.unit)) return read;
  const key = entry.has('unit') ? 'unit' : 'range';
  return refuseAt(entry, key, 'No knob is in this unit.', knobUnits.join(', '), 'TT_SPEC_UNIT', read.unit);
}

function unitOf(entry: Entry): string {
  const unit = entry.text('unit')?.text ?? '';
  if (unit !== '' && !isKnown(unit))
    refuseAt(entry, 'unit', 'No knob is in this unit.', knobUnits.join(', '), 'TT_SPEC_UNIT', unit);
  return unit;
}

function isKnown(unit: string): boolean {
  return (knobUnits as readonly string[]).includes(unit);
}

function readDefault(entry: Entry, { domain, unit, target }: TableKnob): KnobValue | undefined {
  const written = readOneValue(entry, 'default');
  if (written === undefined) return undefined;
  if (domain === undefined) return written.text;
  const name = target.kind === 'parameter' ? target.parameter : 'the knob';
  const result = parseKnobValue({ name, domain, unit }, written.text);
  if (result.ok) return result.value;
  for (const refusal of result.refusals)
    entry.source.refuse({ ...refusal, code: 'TT_SPEC_RANGE', at: written.at });
  return undefined;
}

/** A row for something that is never touched would be an invitation. */
function isForbidden(entry: Entry, { target, at, domain }: Kind): boolean {
  const forbidden = forbiddenKnob(asKnobTarget(target), domain);
  if (forbidden !== undefined) entry.source.refuse({ ...forbidden, at });
  return forbidden !== undefined;
}

/** What a knob by this row would turn; a row is about nodes of any name. */
function asKnobTarget(target: TableTarget): KnobTarget {
  switch (target.kind) {
    case 'parameter':
      return { kind: 'parameter', node: '', parameter: target.parameter };
    case 'service':
      return target;
    case 'throttle':
      return { kind: 'throttle', from: target.topic, to: '' };
  }
}

function refuseAt(
  entry: Entry,
  key: string,
  reason: string,
  accepted: string,
  code: 'TT_SPEC_RANGE' | 'TT_SPEC_UNIT' = 'TT_SPEC_RANGE',
  found?: string,
): undefined {
  const at = entry.value(key) as Node;
  return entry.source.refuse({ code, reason, at, found: found ?? entry.source.excerpt(at), accepted });
}
