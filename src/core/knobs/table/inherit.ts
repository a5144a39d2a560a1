import type { Refusal } from '../../refusal.ts';
import { isOpen } from '../../spec/knob-domain.ts';
import { quantities } from '../../spec/units.ts';
import type { Coupling, KnobDeclaration, KnobDomain, ParameterCoupling } from '../knob.ts';
import { describeDomain, parseKnobValue } from '../knob-value.ts';
import { comparedWith, type Relation, relationFor, turnedRound } from './coupling.ts';
import { domainWithin, holdsLists } from './domain-within.ts';
import { type FoundKnob, rowsAbout } from './find-knob.ts';
import { completeService, completeThrottle } from './inherit-other.ts';
import type { KnobTable } from './knob-table.ts';
import { besideNode, fitsParameter } from './patterns.ts';
import {
  ambiguous,
  type Completed,
  type DeclaredKnob,
  describePlace,
  groupsIn,
  rowsIn,
  type TableInUse,
} from './table-in-use.ts';

/**
 * Completes the knobs of a spec from the tables it uses. What the spec says itself wins; range, unit and effect
 * that it leaves out come from the row about the parameter, and so do its couplings: with other knobs of the spec, and with
 * parameters that are none. Services and throttles are completed likewise, a service also by its type and request.
 * Refused, with both places, as TT_SPEC_TABLE: values outside of the row's, another unit, a parameter that never
 * acts. Refused as TT_SPEC_MISSING_KEY: a knob without values, or a service without type, request or
 * default, for which no table has any. Knobs that are not in a table stay as they are.
 */
export function inheritFromTables(
  declared: readonly DeclaredKnob[],
  tables: readonly TableInUse[],
): { knobs: KnobDeclaration[]; refusals: Refusal[] } {
  const names = new Map(declared.map(({ knob }) => [parameterKey(knob), knob.name]));
  const completed = declared.map((one) => complete(one, tables, names));
  return {
    knobs: completed.flatMap(({ knob }) => knob ?? []),
    refusals: completed.flatMap(({ refusals }) => refusals),
  };
}

function complete(
  declared: DeclaredKnob,
  tables: readonly TableInUse[],
  names: ReadonlyMap<string, string>,
): Completed {
  const { knob } = declared;
  const { target } = knob;
  if (target.kind === 'service') return completeService(declared, target, tables);
  if (target.kind === 'throttle') return completeThrottle(declared, target.from, tables);
  if (target.kind !== 'parameter' && target.kind !== 'placement') return { knob, refusals: [] };
  const rows = tables.flatMap((one) => rowsAbout(rowsIn(one, target.node), target.parameter).slice(0, 2));
  const [row, second] = rows;
  if (row === undefined)
    return isOpen(knob.domain)
      ? { refusals: [withoutValues(declared, target, tables)] }
      : { knob, refusals: [] };
  if (second !== undefined && areTied(row, second)) return { refusals: [ambiguous(declared, row, second)] };
  if (target.kind === 'placement') return { knob: placedBy(knob, row), refusals: [] };
  if (isOpen(knob.domain) && row.knob.domain !== undefined && isOpen(row.knob.domain))
    return { refusals: [withoutChoices(declared, row)] };
  const contradictions = contradict(declared, row);
  if (contradictions.length > 0) return { refusals: contradictions };
  const inherited = inherit(declared, row);
  if (inherited.knob === undefined) return inherited;
  const couplings = couplingsOf(row, target, tables, names);
  const { owner: relative, switches: known } =
    row.knob.target.kind === 'parameter' ? row.knob.target : { owner: undefined, switches: undefined };
  const owner = target.owner ?? (relative && besideNode(target.node, relative));
  if (relative !== undefined && owner === undefined) return { refusals: [withoutOwner(declared, row)] };
  return {
    ...inherited,
    knob: {
      ...inherited.knob,
      ...couplings,
      target: { ...(known && { switches: known }), ...target, ...(owner && { owner }) },
    },
  };
}

/** The words of a placement are the spec's own; when they act, the table may know. */
function placedBy(knob: KnobDeclaration, { knob: row }: FoundKnob): KnobDeclaration {
  return knob.takesEffect === 'unknown' ? { ...knob, takesEffect: row.takesEffect } : knob;
}

/** Rows of two tables, or of two distributions, say different things; within one the more exact name counts. */
export function areTied(first: FoundKnob, second: FoundKnob): boolean {
  if (first.table !== second.table) return true;
  return !first.knob.distros.some((distro) => second.knob.distros.includes(distro));
}

function inherit({ knob, place }: DeclaredKnob, { knob: row }: FoundKnob): Completed {
  const known = row.domain;
  const completed: KnobDeclaration = {
    ...knob,
    domain: known === undefined ? knob.domain : withinKnown(knob.domain, known),
    unit: row.unit,
    takesEffect: knob.takesEffect === 'unknown' ? row.takesEffect : knob.takesEffect,
    ...(row.demand && knob.demand === undefined && { demand: row.demand }),
  };
  if (knob.default === undefined) return { knob: completed, refusals: [] };
  const value = parseKnobValue(completed, String(knob.default));
  if (value.ok) return { knob: { ...completed, default: value.value }, refusals: [] };
  return { refusals: value.refusals.map((refusal) => ({ ...refusal, code: 'TT_SPEC_RANGE', place })) };
}

/** The values of a knob that does not contradict its row. */
function withinKnown(declared: KnobDomain, known: KnobDomain): KnobDomain {
  return isOpen(declared) ? known : (domainWithin(declared, known) as KnobDomain);
}

function contradict({ knob, place }: DeclaredKnob, { knob: row }: FoundKnob): Refusal[] {
  const there = describePlace(row.place);
  const refusal = (reason: string, found: string, accepted: string): Refusal => ({
    code: 'TT_SPEC_TABLE',
    reason: `${reason} ${there}.`,
    place,
    found,
    accepted,
  });
  const { domain, unit } = row;
  if (domain === undefined) {
    const accepted = 'choices: two or more lists, as in [[640, 480], [320, 240]]';
    return holdsLists(knob.domain)
      ? []
      : [refusal('This parameter is a list, by', describeDomain(knob), accepted)];
  }
  const refusals: Refusal[] = [];
  if (!isOpen(knob.domain) && domainWithin(knob.domain, domain) === undefined) {
    const accepted = describeDomain({ domain, unit });
    refusals.push(refusal('These values are not among those at', describeDomain(knob), accepted));
  }
  if (knob.unit !== '' && knob.unit !== unit)
    refusals.push(refusal('The unit is not that at', knob.unit, unit === '' ? 'no unit' : unit));
  const measured = unitConfirmedIn(knob);
  if (measured !== undefined && measured !== unit) {
    const reason = `What is confirmed like this is in ${measured}, unlike the parameter at`;
    refusals.push(refusal(reason, unit || 'no unit', 'no confirm'));
  }
  if (row.takesEffect === 'never' && knob.takesEffect === 'unknown') {
    const accepted = 'another knob, or takes_effect here when you know better';
    refusals.push(refusal('Setting this parameter has no effect, by', knob.name, accepted));
  }
  return refusals;
}

/** The unit of what a knob is confirmed by. */
function unitConfirmedIn({ confirm }: KnobDeclaration): string | undefined {
  return confirm && quantities[confirm.metric === 'topic-rate' ? 'rate' : 'cpu'].canonical;
}

function withoutOwner({ knob, place }: DeclaredKnob, { knob: row }: FoundKnob): Refusal {
  return {
    code: 'TT_SPEC_TABLE',
    reason: `The node that is configured again cannot be told from this name, by ${describePlace(row.place)}.`,
    place,
    found: knob.name,
    accepted: 'the node with its namespace, as in local_costmap/local_costmap',
  };
}

type Couplings = Pick<KnobDeclaration, 'couples' | 'fitsParameters'>;

/** What a parameter must keep, of all groups about its node: a plugin's group states a relation to its server's parameters. */
function couplingsOf(
  { table, knob: row }: FoundKnob,
  { node, parameter }: { node: string; parameter: string },
  tables: readonly TableInUse[],
  names: ReadonlyMap<string, string>,
): Couplings {
  const stated = tables
    .filter((inUse) => inUse.table === table)
    .flatMap((inUse) =>
      groupsIn(inUse, node)
        .flatMap(({ couplings }) => couplings)
        .filter(({ distros }) =>
          distros.some((one) => (inUse.distro ? [inUse.distro] : row.distros).includes(one)),
        ),
    );
  const knobOf = (other: string) => names.get(`${node} ${other}`);
  const onTheLeft = stated.flatMap((relation) => relationFor(relation, parameter) ?? []);
  const onTheRight = stated.flatMap((relation) => relationFor(turnedRound(relation), parameter) ?? []);
  const couples = onTheLeft.flatMap((relation): Coupling[] => {
    const knob = knobOf(relation.right);
    return knob === undefined ? [] : [{ knob, ...comparison(relation) }];
  });
  // A relation between two knobs is stated once, at the left one.
  const fitsParameters = [...onTheLeft, ...onTheRight]
    .filter(({ right }) => knobOf(right) === undefined)
    .map((relation): ParameterCoupling => ({ parameter: relation.right, ...comparison(relation) }));
  return {
    ...(couples.length > 0 && { couples }),
    ...(fitsParameters.length > 0 && { fitsParameters }),
  };
}

function comparison(relation: Relation): Pick<Coupling, 'relation' | 'of'> {
  return { relation: relation.comparison, of: comparedWith(relation) };
}

function parameterKey({ target, name }: KnobDeclaration): string {
  return target.kind === 'parameter' ? `${target.node} ${target.parameter}` : name;
}

function withoutValues(
  { place }: DeclaredKnob,
  { node, parameter }: { node: string; parameter: string },
  tables: readonly TableInUse[],
): Refusal {
  const nameless = tables.find(
    ({ table, node: named }) => named === undefined && knowsWithoutName(table, parameter),
  );
  const table = nameless ? `use: [knobs/${nameless.table.name} for ${node}]` : 'a table in use that knows it';
  return {
    code: 'TT_SPEC_MISSING_KEY',
    reason: 'A knob lacks a key.',
    place,
    found: `${node} ${parameter}`,
    accepted: `one of values, range, choices; or ${table}`,
  };
}

/** A word whose choices only the target knows cannot be searched over. */
function withoutChoices({ knob, place }: DeclaredKnob, { knob: row }: FoundKnob): Refusal {
  return {
    code: 'TT_SPEC_MISSING_KEY',
    reason: `The table leaves the choices to the target, at ${describePlace(row.place)}.`,
    place,
    found: knob.name,
    accepted: 'choices: two or more of them',
  };
}

/** Whether a table knows a parameter of nodes that it does not name. */
function knowsWithoutName({ groups }: KnobTable, parameter: string): boolean {
  return groups
    .filter(({ nodes }) => nodes.length === 0)
    .flatMap(({ knobs }) => knobs)
    .some(({ target }) => target.kind === 'parameter' && fitsParameter(target.parameter, parameter));
}
