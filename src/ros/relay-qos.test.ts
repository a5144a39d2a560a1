import { describe, expect, it } from 'vitest';
import type { OfferedQos } from './qos.ts';
import { relayQos, unkeptPromises } from './relay-qos.ts';

const [reliable, bestEffort] = [1, 2];
const [transientLocal, volatile] = [1, 2];
const [automatic, manualByTopic] = [1, 3];

/** What a publisher offers that promises no times. */
function offers(policies: Partial<OfferedQos>): OfferedQos {
  const endless = Number.POSITIVE_INFINITY;
  const times = { deadlineMs: endless, lifespanMs: endless, leaseMs: endless };
  return {
    reliability: reliable,
    durability: volatile,
    depth: 10,
    liveliness: automatic,
    ...times,
    ...policies,
  };
}

describe('relayQos', () => {
  it('takes over what a single publisher offers', () => {
    const sensor = { reliability: bestEffort, durability: volatile, depth: 5, liveliness: automatic };
    expect(relayQos([offers(sensor)])).toEqual({ ask: { ...sensor, depth: 10 }, offer: sensor });
    const event = { reliability: reliable, durability: volatile, depth: 50, liveliness: automatic };
    expect(relayQos([offers(event)])).toEqual({ ask: event, offer: event });
  });

  it('asks the least and offers the most of several publishers', () => {
    const { ask, offer } = relayQos([
      offers({ durability: transientLocal, depth: 1, liveliness: manualByTopic }),
      offers({ reliability: bestEffort, depth: 5 }),
    ]);
    expect(ask).toMatchObject({ reliability: bestEffort, durability: volatile, liveliness: automatic });
    expect(offer).toMatchObject({
      reliability: reliable,
      durability: transientLocal,
      liveliness: manualByTopic,
    });
  });

  it('keeps one message of each latched publisher whose depth is not known', () => {
    const latched = offers({ durability: transientLocal, depth: 0 });
    expect(relayQos([latched]).offer.depth).toBe(1);
    expect(relayQos([latched, latched, { ...latched, depth: 3 }]).offer.depth).toBe(5);
  });

  it('has ROS 2’s depth where the middleware does not say', () => {
    expect(relayQos([offers({ reliability: bestEffort, depth: 0 })]).offer.depth).toBe(10);
  });
});

describe('unkeptPromises', () => {
  it('names the shortest time of each kind that some publisher promises', () => {
    expect(unkeptPromises([offers({})])).toEqual([]);
    expect(
      unkeptPromises([offers({}), offers({ deadlineMs: 100 }), offers({ deadlineMs: 50, leaseMs: 2000 })]),
    ).toEqual(['deadline 50 ms', 'liveliness lease 2000 ms']);
    expect(unkeptPromises([offers({ lifespanMs: 0.5 })])).toEqual(['lifespan 0.5 ms']);
  });
});
