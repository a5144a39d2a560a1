/**
 * The adaptor, measured.
 *
 *   node dist/bench/adaptor.js [repeats = 3] [seconds = 20]
 *
 * In virtual time: the rate that its gate delivers for the rate asked, beside the gate that ConfigBot published,
 * from sources with 5 % jitter; and the same with a reader that stands still now and then. Live: CPU and added
 * latency of a relay of images, beside a throttle in rclpy, in two surroundings (adaptor/surroundings.ts); and as set
 * up, what both let through of a source that publishes images of that size, and small ones, as fast as it can. All
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
const vga = { width: 640, height: 480, seconds };
const small = { width: 8, height: 8, seconds };
const relays = ['adaptor', 'rclpy throttle'] as const;
const everywhere: ImageRun[] = [0, 40].flatMap((askedHz) =>
  relays.map((relay) => ({ ...vga, sourceHz: 60, relay, askedHz })),
);
const flatOut: ImageRun[] = [vga, small].flatMap((size) =>
  relays.map((relay) => ({ ...size, sourceHz: 0, relay, askedHz: 0 })),
);

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
      for (const run of surroundings.isAsSetUp ? [...everywhere, ...flatOut] : everywhere) {
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
  console.log(`rgb8 images, ${seconds} s each, ${cpus().length} cores; latencies in ms`);
  console.table(results.map(liveRow));
}
console.log(JSON.stringify({ virtual, gates, stalls, live: results }));

function liveRow({
  repeat,
  surroundings,
  relay,
  askedHz,
  width,
  height,
  sourceHz,
  load,
  ...result
}: LiveResult) {
  const percentiles = ({ p50Ms, p99Ms }: { p50Ms: number; p99Ms: number }) =>
    Number.isNaN(p50Ms) ? 'none came' : `${p50Ms.toFixed(2)} / ${p99Ms.toFixed(2)}`;
  return {
    repeat,
    surroundings,
    relay,
    size: `${width}x${height}`,
    source: sourceHz === 0 ? 'flat out' : `${sourceHz} Hz`,
    asked: askedHz || 'all',
    'read directly, Hz': result.directHz.toFixed(1),
    'relayed, Hz': result.relayedHz.toFixed(1),
    'CPU, %': result.cpuPercent.toFixed(1),
    'direct p50/p99': percentiles(result.direct),
    'added p50/p99': percentiles(result.added),
    'in relay': percentiles(result.inRelay),
    'second hop': percentiles(result.secondHop),
    load: load.toFixed(1),
  };
}
