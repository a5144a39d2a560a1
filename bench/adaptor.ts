/**
 * The adaptor, measured.
 *
 *   node dist/bench/adaptor.js [repeats = 3] [seconds = 20]
 *
 * In virtual time: the rate that its gate delivers for the rate asked, beside the gate that ConfigBot published,
 * from sources with 5 % jitter; and the same with a reader that stands still now and then. Live: CPU and added
 * latency of a relay of images, beside a throttle in rclpy, in two surroundings (adaptor/surroundings.ts); all
 * runs of one repeat follow each other, so that a machine's mood is shared. With 0 repeats only the first. Prints
 * tables and, last, one line of JSON. The live part needs ROS 2: run it by `./trimtab bench adaptor`. On a machine
 * that others use as well, `chrt --rr 1 ./trimtab bench adaptor` keeps them out of the figures.
 */
import { cpus, loadavg } from 'node:os';
import { LiveGraph } from '../test/ros/live-graph.ts';
import { gateTable, stallTable } from './adaptor/gate-table.ts';
import { type ImageResult, type ImageRun, runImages } from './adaptor/image-run.ts';
import { allSurroundings, within } from './adaptor/surroundings.ts';

const repeats = Number(process.argv[2] ?? 3);
const seconds = Number(process.argv[3] ?? 20);
const virtual = { seed: 1, seconds: 300 };
const vga = { width: 640, height: 480, sourceHz: 60, seconds };
const runs: ImageRun[] = [
  { ...vga, relay: 'adaptor', askedHz: 0 },
  { ...vga, relay: 'rclpy throttle', askedHz: 0 },
  { ...vga, relay: 'adaptor', askedHz: 40 },
  { ...vga, relay: 'rclpy throttle', askedHz: 40 },
];

console.log(`rates delivered, in virtual time: seed ${virtual.seed}, ${virtual.seconds} s a row, 5 % jitter`);
const gates = gateTable(virtual);
console.table(gates);
console.log('errors in percent when the reader stands still once a second');
const stalls = stallTable(virtual);
console.table(stalls);

type LiveResult = ImageResult & { surroundings: string; repeat: number; load: number };
const results: LiveResult[] = [];
const graph = new LiveGraph();
try {
  for (let repeat = 1; repeat <= repeats; repeat++) {
    for (const surroundings of allSurroundings) {
      for (const run of runs) {
        const result = await within(surroundings, () => runImages(graph, run));
        results.push({ ...result, surroundings: surroundings.name, repeat, load: loadavg()[0] as number });
        console.error(`repeat ${repeat} of ${repeats}: ${surroundings.name}, ${run.relay}`);
      }
    }
  }
} finally {
  await graph.close();
}
if (results.length > 0) {
  const { width, height, sourceHz } = vga;
  console.log(
    `rgb8 ${width}x${height} at ${sourceHz} Hz, ${seconds} s each, ${cpus().length} cores; latencies in ms`,
  );
  console.table(results.map(liveRow));
}
console.log(JSON.stringify({ virtual, gates, stalls, live: results }));

function liveRow({ repeat, surroundings, relay, askedHz, load, ...result }: LiveResult) {
  const percentiles = ({ p50Ms, p99Ms }: { p50Ms: number; p99Ms: number }) =>
    Number.isNaN(p50Ms) ? 'none came' : `${p50Ms.toFixed(2)} / ${p99Ms.toFixed(2)}`;
  return {
    repeat,
    surroundings,
    relay,
    asked: askedHz || 'all',
    'source, Hz': result.directHz.toFixed(1),
    'relayed, Hz': result.relayedHz.toFixed(1),
    'CPU, %': result.cpuPercent.toFixed(1),
    'direct p50/p99': percentiles(result.direct),
    'added p50/p99': percentiles(result.added),
    'in relay': percentiles(result.inRelay),
    'second hop': percentiles(result.secondHop),
    load: load.toFixed(1),
  };
}
