import { formatNumber } from '../../spec/describe.ts';
import { forbiddenTarget } from '../forbidden.ts';
import type { KnobDomain, KnobValue, TakesEffect } from '../knob.ts';
import { formatDomain } from '../knob-value.ts';
import { describeRelation, keepsRelation, relationFor } from './coupling.ts';
import type { Distro } from './distro.ts';
import { belongsTo, type FoundKnob, rowsAbout, rowsOfNode, type SeenNode } from './find-knob.ts';
import type { KnobTable, NodeGroup, ParameterType, TableTarget } from './knob-table.ts';
import { type LearnedEffect, learnedAbout, learnedVerdict, type OutcomeCounts } from './learned-effect.ts';
import { fitsName, fitsParameter, openness } from './patterns.ts';

/** A parameter as its node describes it. */
export type SeenParameter = {
  name: string;
  type: ParameterType;
  value: KnobValue | KnobValue[];
  readOnly: boolean;
  /** Bounds that the node itself declares. */
  range?: { low: number; high: number };
};

/** What is on a ROS graph; a node's parameters are undefined when it did not answer. */
export type SeenGraph = {
  nodes: { name: string; parameters: SeenParameter[] | undefined }[];
  services: string[];
  topics: string[];
};

/** Whether a knob can be turned: `missing` is in the table and not on the node. */
export type KnobState = 'there' | 'missing' | 'read-only' | 'forbidden' | 'list';

/** One knob of a live node. */
export type KnobReport = {
  kind: 'parameter' | 'service' | 'throttle';
  name: string;
  state: KnobState;
  value?: KnobValue | KnobValue[];
  /** As a spec writes it: `[1, 30] Hz`; empty when nothing says it. */
  values: string;
  /** `unknown` for a parameter that no table knows. */
  takesEffect: TakesEffect;
  learned?: { verdict: ReturnType<typeof learnedVerdict>; counts: OutcomeCounts };
  /** Where the table has it from, and what it warns of. */
  table?: string;
  note?: string;
};

/** A relation between two parameters, and whether the values now keep it. */
export type CouplingReport = { keep: string; holds: boolean | undefined; note?: string };

/** One node of the graph. */
export type NodeReport = {
  node: string;
  /** What tables take it for: `Navigation2: controller server`. */
  kinds: string[];
  silent: boolean;
  knobs: KnobReport[];
  couplings: CouplingReport[];
  /** Parameters that no table knows, where they are not listed. */
  unlisted: number;
};

/** Parameters that every node has, and that are about ROS and not about its work. */
const commonParameters = [/^use_sim_time$/, /^qos_overrides\./, /^start_type_description_service$/];

/**
 * What of a live graph can be turned, and what would act. Parameters that no table knows are listed when `all` is
 * set or when a measurement has said something about them.
 */
export function reportGraph(
  graph: SeenGraph,
  known: {
    tables: readonly KnobTable[];
    learned: readonly LearnedEffect[];
    distro: Distro | undefined;
    all: boolean;
  },
): NodeReport[] {
  return graph.nodes.map(({ name, parameters }) => {
    const node = { name, parameters: parameters?.map((parameter) => parameter.name) };
    const kinds = kindsOf(known.tables, node);
    if (parameters === undefined)
      return { node: name, kinds, silent: true, knobs: [], couplings: [], unlisted: 0 };
    const rows = rowsOfNode(known.tables, node, known.distro);
    const learned = (parameter: string) => learnedOf(known, name, parameter);
    const seen = parameters.map((parameter) =>
      reportParameter(name, parameter, rows, learned(parameter.name)),
    );
    const isListed = ({ table, learned: effect, name: parameter }: KnobReport) =>
      table !== undefined || effect !== undefined || (known.all && !isCommon(parameter));
    return {
      node: name,
      kinds,
      silent: false,
      knobs: [
        ...seen.filter(isListed),
        ...missingRows(rows, parameters),
        ...rows.flatMap((row) => reportOther(row, name, graph)),
      ],
      couplings: reportCouplings(known, node, parameters),
      unlisted: seen.filter((knob) => !isListed(knob) && !isCommon(knob.name)).length,
    };
  });
}

/** Groups that a node belongs to; of a plugin's group, only when the node has something of it. */
function kindsOf(tables: readonly KnobTable[], node: SeenNode): string[] {
  const has = (group: NodeGroup) =>
    node.parameters === undefined || group.knobs.some(({ target }) => isAbout(target, node.parameters ?? []));
  return tables.flatMap(({ family, groups }) =>
    groups.filter((group) => belongsTo(group, node) && has(group)).map(({ title }) => `${family}: ${title}`),
  );
}

function isAbout(target: TableTarget, parameters: readonly string[]): boolean {
  return (
    target.kind === 'parameter' && parameters.some((parameter) => fitsParameter(target.parameter, parameter))
  );
}

function reportParameter(
  node: string,
  parameter: SeenParameter,
  rows: readonly FoundKnob[],
  learned: KnobReport['learned'],
): KnobReport {
  const { name, type, value, readOnly, range } = parameter;
  const [row] = rowsAbout(rows, name);
  const own: KnobDomain | undefined = range && { type: 'real', ...range };
  return {
    kind: 'parameter',
    name,
    state: stateOf(node, name, type, readOnly),
    value,
    values: describeValues(row?.knob.domain ?? own, row?.knob.unit ?? ''),
    takesEffect: row?.knob.takesEffect ?? 'unknown',
    ...(learned && { learned }),
    ...(row && fromTable(row)),
  };
}

function stateOf(node: string, parameter: string, type: ParameterType, readOnly: boolean): KnobState {
  if (forbiddenTarget({ kind: 'parameter', node, parameter }) !== undefined) return 'forbidden';
  if (readOnly) return 'read-only';
  return type.endsWith('-array') ? 'list' : 'there';
}

/** Rows whose parameter the node lacks; a pattern may stand for nothing. */
function missingRows(rows: readonly FoundKnob[], parameters: readonly SeenParameter[]): KnobReport[] {
  return rows.flatMap((row) => {
    const { target, domain, unit, takesEffect } = row.knob;
    if (target.kind !== 'parameter' || openness(target.parameter) > 0) return [];
    if (parameters.some(({ name }) => name === target.parameter)) return [];
    const values = describeValues(domain, unit);
    return [
      { kind: 'parameter', name: target.parameter, state: 'missing', values, takesEffect, ...fromTable(row) },
    ];
  });
}

/** Services and topics that a row speaks of, as far as they are on the graph. */
function reportOther(row: FoundKnob, node: string, graph: SeenGraph): KnobReport[] {
  const { target, domain, unit, takesEffect } = row.knob;
  if (target.kind === 'parameter') return [];
  const isService = target.kind === 'service';
  const pattern = absolute(isService ? target.service : target.topic, node);
  const names = (isService ? graph.services : graph.topics).filter((name) => fitsName(pattern, name));
  return names.map((name) => ({
    kind: target.kind,
    name: isService ? `${name} ${target.request}` : name,
    state: 'there' as const,
    values: describeValues(domain, unit),
    takesEffect,
    ...fromTable(row),
  }));
}

function absolute(name: string, node: string): string {
  if (name.startsWith('/')) return name;
  if (name.startsWith('~/')) return `${node}/${name.slice(2)}`;
  return `${node.slice(0, node.lastIndexOf('/'))}/${name}`;
}

function reportCouplings(
  { tables, distro }: { tables: readonly KnobTable[]; distro: Distro | undefined },
  node: { name: string; parameters: readonly string[] | undefined },
  parameters: readonly SeenParameter[],
): CouplingReport[] {
  const heldBy = (name: string) => parameters.find((parameter) => parameter.name === name)?.value;
  const couplings = tables
    .flatMap(({ groups }) => groups.filter((group) => belongsTo(group, node)))
    .flatMap((group) => group.couplings)
    .filter(({ distros }) => distro === undefined || distros.includes(distro));
  return couplings.flatMap((coupling) =>
    parameters.flatMap(({ name }) => {
      const relation = relationFor(coupling, name);
      if (relation === undefined) return [];
      const [left, right] = [heldBy(name), heldBy(relation.right)];
      const holds =
        typeof left === 'number' && typeof right === 'number'
          ? keepsRelation(relation, left, right)
          : undefined;
      const { note } = coupling;
      return [{ keep: describeRelation(relation), holds, ...(note !== undefined && { note }) }];
    }),
  );
}

function learnedOf(
  { learned, distro }: { learned: readonly LearnedEffect[]; distro: Distro | undefined },
  node: string,
  parameter: string,
): KnobReport['learned'] {
  const effect = learnedAbout(learned, { node, parameter, distro });
  return effect && { verdict: learnedVerdict(effect.counts), counts: effect.counts };
}

function fromTable({ table, knob }: FoundKnob): Pick<KnobReport, 'table' | 'note'> {
  return { table: table.name, ...(knob.note !== undefined && { note: knob.note }) };
}

function isCommon(parameter: string): boolean {
  return commonParameters.some((pattern) => pattern.test(parameter));
}

/** The values as a spec writes them; empty when nothing says them. */
export function describeValues(domain: KnobDomain | undefined, unit: string): string {
  if (domain === undefined || (domain.type === 'categorical' && domain.values.length === 0)) return '';
  if (domain.type === 'categorical') return domain.values.join(', ');
  return unit === '' ? formatDomain(domain) : `${formatDomain(domain)} ${unit}`;
}

/** A parameter's value in one line. */
export function describeSeenValue(value: KnobValue | KnobValue[] | undefined): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return `[${value.map(describeSeenValue).join(', ')}]`;
  return typeof value === 'number' ? formatNumber(value, 6) : String(value);
}
