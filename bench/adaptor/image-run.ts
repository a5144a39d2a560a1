import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { summarizeLatencies } from '../../src/core/measure/latency-stats.ts';
import { Procfs } from '../../src/io/platform/procfs.ts';
import type { RunningProcess } from '../../src/io/process/process-group.ts';
import type { LiveGraph } from '../../test/ros/live-graph.ts';

/** An image as peers/image_witness.py noted it: ns of the system's clock. */
type Seen = [stamp: number, written: number, received: number, called: number];

/** A source of images, what relays it, and for how long. */
export type ImageRun = {
  relay: 'adaptor' | 'rclpy throttle';
  width: number;
  height: number;
  /** 0: as fast as it can. */
  sourceHz: number;
  /** 0: everything passes. */
  askedHz: number;
  seconds: number;
};

/** What came of a run. Latencies in ms; CPU in percent of a core. */
export type ImageResult = ImageRun & {
  directHz: number;
  relayedHz: number;
  cpuPercent: number;
  /** From stamp to callback without the relay. */
  direct: { p50Ms: number; p99Ms: number };
  /** Callback of the relayed image less callback of the same image read directly, in two processes. */
  added: { p50Ms: number; p99Ms: number; maxMs: number };
  /** Where it goes: from the direct reader's having it to the relay's writing it, and from there to the reader's having it. */
  inRelay: { p50Ms: number; p99Ms: number };
  secondHop: { p50Ms: number; p99Ms: number };
};

const warmUpMs = 3000;
const endMs = 20_000;
let runs = 0;

/** Runs a source, two witnesses and a relay between them, each a process of its own; all of them have ended afterwards. */
export async function runImages(graph: LiveGraph, run: ImageRun): Promise<ImageResult> {
  const { relay: kind, width, height, sourceHz, askedHz, seconds } = run;
  const base = `run_${++runs}`;
  const [from, to] = [`${base}/image`, `${base}/out`];
  const files = [`${base}-direct.json`, `${base}-relayed.json`].map((name) => join(graph.dir, name));
  const relay = await startRelay(graph, kind, { name: `adaptor_${runs}`, from, to, askedHz });
  const witnesses = await Promise.all(
    [from, to].map((topic, i) => graph.startPeer('image_witness', topic, files[i] as string)),
  );
  const source = await graph.startPeer('image_source', from, ...[sourceHz, width, height].map(String));
  await sleep(warmUpMs);
  const startNs = Date.now() * 1e6;
  const before = usedMs(relay);
  await sleep(seconds * 1000);
  const cpuPercent = (usedMs(relay) - before) / (seconds * 10);
  const endNs = Date.now() * 1e6;
  // The relay first, so that its end is not taken for a loss.
  await end(source);
  for (const each of [...witnesses, relay]) await end(each);
  const [direct, relayed] = files.map((file) =>
    (JSON.parse(readFileSync(file, 'utf8')) as Seen[]).filter(([stamp]) => stamp >= startNs && stamp < endNs),
  ) as [Seen[], Seen[]];
  return { ...run, cpuPercent, ...compare(direct, relayed, seconds) };
}

function startRelay(
  graph: LiveGraph,
  kind: ImageRun['relay'],
  { name, from, to, askedHz }: { name: string; from: string; to: string; askedHz: number },
): Promise<RunningProcess> {
  if (kind === 'rclpy throttle') return graph.startPeer('image_throttle', from, to, String(askedHz));
  return graph.startNode({
    name,
    script: 'src/nodes/adaptor.js',
    parameters: {
      channels: ['image'],
      'channels.image.from': from,
      'channels.image.to': to,
      'channels.image.rate': askedHz === 0 ? -1 : askedHz,
    },
  });
}

function compare(direct: Seen[], relayed: Seen[], seconds: number) {
  const byStamp = new Map(direct.map((seen) => [seen[0], seen]));
  const pairs = relayed.flatMap((seen) => {
    const same = byStamp.get(seen[0]);
    return same ? [{ direct: same, relayed: seen }] : [];
  });
  const ms = (values: number[]) => summarizeLatencies(values.map((ns) => ns / 1e6));
  return {
    directHz: direct.length / seconds,
    relayedHz: relayed.length / seconds,
    direct: ms(direct.map(([stamp, , , called]) => called - stamp)),
    added: ms(pairs.map((pair) => pair.relayed[3] - pair.direct[3])),
    inRelay: ms(pairs.map((pair) => pair.relayed[1] - pair.direct[2])),
    secondHop: ms(pairs.map((pair) => pair.relayed[2] - pair.relayed[1])),
  };
}

function usedMs({ pid }: RunningProcess): number {
  return new Procfs().usage(pid)?.cpuMs ?? Number.NaN;
}

async function end({ pid, ended, name }: RunningProcess): Promise<void> {
  process.kill(pid, 'SIGINT');
  const late = sleep(endMs, 'late', { ref: false });
  if ((await Promise.race([ended, late])) === 'late') throw new Error(`${name} does not end`);
}
