import { readFileSync, writeFileSync } from 'node:fs';
import { errorCodes } from '../core/error-codes.ts';
import { describeRelation } from '../core/knobs/table/coupling.ts';
import { describeValues } from '../core/knobs/table/graph-report.ts';
import type { KnobTable, NodeGroup, TableKnob } from '../core/knobs/table/knob-table.ts';
import { type TableKeyGroup, tableKeys } from '../core/knobs/table/table-keys.ts';
import { unitOfReading } from '../core/measure/system-units.ts';
import { formatRefusal } from '../core/refusal.ts';
import { type KeyGroup, specKeys } from '../core/spec/spec-keys.ts';
import { platformQuantity, quantities } from '../core/spec/units.ts';
import { readKnobTables } from '../io/knob-tables.ts';
import { sensorKinds } from '../io/platform/sensors/index.ts';
import { adaptorParameters } from '../nodes/adaptor/parameters.ts';
import { profilerParameters } from '../nodes/profiler/parameters.ts';
import { schedulerParameters } from '../nodes/scheduler/parameters.ts';
import { tunerParameters } from '../nodes/tuner/parameters.ts';
import { describeAccepted, type ParameterTable } from '../ros/parameter-table.ts';
import { knobDocuments } from './docs/knob-documents.ts';
import { code, markdownTable } from './docs/markdown.ts';

/** A table in a document between `<!-- generated: name -->` and `<!-- end -->`, made from the code. */
export type GeneratedTable = { file: string; name: string; text: string };

/** Every generated table of the documentation. */
export const generatedTables: GeneratedTable[] = [
  {
    file: 'docs/errors.md',
    name: 'errors',
    text: markdownTable(
      ['code', 'meaning'],
      Object.entries(errorCodes).map(([name, meaning]) => [code(name), meaning]),
    ),
  },
  {
    file: 'docs/spec.md',
    name: 'units',
    text: markdownTable(
      ['quantity', 'units', 'counted in'],
      Object.entries(quantities).map(([quantity, { canonical, factors }]) => [
        quantity,
        Object.keys(factors).map(code).join(', '),
        code(canonical),
      ]),
    ),
  },
  {
    file: 'docs/platforms.md',
    name: 'readings',
    text: markdownTable(
      ['reading', 'unit', 'in a spec', 'meaning', 'read from'],
      sensorKinds.flatMap(({ readings, source }) =>
        Object.entries(readings).map(([name, meaning], index) => [
          code(name),
          unitOfReading(name.replace(/<\w+>/, 'x')),
          platformQuantity(name.replace(/<\w+>/, 'x')) === undefined ? '' : 'yes',
          meaning,
          index === 0 ? source : '″',
        ]),
      ),
    ),
  },
  ...parameterTables(),
  ...knobTables(),
  ...(Object.keys(tableKeys) as TableKeyGroup[]).map((group) => ({
    file: 'docs/knobs.md',
    name: `keys ${group}`,
    text: markdownTable(
      ['key', 'meaning'],
      Object.entries(tableKeys[group]).map(([key, meaning]) => [code(key), meaning]),
    ),
  })),
  ...(Object.keys(specKeys) as KeyGroup[]).map((group) => ({
    file: 'docs/spec.md',
    name: `keys ${group}`,
    text: markdownTable(
      ['key', 'meaning'],
      Object.entries(specKeys[group]).map(([key, meaning]) => [code(key), meaning]),
    ),
  })),
  ...knobDocuments().map(({ name, head, rows }) => ({
    file: 'docs/knobs.md',
    name,
    text: markdownTable(head, rows),
  })),
];

/** The tables of the nodes' parameters; `<name>` stands for each channel or model. */
function parameterTables(): GeneratedTable[] {
  const named = (list: string) => new Map([[list, ['<name>']]]);
  const tables: Record<string, ParameterTable> = {
    adaptor: adaptorParameters(named('channels')),
    profiler: profilerParameters,
    scheduler: schedulerParameters(named('models')),
    tuner: tunerParameters,
  };
  return Object.entries(tables).map(([node, table]) => ({
    file: `docs/${node}.md`,
    name: 'parameters',
    text: markdownTable(
      ['name', 'accepted', 'default', 'meaning'],
      Object.entries(table).map(([name, declaration]) => [
        code(name),
        describeAccepted(declaration),
        name === 'state_dir' ? 'see below' : code(JSON.stringify(declaration.default)),
        `${declaration.description}${declaration.readOnly ? ' Fixed at start.' : ''}`,
      ]),
    ),
  }));
}

/** The knob tables of config/knobs, and where they were read. Throws when one cannot be read. */
function knobTables(): GeneratedTable[] {
  const tables = readKnobTables();
  if (!tables.ok) throw new Error(tables.refusals.map(formatRefusal).join('\n'));
  const checked = tables.value.flatMap(({ family, checked }) =>
    checked.map(({ project, branch, commit, date }) => [family, project, code(branch), code(commit), date]),
  );
  return [
    ...tables.value.map((table) => ({
      file: 'docs/knobs.md',
      name: `knobs ${table.name}`,
      text: markdownTable(
        ['of', 'knob', 'values', 'default', 'takes effect', 'to know'],
        table.groups.flatMap((group) => groupRows(table, group)),
      ),
    })),
    {
      file: 'docs/knobs.md',
      name: 'checked',
      text: markdownTable(['family', 'project', 'branch', 'commit', 'of'], checked),
    },
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
    case 'service':
      return `service ${code(target.service)} with ${code(target.request)}`;
    case 'throttle':
      return `throttle ${code(target.topic)}`;
  }
}

/** A cell in which nothing ends it early or is taken for HTML. */
function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '\\<').replace(/\\<=/g, '<=');
}

/** The document with the table put between its markers; undefined when the document has no such markers. */
export function withTable(document: string, { name, text }: GeneratedTable): string | undefined {
  const start = `<!-- generated: ${name} -->\n`;
  const before = document.indexOf(start);
  const after = document.indexOf('<!-- end -->', before);
  if (before < 0 || after < 0) return undefined;
  return `${document.slice(0, before + start.length)}${text}\n${document.slice(after)}`;
}

/**
 * `trimtab docs`, in the root of the repository: says which generated tables differ from the code and exits
 * with 1 if any does; `--write` brings them up to date.
 */
export async function run(args: string[]): Promise<number> {
  const write = args[0] === '--write';
  if (args.length > (write ? 1 : 0)) {
    const found = args.join(' ');
    const accepted = 'trimtab docs [--write]';
    console.error(
      formatRefusal({ code: 'TT_USAGE', reason: 'docs takes no such argument.', found, accepted }),
    );
    return 1;
  }
  const stale = generatedTables.filter((table) => !isCurrent(table, write));
  for (const { file, name } of stale) console.error(`${file}: the table "${name}" differs from the code`);
  return stale.length === 0 ? 0 : 1;
}

/** Whether the document holds the table, after it was written when that is wanted. */
function isCurrent(table: GeneratedTable, write: boolean): boolean {
  const document = readFileSync(table.file, 'utf8');
  const current = withTable(document, table);
  if (current === undefined) return false;
  if (write && current !== document) writeFileSync(table.file, current);
  return write || current === document;
}
