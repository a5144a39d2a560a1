import type { Distro } from './distro.ts';
import { type KnobTable, type NodeGroup, type TableKnob, targetName } from './knob-table.ts';
import { fitsNode, fitsParameter, openness } from './patterns.ts';

/** A row, with the table and the group that it stands in. */
export type FoundKnob = { table: KnobTable; group: NodeGroup; knob: TableKnob };

/** A node as the graph shows it; parameters are undefined when it did not tell them. */
export type SeenNode = { name: string; parameters: readonly string[] | undefined };

/** The rows of a table that hold for a distribution; for all of them when none is named. */
export function rowsFor(group: NodeGroup, distro: Distro | undefined): TableKnob[] {
  return group.knobs.filter((knob) => distro === undefined || knob.distros.includes(distro));
}

/** Whether a node is one of a group: by its own name, by the parameters it declares, or by both where both are given. */
export function belongsTo({ nodes, declares }: NodeGroup, { name, parameters }: SeenNode): boolean {
  if (nodes.length > 0 && !fitsNode(nodes, name)) return false;
  if (declares.length === 0 || (parameters === undefined && nodes.length > 0)) return true;
  return declares.every((pattern) => parameters?.some((parameter) => fitsParameter(pattern, parameter)));
}

/** Every row about a parameter among these rows, the most exact name first. */
export function rowsAbout(found: readonly FoundKnob[], parameter: string): FoundKnob[] {
  return found
    .filter(
      ({ knob: { target } }) => target.kind === 'parameter' && fitsParameter(target.parameter, parameter),
    )
    .sort((a, b) => openness(targetName(a.knob.target)) - openness(targetName(b.knob.target)));
}

/** All rows of all groups that a node belongs to. */
export function rowsOfNode(
  tables: readonly KnobTable[],
  node: SeenNode,
  distro: Distro | undefined,
): FoundKnob[] {
  return tables.flatMap((table) =>
    table.groups
      .filter((group) => belongsTo(group, node))
      .flatMap((group) => rowsFor(group, distro).map((knob) => ({ table, group, knob }))),
  );
}
