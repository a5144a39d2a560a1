import { formatAnswerRule } from '../../core/knobs/service-answer.ts';
import { describeRelation } from '../../core/knobs/table/coupling.ts';
import { describeValues } from '../../core/knobs/table/graph-report.ts';
import type { KnobTable, NodeGroup, TableKnob } from '../../core/knobs/table/knob-table.ts';
import { type TableKeyGroup, tableKeys } from '../../core/knobs/table/table-keys.ts';
import { formatRefusal } from '../../core/refusal.ts';
import { readKnobTables } from '../../io/knob-tables.ts';
import { code } from './markdown.ts';

/** A generated table of docs/knobs.md. */
export type KnobDocument = { name: string; head: string[]; rows: string[][] };

/** The knob tables of config/knobs, where they were read, and the keys of their format. Throws when one cannot be read. */
export function knobDocuments(): KnobDocument[] {
  const tables = readKnobTables();
  if (!tables.ok) throw new Error(tables.refusals.map(formatRefusal).join('\n'));
  return [
    ...tables.value.map((table) => ({
      name: `knobs ${table.name}`,
      head: ['of', 'knob', 'values', 'default', 'takes effect', 'to know'],
      rows: table.groups.flatMap((group) => groupRows(table, group)),
    })),
    {
      name: 'checked',
      head: ['family', 'project', 'branch', 'commit', 'of'],
      rows: tables.value.flatMap(({ family, checked }) =>
        checked.map(({ project, branch, commit, date }) => [
          family,
          project,
          code(branch),
          code(commit),
          date,
        ]),
      ),
    },
    ...(Object.keys(tableKeys) as TableKeyGroup[]).map((group) => ({
      name: `keys ${group}`,
      head: ['key', 'meaning'],
      rows: Object.entries(tableKeys[group]).map(([key, meaning]) => [code(key), meaning]),
    })),
  ];
}

/** One row for each knob and each coupling; the group's title stands in the first. */
function groupRows(table: KnobTable, { title, knobs, couplings }: NodeGroup): string[][] {
  const where = (distros: readonly string[]) =>
    distros.length === table.distros.length ? '' : `${distros.join(', ')}`;
  const rows = [
    ...knobs.map((knob) => [
      knobName(knob),
      describeValues(knob.domain, knob.unit),
      knob.default === undefined ? '' : code(String(knob.default)),
      [knob.takesEffect, where(knob.distros)].filter((text) => text !== '').join(': '),
      knob.note ?? '',
    ]),
    ...couplings.map((coupling) => {
      const note = [where(coupling.distros), coupling.note ?? ''].filter((text) => text !== '').join(': ');
      return [`keep ${code(describeRelation(coupling))}`, '', '', '', note];
    }),
  ];
  return rows.map((row, i) => [i === 0 ? title : '', ...row].map(escapeCell));
}

function knobName({ target }: TableKnob): string {
  switch (target.kind) {
    case 'parameter':
      return code(target.parameter);
    case 'service': {
      const { service, request, answer } = target;
      const judged = answer === undefined ? '' : `, answer ${code(formatAnswerRule(answer))}`;
      return `service ${code(service)} with ${code(request)}${judged}`;
    }
    case 'throttle':
      return `throttle ${code(target.topic)}`;
  }
}

/** A cell in which nothing ends it early or is taken for HTML. */
function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '\\<').replace(/\\<=/g, '<=');
}
