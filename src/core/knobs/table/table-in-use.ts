import type { Place, Refusal } from '../../refusal.ts';
import type { KnobDeclaration } from '../knob.ts';
import type { Distro } from './distro.ts';
import { type FoundKnob, rowsFor } from './find-knob.ts';
import type { KnobTable, NodeGroup } from './knob-table.ts';
import { fitsNode, ownName } from './patterns.ts';

/** A table that a spec uses. */
export type TableInUse = {
  table: KnobTable;
  /** The distribution whose rows count; undefined: it is not known, and rows that differ cannot be used. */
  distro: Distro | undefined;
  /** The one node that the table is used for, whatever its name; undefined: the nodes that the table names. */
  node: string | undefined;
};

/** A knob of a spec and where it stands; what the spec leaves to the table is open: no values, an empty type or request. */
export type DeclaredKnob = { knob: KnobDeclaration; place: Place };

/** A knob with what the tables say of it, or why there is none. */
export type Completed = { knob?: KnobDeclaration; refusals: Refusal[] };

/** The groups of a table about a node. One without names is used only where the spec says for which node. */
export function groupsIn({ table, node: wanted }: TableInUse, node: string): NodeGroup[] {
  const concerns = ({ nodes }: NodeGroup) =>
    wanted === undefined ? fitsNode(nodes, node) : ownName(wanted) === ownName(node);
  return table.groups.filter(concerns);
}

/** The rows of a table about a node. */
export function rowsIn(inUse: TableInUse, node: string): FoundKnob[] {
  return rowsOf(inUse, groupsIn(inUse, node));
}

/** The rows of some groups of a table. */
export function rowsOf({ table, distro }: TableInUse, groups: readonly NodeGroup[]): FoundKnob[] {
  return groups.flatMap((group) => rowsFor(group, distro).map((knob) => ({ table, group, knob })));
}

/** Why two rows that know the same knob cannot both be used (TT_SPEC_TABLE). */
export function ambiguous({ knob, place }: DeclaredKnob, first: FoundKnob, second: FoundKnob): Refusal {
  const places = [first, second].map((found) => describePlace(found.knob.place)).join(' and ');
  const sameTable = first.table === second.table;
  return {
    code: 'TT_SPEC_TABLE',
    reason: `Two rows know this knob: ${places}.`,
    place,
    found: knob.name,
    accepted: sameTable
      ? `one distribution, as in knobs/${first.table.name}@${first.knob.distros[0]}`
      : 'one table in use for each node',
  };
}

/** A place as every refusal writes it. */
export function describePlace({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}
