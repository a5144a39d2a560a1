/**
 * What it costs the profiler to watch the machine: CPU of a profiler without any topic, on a live graph of rclpy
 * nodes, by what it watches.
 *
 *   node dist/bench/system-watch.js [processes = 10] [seconds = 20]
 *
 * Prints a table and, last, one line of JSON. Needs ROS 2: run it in `./trimtab shell`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Procfs } from '../src/io/platform/procfs.ts';
import { LiveGraph, type NodeSpec } from '../test/ros/live-graph.ts';

const peerCount = Number(process.argv[2] ?? 10);
const seconds = Number(process.argv[3] ?? 20);
/** Start-up and discovery are not part of the figure. */
const warmUpS = 8;

const setups: Record<string, NodeSpec['parameters']> = {
  nothing: { map_nodes: false },
  'processes by pattern': { map_nodes: false, processes: ['peers=nodes\\.py'] },
  'processes by node': {},
};

const procfs = new Procfs();
const graph = new LiveGraph();
try {
  for (let peer = 0; peer < peerCount; peer++) await graph.startPeer('nodes', `/robot/peer_${peer}`);
  const rows = [];
  for (const [watches, parameters] of Object.entries(setups))
    rows.push(await measure(watches, parameters ?? {}));
  console.log(`CPU of a profiler among ${peerCount} processes with nodes, ${seconds} s each`);
  console.table(rows);
  console.log(JSON.stringify({ peerCount, seconds, rows }));
} finally {
  await graph.close();
}

async function measure(watches: string, parameters: NonNullable<NodeSpec['parameters']>) {
  const name = `profiler_${watches.replaceAll(' ', '_')}`;
  const profiler = await graph.startNode({ name, script: 'src/nodes/profiler.js', parameters });
  await sleep(warmUpS * 1000);
  const begun = { cpuMs: cpuMs(profiler.pid), atMs: performance.now() };
  await sleep(seconds * 1000);
  const usedMs = cpuMs(profiler.pid) - begun.cpuMs;
  const percent = (100 * usedMs) / (performance.now() - begun.atMs);
  process.kill(profiler.pid, 'SIGTERM');
  await profiler.ended;
  return { watches, 'CPU, % of a core': Number(percent.toFixed(2)) };
}

function cpuMs(pid: number): number {
  const usage = procfs.usage(pid);
  if (!usage) throw new Error(`the profiler (pid ${pid}) has ended`);
  return usage.cpuMs;
}
