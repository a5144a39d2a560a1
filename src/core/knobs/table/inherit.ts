import type { Place, Refusal } from '../../refusal.ts';
import { isOpen } from '../../spec/knob-domain.ts';
import { quantities } from '../../spec/units.ts';
import type { Coupling, KnobDeclaration, KnobDomain, ParameterCoupling } from '../knob.ts';
import { describeDomain, parseKnobValue } from '../knob-value.ts';
import { comparedWith, type Relation, relationFor, turnedRound } from './coupling.ts';
import type { Distro } from './distro.ts';
import { domainWithin } from './domain-within.ts';
import { type FoundKnob, rowsAbout, rowsFor } from './find-knob.ts';
import type { KnobTable, NodeGroup } from './knob-table.ts';
import { fitsNode, fitsParameter, ownName } from './patterns.ts';

/** A table that a spec uses. */
export type TableInUse = {
  table: KnobTable;
  /** The distribution whose rows count; undefined: it is not known, and rows that differ cannot be used. */
  distro: Distro | undefined;
  /** The one node that the table is used for, whatever its name; undefined: the nodes that the table names. */
  node: string | undefined;
};

/** A knob of a spec and where it stands; its domain is open where the spec leaves the values to the table. */
export type DeclaredKnob = { knob: KnobDeclaration; place: Place };

/**
 * Completes the knobs of a spec from the tables it uses. What the spec says itself wins; range, unit and effect
 * that it leaves out come from the row about the parameter, and so do its couplings: with other knobs of the spec, and with
 * parameters that are none.
 * Refused, with both places, as TT_SPEC_TABLE: values outside of the row's, another unit, a parameter that never
 * acts. Refused as TT_SPEC_MISSING_KEY: a parameter without values for which no table has any. Knobs that are
 * not in a table stay as they are.
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

type Completed = { knob?: KnobDeclaration; refusals: Refusal[] };

function complete(
  declared: DeclaredKnob,
  tables: readonly TableInUse[],
  names: ReadonlyMap<string, string>,
): Completed {
  const { knob } = declared;
  const { target } = knob;
  if (target.kind !== 'parameter') return { knob, refusals: [] };
  const rows = tables.flatMap((one) => rowsAbout(rowsIn(one, target.node), target.parameter).slice(0, 2));
  const [row, second] = rows;
  if (row === undefined)
    return isOpen(knob.domain)
      ? { refusals: [withoutValues(declared, target, tables)] }
      : { knob, refusals: [] };
  if (second !== undefined && isTie(row, second)) return { refusals: [ambiguous(declared, row, second)] };
  if (isOpen(knob.domain) && row.knob.domain !== undefined && isOpen(row.knob.domain))
    return { refusals: [withoutChoices(declared, row)] };
  const contradictions = contradict(declared, row);
  if (contradictions.length > 0) return { refusals: contradictions };
  const inherited = inherit(declared, row);
  if (inherited.knob === undefined) return inherited;
  const couplings = couplingsOf(row, target, tables, names);
  return { ...inherited, knob: { ...inherited.knob, ...couplings } };
}

/** The rows of a table about a node. */
function rowsIn(inUse: TableInUse, node: string): FoundKnob[] {
  const { table, distro } = inUse;
  return groupsIn(inUse, node).flatMap((group) =>
    rowsFor(group, distro).map((knob) => ({ table, group, knob })),
  );
}

/** The groups of a table about a node. One without names is used only where the spec says for which node. */
function groupsIn({ table, node: wanted }: TableInUse, node: string): NodeGroup[] {
  const concerns = ({ nodes }: NodeGroup) =>
    wanted === undefined ? fitsNode(nodes, node) : ownName(wanted) === ownName(node);
  return table.groups.filter(concerns);
}

/** Rows of two tables, or of two distributions, say different things; within one the more exact name counts. */
function isTie(first: FoundKnob, second: FoundKnob): boolean {
  if (first.table !== second.table) return true;
  return !first.knob.distros.some((distro) => second.knob.distros.includes(distro));
}

function inherit({ knob, place }: DeclaredKnob, { knob: row }: FoundKnob): Completed {
  const known = row.domain as KnobDomain;
  const completed: KnobDeclaration = {
    ...knob,
    domain: isOpen(knob.domain) ? known : (domainWithin(knob.domain, known) as KnobDomain),
    unit: row.unit,
    takesEffect: knob.takesEffect === 'unknown' ? row.takesEffect : knob.takesEffect,
    ...(row.demand && knob.demand === undefined && { demand: row.demand }),
  };
  if (knob.default === undefined) return { knob: completed, refusals: [] };
  const value = parseKnobValue(completed, String(knob.default));
  if (value.ok) return { knob: { ...completed, default: value.value }, refusals: [] };
  return { refusals: value.refusals.map((refusal) => ({ ...refusal, code: 'TT_SPEC_RANGE', place })) };
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
  if (domain === undefined)
    return [
      refusal('A list is no knob, and this parameter is one by', knob.name, 'a number, a word, a flag'),
    ];
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

function ambiguous({ knob, place }: DeclaredKnob, first: FoundKnob, second: FoundKnob): Refusal {
  const places = [first, second].map((found) => describePlace(found.knob.place)).join(' and ');
  const sameTable = first.table === second.table;
  return {
    code: 'TT_SPEC_TABLE',
    reason: `Two rows know this parameter: ${places}.`,
    place,
    found: knob.name,
    accepted: sameTable
      ? `one distribution, as in knobs/${first.table.name}@${first.knob.distros[0]}`
      : 'one table in use for each node',
  };
}

function describePlace({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}
