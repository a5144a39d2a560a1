import { ArrivalOrder } from './arrival-order.ts';
import { CounterWindow } from './counter-window.ts';
import { PathWindow } from './path-window.ts';
import type { ProcessStats, Profile } from './profile.ts';
import { Ring } from './ring.ts';
import { type Arrival, TopicWindow } from './topic-window.ts';

/** One look at a process that was asked for by name; `cpuMs` only grows, also when its pids change. */
export type ProcessSample = { name: string; pids: number[]; cpuMs: number; rssBytes: number };

type ProcessWindow = { cpu: CounterWindow; latest: ProcessSample };

/**
 * Collects what the profiler hears and samples, and makes a `Profile` of any trailing window. All times are
 * of one clock. When it jumps back by more than `jumpBackMs` everything is forgotten and begins anew.
 */
export class ProfileBuilder {
  readonly #capacity: number | undefined;
  readonly #order: ArrivalOrder;
  readonly #topics = new Map<string, TopicWindow>();
  readonly #paths: PathWindow[] = [];
  readonly #processes = new Map<string, ProcessWindow>();
  readonly #gauges = new Map<string, Ring<{ timeMs: number; value: number }>>();
  readonly #counters = new Map<string, CounterWindow>();
  #sinceMs: number;

  /** `sinceMs` is now; `capacity` bounds the messages kept per topic and per path. */
  constructor(options: { sinceMs: number; capacity?: number; jumpBackMs?: number }) {
    this.#sinceMs = options.sinceMs;
    this.#capacity = options.capacity;
    this.#order = new ArrivalOrder(options.jumpBackMs);
  }

  /** From now on the topic is part of each profile, also when it stays silent. */
  watchTopic(topic: string, sinceMs: number): void {
    if (this.#topics.has(topic)) return;
    this.#topics.set(topic, new TopicWindow({ topic, sinceMs, ...this.#bound() }));
  }

  /** From now on the path's latency is part of each profile. Its first and last topic must be fed to `recordMessage`. */
  watchPath(path: readonly string[]): void {
    if (this.#paths.some((known) => known.path.join(' ') === path.join(' '))) return;
    this.#paths.push(new PathWindow({ path, ...this.#bound() }));
  }

  /** Files a message for its topic, if that is watched, and for every path that it begins or ends. */
  recordMessage(topic: string, arrival: Arrival): void {
    const arrivalMs = this.#advance(arrival.arrivalMs);
    this.#topics.get(topic)?.record({ ...arrival, arrivalMs });
    if (arrival.stampMs === undefined) return;
    for (const path of this.#paths) path.record(topic, arrivalMs, arrival.stampMs);
  }

  /** Files one look at a process. */
  recordProcess(atMs: number, sample: ProcessSample): void {
    const timeMs = this.#advance(atMs);
    const cpu = this.#processes.get(sample.name)?.cpu ?? new CounterWindow();
    cpu.record(timeMs, sample.cpuMs);
    this.#processes.set(sample.name, { cpu, latest: sample });
  }

  /** Files a platform reading such as a temperature; a profile holds the mean of the window's readings. */
  recordGauge(quantity: string, atMs: number, value: number): void {
    const timeMs = this.#advance(atMs);
    const ring = this.#gauges.get(quantity) ?? new Ring(1024);
    ring.push({ timeMs, value });
    this.#gauges.set(quantity, ring);
  }

  /** Files a platform counter; a profile holds its growth per millisecond: CPU ms as cores, mJ as W. */
  recordCounter(quantity: string, atMs: number, total: number): void {
    const timeMs = this.#advance(atMs);
    const counter = this.#counters.get(quantity) ?? new CounterWindow();
    counter.record(timeMs, total);
    this.#counters.set(quantity, counter);
  }

  /** Forgets all that was recorded; what is watched stays watched. */
  reset(sinceMs: number): void {
    this.#sinceMs = sinceMs;
    this.#order.reset();
    for (const topic of this.#topics.values()) topic.reset(sinceMs);
    for (const path of this.#paths) path.reset();
    this.#processes.clear();
    this.#gauges.clear();
    this.#counters.clear();
  }

  /** Arrivals at the end of each path whose stamp was not seen at its start. */
  unmatched(): { path: readonly string[]; count: number }[] {
    return this.#paths.map(({ path, unmatched }) => ({ path, count: unmatched }));
  }

  /** What was seen in (endMs - windowMs, endMs]; the profile's window is shorter when less has been watched. */
  build(endMs: number, windowMs: number): Profile {
    const coveredMs = Math.max(0, Math.min(windowMs, endMs - this.#sinceMs));
    return {
      endMs,
      windowMs: coveredMs,
      topics: [...this.#topics.values()].map((topic) => topic.stats(endMs, coveredMs)),
      paths: this.#paths.map((path) => path.stats(endMs, coveredMs)),
      processes: [...this.#processes.values()].map((process) => processStats(process, endMs, coveredMs)),
      cgroups: [],
      platform: this.#platform(endMs, coveredMs),
      unmappedNodes: [],
    };
  }

  #platform(endMs: number, windowMs: number): Record<string, number> {
    const readings: Record<string, number> = {};
    for (const [quantity, ring] of this.#gauges) {
      const seen = [...ring].filter(({ timeMs }) => timeMs > endMs - windowMs && timeMs <= endMs);
      if (seen.length > 0) readings[quantity] = seen.reduce((sum, { value }) => sum + value, 0) / seen.length;
    }
    for (const [quantity, counter] of this.#counters) {
      const rate = counter.ratePerMs(endMs, windowMs);
      if (rate !== undefined) readings[quantity] = rate;
    }
    return readings;
  }

  #advance(timeMs: number): number {
    const next = this.#order.next(timeMs);
    if (next.jumped) {
      this.reset(timeMs);
      this.#order.next(timeMs);
    }
    return next.timeMs;
  }

  #bound(): { capacity?: number } {
    return this.#capacity === undefined ? {} : { capacity: this.#capacity };
  }
}

/** A process of which too little was seen is counted as idle: its pids say whether it runs at all. */
function processStats({ cpu, latest }: ProcessWindow, endMs: number, windowMs: number): ProcessStats {
  const { name, pids, rssBytes } = latest;
  return {
    name,
    pids,
    cpuCores: cpu.ratePerMs(endMs, windowMs) ?? 0,
    rssBytes,
    threads: 0,
    voluntarySwitchesHz: 0,
    involuntarySwitchesHz: 0,
    nodes: [],
    evidence: '',
  };
}
