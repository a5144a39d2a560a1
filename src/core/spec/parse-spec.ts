import type { Node } from 'yaml';
import type { KnobDeclaration } from '../knobs/knob.ts';
import type { Distro } from '../knobs/table/distro.ts';
import { inheritFromTables } from '../knobs/table/inherit.ts';
import { parseKnobTable } from '../knobs/table/parse-table.ts';
import type { TableInUse } from '../knobs/table/table-in-use.ts';
import { isTableUse, readTableUse } from '../knobs/table/use-entry.ts';
import { accept, type Place, type Refusal, type Result } from '../refusal.ts';
import { Collector } from './collector.ts';
import { readContext } from './context-entry.ts';
import { contradictionOf, quantityKey } from './contradiction.ts';
import { Entry } from './entry.ts';
import { readKnob } from './knob-entry.ts';
import { readObjective, readRequirement } from './metric-entry.ts';
import type { Objective, Requirement, Spec } from './spec.ts';
import { keysOf } from './spec-keys.ts';
import { SpecSource, type Token } from './spec-source.ts';
import { readTradeOff, refuseFrontOf, type TradeOff } from './trade-off-entry.ts';

/** Hands over the text of `config/<name>.yaml`, or undefined when it cannot be read. */
export type SpecLoader = (name: string) => string | undefined;

/** What the files of one spec say together. */
type Parts = {
  requirements: Collector<Requirement>;
  /** The same by `quantityKey`. */
  rivals: Map<string, Requirement[]>;
  objectives: Collector<Objective>;
  knobs: Collector<KnobDeclaration>;
  /** Where each knob stands. */
  places: Map<KnobDeclaration, Place>;
  tables: TableInUse[];
  tradeOff: TradeOff;
};

const sections = ['require', 'improve', 'knobs'] as const;
const example = 'a map with require, improve, knobs';

/**
 * Reads a performance spec (docs/spec.md). All refusals are reported at once, each with file, line and
 * column; codes TT_SPEC_*, TT_KNOB_FORBIDDEN and, for `use`, TT_FILE_MISSING. `file` names the text in
 * refusals; `load` fetches what `use` names; of a knob table the rows for `distro` count, where `use` names
 * no other distribution.
 */
export function parseSpec(
  text: string,
  file: string,
  load: SpecLoader = () => undefined,
  distro?: Distro,
): Result<Spec> {
  const source = new SpecSource(text, file);
  const root = readRoot(source, keysOf('file'));
  if (root === undefined) return { ok: false, refusals: source.refusals };
  const parts: Parts = {
    requirements: new Collector('requirement'),
    rivals: new Map(),
    objectives: new Collector('objective'),
    knobs: new Collector('knob'),
    places: new Map(),
    tables: [],
    tradeOff: readTradeOff(root),
  };
  const included = readIncluded(root, load, parts, distro);
  readSections(root, parts);
  const head = readHead(root);
  const completed = completeKnobs(parts);
  if ([...refusalsOf([source, ...included]), ...completed.refusals].length === 0) requireEnough(root, parts);
  const refusals = [...refusalsOf([source, ...included]), ...completed.refusals];
  if (refusals.length > 0) return { ok: false, refusals };
  return accept({
    ...head,
    requirements: parts.requirements.items,
    objectives: parts.objectives.items,
    ...(parts.tradeOff === 'pareto' && { tradeOff: parts.tradeOff }),
    knobs: completed.knobs,
  });
}

function refusalsOf(sources: readonly SpecSource[]): Refusal[] {
  return sources.flatMap(({ refusals }) => refusals);
}

/** What the spec leaves out of its knobs comes from the tables it uses. */
function completeKnobs({ knobs, places, tables }: Parts) {
  const declared = knobs.items.map((knob) => ({ knob, place: places.get(knob) as Place }));
  return inheritFromTables(declared, tables);
}

function readRoot(source: SpecSource, keys: readonly string[]): Entry | undefined {
  const node = source.parse(example);
  const root = node && Entry.at(source, node, 'A spec', example);
  root?.allowOnly(keys);
  return root;
}

/** Reads the files that `use` names; returns their sources, which hold their refusals. */
function readIncluded(root: Entry, load: SpecLoader, parts: Parts, distro: Distro | undefined): SpecSource[] {
  const names = root.has('use') ? (root.texts('use') ?? []) : [];
  return names.flatMap((token) => {
    if (isTableUse(token.text)) {
      parts.tables.push(...readTable(root, token, load, distro));
      return [];
    }
    const text = loadText(root, token, token.text, load);
    if (text === undefined) return [];
    const source = new SpecSource(text, `config/${token.text}.yaml`);
    const fragment = readRoot(source, sections);
    if (fragment !== undefined) readSections(fragment, parts);
    return [source];
  });
}

function loadText(root: Entry, token: Token, name: string, load: SpecLoader): string | undefined {
  const text = load(name);
  if (text !== undefined) return text;
  return root.source.refuse({
    code: 'TT_FILE_MISSING',
    reason: `config/${name}.yaml is not there or cannot be read.`,
    at: token,
    found: name,
    accepted: 'a file below config/, without .yaml',
  });
}

/** The knob table that an entry of `use` names; empty when refused. */
function readTable(root: Entry, token: Token, load: SpecLoader, sourced: Distro | undefined): TableInUse[] {
  const use = readTableUse(token.text, sourced);
  if (!use.ok) {
    for (const refusal of use.refusals) root.source.refuse({ ...refusal, at: token });
    return [];
  }
  const { name, distro, node } = use.value;
  const text = loadText(root, token, `knobs/${name}`, load);
  const table = text === undefined ? undefined : parseKnobTable(text, name, `config/knobs/${name}.yaml`);
  if (table === undefined) return [];
  if (table.ok) return [{ table: table.value, distro, node }];
  for (const { place, code, reason } of table.refusals) {
    const where = place === undefined ? '' : `${place.file}:${place.line}:${place.column}: `;
    root.source.refuse({ code, reason: `${where}${reason}`, at: token });
  }
  return [];
}

function readSections(
  root: Entry,
  { requirements, rivals, objectives, knobs, places, tradeOff }: Parts,
): void {
  const { source } = root;
  for (const node of root.list('require') ?? []) {
    const item = readRequirement(source, node);
    if (item === undefined) continue;
    const key = quantityKey(item);
    const others = rivals.get(key) ?? [];
    refuseContradiction(source, node, item, others);
    requirements.add(source, node, item, [item.metric, item.comparison]);
    if (requirements.items.at(-1) === item) rivals.set(key, [...others, item]);
  }
  for (const node of root.list('improve') ?? []) {
    const item = readObjective(source, node, tradeOff);
    if (item !== undefined) objectives.add(source, node, item, item.metric);
  }
  for (const node of root.list('knobs') ?? []) {
    const item = readKnob(source, node);
    if (item === undefined) continue;
    knobs.add(source, node, item, item.target);
    places.set(item, source.place(node));
  }
}

function refuseContradiction(
  source: SpecSource,
  node: Node,
  item: Requirement,
  others: readonly Requirement[],
): void {
  const opposite = contradictionOf(item, others);
  if (!opposite) return;
  source.refuse({
    code: 'TT_SPEC_CONTRADICTION',
    reason: `No measurement can meet this together with ${opposite.name}.`,
    at: node,
    found: item.name,
    accepted: 'requirements that some value meets',
  });
}

function readHead(root: Entry): Pick<Spec, 'robot' | 'platform' | 'context'> {
  const robot = root.text('robot')?.text;
  const platform = root.text('platform')?.text;
  const context = readContext(root);
  return { ...(robot !== undefined && { robot }), ...(platform !== undefined && { platform }), context };
}

/** A spec that asks for nothing is a mistake, and so is a front of a single objective. */
function requireEnough(root: Entry, { requirements, objectives, tradeOff }: Parts): void {
  if (tradeOff === 'pareto') refuseFrontOf(objectives.items, root);
  if (requirements.items.length + objectives.items.length > 0) return;
  root.source.refuse({
    code: 'TT_SPEC_MISSING_KEY',
    reason: 'The spec asks for nothing.',
    at: root.node,
    accepted: 'a list under require or improve',
  });
}
