import { normal, type Random } from '../../src/core/random.ts';
import { accept, type Refusal, type Result, refuse } from '../../src/core/refusal.ts';

/** One direction of a network link. */
export type LinkConditions = {
  /** Propagation delay one way. */
  delayMs: number;
  /** Standard deviation of the delay. */
  jitterMs: number;
  /** Fraction of the segments that are lost, 0 to 0.9. */
  lossFraction: number;
  /** Rate at which the link takes bytes in; what comes faster queues. */
  bandwidthMbps: number;
};

const ranges: Record<keyof LinkConditions, { from: number; to: number }> = {
  delayMs: { from: 0, to: 60_000 },
  jitterMs: { from: 0, to: 10_000 },
  lossFraction: { from: 0, to: 0.9 },
  bandwidthMbps: { from: 0.001, to: 100_000 },
};

/** Refuses (TT_PARAM_RANGE, one refusal each) conditions outside what the model can do. */
export function checkConditions(conditions: LinkConditions): Result<LinkConditions> {
  const refusals = (Object.keys(ranges) as (keyof LinkConditions)[]).flatMap((name): Refusal[] => {
    const value = conditions[name];
    const { from, to } = ranges[name];
    if (value >= from && value <= to) return [];
    const reason = `${name} of a link is out of range`;
    return [{ code: 'TT_PARAM_RANGE', reason, found: String(value), accepted: `${from} to ${to}` }];
  });
  return refusals.length === 0 ? accept(conditions) : refuse(...refusals);
}

/** Payload of a TCP segment on Ethernet: 1500 bytes less IP and TCP headers with timestamps. */
const segmentBytes = 1448;
/** Linux' least retransmission timeout (TCP_RTO_MIN), and the duplicate acknowledgements that replace it (RFC 5681). */
const leastTimeoutMs = 200;
const fastRetransmitAfter = 3;
/** Doublings of the timeout after which a segment is taken to get through, to bound the stall. */
const mostRetries = 8;

/**
 * A link as a TCP stream meets it. Bytes queue for the bandwidth, then travel for the delay with its jitter.
 * As TCP repairs what is lost, a lost segment does not lose bytes: it stalls the stream, for one round trip if
 * three later segments report the gap (fast retransmit), else for the retransmission timeout, which doubles
 * with each further loss. Congestion control is left out: the rate does not fall after a loss.
 */
export class LinkModel {
  readonly #random: Random;
  #conditions: LinkConditions;
  #freeAtMs = 0;

  constructor(conditions: LinkConditions, random: Random) {
    this.#conditions = conditions;
    this.#random = random;
  }

  /** Changes the conditions for what enters from now on; what is on its way is not affected. */
  set(conditions: LinkConditions): void {
    this.#conditions = conditions;
  }

  /** A stream over the link; streams share the bandwidth, and each keeps its own order. */
  openStream(): LinkStream {
    let lastArrivalMs = 0;
    return {
      transmit: (nowMs, bytes) => {
        const { delayMs, jitterMs, bandwidthMbps } = this.#conditions;
        const sentMs = Math.max(nowMs, this.#freeAtMs) + (bytes * 8) / (bandwidthMbps * 1000);
        this.#freeAtMs = sentMs;
        const travelMs = Math.max(0, delayMs + jitterMs * normal(this.#random));
        lastArrivalMs = Math.max(lastArrivalMs, sentMs + travelMs + this.#stallMs(bytes));
        return lastArrivalMs;
      },
    };
  }

  /** Losses of one chunk are repaired side by side (selective acknowledgement), so the longest repair counts. */
  #stallMs(bytes: number): number {
    const { delayMs, lossFraction } = this.#conditions;
    if (lossFraction === 0) return 0;
    const segments = Math.ceil(bytes / segmentBytes);
    const roundTripMs = 2 * delayMs;
    let longestMs = 0;
    for (let behind = segments - 1; behind >= 0; behind--) {
      if (!this.#isLost()) continue;
      let timeoutMs = Math.max(leastTimeoutMs, 2 * roundTripMs);
      let stallMs = behind >= fastRetransmitAfter ? roundTripMs : timeoutMs;
      for (let retry = 0; retry < mostRetries && this.#isLost(); retry++) {
        timeoutMs *= 2;
        stallMs += timeoutMs;
      }
      longestMs = Math.max(longestMs, stallMs);
    }
    return longestMs;
  }

  #isLost(): boolean {
    return this.#random.next() < this.#conditions.lossFraction;
  }
}

/** One direction of one connection. */
export type LinkStream = {
  /** When bytes that enter at `nowMs` have all left the other end; never before those that entered earlier. */
  transmit(nowMs: number, bytes: number): number;
};
