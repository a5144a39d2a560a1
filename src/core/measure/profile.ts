/** What the profiler saw in one window. Every tuner decision is made on values of this type. */
export type Profile = {
  /** End of the window, in the profiler's clock. */
  endMs: number;
  windowMs: number;
  topics: TopicStats[];
  paths: PathStats[];
  processes: ProcessStats[];
  cgroups: CgroupStats[];
  /** Platform readings by quantity, each only where it was really read: `cpu` in cores, `power` in W … */
  platform: Record<string, number>;
  /** Nodes of the graph whose process could not be found, on this machine or elsewhere. */
  unmappedNodes: string[];
};

/** One topic's traffic in the window. */
export type TopicStats = {
  topic: string;
  /** Interface type; empty until somebody offers the topic. */
  type: string;
  count: number;
  /** Messages per second that arrived, over the window; 0 for a silent topic. */
  rateHz: number;
  /** Standard deviation of the inter-arrival time. */
  periodJitterMs: number;
  /** Inter-arrival times; absent for fewer than two messages. */
  period?: LatencyStats;
  /** Arrival minus header stamp; absent for messages without a stamp. */
  age?: LatencyStats;
  bytesPerSecond: number;
  /** Longest silence within the window, its edges included. */
  maxGapMs: number;
  /** Published but not received here, as far as it can be known. */
  lost: number;
  /** How the loss is known and what cures it, and what the source skipped, which is not lost; else empty. */
  loss: string;
  /** How long it was listened to within the window: all of it unless in duty cycles, or found only lately. */
  observedMs: number;
  /** Half width of the 95 % interval of `rateHz` where only a part was listened to, else 0. */
  rateErrorHz: number;
};

/** Time from the stamp of a path's first topic to the arrival of the message on its last that carries this stamp. */
export type PathStats = {
  path: string[];
  latency: LatencyStats;
  /** Arrivals at the end, in the window, whose stamp was not seen at the start. */
  unmatched: number;
  /** Parts of the way that the latency does not contain, in words. */
  unseen: string[];
};

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
export type ProcessStats = {
  name: string;
  pids: number[];
  cpuCores: number;
  rssBytes: number;
  threads: number;
  voluntarySwitchesHz: number;
  involuntarySwitchesHz: number;
  /** Fully qualified names of the ROS nodes that live in it; several in one process share its figures. */
  nodes: string[];
  /** How the nodes are known to live there; empty without nodes. */
  evidence: string;
};

/** One control group, and what the kernel does to the processes in it. */
export type CgroupStats = {
  /** Path below the hierarchy's root. */
  name: string;
  cpuCores: number;
  /** Undefined: no limit. */
  limitCores?: number;
  /** Share of the window, 0 to 1, for which the limit kept it from running, as the kernel counts it. */
  throttledShare: number;
  memoryBytes: number;
  /** Share of the window in which some process waited for a CPU, for memory, for a disk; undefined where the kernel has no PSI. */
  cpuPressure?: number;
  memoryPressure?: number;
  ioPressure?: number;
  /** Of all threads of all its processes, undefined where these are too many to be looked at. */
  voluntarySwitchesHz?: number;
  involuntarySwitchesHz?: number;
};
