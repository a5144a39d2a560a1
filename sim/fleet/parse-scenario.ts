import { dirname, resolve } from 'node:path';
import { isScalar, type Node } from 'yaml';
import { accept, type Refusal, type Result } from '../../src/core/refusal.ts';
import { Entry } from '../../src/core/spec/entry.ts';
import { SpecSource } from '../../src/core/spec/spec-source.ts';
import { readNetworkTrace } from './network-trace.ts';
import { publishedModels } from './published-models.ts';
import type {
  CloudPool,
  EdgePlan,
  Failure,
  NetworkPhase,
  RecordedNetwork,
  Scenario,
  Span,
} from './scenario.ts';

/** Every key of a scenario and what it means; docs/fleet.md's tables are made from this. */
export const scenarioKeys = {
  file: {
    name: 'Name in tables and figures; the file’s name if absent.',
    about: 'One sentence on what it shows.',
    duration_s: 'Length of the run.',
    warm_up_s: 'What is created before this is not counted. Default 0.',
    models: 'Published models by id (HV, DEV, MD, BP, CD, DEO), or maps with the keys below.',
    edges: 'List of edge computers.',
    segment: 'How drones send: one task per model and segment.',
    edge_overhead: 'What executions on the edge take on top of their models’ times.',
    cloud: 'The pool of the cloud.',
    payload_kb: 'Size of a task’s input; counts where bandwidth is limited. Default 40.',
    network: 'List of phases of the network.',
    swing: 'A bandwidth that goes up and down like a sine over the whole run.',
    network_traces: 'List of recorded networks.',
    failures: 'List of what fails when.',
    qoe: 'How QoE is judged.',
  },
  model: {
    id: 'Name.',
    deadline_ms: 'Time from capture to result.',
    edge_ms: 'Time on the edge.',
    cloud_ms: 'Time in the cloud, end to end.',
    benefit: 'Utility of a result on time.',
    edge_cost: 'Cost of running on the edge.',
    cloud_cost: 'Cost of running in the cloud.',
    qoe_bonus: 'Utility of a QoE window that is met. Default 0.',
  },
  edge: {
    name: 'Name; edge0, edge1 … if absent.',
    count: 'So many alike; their names get numbers. Default 1.',
    accelerators: 'Executions at a time. Default 1.',
    drones: 'Drones that send to it.',
  },
  segment: {
    period_ms: 'Time between a drone’s segments. Default 1000.',
    jitter_ms: 'Most that a segment is early or late. Default 0.',
  },
  overhead: { p50_ms: 'Median. Default 0.', p95_ms: '95th percentile. Default the median.' },
  cloud: {
    threads_per_edge: 'Calls of one edge at a time. Default 32.',
    concurrency: 'Calls of all edges at a time; more wait, first come first served. Default no limit.',
    p50_ms: 'Median of the overhead. Default 0.',
    p95_ms: '95th percentile of the overhead. Default the median.',
    cold_start_ms: 'What a call takes longer without a warm container. Default 0.',
    keep_warm_s: 'How long an idle container stays warm. Default 600.',
    price_per_call: 'Price of a call. Default 0.',
  },
  network: {
    from_s: 'Begin.',
    to_s: 'End.',
    edge: 'The edge whose link it is; all if absent.',
    latency_ms: 'Added latency. Default 0.',
    bandwidth_mbps: 'Bandwidth; no limit if absent.',
    outage: 'Nothing gets through. Default false.',
  },
  swing: { low_mbps: 'Least.', high_mbps: 'Most.', period_s: 'From one most to the next.' },
  network_trace: {
    file: 'CSV or JSON file of the recording, from the scenario’s folder.',
    edge: 'The edge whose link it is; all if absent.',
  },
  failure: {
    from_s: 'Begin.',
    to_s: 'End.',
    edge: 'The edge whose executions fail.',
    drone: 'The drone that sends nothing: edge0/drone1.',
  },
  qoe: { window_s: 'Length of a window. Default 20.', required: 'Share that must be on time. Default 0.9.' },
} as const;

type KeyGroup = keyof typeof scenarioKeys;

/** Reads a scenario (docs/fleet.md). All refusals are reported at once, with file, line and column; codes TT_SPEC_*. */
export function parseScenario(text: string, file: string, fileName: string): Result<Scenario> {
  const source = new SpecSource(text, file);
  const node = source.parse();
  const root = node && mapAt(source, node, 'file', 'A scenario');
  /** Of the files that it names. */
  const elsewhere: Refusal[] = [];
  const scenario = root && readScenario(root, fileName, { folder: dirname(file), elsewhere });
  const refusals = [...source.refusals, ...elsewhere];
  if (scenario === undefined || refusals.length > 0) return { ok: false, refusals };
  return accept(scenario);
}

type Surroundings = { folder: string; elsewhere: Refusal[] };

function readScenario(root: Entry, fileName: string, surroundings: Surroundings): Scenario | undefined {
  const edges = readEdges(root);
  const durationMs = 1000 * required(root, 'duration_s', { least: 1 });
  const segment = part(root, 'segment', 'segment');
  const overhead = part(root, 'edge_overhead', 'overhead');
  const qoe = part(root, 'qoe', 'qoe');
  const models = readModels(root);
  return {
    name: root.text('name')?.text ?? fileName,
    about: root.text('about')?.text ?? '',
    durationMs,
    warmUpMs: 1000 * optional(root, 'warm_up_s', 0),
    models,
    edges,
    segment: {
      periodMs: optional(segment, 'period_ms', 1000, { least: 1 }),
      jitterMs: optional(segment, 'jitter_ms', 0),
    },
    edgeOverhead: readOverhead(overhead),
    cloud: readCloud(part(root, 'cloud', 'cloud')),
    payloadKb: optional(root, 'payload_kb', 40),
    network: entries(root, 'network', 'network', 'A phase').map((entry) => readPhase(entry, edges)),
    swing: readSwing(root),
    recordedNetworks: entries(root, 'network_traces', 'network_trace', 'A recorded network').flatMap(
      (entry) => readRecordedNetwork(entry, edges, surroundings),
    ),
    failures: entries(root, 'failures', 'failure', 'A failure').flatMap((entry) => readFailure(entry, edges)),
    qoe: {
      windowMs: 1000 * optional(qoe, 'window_s', 20, { least: 0.1 }),
      required: optional(qoe, 'required', 0.9, { most: 1 }),
    },
  };
}

function readModels(root: Entry): Scenario['models'] {
  if (!root.has('models')) root.oneOf(['models']);
  return (root.list('models') ?? []).flatMap((node) => {
    if (isScalar(node)) {
      const published = publishedModels.find(({ id }) => id === node.value);
      if (published !== undefined) {
        const { recordedName: _, ...model } = published;
        return [model];
      }
      const accepted = `${publishedModels.map(({ id }) => id).join(', ')}, or a map`;
      const reason = 'There is no published model of this name.';
      root.source.refuse({ code: 'TT_TASK_MODEL', reason, at: node, found: String(node.value), accepted });
      return [];
    }
    const entry = mapAt(root.source, node, 'model', 'A model');
    if (entry === undefined) return [];
    return [
      {
        id: requiredText(entry, 'id'),
        deadlineMs: required(entry, 'deadline_ms', { least: 1 }),
        edgeMs: required(entry, 'edge_ms', { least: 0.001 }),
        cloudMs: required(entry, 'cloud_ms', { least: 0.001 }),
        benefit: required(entry, 'benefit'),
        edgeCost: required(entry, 'edge_cost'),
        cloudCost: required(entry, 'cloud_cost'),
        qoeBonus: optional(entry, 'qoe_bonus', 0),
      },
    ];
  });
}

function readEdges(root: Entry): EdgePlan[] {
  if (!root.has('edges')) root.oneOf(['edges']);
  let number = 0;
  const edges = entries(root, 'edges', 'edge', 'An edge').flatMap((entry) => {
    const count = optional(entry, 'count', 1, { least: 1 });
    const name = entry.text('name')?.text;
    const accelerators = optional(entry, 'accelerators', 1, { least: 1 });
    const drones = required(entry, 'drones');
    return Array.from({ length: Math.floor(count) }, (_, i) => {
      const given = name !== undefined && count > 1 ? `${name}${i}` : name;
      return { name: given ?? `edge${number++}`, accelerators, drones };
    });
  });
  const double = edges.find(({ name }, i) => edges.findIndex((edge) => edge.name === name) < i);
  const at = root.value('edges');
  if (double !== undefined && at !== undefined)
    root.source.refuse({
      code: 'TT_SPEC_DUPLICATE',
      reason: 'Two edges have one name.',
      at,
      found: double.name,
    });
  return edges;
}

function readOverhead(entry: Entry | undefined) {
  const p50Ms = optional(entry, 'p50_ms', 0);
  return { p50Ms, p95Ms: optional(entry, 'p95_ms', p50Ms) };
}

function readCloud(entry: Entry | undefined): CloudPool {
  return {
    threadsPerEdge: optional(entry, 'threads_per_edge', 32, { least: 1 }),
    concurrency: optional(entry, 'concurrency', Number.POSITIVE_INFINITY, { least: 1 }),
    overhead: readOverhead(entry),
    coldStartMs: optional(entry, 'cold_start_ms', 0),
    keepWarmMs: 1000 * optional(entry, 'keep_warm_s', 600),
    pricePerCall: optional(entry, 'price_per_call', 0),
  };
}

function readPhase(entry: Entry, edges: readonly EdgePlan[]): NetworkPhase {
  const bandwidth = entry.has('bandwidth_mbps')
    ? required(entry, 'bandwidth_mbps', { least: 1e-6 })
    : undefined;
  return {
    ...readSpan(entry),
    edge: edgeName(entry, edges),
    latencyMs: optional(entry, 'latency_ms', 0),
    bandwidthMbps: bandwidth,
    outage: entry.flag('outage') ?? false,
  };
}

function readSwing(root: Entry): Scenario['swing'] {
  const entry = part(root, 'swing', 'swing');
  if (entry === undefined) return undefined;
  return {
    lowMbps: required(entry, 'low_mbps', { least: 1e-6 }),
    highMbps: required(entry, 'high_mbps', { least: 1e-6 }),
    periodMs: 1000 * required(entry, 'period_s', { least: 0.1 }),
  };
}

function readRecordedNetwork(
  entry: Entry,
  edges: readonly EdgePlan[],
  { folder, elsewhere }: Surroundings,
): RecordedNetwork[] {
  const edge = edgeName(entry, edges);
  if (!entry.has('file')) entry.oneOf(['file']);
  const token = entry.text('file');
  if (token === undefined) return [];
  const trace = readNetworkTrace(resolve(folder, token.text));
  if (trace.ok) return [{ edge, trace: trace.value }];
  for (const refusal of trace.refusals) {
    // What cannot be read at all is the scenario's fault, which names it.
    if (refusal.place === undefined) entry.source.refuse({ ...refusal, at: token });
    else elsewhere.push(refusal);
  }
  return [];
}

function readFailure(entry: Entry, edges: readonly EdgePlan[]): Failure[] {
  const span = readSpan(entry);
  const subject = entry.oneOf(['edge', 'drone']);
  if (subject === undefined) return [];
  if (subject === 'edge') {
    const edge = edgeName(entry, edges);
    return edge === undefined ? [] : [{ ...span, edge }];
  }
  const token = entry.text('drone');
  if (token === undefined) return [];
  const known = edges.some(({ name, drones }) =>
    Array.from({ length: drones }, (_, i) => `${name}/drone${i}`).includes(token.text),
  );
  if (known) return [{ ...span, drone: token.text }];
  const accepted = 'EDGE/droneN with N from 0';
  const reason = 'The scenario has no such drone.';
  entry.source.refuse({ code: 'TT_SPEC_RANGE', reason, at: token, found: token.text, accepted });
  return [];
}

function edgeName(entry: Entry, edges: readonly EdgePlan[]): string | undefined {
  const token = entry.text('edge');
  if (token === undefined || edges.some(({ name }) => name === token.text)) return token?.text;
  const accepted = edges.map(({ name }) => name).join(', ');
  const reason = 'The scenario has no such edge.';
  return entry.source.refuse({ code: 'TT_SPEC_RANGE', reason, at: token, found: token.text, accepted });
}

function readSpan(entry: Entry): Span {
  const fromMs = 1000 * required(entry, 'from_s');
  const toMs = 1000 * required(entry, 'to_s');
  const at = entry.value('to_s');
  if (at !== undefined && toMs <= fromMs) {
    const found = `${fromMs / 1000} s to ${toMs / 1000} s`;
    entry.source.refuse({ code: 'TT_SPEC_RANGE', reason: 'It ends before it begins.', at, found });
  }
  return { fromMs, toMs };
}

function part(root: Entry, key: string, group: KeyGroup): Entry | undefined {
  const node = root.value(key);
  return node && mapAt(root.source, node, group, `The key ${key}`);
}

function entries(root: Entry, key: string, group: KeyGroup, what: string): Entry[] {
  return (root.list(key) ?? []).flatMap((node) => mapAt(root.source, node, group, what) ?? []);
}

function mapAt(source: SpecSource, node: Node, group: KeyGroup, what: string): Entry | undefined {
  const keys = Object.keys(scenarioKeys[group]);
  const entry = Entry.at(source, node, what, `a map with ${keys.join(', ')}`);
  entry?.allowOnly(keys);
  return entry;
}

type Range = { least?: number; most?: number };

/** A number that must be there; 0 stands for one that was refused. */
function required(entry: Entry, key: string, range: Range = {}): number {
  if (!entry.has(key)) {
    entry.oneOf([key]);
    return 0;
  }
  return optional(entry, key, 0, range);
}

function requiredText(entry: Entry, key: string): string {
  if (!entry.has(key)) entry.oneOf([key]);
  return entry.text(key)?.text ?? '';
}

function optional(entry: Entry | undefined, key: string, otherwise: number, range: Range = {}): number {
  const value = entry?.number(key);
  if (entry === undefined || value === undefined) return otherwise;
  const { least = 0, most = Number.POSITIVE_INFINITY } = range;
  if (value >= least && value <= most) return value;
  const accepted = Number.isFinite(most) ? `${least} to ${most}` : `${least} or more`;
  const reason = `${key} is outside of what makes sense.`;
  entry.source.refuse({
    code: 'TT_SPEC_RANGE',
    reason,
    at: entry.value(key) as Node,
    found: String(value),
    accepted,
  });
  return otherwise;
}
