import type { Profile } from '../../core/measure/profile.ts';
import { SystemReadings } from '../../core/measure/system-readings.ts';
import { type ProcessSample, SystemWindow } from '../../core/measure/system-window.ts';
import { CgroupSampler } from '../../io/platform/cgroup/cgroup-sampler.ts';
import { sampleHost } from '../../io/platform/host.ts';
import {
  namingByCommandLine,
  type ProcessMatcher,
  ProcessSampler,
} from '../../io/platform/process-sampler.ts';
import { PlatformSensors } from '../../io/platform/sensors/index.ts';
import type { NodeWatch } from './node-watch.ts';

/**
 * What takes long has its turn once in so many looks, each in another one: the profiler's only thread also takes the
 * arrival times of messages, which a long look would falsify.
 */
const looksPerTurn = 4;

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
  readonly #nodes: NodeWatch | undefined;
  readonly #cpuOf: ReadonlySet<string>;
  readonly #cores: number;
  #looks = 0;

  /**
   * Without `processes` those of the nodes are watched; `nodes` is left out where they are not to be mapped. `cpuOf`
   * names the processes whose CPU counts as the platform's, `cores` is what counts as full load; none and 0 stand for
   * the whole machine.
   */
  constructor(options: {
    processes: readonly ProcessMatcher[];
    nodes: NodeWatch | undefined;
    cpuOf: readonly string[];
    cores: number;
  }) {
    const { processes, nodes } = options;
    const byPattern = namingByCommandLine(processes);
    this.#sampler = new ProcessSampler({ naming: processes.length > 0 ? byPattern : (nodes ?? byPattern) });
    this.#nodes = nodes;
    this.#cpuOf = new Set(options.cpuOf);
    this.#cores = options.cores;
  }

  /** One look, to be taken four times a second: processes, groups and sensors are then searched and read once. */
  sample(): void {
    const nowMs = performance.now();
    const turn = this.#looks % looksPerTurn;
    this.#looks += 1;
    if (turn === 0) {
      this.#nodes?.look(nowMs);
      this.#sampler.search();
    }
    const samples = this.#sampler.sample();
    if (turn === 1) this.#groups.search(samples.flatMap(({ pids }) => pids));
    if (turn === 2) this.#readings.record(nowMs, this.#sensors.read());
    this.#window.recordProcesses(
      nowMs,
      samples.map((sample) => ({ ...sample, ...this.#residents(sample.pids) })),
    );
    this.#window.recordCgroups(nowMs, this.#groups.sample());
    this.#readings.record(nowMs, { gauges: {}, counters: this.#cpuCounters(samples) });
  }

  /** What was seen in the last `windowMs`. */
  profile(windowMs: number): SystemProfile {
    const nowMs = performance.now();
    return {
      ...this.#window.build(nowMs, windowMs),
      platform: this.#readings.build(nowMs, windowMs),
      unmappedNodes: this.#nodes?.unmapped() ?? [],
    };
  }

  #residents(pids: readonly number[]) {
    return this.#nodes?.residents(pids) ?? { nodes: [], evidence: '' };
  }

  #cpuCounters(samples: readonly ProcessSample[]): Record<string, number> {
    const host = sampleHost();
    const chosen = samples.filter(({ name }) => this.#cpuOf.has(name));
    const usedMs = this.#cpuOf.size > 0 ? chosen.reduce((sum, { cpuMs }) => sum + cpuMs, 0) : host.busyMs;
    return { cpu: usedMs, load: (100 * usedMs) / (this.#cores || host.cpuCount) };
  }
}
