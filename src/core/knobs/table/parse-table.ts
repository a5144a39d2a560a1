import type { Node } from 'yaml';
import { accept, type Place, type Result } from '../../refusal.ts';
import { Entry } from '../../spec/entry.ts';
import { acceptedNames } from '../../spec/nearest.ts';
import { SpecSource, type Token } from '../../spec/spec-source.ts';
import { readRelation, type TableCoupling } from './coupling.ts';
import type { Distro } from './distro.ts';
import {
  type CheckedSource,
  type KnobTable,
  type NodeGroup,
  type TableKnob,
  targetName,
} from './knob-table.ts';
import { itemsOf, readDistros, readWords, requiredDate, requiredPlain, requiredText } from './table-entry.ts';
import { tableKeysOf } from './table-keys.ts';
import { readRow } from './table-row.ts';

const tableExample = 'a map with family, about, checked, groups';
const groupExample = '{title: camera, declares: [io_method], source: src/node.cpp, knobs: [...]}';
const checkedExample = '{project: ros-drivers/usb_cam, branch: main, commit: 772b25f, date: 2026-02-25}';
const couplingExample = '{keep: min_particles <= max_particles}';

/**
 * Reads a knob table (docs/knobs.md). All refusals are reported at once, each with file, line and column;
 * codes TT_SPEC_* and TT_KNOB_FORBIDDEN. `name` is the file's name without .yaml, `file` names it in refusals.
 */
export function parseKnobTable(text: string, name: string, file: string): Result<KnobTable> {
  const source = new SpecSource(text, file);
  const node = source.parse(tableExample);
  const root = node && Entry.at(source, node, 'A knob table', tableExample);
  const table = root && readTable(root, name);
  if (source.refusals.length > 0 || table === undefined) return { ok: false, refusals: source.refusals };
  return accept(table);
}

/** What is gathered over a whole table while its groups are read. */
type Reading = {
  source: SpecSource;
  distros: readonly Distro[];
  /** Rows so far, by what they turn. */
  rows: Map<string, TableKnob[]>;
  /** Where each relation is written. */
  relations: Map<TableCoupling, Token>;
};

function readTable(root: Entry, name: string): KnobTable | undefined {
  const { source } = root;
  root.allowOnly(tableKeysOf('table'));
  const family = requiredText(root, 'family');
  const about = requiredText(root, 'about');
  const distros = readDistros(root);
  root.oneOf(['groups']);
  const checked = itemsOf(root, 'checked').flatMap((item) => readChecked(source, item) ?? []);
  const reading = { source, distros: distros ?? [], rows: new Map(), relations: new Map() };
  const groups = itemsOf(root, 'groups').flatMap((item) => readGroup(reading, item) ?? []);
  refuseStrayRelations(reading, groups);
  if (family === undefined || about === undefined || distros === undefined) return undefined;
  return { name, family: family.text, about: about.text, distros, checked, groups };
}

function readChecked(source: SpecSource, node: Node): CheckedSource | undefined {
  const entry = Entry.at(source, node, 'A checked source', checkedExample);
  entry?.allowOnly(tableKeysOf('checked'));
  if (entry === undefined) return undefined;
  const project = requiredText(entry, 'project');
  const branch = requiredPlain(entry, 'branch', 'main');
  const commit = requiredPlain(entry, 'commit', '772b25f');
  const date = requiredDate(entry, 'date');
  if (project === undefined || branch === undefined || commit === undefined || date === undefined)
    return undefined;
  return { project: project.text, branch: branch.text, commit: commit.text, date };
}

function readGroup(reading: Reading, node: Node): NodeGroup | undefined {
  const { source, distros } = reading;
  const entry = Entry.at(source, node, 'A group', groupExample);
  entry?.allowOnly(tableKeysOf('group'));
  if (entry === undefined) return undefined;
  const title = requiredText(entry, 'title');
  const file = requiredText(entry, 'source');
  const nodes = readWords(entry, 'nodes');
  const declares = readWords(entry, 'declares');
  entry.oneOf(['knobs']);
  const knobs = itemsOf(entry, 'knobs').flatMap((item) => {
    const row = readRow(source, item, { distros, source: file?.text ?? '' });
    return row !== undefined && isNew(reading, item, row, `${nodes} ${declares}`) ? [row] : [];
  });
  const couplings = itemsOf(entry, 'couplings').flatMap((item) => readCoupling(reading, item) ?? []);
  if (title === undefined || nodes === undefined || declares === undefined) return undefined;
  if (nodes.length + declares.length > 0) return { title: title.text, nodes, declares, knobs, couplings };
  return source.refuse({
    code: 'TT_SPEC_MISSING_KEY',
    reason: 'Nothing says which nodes these are.',
    at: node,
    accepted: 'nodes, declares, or both',
  });
}

function readCoupling({ source, distros, relations }: Reading, node: Node): TableCoupling | undefined {
  const entry = Entry.at(source, node, 'A coupling', couplingExample);
  entry?.allowOnly(tableKeysOf('coupling'));
  const token = entry && requiredText(entry, 'keep');
  const relation = token && readRelation(source, token);
  const where = entry && readDistros(entry, distros);
  const note = entry?.text('note');
  if (token === undefined || relation === undefined || where === undefined) return undefined;
  if (entry?.refused('note', note)) return undefined;
  const coupling = { ...relation, distros: where, ...(note && { note: note.text }) };
  relations.set(coupling, token);
  return coupling;
}

/** A relation starts from a row of its own group, and ends at one of the table. */
function refuseStrayRelations({ source, relations }: Reading, groups: readonly NodeGroup[]): void {
  const all = groups.flatMap(namesOf);
  for (const group of groups) {
    const own = namesOf(group);
    for (const coupling of group.couplings) {
      const { left, right } = coupling;
      const [stray, known] = own.includes(left) ? [right, all] : [left, own];
      if (known.includes(stray)) continue;
      source.refuse({
        code: 'TT_SPEC_EXPRESSION',
        reason: 'No row is about this parameter.',
        at: relations.get(coupling) as Token,
        found: stray,
        accepted: acceptedNames(stray, known),
      });
    }
  }
}

function namesOf({ knobs }: NodeGroup): string[] {
  return knobs.map(({ target }) => targetName(target));
}

/** Refuses a second row for one target of the same nodes, where both would hold at once. */
function isNew({ source, rows }: Reading, node: Node, row: TableKnob, nodes: string): boolean {
  const key = `${nodes} ${row.target.kind} ${targetName(row.target)} ${requestOf(row)}`;
  const earlier = rows.get(key) ?? [];
  const first = earlier.find(({ distros }) => distros.some((distro) => row.distros.includes(distro)));
  rows.set(key, [...earlier, row]);
  if (first === undefined) return true;
  source.refuse({
    code: 'TT_SPEC_DUPLICATE',
    reason: `This knob stands already at ${describePlace(first.place)}.`,
    at: node,
    found: targetName(row.target),
    accepted: 'each knob once for each distribution',
  });
  return false;
}

/** One service may turn several things, each by a request of its own. */
function requestOf({ target }: TableKnob): string {
  return target.kind === 'service' ? target.request : '';
}

function describePlace({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}
