import type { BatchProfile, ModelProfile } from '../../src/core/schedule/index.ts';
import type { QoeRule } from '../../src/core/schedule/summary.ts';
import type { NetworkTrace } from './network-trace.ts';
import type { Overhead } from './overhead.ts';

/** A stretch of time, from its first moment up to but without its last. */
export type Span = { fromMs: number; toMs: number };

/** One edge computer and the drones that send to it. */
export type EdgePlan = {
  name: string;
  accelerators: number;
  /** How its accelerators take batches, if they do. */
  batch: BatchProfile | undefined;
  drones: number;
};

/** What the network adds, or takes away, for a while; on all edges if none is named. */
export type NetworkPhase = Span & {
  edge: string | undefined;
  latencyMs: number;
  /** Undefined: no limit. */
  bandwidthMbps: number | undefined;
  outage: boolean;
};

/** A network as it was recorded; on all edges if none is named. */
export type RecordedNetwork = { edge: string | undefined; trace: NetworkTrace };

/** A bandwidth that goes up and down like a sine. */
export type BandwidthSwing = { lowMbps: number; highMbps: number; periodMs: number };

/** Something that does not work for a while: an edge's accelerators fail every execution, a drone sends nothing. */
export type Failure = Span & ({ edge: string } | { drone: string });

/** The cloud's pool of containers, which all edges share. */
export type CloudPool = {
  /** Executions at a time per edge, and in the pool; more wait, first come first served. */
  threadsPerEdge: number;
  concurrency: number;
  overhead: Overhead;
  /** What an execution takes longer when no warm container of its model is idle, and how long one stays warm. */
  coldStartMs: number;
  keepWarmMs: number;
  /** Of a batch as of a single task. */
  pricePerCall: number;
  /** How its containers take batches, if they do. */
  batch: BatchProfile | undefined;
};

/** A fleet, its computers, its network and what happens to them. */
export type Scenario = {
  name: string;
  about: string;
  durationMs: number;
  /** Tasks created before this run but are not counted. */
  warmUpMs: number;
  models: (ModelProfile & { qoeBonus: number })[];
  edges: EdgePlan[];
  segment: { periodMs: number; jitterMs: number };
  edgeOverhead: Overhead;
  cloud: CloudPool;
  payloadKb: number;
  network: NetworkPhase[];
  swing: BandwidthSwing | undefined;
  recordedNetworks: RecordedNetwork[];
  failures: Failure[];
  qoe: QoeRule;
};
