import { expect, it } from 'vitest';
import { VirtualClock } from '../../core/clock.ts';
import { ProfileBuilder } from '../../core/measure/profile-builder.ts';
import type { NodeContext, OfferedTopic } from '../../ros/index.ts';
import { TopicEar } from './topic-ear.ts';

const topic = '/imu';
const duty = { share: 0.1, listenMs: 300 };
const endless = Number.POSITIVE_INFINITY;
const offered: OfferedTopic = {
  type: 'test_msgs/msg/Empty',
  nodes: ['/imu_driver'],
  qos: [
    {
      ...{ reliability: 1, durability: 2, depth: 10, liveliness: 1 },
      ...{ deadlineMs: endless, lifespanMs: endless, leaseMs: endless },
    },
  ],
};

/** An ear on a topic at 400 Hz by a simulation's clock that starts at 0, looked at as the profiler does. */
function listening() {
  const clock = new VirtualClock();
  const builder = new ProfileBuilder({ sinceMs: 0 });
  let hear: ((glimpse: object, info: object) => void) | undefined;
  const node = {
    getClock: () => ({
      isRosTimeActive: true,
      now: () => ({ nanoseconds: BigInt(Math.round(clock.nowMs() * 1e6)) }),
    }),
    createSubscription: (_type: object, _topic: string, _options: object, callback: typeof hear) => {
      hear = callback;
      return {};
    },
    destroySubscription: () => {
      hear = undefined;
    },
  };
  const message = { ROSMessageDef: { fields: [] }, refObjectType: { size: 1, fields: {} } };
  const rcl = { require: () => message, QoS: class {} };
  const context = { rcl, node, clock } as unknown as NodeContext;
  const ear = new TopicEar(topic, { context, builder });
  builder.watchTopic(topic, 0);
  ear.follow(offered);
  const info = { receivedTimestamp: 0n, publicationSequenceNumber: -1n, publisherGid: Buffer.alloc(0) };
  /** Lets time pass, with a message each 2.5 ms; returns in how many of the looks it was listened to. */
  const pass = (ms: number): number => {
    let heard = 0;
    for (let passedMs = 0; passedMs < ms; passedMs += 250) {
      for (let i = 0; i < 100; i++) {
        clock.advanceTo(clock.nowMs() + 2.5);
        hear?.({ stampMs: undefined, bytes: 300 }, info);
      }
      ear.judge(duty, clock.nowMs());
      if (hear) heard += 1;
    }
    return heard;
  };
  return { clock, builder, ear, pass, isListening: () => hear !== undefined };
}

it('TopicEar listens again at once after its clock has jumped forward, whether it rested or listened', () => {
  for (const restsBefore of [true, false]) {
    const { clock, builder, ear, pass, isListening } = listening();
    for (let looks = 0; isListening() === restsBefore || looks < 8; looks++) pass(250);
    clock.advanceTo(clock.nowMs() + 3_600_000);
    builder.reset(clock.nowMs());
    ear.beginAnew();
    expect(isListening()).toBe(true);
    // A rest of nine times the hour would follow, were the hour taken for listening.
    pass(2000);
    expect(pass(6000)).toBeGreaterThan(0);
  }
});
