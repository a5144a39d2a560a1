import { describe, expect, it } from 'vitest';
import { ProfileBuilder } from './profile-builder.ts';

/** Ten seconds of a camera at 20 Hz whose images become commands 45 ms later. */
function recorded(): ProfileBuilder {
  const builder = new ProfileBuilder({ sinceMs: 100_000 });
  builder.watchTopic('image', 100_000);
  builder.watchTopic('cmd_vel', 100_000);
  builder.watchTopic('scan', 100_000);
  builder.watchPaths([['image', 'cmd_vel']]);
  for (let stampMs = 100_000; stampMs < 110_000; stampMs += 50) {
    builder.recordMessage('image', { arrivalMs: stampMs + 2, stampMs, bytes: 230_400 });
    builder.recordMessage('cmd_vel', { arrivalMs: stampMs + 45, stampMs, bytes: 80 });
  }
  return builder;
}

describe('ProfileBuilder', () => {
  it('makes a profile of a trailing window', () => {
    const profile = recorded().build(110_000, 4000);
    expect(profile).toMatchObject({ endMs: 110_000, windowMs: 4000 });
    const [image, command, scan] = profile.topics;
    expect(image?.rateHz).toBeCloseTo(20, 6);
    expect(image?.age?.p95Ms).toBeCloseTo(2, 6);
    expect(command?.rateHz).toBeCloseTo(20, 6);
    expect(scan).toMatchObject({ topic: 'scan', rateHz: 0, count: 0 });
    expect(profile.paths[0]?.latency).toMatchObject({ count: 80, p95Ms: 45 });
  });

  it('does not claim more than it has watched', () => {
    expect(recorded().build(110_000, 60_000).windowMs).toBe(10_000);
    expect(recorded().build(110_000, 60_000).topics[0]?.rateHz).toBeCloseTo(20, 6);
  });

  it('names the size of messages and its cure also in a window in which all of them were lost', () => {
    const builder = new ProfileBuilder({ sinceMs: 0 });
    const offer = { reliable: false, rmw: '', fastDdsProfiles: '' };
    builder.watchTopic('image', 0);
    builder.watchTopic('info', 0);
    builder.offerTopic('image', { ...offer, type: 'sensor_msgs/msg/Image', companion: 'info' }, 0);
    builder.recordMessage('image', { arrivalMs: 1, stampMs: 0, bytes: 6_220_800 });
    for (let stampMs = 0; stampMs < 8000; stampMs += 50)
      builder.recordMessage('info', { arrivalMs: stampMs + 1, stampMs, bytes: 300 });
    const [image] = builder.build(8000, 4000).topics;
    expect(image).toMatchObject({ count: 0, lost: 80 });
    expect(image?.loss).toContain('best-effort messages of 6.2 MB');
    expect(image?.loss).toContain('FASTDDS_DEFAULT_PROFILES_FILE');
  });

  it('watches a topic or path once', () => {
    const builder = recorded();
    builder.watchTopic('image', 109_000);
    builder.watchPaths([['image', 'cmd_vel']]);
    const profile = builder.build(110_000, 4000);
    expect(profile.topics).toHaveLength(3);
    expect(profile.paths).toHaveLength(1);
    expect(profile.topics[0]?.count).toBe(80);
  });

  it('counts commands of unknown origin', () => {
    const builder = recorded();
    builder.recordMessage('cmd_vel', { arrivalMs: 110_000, stampMs: 42, bytes: 80 });
    expect(builder.build(110_000, 4000).paths[0]).toMatchObject({ unmatched: 1, latency: { count: 80 } });
  });

  it('begins anew when the clock jumps back', () => {
    const builder = recorded();
    for (let stampMs = 1000; stampMs <= 2000; stampMs += 100) {
      builder.recordMessage('image', { arrivalMs: stampMs, stampMs, bytes: 1 });
    }
    const profile = builder.build(2000, 5000);
    expect(profile.windowMs).toBe(1000);
    expect(profile.topics.map(({ rateHz }) => Math.round(rateHz))).toEqual([10, 0, 0]);
  });
});
