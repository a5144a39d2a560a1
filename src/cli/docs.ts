import { readFileSync, writeFileSync } from 'node:fs';
import { scenarioKeys } from '../../sim/fleet/scenario-entries.ts';
import { errorCodes } from '../core/error-codes.ts';
import { unitOfReading } from '../core/measure/system-units.ts';
import { formatRefusal } from '../core/refusal.ts';
import { policySummaries } from '../core/schedule/index.ts';
import { type KeyGroup, specKeys } from '../core/spec/spec-keys.ts';
import { platformQuantity, quantities } from '../core/spec/units.ts';
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
  {
    file: 'docs/policies.md',
    name: 'policies',
    text: markdownTable(
      ['policy', 'does'],
      Object.entries(policySummaries).map(([id, summary]) => [code(id), summary]),
    ),
  },
  ...Object.entries(scenarioKeys).map(([group, keys]) => ({
    file: 'docs/fleet.md',
    name: `keys ${group}`,
    text: markdownTable(
      ['key', 'meaning'],
      Object.entries(keys).map(([key, meaning]) => [code(key), meaning]),
    ),
  })),
  ...parameterTables(),
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

/** The document with the table put between its markers; undefined when the document has no such markers. */
export function withTable(document: string, { name, text }: GeneratedTable): string | undefined {
  const start = `<!-- generated: ${name} -->\n`;
  const before = document.indexOf(start);
  const after = document.indexOf('<!-- end -->', before);
  if (before < 0 || after < 0) return undefined;
  return `${document.slice(0, before + start.length)}${text}\n${document.slice(after)}`;
}

/** How it is called. */
export const usage = 'trimtab docs [--write]';

/**
 * `trimtab docs`, in the root of the repository: says which generated tables differ from the code and exits
 * with 1 if any does, with 2 for a command line that cannot be understood; `--write` brings them up to date.
 */
export async function run(args: string[]): Promise<number> {
  const write = args[0] === '--write';
  if (args.length > (write ? 1 : 0)) {
    const found = args.join(' ');
    console.error(
      formatRefusal({ code: 'TT_USAGE', reason: 'docs takes no such argument.', found, accepted: usage }),
    );
    return 2;
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
