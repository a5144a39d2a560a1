import type { Refusal } from '../../refusal.ts';
import { isOpen, openDomain } from '../../spec/knob-domain.ts';
import type { KnobDeclaration } from '../knob.ts';
import type { Distro } from './distro.ts';
import { belongsTo, type FoundKnob, rowsAbout, rowsOfNode, type SeenNode } from './find-knob.ts';
import { areTied, inheritFromTables } from './inherit.ts';
import type { KnobTable } from './knob-table.ts';
import { describePlace } from './table-in-use.ts';

type Known = { tables: readonly KnobTable[]; distro: Distro | undefined };

/** A command line has no lines. */
const nowhere = { file: '', line: 0, column: 0 };

/**
 * Parameters that were named without a spec, with what the tables say of the nodes that they are of: values, unit, couplings,
 * and how they take effect. That one acts at once is left to be shown (`unknown`). What no table knows, and what two rows
 * know differently because the distribution is not known, stays as it is. Refused (TT_SPEC_TABLE): a parameter that never acts.
 */
export function completeWildcards(
  knobs: readonly KnobDeclaration[],
  nodes: readonly SeenNode[],
  known: Known,
): { knobs: KnobDeclaration[]; refusals: Refusal[] } {
  const found = knobs.map((knob) => ({ knob, row: rowAbout(knob, nodes, known) }));
  const refusals = found.flatMap(({ knob, row }) =>
    row?.knob.takesEffect === 'never' ? neverActs(knob, row) : [],
  );
  const narrowed = found.flatMap(({ knob, row }) => (row && hasValues(row) ? knob : []));
  const completed = inheritFromTables(
    narrowed.map((knob) => ({ knob: { ...knob, domain: openDomain }, place: nowhere })),
    nodes.flatMap((node) => tablesOf(node, known)),
  );
  const byName = new Map(completed.knobs.map((knob) => [knob.name, knob]));
  return {
    knobs: knobs.map((knob) => leftToBeShown(byName.get(knob.name) ?? knob)),
    refusals: [...refusals, ...completed.refusals.map(({ place: _, ...refusal }) => refusal)],
  };
}

function rowAbout(
  { target }: KnobDeclaration,
  nodes: readonly SeenNode[],
  { tables, distro }: Known,
): FoundKnob | undefined {
  if (target.kind !== 'parameter') return undefined;
  const node = nodes.find(({ name }) => name === target.node);
  const [row, second] = node ? rowsAbout(rowsOfNode(tables, node, distro), target.parameter) : [];
  return row === undefined || (second !== undefined && areTied(row, second)) ? undefined : row;
}

function hasValues({ knob: { domain, takesEffect } }: FoundKnob): boolean {
  return domain !== undefined && !isOpen(domain) && takesEffect !== 'never';
}

function tablesOf(node: SeenNode, { tables, distro }: Known) {
  return tables.map((table) => ({
    table: { ...table, groups: table.groups.filter((group) => belongsTo(group, node)) },
    distro,
    node: node.name,
  }));
}

function neverActs({ name }: KnobDeclaration, { knob: { place, note } }: FoundKnob): Refusal {
  return {
    code: 'TT_SPEC_TABLE',
    reason: `Setting this parameter has no effect, by ${describePlace(place)}${note ? `: ${note}` : ''}.`,
    found: name,
    accepted: 'another knob, or one of a spec in which takes_effect says that you know better',
  };
}

function leftToBeShown(knob: KnobDeclaration): KnobDeclaration {
  return knob.takesEffect === 'immediate' ? { ...knob, takesEffect: 'unknown' } : knob;
}
