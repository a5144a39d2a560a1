import type { Placement } from '../../core/knobs/placement.ts';
import type { Provider } from './back-ends.ts';

/** Where onnxruntime ran the nodes of a network, by its own record of one run. */
export type RanOn = {
  /** Nodes by execution provider, as onnxruntime calls it. */
  nodes: Record<string, number>;
  /** Share of the run's time that passed in nodes on the CPU. */
  cpuShare: number;
  /** Threads of the CPU's nodes; undefined where the record does not say. */
  threads: number | undefined;
};

/** With more of the time than this on the CPU, a network does not run where it was put. */
const mostOnCpu = 0.5;

type Event = { cat?: unknown; name?: unknown; ts?: unknown; dur?: unknown; args?: Record<string, unknown> };

/** Reads the last run in an onnxruntime profile (JSON, Chrome's trace events); undefined when there is none. */
export function whereItRan(profile: string): RanOn | undefined {
  const events = JSON.parse(profile) as Event[];
  const run = events.filter(({ name }) => name === 'model_run').at(-1);
  if (run === undefined) return undefined;
  const [startUs, lengthUs] = [Number(run.ts), Number(run.dur)];
  const kernels = events.filter(
    ({ cat, name, ts }) =>
      cat === 'Node' &&
      String(name).endsWith('_kernel_time') &&
      Number(ts) >= startUs &&
      Number(ts) <= startUs + lengthUs,
  );
  const nodes: Record<string, number> = {};
  for (const { args } of kernels) {
    const provider = String(args?.provider);
    nodes[provider] = (nodes[provider] ?? 0) + 1;
  }
  const onCpu = kernels.filter(({ args }) => args?.provider === 'CPUExecutionProvider');
  const cpuUs = onCpu.reduce((sum, { dur }) => sum + Number(dur), 0);
  return { nodes, cpuShare: Math.min(1, cpuUs / lengthUs), threads: threadsOf(onCpu) };
}

/** A node on one thread has an empty record of threads. */
function threadsOf(onCpu: readonly Event[]): number | undefined {
  const records = onCpu.map(({ args }) => args?.thread_scheduling_stats);
  if (records.every((record) => record === undefined)) return undefined;
  const counts = records.map((record) => {
    const others = (record as { sub_threads?: object } | undefined)?.sub_threads;
    return 1 + Object.keys(others ?? {}).length;
  });
  return Math.max(1, ...counts);
}

/** Why a run did not happen where the network was put; undefined when it did. */
export function misplaced(
  { backEnd, threads }: Placement,
  { recorded }: Provider,
  ran: RanOn,
): string | undefined {
  if (!ran.nodes[recorded]) return `onnxruntime ran none of its nodes on ${backEnd}: ${describeRan(ran)}`;
  if (backEnd === 'CPU') {
    if (ran.threads === undefined || ran.threads === threads) return undefined;
    return `onnxruntime ran it on ${ran.threads} threads, not on ${threads}`;
  }
  if (ran.cpuShare <= mostOnCpu) return undefined;
  return `onnxruntime ran most of it on the CPU: ${describeRan(ran)}`;
}

/** For people: `31 nodes on CPU, 2 threads`, `28 nodes on CUDA, 3 nodes on CPU (4 % of the time)`. */
export function describeRan({ nodes, cpuShare, threads }: RanOn): string {
  const parts = Object.entries(nodes)
    .sort(([, a], [, b]) => b - a)
    .map(([provider, count]) => `${count} nodes on ${provider.replace('ExecutionProvider', '')}`);
  if (Object.keys(nodes).every((provider) => provider === 'CPUExecutionProvider'))
    return `${parts.join(', ')}${threads === undefined ? '' : `, ${threads === 1 ? '1 thread' : `${threads} threads`}`}`;
  return `${parts.join(', ')}; ${Math.round(100 * cpuShare)} % of the time on the CPU`;
}
