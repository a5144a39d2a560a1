import type { Node } from 'yaml';
import { Entry } from '../../src/core/spec/entry.ts';
import type { SpecSource } from '../../src/core/spec/spec-source.ts';

/** Every key of a scenario and what it means; docs/fleet.md's tables are made from this. */
export const scenarioKeys = {
  file: {
    name: 'Name in tables and figures; the file’s name if absent.',
    about: 'One sentence on what it shows.',
    duration_s: 'Length of the run.',
    warm_up_s: 'What is created before this is not counted; less than the whole run. Default 0.',
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
    variants: 'In place of these two times: list of its sizes. The published policies run the first.',
    benefit: 'Utility of a result on time.',
    edge_cost: 'Cost of running on the edge.',
    cloud_cost: 'Cost of running in the cloud.',
    qoe_bonus: 'Utility of a QoE window that is met. Default 0.',
  },
  variant: {
    id: 'Name within the model.',
    edge_ms: 'Time on the edge.',
    cloud_ms: 'Time in the cloud, end to end.',
    quality: 'Share of the benefit that its result on time is worth, above 0, at most 1.',
    payload_kb: 'Size of its input. Default the scenario’s.',
  },
  edge: {
    name: 'Name; edge0, edge1 … if absent.',
    count: 'So many alike; their names get numbers. Default 1.',
    accelerators: 'Executions at a time. Default 1.',
    batch: 'How they run tasks of one model together. Default one by one.',
    drones: 'Drones that send to it.',
  },
  segment: {
    period_ms: 'Time between a drone’s segments. Default 1000.',
    jitter_ms: 'Most that a segment is early or late, at most the period. Default 0.',
  },
  overhead: {
    p50_ms: 'Median. Default 0.',
    p95_ms: '95th percentile, the median at least. Default the median.',
  },
  cloud: {
    threads_per_edge: 'Calls of one edge at a time. Default 32.',
    concurrency: 'Calls of all edges at a time; more wait, first come first served. Default no limit.',
    p50_ms: 'Median of the overhead. Default 0.',
    p95_ms: '95th percentile of the overhead. Default the median.',
    cold_start_ms: 'What a call takes longer without a warm container. Default 0.',
    keep_warm_s: 'How long an idle container stays warm. Default 600.',
    price_per_call: 'Price of a call, or of a batch. Default 0.',
    batch: 'How its containers run tasks of one model together. Default one by one.',
  },
  batch: {
    most: 'Most tasks in a batch.',
    fixed_share:
      'Share s, 0 to 1, of a task’s time that a batch takes only once: b tasks take s + (1 − s)·b times as long as one.',
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

/** A part of a scenario. */
export type KeyGroup = keyof typeof scenarioKeys;

/** A map under a key, if there is one. */
export function part(root: Entry, key: string, group: KeyGroup): Entry | undefined {
  const node = root.value(key);
  return node && mapAt(root.source, node, group, `The key ${key}`);
}

/** The maps of a list under a key; none if there is no list. */
export function entries(root: Entry, key: string, group: KeyGroup, what: string): Entry[] {
  return (root.list(key) ?? []).flatMap((node) => mapAt(root.source, node, group, what) ?? []);
}

/** A map that has only the keys of its group; undefined if it is none. */
export function mapAt(source: SpecSource, node: Node, group: KeyGroup, what: string): Entry | undefined {
  const keys = Object.keys(scenarioKeys[group]);
  const entry = Entry.at(source, node, what, `a map with ${keys.join(', ')}`);
  entry?.allowOnly(keys);
  return entry;
}

/** What a number may be; `least` counts itself, `above` does not. Default 0 or more; `whole`: no fractions. */
export type Range = { least?: number; above?: number; most?: number; whole?: boolean };

/** How many of something there may be: what one machine simulates, so that a slip of the keyboard is told from a plan. */
export const someOf: Range = { least: 1, most: 10_000, whole: true };

/** A number that must be there; 0 stands for one that was refused. */
export function required(entry: Entry, key: string, range: Range = {}): number {
  if (!entry.has(key)) {
    entry.oneOf([key]);
    return 0;
  }
  return optional(entry, key, 0, range);
}

/** A name that must be there; empty where it was refused. */
export function requiredName(entry: Entry, key: string): string {
  if (!entry.has(key)) entry.oneOf([key]);
  return optionalName(entry, key) ?? '';
}

/** A name that may be missing. It becomes part of others' names and of files', so it has no slash. */
export function optionalName(entry: Entry, key: string): string | undefined {
  const token = entry.text(key);
  if (token === undefined || /^[^/\\]+$/.test(token.text)) return token?.text;
  const reason = `${key} is no name.`;
  const accepted = 'some text without / and \\';
  return entry.source.refuse({ code: 'TT_SPEC_RANGE', reason, at: token, found: token.text, accepted });
}

/** The items of a list that must be there and have some. */
export function requiredList(entry: Entry, key: string): Node[] {
  if (!entry.has(key)) entry.oneOf([key]);
  const items = entry.list(key);
  if (items?.length === 0) {
    const at = entry.value(key) as Node;
    const reason = `${key} has nothing in it.`;
    entry.source.refuse({
      code: 'TT_SPEC_RANGE',
      reason,
      at,
      found: 'an empty list',
      accepted: 'one at least',
    });
  }
  return items ?? [];
}

/** Refuses a name that stands before it too. */
export function refuseDoubles(
  names: readonly { name: string; at: Node | undefined }[],
  source: SpecSource,
  what: string,
): void {
  const known = new Set<string>();
  for (const { name, at } of names) {
    if (known.has(name) && name !== '' && at !== undefined)
      source.refuse({ code: 'TT_SPEC_DUPLICATE', reason: `Two ${what} have one name.`, at, found: name });
    known.add(name);
  }
}

/** A number that may be missing; one that was refused is taken for missing. */
export function optional(
  entry: Entry | undefined,
  key: string,
  otherwise: number,
  range: Range = {},
): number {
  const value = entry?.number(key);
  if (entry === undefined || value === undefined) return otherwise;
  const {
    least = 0,
    above = Number.NEGATIVE_INFINITY,
    most = Number.POSITIVE_INFINITY,
    whole = false,
  } = range;
  const fits = value >= least && value > above && value <= most;
  if (fits && (!whole || Number.isInteger(value))) return value;
  const from = `${whole ? 'a whole number, ' : ''}${Number.isFinite(above) ? `above ${above}` : least}`;
  const accepted = Number.isFinite(most) ? `${from} to ${most}` : `${from} or more`;
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
