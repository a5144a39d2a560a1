/** What the profiler saw in one window. Every tuner decision is made on values of this type. */
export type Profile = {
  /** End of the window, in the profiler's clock. */
  endMs: number;
  windowMs: number;
  topics: TopicStats[];
  paths: PathStats[];
  processes: ProcessStats[];
  /** Platform readings by quantity, each only where it was really read: `cpu` in cores, `power` in W … */
  platform: Record<string, number>;
};

/** One topic's traffic in the window. */
export type TopicStats = {
  topic: string;
  count: number;
  /** Messages per second over the window; 0 for a silent topic. */
  rateHz: number;
  /** Standard deviation of the inter-arrival time. */
  periodJitterMs: number;
  /** Arrival minus header stamp; absent for messages without a stamp. */
  age?: LatencyStats;
  bytesPerSecond: number;
  /** Longest silence within the window, its edges included. */
  maxGapMs: number;
};

/** Time from the stamp of a path's first topic to the arrival of the message on its last that carries this stamp. */
export type PathStats = { path: string[]; latency: LatencyStats };

/** Summary of a set of latencies in milliseconds; NaN where count is 0. */
export type LatencyStats = {
  count: number;
  meanMs: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  maxMs: number;
};

/** One process, by the name it was asked for. */
export type ProcessStats = { name: string; pids: number[]; cpuCores: number; rssBytes: number };
