/**
 * What watching topics costs, and what it misses: the profiler, listening always and in duty cycles, with processes and
 * without, beside a plain rclpy counter that does what `ros2 topic hz` does. A publisher of known count and times drives one of them at a
 * time, in turn, so that none suffers from another.
 *
 *   ./trimtab bench profiler [repeats = 3] [seconds = 30] [part of a load's name]
 *
 * Prints a table for each load (CPU of the watching process by procfs while the publisher runs, messages that never
 * came, error of the rate against the publisher's own times), medians with [least, greatest], and one line of JSON.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { summarizeLatencies } from '../src/core/measure/latency-stats.ts';
import type { Profile } from '../src/core/measure/profile.ts';
import { Procfs } from '../src/io/platform/procfs.ts';
import { ProcessGroup, type RunningProcess } from '../src/io/process/process-group.ts';
import { ClientSession, type Message, profileFromMessage } from '../src/ros/index.ts';
import { LiveGraph, repository } from '../test/ros/live-graph.ts';

const repeats = Number(process.argv[2] ?? 3);
const wantedSeconds = Number(process.argv[3] ?? 30);
const wantedLoad = process.argv[4] ?? '';
const readyTimeoutMs = 60_000;
/**
 * From the first message to where CPU is counted from. Start-up is not the matter here: the profiler looks for the processes
 * of nodes for 5 s, and the engine compiles.
 */
const warmUpMs = 8000;
/** The profiler keeps so many messages of a topic, and tells of a minute at most: more could not be counted in the end. */
const countable = { messages: 16_384, seconds: 50 };

type Load = { name: string; type: string; dataBytes: number; rateHz: number; topics: string[] };
type Watcher = { name: string; watch(load: Load, run: number): Promise<Watching> };
/** A process that watches. */
type Watching = {
  process: RunningProcess;
  /** How many messages it heard in all, and by its own word lost, each topic added up. */
  totals(): Promise<{ heard: number; saidLost: number }>;
  /** What it says of the last seconds; absent for a watcher that says nothing while it runs. */
  profile?(windowS: number): Promise<Profile>;
};
type Run = {
  /** What the publisher managed, on each topic. */
  publishedHz: number;
  cpuPercent: number;
  lostPercent: number;
  saidLostPercent: number;
  rateErrorPercent: number;
  statedErrorPercent: number;
};

const image = 'sensor_msgs/msg/Image';
const loads: Load[] = [
  { name: '1920x1080 rgb8 at 30 Hz', type: image, dataBytes: 1920 * 1080 * 3, rateHz: 30, topics: ['image'] },
  { name: '640x480 rgb8 at 60 Hz', type: image, dataBytes: 640 * 480 * 3, rateHz: 60, topics: ['image'] },
  {
    name: 'twenty Imu topics at 1 kHz',
    type: 'sensor_msgs/msg/Imu',
    dataBytes: 0,
    rateHz: 1000,
    topics: Array.from({ length: 20 }, (_, index) => `imu_${index}`),
  },
];

const wanted = loads.filter(({ name }) => name.includes(wantedLoad));
if (wanted.length === 0 || wantedSeconds <= warmUpMs / 1000 + 2)
  throw new RangeError(
    `no such load, or no more than the ${warmUpMs / 1000 + 2} s that a run takes at least`,
  );

const graph = new LiveGraph();
process.env.ROS_DOMAIN_ID = graph.domainId;
const logDir = mkdtempSync(join(tmpdir(), 'trimtab-bench-'));
const programs = new ProcessGroup({ logDir });
const session = await ClientSession.open('bench');
const procfs = new Procfs();
let programsStarted = 0;
const watchers: Watcher[] = [
  { name: 'rclpy counter', watch: watchByRclpy },
  { name: 'profiler', watch: (load, run) => watchByProfiler(load, run, { observe: 'always' }) },
  {
    name: 'profiler, topics only',
    watch: (load, run) => watchByProfiler(load, run, { observe: 'always', map_nodes: false }),
  },
  {
    name: 'profiler, topics only, duty 0.1',
    watch: (load, run) => watchByProfiler(load, run, { observe: 'duty', map_nodes: false }),
  },
];
try {
  const results: Record<string, unknown> = {};
  for (const [index, load] of wanted.entries()) {
    const runs = new Map<string, Run[]>(watchers.map(({ name }) => [name, []]));
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (const watcher of watchers) {
        const run = index * repeats + repeat;
        runs.get(watcher.name)?.push(await measure(watcher, load, run));
      }
    }
    console.log(`${load.name}, reliable; ${repeats} runs of ${secondsOf(load)} s each, in turn`);
    console.table([...runs].map(([watcher, each]) => ({ watcher, ...summarize(each) })));
    results[load.name] = Object.fromEntries(runs);
  }
  console.log(JSON.stringify(results));
} finally {
  session.close();
  await Promise.all([programs.stop(), graph.close()]);
  rmSync(logDir, { recursive: true, force: true });
}
process.exit();

/** As long as wanted, as far as the profiler can still count the messages in the end. */
function secondsOf({ rateHz }: Load): number {
  return Math.min(wantedSeconds, countable.seconds, Math.floor(countable.messages / rateHz));
}

async function measure(watcher: Watcher, load: Load, run: number): Promise<Run> {
  const { name, type, dataBytes, rateHz, topics } = load;
  const seconds = secondsOf(load);
  const traffic = startPython(
    'traffic.py',
    type,
    String(dataBytes),
    String(rateHz),
    String(seconds),
    ...topics,
  );
  const timeoutMs = readyTimeoutMs + seconds * 2000;
  const started = traffic.line((line) => line === 'started', readyTimeoutMs);
  const times = traffic.line((line) => line.startsWith('['), timeoutMs);
  await ready(traffic);
  const watching = await watcher.watch(load, run);
  if ((await started) === undefined) throw new Error(`${name}: ${watcher.name} does not subscribe`);
  await sleep(warmUpMs);
  const beforeCpuMs = cpuMs(watching.process);
  const beforeMs = performance.now();
  const windowS = seconds - warmUpMs / 1000 - 1;
  await sleep(windowS * 1000);
  const profile = await watching.profile?.(windowS);
  const cpuPercent = (100 * (cpuMs(watching.process) - beforeCpuMs)) / (performance.now() - beforeMs);
  const publishedMs = (JSON.parse((await times) ?? '[]') as number[]).map((second) => second * 1000);
  await sleep(500);
  const published = publishedMs.length * topics.length;
  const { heard, saidLost } = await watching.totals();
  const lostPercent = (100 * (published - heard)) / published;
  const saidLostPercent = (100 * saidLost) / published;
  const publishedHz = publishedMs.length / seconds;
  await Promise.all([end(watching.process), end(traffic)]);
  return { publishedHz, cpuPercent, lostPercent, saidLostPercent, ...rateErrors(profile, publishedMs) };
}

/** The worst topic's error against the publisher's own times in the same window, and what the profiler states. */
function rateErrors(
  profile: Profile | undefined,
  publishedMs: readonly number[],
): { rateErrorPercent: number; statedErrorPercent: number } {
  if (!profile) return { rateErrorPercent: Number.NaN, statedErrorPercent: Number.NaN };
  const { endMs, windowMs, topics } = profile;
  const within = publishedMs.filter((timeMs) => timeMs > endMs - windowMs && timeMs <= endMs);
  const trueHz = (1000 * (within.length - 1)) / ((within.at(-1) as number) - (within[0] as number));
  return {
    rateErrorPercent: 100 * Math.max(...topics.map((topic) => Math.abs(topic.rateHz / trueHz - 1))),
    statedErrorPercent: 100 * Math.max(...topics.map((topic) => topic.rateErrorHz / trueHz)),
  };
}

async function watchByRclpy({ type, topics }: Load): Promise<Watching> {
  const process = startPython('rclpy_counter.py', type, ...topics);
  await ready(process);
  const counted = process.line((line) => line.startsWith('{'), 10 * readyTimeoutMs);
  return {
    process,
    totals: async () => {
      await end(process);
      const counts = JSON.parse((await counted) ?? '{}') as Record<string, number>;
      return { heard: sum(Object.values(counts)), saidLost: Number.NaN };
    },
  };
}

async function watchByProfiler(
  { topics }: Load,
  run: number,
  parameters: { observe: string; map_nodes?: boolean },
): Promise<Watching> {
  // A name stays known for a while, so each start has its own.
  const name = `profiler_${parameters.observe}_${parameters.map_nodes ?? true}_${run}`;
  const process = await graph.startNode({
    name,
    script: 'src/nodes/profiler.js',
    parameters: { ...parameters, topics, duty_share: 0.1 },
  });
  const snapshot = async (windowS: number): Promise<Profile> => {
    const answer = await session.call(
      'trimtab_msgs/srv/Snapshot',
      `/${name}/snapshot`,
      { window_s: windowS },
      10_000,
    );
    if (!answer.ok) throw new Error(answer.refusals.map(({ reason }) => reason).join('; '));
    return profileFromMessage((answer.value as Message).profile);
  };
  return {
    process,
    profile: snapshot,
    totals: async () => {
      const { topics: heard } = await snapshot(60);
      return { heard: sum(heard.map(({ count }) => count)), saidLost: sum(heard.map(({ lost }) => lost)) };
    },
  };
}

function startPython(script: string, ...args: string[]): RunningProcess {
  return programs.start({
    name: `${script}-${programsStarted++}`,
    command: 'python3',
    args: [join(repository, 'bench', script), ...args],
    env: { ROS_DOMAIN_ID: graph.domainId, PYTHONUNBUFFERED: '1' },
  });
}

async function ready(process: RunningProcess): Promise<void> {
  const line = await process.line((text) => text === 'ready', readyTimeoutMs);
  if (line === undefined) throw new Error(`${process.name} did not start:\n${programs.tail(process.name)}`);
}

async function end({ pid, ended }: RunningProcess): Promise<void> {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It has ended already.
  }
  await ended;
}

function cpuMs({ pid, name }: RunningProcess): number {
  const usage = procfs.usage(pid);
  if (!usage) throw new Error(`${name} has ended`);
  return usage.cpuMs;
}

function summarize(runs: Run[]): Record<string, string> {
  const of = (key: keyof Run, digits: number) =>
    spread(
      runs.map((run) => run[key]),
      digits,
    );
  return {
    'published, Hz': of('publishedHz', 1),
    'CPU, % of a core': of('cpuPercent', 1),
    'not heard, %': of('lostPercent', 3),
    'said to be lost, %': of('saidLostPercent', 3),
    'error of the rate, %': of('rateErrorPercent', 3),
    'stated error, %': of('statedErrorPercent', 3),
  };
}

function spread(values: number[], digits: number): string {
  if (values.some(Number.isNaN)) return '';
  const { p50Ms, maxMs } = summarizeLatencies(values);
  return `${p50Ms.toFixed(digits)} [${Math.min(...values).toFixed(digits)}, ${maxMs.toFixed(digits)}]`;
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
