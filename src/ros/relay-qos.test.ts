import { describe, expect, it } from 'vitest';
import { relayQos } from './relay-qos.ts';

const [reliable, bestEffort] = [1, 2];
const [transientLocal, volatile] = [1, 2];

describe('relayQos', () => {
  it('takes over what a single publisher offers', () => {
    const sensor = { reliability: bestEffort, durability: volatile, depth: 5 };
    expect(relayQos([sensor])).toEqual({ ask: { ...sensor, depth: 10 }, offer: sensor });
    const event = { reliability: reliable, durability: volatile, depth: 50 };
    expect(relayQos([event])).toEqual({ ask: event, offer: event });
  });

  it('asks the least and offers the most of several publishers', () => {
    const { ask, offer } = relayQos([
      { reliability: reliable, durability: transientLocal, depth: 1 },
      { reliability: bestEffort, durability: volatile, depth: 5 },
    ]);
    expect(ask).toMatchObject({ reliability: bestEffort, durability: volatile });
    expect(offer).toMatchObject({ reliability: reliable, durability: transientLocal });
  });

  it('keeps one message of each latched publisher whose depth is not known', () => {
    const latched = { reliability: reliable, durability: transientLocal, depth: 0 };
    expect(relayQos([latched]).offer.depth).toBe(1);
    expect(relayQos([latched, latched, { ...latched, depth: 3 }]).offer.depth).toBe(5);
  });

  it('has ROS 2’s depth where the middleware does not say', () => {
    expect(relayQos([{ reliability: bestEffort, durability: volatile, depth: 0 }]).offer.depth).toBe(10);
  });
});
