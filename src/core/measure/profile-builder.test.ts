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
    builder.recordProcess(stampMs + 46, sample((stampMs - 100_000) * 0.25));
    builder.recordGauge('temperature', stampMs + 46, 40 + (stampMs - 100_000) / 1000);
    builder.recordCounter('cpu', stampMs + 46, (stampMs - 100_000) * 1.5);
  }
  return builder;
}

function sample(cpuMs: number) {
  return { name: 'detector', pids: [7, 8], cpuMs, rssBytes: 5e7 };
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
    expect(profile.processes[0]).toMatchObject({ name: 'detector', pids: [7, 8], rssBytes: 5e7 });
    expect(profile.processes[0]?.cpuCores).toBeCloseTo(0.25, 6);
    expect(profile.platform.cpu).toBeCloseTo(1.5, 6);
    expect(profile.platform.temperature).toBeCloseTo(48, 0);
  });

  it('does not claim more than it has watched', () => {
    expect(recorded().build(110_000, 60_000).windowMs).toBe(10_000);
    expect(recorded().build(110_000, 60_000).topics[0]?.rateHz).toBeCloseTo(20, 6);
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
      builder.recordProcess(stampMs, sample(stampMs));
    }
    const profile = builder.build(2000, 5000);
    expect(profile.windowMs).toBe(1000);
    expect(profile.topics.map(({ rateHz }) => Math.round(rateHz))).toEqual([10, 0, 0]);
    expect(profile.processes[0]?.cpuCores).toBeCloseTo(1, 6);
    expect(profile.platform).toEqual({});
  });
});
