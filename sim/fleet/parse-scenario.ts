import { dirname, resolve } from 'node:path';
import { accept, type Refusal, type Result } from '../../src/core/refusal.ts';
import type { BatchProfile } from '../../src/core/schedule/index.ts';
import type { Entry } from '../../src/core/spec/entry.ts';
import { SpecSource } from '../../src/core/spec/spec-source.ts';
import { readNetworkTrace } from './network-trace.ts';
import { readModels } from './parse-models.ts';
import type {
  CloudPool,
  EdgePlan,
  Failure,
  NetworkPhase,
  RecordedNetwork,
  Scenario,
  Span,
} from './scenario.ts';
import {
  entries,
  mapAt,
  optional,
  optionalName,
  part,
  refuseDoubles,
  required,
  requiredList,
  scenarioKeys,
  someOf,
} from './scenario-entries.ts';

/** Reads a scenario (docs/fleet.md). All refusals are reported at once, with file, line and column; codes TT_SPEC_*. */
export function parseScenario(text: string, file: string, fileName: string): Result<Scenario> {
  const source = new SpecSource(text, file);
  const node = source.parse(`a map with ${Object.keys(scenarioKeys.file).join(', ')}`);
  const root = node && mapAt(source, node, 'file', 'A scenario');
  /** Of the files that it names. */
  const elsewhere: Refusal[] = [];
  const scenario = root && readScenario(root, fileName, { folder: dirname(file), elsewhere });
  const refusals = [...source.refusals, ...elsewhere];
  if (scenario === undefined || refusals.length > 0) return { ok: false, refusals };
  return accept(scenario);
}

/** Of all edges together: each is a source of its own in every table. */
const mostDrones = 100_000;

type Surroundings = { folder: string; elsewhere: Refusal[] };

function readScenario(root: Entry, fileName: string, surroundings: Surroundings): Scenario | undefined {
  const edges = readEdges(root);
  // All seconds of a run are kept: no more than 11 days.
  const durationMs = 1000 * required(root, 'duration_s', { least: 1, most: 1e6 });
  const segment = part(root, 'segment', 'segment');
  const overhead = part(root, 'edge_overhead', 'overhead');
  const qoe = part(root, 'qoe', 'qoe');
  const models = readModels(root);
  return {
    name: optionalName(root, 'name') ?? fileName,
    about: root.text('about')?.text ?? '',
    durationMs,
    warmUpMs: readWarmUp(root, durationMs),
    models,
    edges,
    segment: readSegment(segment),
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

/** Something must be left to count. */
function readWarmUp(root: Entry, durationMs: number): number {
  const warmUpMs = 1000 * optional(root, 'warm_up_s', 0);
  const at = root.value('warm_up_s');
  if (at !== undefined && durationMs > 0 && warmUpMs >= durationMs)
    root.source.refuse({
      code: 'TT_SPEC_RANGE',
      reason: 'The warm-up takes the whole run.',
      at,
      found: `${warmUpMs / 1000} s of ${durationMs / 1000} s`,
      accepted: 'less than duration_s',
    });
  return warmUpMs;
}

/** With more jitter than the period segments would overtake each other. */
function readSegment(entry: Entry | undefined): Scenario['segment'] {
  const periodMs = optional(entry, 'period_ms', 1000, { least: 1 });
  return { periodMs, jitterMs: optional(entry, 'jitter_ms', 0, { most: periodMs }) };
}

function readEdges(root: Entry): EdgePlan[] {
  let number = 0;
  const groups = requiredList(root, 'edges').flatMap((node) => {
    const entry = mapAt(root.source, node, 'edge', 'An edge');
    if (entry === undefined) return [];
    const count = optional(entry, 'count', 1, someOf);
    const name = optionalName(entry, 'name');
    const accelerators = optional(entry, 'accelerators', 1, someOf);
    const drones = required(entry, 'drones', someOf);
    const batch = readBatch(entry);
    return Array.from({ length: count }, (_, i) => {
      const given = name !== undefined && count > 1 ? `${name}${i}` : name;
      const edge = { name: given ?? `edge${number++}`, accelerators, batch, drones };
      return { edge, at: entry.value('name') ?? node };
    });
  });
  refuseDoubles(
    groups.map(({ edge, at }) => ({ name: edge.name, at })),
    root.source,
    'edges',
  );
  const edges = groups.map(({ edge }) => edge);
  const at = root.value('edges');
  const drones = edges.reduce((sum, edge) => sum + edge.drones, 0);
  if (at !== undefined && drones > mostDrones)
    root.source.refuse({
      code: 'TT_SPEC_RANGE',
      reason: 'So many drones cannot be simulated.',
      at,
      found: `${drones} drones`,
      accepted: `at most ${mostDrones} of all edges together`,
    });
  return edges;
}

function readOverhead(entry: Entry | undefined) {
  const p50Ms = optional(entry, 'p50_ms', 0);
  return { p50Ms, p95Ms: optional(entry, 'p95_ms', p50Ms, { least: p50Ms }) };
}

function readCloud(entry: Entry | undefined): CloudPool {
  return {
    threadsPerEdge: optional(entry, 'threads_per_edge', 32, someOf),
    concurrency: optional(entry, 'concurrency', Number.POSITIVE_INFINITY, { least: 1, whole: true }),
    overhead: readOverhead(entry),
    coldStartMs: optional(entry, 'cold_start_ms', 0),
    keepWarmMs: 1000 * optional(entry, 'keep_warm_s', 600),
    pricePerCall: optional(entry, 'price_per_call', 0),
    batch: entry && readBatch(entry),
  };
}

function readBatch(place: Entry): BatchProfile | undefined {
  const entry = part(place, 'batch', 'batch');
  if (entry === undefined) return undefined;
  return {
    most: required(entry, 'most', someOf),
    fixedShare: required(entry, 'fixed_share', { most: 1 }),
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
  const lowMbps = required(entry, 'low_mbps', { least: 1e-6 });
  return {
    lowMbps,
    highMbps: required(entry, 'high_mbps', { least: Math.max(1e-6, lowMbps) }),
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
  const [, edge, number] = /^(.*)\/drone(0|[1-9]\d*)$/.exec(token.text) ?? [];
  const known = edges.some(({ name, drones }) => name === edge && Number(number) < drones);
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
