import type { Profile } from '../../core/measure/profile.ts';
import { SystemReadings } from '../../core/measure/system-readings.ts';
import { type ProcessSample, type Residents, SystemWindow } from '../../core/measure/system-window.ts';
import { CgroupSampler } from '../../io/platform/cgroup/cgroup-sampler.ts';
import { sampleHost } from '../../io/platform/host.ts';
import type { NodeEndpoint, NodeLocator, NodeProcess } from '../../io/platform/node-process/node-locator.ts';
import {
  namingByCommandLine,
  type ProcessMatcher,
  type ProcessNaming,
  ProcessSampler,
} from '../../io/platform/process-sampler.ts';
import type { ProcessInfo } from '../../io/platform/procfs.ts';
import { PlatformSensors } from '../../io/platform/sensors/index.ts';

/** Time between two searches: of processes, groups and nodes, and looks at threads and sensors. */
const searchPeriodMs = 1000;
/** Endpoints of a new node become known a little after the node. */
const settleMs = 5000;
/** A node that starts anew before its end was noticed changes nothing in the list of nodes. */
const retryPeriodMs = 10_000;

/** What the watch asks of the ROS graph. */
export type GraphView = {
  /** Fully qualified names of all nodes, sorted. */
  nodes(): string[];
  endpoints(nodes: readonly string[]): NodeEndpoint[];
};

/** The part of a profile that is about the machine. */
export type SystemProfile = Pick<Profile, 'processes' | 'cgroups' | 'platform' | 'unmappedNodes'>;

/**
 * The profiler's eyes for the machine: processes, control groups, sensors, and which node lives in which process. It
 * runs on the steady clock, as CPU time passes in real time also where ROS time is simulated.
 */
export class SystemWatch {
  readonly #window = new SystemWindow();
  readonly #readings = new SystemReadings();
  readonly #sensors = new PlatformSensors();
  readonly #groups = new CgroupSampler();
  readonly #sampler: ProcessSampler;
  readonly #graph: GraphView;
  readonly #locator: NodeLocator | undefined;
  readonly #cpuOf: ReadonlySet<string>;
  readonly #cores: number;
  #nodeProcesses: NodeProcess[] = [];
  #nodes: readonly string[] = [];
  #settledMs = Number.NEGATIVE_INFINITY;
  #locatedMs = Number.NEGATIVE_INFINITY;
  #searchedMs = Number.NEGATIVE_INFINITY;

  /** `locator` is left out where nodes are not to be mapped; `cores` 0 stands for all of the machine. */
  constructor(options: {
    processes: readonly ProcessMatcher[];
    graph: GraphView;
    locator: NodeLocator | undefined;
    cpuOf: readonly string[];
    cores: number;
  }) {
    this.#graph = options.graph;
    this.#locator = options.locator;
    this.#cpuOf = new Set(options.cpuOf);
    this.#cores = options.cores;
    const isNamed = options.processes.length > 0;
    this.#sampler = new ProcessSampler({
      naming: isNamed ? namingByCommandLine(options.processes) : new NamingByNode(() => this.#nodeProcesses),
    });
  }

  /** One look at everything; what is costly to find is looked for once a second. */
  sample(): void {
    const nowMs = performance.now();
    const isSearch = nowMs - this.#searchedMs >= searchPeriodMs;
    if (isSearch) this.#search(nowMs);
    const samples = this.#sampler.sample({ threads: isSearch });
    if (isSearch) this.#groups.search(samples.flatMap(({ pids }) => pids));
    this.#window.recordProcesses(
      nowMs,
      samples.map((sample) => ({ ...sample, ...this.#residents(sample.pids) })),
    );
    this.#window.recordCgroups(nowMs, this.#groups.sample());
    this.#readings.record(nowMs, { gauges: {}, counters: this.#cpuCounters(samples) });
    if (isSearch) this.#readings.record(nowMs, this.#sensors.read());
  }

  /** What was seen in the last `windowMs`. */
  profile(windowMs: number): SystemProfile {
    const nowMs = performance.now();
    return {
      ...this.#window.build(nowMs, windowMs),
      platform: this.#readings.build(nowMs, windowMs),
      unmappedNodes: this.#unmapped(),
    };
  }

  #search(nowMs: number): void {
    this.#searchedMs = nowMs;
    if (this.#locator) this.#locate(this.#locator, nowMs);
    this.#sampler.search();
  }

  /** Endpoints are asked for only when a node came or went, a process with nodes ended, or a node is still without one. */
  #locate(locator: NodeLocator, nowMs: number): void {
    const nodes = this.#graph.nodes();
    const alive = locator.processes();
    const isChanged = nodes.join() !== this.#nodes.join() || alive.length < this.#nodeProcesses.length;
    this.#nodes = nodes;
    this.#nodeProcesses = alive;
    if (isChanged) this.#settledMs = nowMs + settleMs;
    const isRetry = nowMs - this.#locatedMs >= retryPeriodMs && this.#unmapped().length > 0;
    if (nowMs >= this.#settledMs && !isRetry) return;
    this.#locatedMs = nowMs;
    locator.update(nodes, this.#graph.endpoints(nodes));
    this.#nodeProcesses = locator.processes();
  }

  #unmapped(): string[] {
    const mapped = new Set(this.#nodeProcesses.flatMap(({ nodes }) => nodes));
    return this.#nodes.filter((node) => !mapped.has(node));
  }

  #residents(pids: readonly number[]): Residents {
    const here = this.#nodeProcesses.filter(({ pid }) => pids.includes(pid));
    return {
      nodes: here.flatMap(({ nodes }) => nodes),
      evidence: [...new Set(here.map(({ evidence }) => evidence))].join('; '),
    };
  }

  #cpuCounters(samples: readonly ProcessSample[]): Record<string, number> {
    const host = sampleHost();
    const chosen = samples.filter(({ name }) => this.#cpuOf.has(name));
    const usedMs = this.#cpuOf.size > 0 ? chosen.reduce((sum, { cpuMs }) => sum + cpuMs, 0) : host.busyMs;
    return { cpu: usedMs, load: (100 * usedMs) / (this.#cores || host.cpuCount) };
  }
}

/** Names processes by the nodes that live in them: by the first one, and as long as the process runs by the same. */
class NamingByNode implements ProcessNaming {
  readonly #processes: () => readonly NodeProcess[];
  #names = new Map<string, string>();

  constructor(processes: () => readonly NodeProcess[]) {
    this.#processes = processes;
  }

  names(): string[] {
    const names = new Map<string, string>();
    for (const process of this.#processes()) {
      const key = keyOf(process);
      names.set(key, this.#names.get(key) ?? (process.nodes[0] as string));
    }
    this.#names = names;
    return [...new Set(names.values())];
  }

  nameOf(process: ProcessInfo): string | undefined {
    return this.#names.get(keyOf(process));
  }
}

function keyOf({ pid, startTicks }: { pid: number; startTicks: number }): string {
  return `${pid}:${startTicks}`;
}
