import { describeRelation } from '../../core/knobs/table/coupling.ts';
import type { Distro } from '../../core/knobs/table/distro.ts';
import { rowsFor } from '../../core/knobs/table/find-knob.ts';
import { describeValues } from '../../core/knobs/table/graph-report.ts';
import {
  type KnobTable,
  type NodeGroup,
  type TableKnob,
  targetName,
} from '../../core/knobs/table/knob-table.ts';
import {
  createStyle,
  renderTable as layOut,
  type Style,
  wantsColour,
  widthOf,
  wrap,
} from '../terminal/index.ts';

/** All tables, one line each. */
export function renderTableList(tables: readonly KnobTable[]): string {
  const style = createStyle(wantsColour(process.stdout, process.env));
  const rows = tables.map(({ name, about, groups }) => [
    { text: name, paint: style.bold },
    String(groups.reduce((sum, { knobs }) => sum + knobs.length, 0)),
    about,
  ]);
  const columns = [
    { header: 'table' },
    { header: 'knobs', align: 'right' as const },
    { header: 'covers', flexible: true },
  ];
  return layOut({ columns, rows, width: widthOf(process.stdout), paintHeader: style.dim });
}

/** One table, for one distribution or for all it speaks of. */
export function renderTable(table: KnobTable, distro: Distro | undefined): string {
  const style = createStyle(wantsColour(process.stdout, process.env));
  const checked = table.checked.map(
    ({ project, branch, commit, date }) => `read in ${project}, ${branch} at ${commit} of ${date}`,
  );
  return [
    wrap(`${table.family}. ${table.about}`, widthOf(process.stdout)).join('\n'),
    ...table.groups.map((group) => renderGroup(table, group, distro, style)),
    ...(checked.length > 0 ? [style.dim(checked.join('\n'))] : []),
  ].join('\n\n');
}

function renderGroup(table: KnobTable, group: NodeGroup, distro: Distro | undefined, style: Style): string {
  const knobs = rowsFor(group, distro);
  const differs = distro === undefined && knobs.some(({ distros }) => distros !== table.distros);
  const rows = knobs.map((knob) => [
    describeTarget(knob),
    describeValues(knob.domain, knob.unit),
    knob.default === undefined ? '' : String(knob.default),
    knob.takesEffect,
    ...(differs ? [knob.distros.join(', ')] : []),
  ]);
  const headers = ['knob', 'values', 'default', 'takes effect', ...(differs ? ['on'] : [])];
  const columns = headers.map((header) => ({ header, flexible: header === 'values' }));
  const width = widthOf(process.stdout);
  const which = [...group.nodes, ...group.declares.map((parameter) => `declares ${parameter}`)].join(', ');
  const couplings = group.couplings.filter(({ distros }) => distro === undefined || distros.includes(distro));
  return [
    `${style.bold(group.title)} ${style.dim(`(${which})`)}`,
    layOut({ columns, rows, width, paintHeader: style.dim }),
    ...knobs.flatMap((knob) =>
      knob.note === undefined ? [] : [`${noteSubject(knob, differs)}: ${knob.note}`],
    ),
    ...couplings.map((coupling) => withNote(`keep ${describeRelation(coupling)}`, coupling.note)),
  ]
    .map((line, i) =>
      i < 2
        ? line
        : wrap(line, width - 4)
            .join('\n      ')
            .replace(/^/, '  - '),
    )
    .join('\n');
}

function noteSubject({ target, distros }: TableKnob, differs: boolean): string {
  return differs ? `${targetName(target)} (${distros.join(', ')})` : targetName(target);
}

function withNote(text: string, note: string | undefined): string {
  return note === undefined ? text : `${text}: ${note}`;
}

/** What a row turns, in one cell. */
export function describeTarget({ target }: TableKnob): string {
  switch (target.kind) {
    case 'parameter':
      return target.parameter;
    case 'service':
      return `service ${target.service} ${target.request}`;
    case 'throttle':
      return `throttle ${targetName(target)}`;
  }
}
