import type { Refusal } from '../../refusal.ts';
import { isOpen } from '../../spec/knob-domain.ts';
import { forbiddenKnob } from '../forbidden.ts';
import type { KnobDeclaration, KnobDomain, KnobTarget } from '../knob.ts';
import { describeDomain, parseKnobValue } from '../knob-value.ts';
import { domainWithin } from './domain-within.ts';
import type { FoundKnob } from './find-knob.ts';
import { fitsName, ownName } from './patterns.ts';
import {
  ambiguous,
  type Completed,
  type DeclaredKnob,
  describePlace,
  rowsOf,
  type TableInUse,
} from './table-in-use.ts';

type ServiceTarget = Extract<KnobTarget, { kind: 'service' }>;

/**
 * Completes the knob of a service: type, request, the rule on its answer, values, unit and default come from the row about
 * a service of this name. Of several requests of one service the knob says which.
 */
export function completeService(
  declared: DeclaredKnob,
  target: ServiceTarget,
  tables: readonly TableInUse[],
): Completed {
  const rows = rowsNamed(tables, 'service', target.service).filter(
    ({ knob: { target: row } }) =>
      row.kind === 'service' &&
      (target.type === '' || target.type === row.type) &&
      (target.request === '' || target.request === row.request),
  );
  const [row, second] = different(rows);
  if (second !== undefined && row !== undefined) return { refusals: [severalRows(declared, row, second)] };
  const of = row?.knob.target;
  const knob = of?.kind === 'service' ? withRow(declared.knob, target, of, row as FoundKnob) : declared.knob;
  const refusals = [...missingKeys(declared, knob), ...(row ? outside(declared, row) : [])];
  return refusals.length > 0 ? { refusals } : withDefault({ ...declared, knob });
}

/** Completes a throttle: the bounds of its rate come from the row about a topic of its source's name. */
export function completeThrottle(
  declared: DeclaredKnob,
  source: string,
  tables: readonly TableInUse[],
): Completed {
  const { knob } = declared;
  if (!isOpen(knob.domain)) return { knob, refusals: [] };
  const [row, second] = different(rowsNamed(tables, 'throttle', source), ({ domain }) => domain);
  if (row && second) return { refusals: [ambiguous(declared, row, second)] };
  const completed = row ? { ...knob, domain: row.knob.domain as KnobDomain } : knob;
  const refusals = missingKeys(declared, completed);
  return refusals.length > 0 ? { refusals } : withDefault({ ...declared, knob: completed });
}

function withRow(
  knob: KnobDeclaration,
  declared: ServiceTarget,
  of: Extract<FoundKnob['knob']['target'], { kind: 'service' }>,
  { knob: row }: FoundKnob,
): KnobDeclaration {
  const known = row.domain as KnobDomain;
  const answer = declared.answer ?? of.answer;
  return {
    ...knob,
    target: { ...declared, type: of.type, request: of.request, ...(answer && { answer }) },
    domain: isOpen(knob.domain) ? known : (domainWithin(knob.domain, known) ?? knob.domain),
    unit: row.unit,
    ...(row.demand && knob.demand === undefined && { demand: row.demand }),
    ...(row.default !== undefined && knob.default === undefined && { default: row.default }),
  };
}

/** Rows about a service or a topic of some name; a relative name in a table is looked up wherever the node is. */
function rowsNamed(tables: readonly TableInUse[], kind: 'service' | 'throttle', name: string): FoundKnob[] {
  return tables.flatMap((inUse) =>
    rowsOf(inUse, inUse.table.groups).filter(({ group, knob: { target } }) => {
      if (target.kind !== kind) return false;
      const pattern = target.kind === 'service' ? target.service : target.topic;
      const nodes = inUse.node === undefined ? group.nodes : [ownName(inUse.node)];
      const below = (nodes.length > 0 ? nodes : ['*']).map((node) => pattern.replace(/^~/, node));
      return below.some((each) => endsLike(each, name));
    }),
  );
}

/** The rows without those that say the same: two cameras of one table may have the same throttle. */
function different(
  rows: readonly FoundKnob[],
  what: (row: FoundKnob['knob']) => unknown = ({ target, domain, default: value }) => [target, domain, value],
): FoundKnob[] {
  return [...new Map(rows.map((row) => [JSON.stringify(what(row.knob)), row])).values()];
}

/** Whether the last parts of a name are those of a pattern. */
function endsLike(pattern: string, name: string): boolean {
  if (pattern.startsWith('/')) return fitsName(pattern, name);
  const parts = pattern.split('/').length;
  return fitsName(pattern, name.split('/').slice(-parts).join('/'));
}

function severalRows(declared: DeclaredKnob, first: FoundKnob, second: FoundKnob): Refusal {
  const requests = [first, second].flatMap(({ knob: { target } }) =>
    target.kind === 'service' ? [target.request] : [],
  );
  const refusal = ambiguous(declared, first, second);
  return new Set(requests).size > 1 ? { ...refusal, accepted: `a request, as in ${requests[0]}` } : refusal;
}

function missingKeys({ place }: DeclaredKnob, knob: KnobDeclaration): Refusal[] {
  const { target } = knob;
  const missing = (reason: string, accepted: string): Refusal => ({
    code: 'TT_SPEC_MISSING_KEY',
    reason,
    place,
    found: knob.name,
    accepted,
  });
  const table = 'or a table in use that knows it';
  if (target.kind === 'throttle')
    return isOpen(knob.domain) ? [missing('A knob lacks a key.', `rate; ${table}`)] : [];
  if (target.kind !== 'service') return [];
  const keys = [
    ...(target.type === '' ? ['type'] : []),
    ...(target.request === '' ? ['request'] : []),
    ...(isOpen(knob.domain) ? ['one of values, range, choices'] : []),
  ];
  if (keys.length > 0) return [missing('A knob lacks a key.', `${keys.join(', ')}; ${table}`)];
  if (knob.default !== undefined) return [];
  return [
    missing('What a service was last told cannot be read.', 'default: the value in force at the start'),
  ];
}

/** Values that the row does not know. */
function outside({ knob, place }: DeclaredKnob, { knob: row }: FoundKnob): Refusal[] {
  const known = row.domain as KnobDomain;
  if (isOpen(knob.domain) || domainWithin(knob.domain, known) !== undefined) return [];
  return [
    {
      code: 'TT_SPEC_TABLE',
      reason: `These values are not among those at ${describePlace(row.place)}.`,
      place,
      found: describeDomain(knob),
      accepted: describeDomain({ domain: known, unit: row.unit }),
    },
  ];
}

/** The default as one of the values, and nothing that is never touched. */
function withDefault({ knob, place }: DeclaredKnob): Completed {
  const forbidden = forbiddenKnob(knob.target, knob.domain);
  if (forbidden) return { refusals: [{ ...forbidden, place }] };
  if (knob.default === undefined) return { knob, refusals: [] };
  const value = parseKnobValue(knob, String(knob.default));
  if (value.ok) return { knob: { ...knob, default: value.value }, refusals: [] };
  return { refusals: value.refusals.map((refusal) => ({ ...refusal, code: 'TT_SPEC_RANGE', place })) };
}
