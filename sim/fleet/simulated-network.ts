import { networkAt } from './network-trace.ts';
import type { Scenario } from './scenario.ts';

/** What the network does to a call: how much later its answer comes, or that none comes. */
export type Passage = { delayMs: number } | 'lost';

/** The scenario's network, by moment, edge and size of what is sent. */
export function passage(scenario: Scenario, edge: string, nowMs: number, payloadKb: number): Passage {
  let latencyMs = 0;
  let bandwidthMbps = swingAt(scenario, nowMs);
  for (const phase of scenario.network) {
    if (nowMs < phase.fromMs || nowMs >= phase.toMs || (phase.edge ?? edge) !== edge) continue;
    if (phase.outage) return 'lost';
    latencyMs += phase.latencyMs;
    bandwidthMbps = Math.min(bandwidthMbps, phase.bandwidthMbps ?? Number.POSITIVE_INFINITY);
  }
  for (const { edge: of, trace } of scenario.recordedNetworks) {
    if ((of ?? edge) !== edge) continue;
    const recorded = networkAt(trace, nowMs);
    if (recorded.bandwidthMbps === 0) return 'lost';
    latencyMs += recorded.latencyMs;
    bandwidthMbps = Math.min(bandwidthMbps, recorded.bandwidthMbps);
  }
  // Kilobytes times 8 over megabits per second are milliseconds.
  return { delayMs: latencyMs + (payloadKb * 8) / bandwidthMbps };
}

function swingAt({ swing }: Scenario, nowMs: number): number {
  if (swing === undefined) return Number.POSITIVE_INFINITY;
  const { lowMbps, highMbps, periodMs } = swing;
  const middle = (highMbps + lowMbps) / 2;
  return middle + ((highMbps - lowMbps) / 2) * Math.cos((2 * Math.PI * nowMs) / periodMs);
}
