import { describe, expect, it } from 'vitest';
import { profileOf } from '../spec/profile-fixture.ts';
import { flatMetrics, metricName } from './flat-metrics.ts';

function named(profile: Parameters<typeof profileOf>[0]): Record<string, number> {
  return Object.fromEntries(
    flatMetrics(profileOf(profile)).map((metric) => [metricName(metric), metric.value]),
  );
}

describe('flatMetrics', () => {
  it('names every number by what it is of', () => {
    expect(
      named({
        rates: { '/image': 30 },
        ages: { '/image': 40 },
        paths: { '/image -> /cmd': 80 },
        cpu: { detector: 0.4 },
        platform: { power: 9.5 },
      }),
    ).toMatchObject({
      'topic /image rate_hz': 30,
      'topic /image age_p95_ms': 40,
      'topic /image bytes_per_second': 3000,
      'path /image -> /cmd latency_p50_ms': 40,
      'path /image -> /cmd latency_p95_ms': 80,
      'process detector cpu_cores': 0.4,
      'process detector rss_bytes': 1e7,
      'platform power': 9.5,
    });
  });

  it('leaves out what was not measured', () => {
    const metrics = named({ rates: { '/image': 30 }, paths: { '/image -> /cmd': Number.NaN } });
    expect(Object.keys(metrics)).toContain('path /image -> /cmd latency_count');
    expect(Object.keys(metrics).filter((name) => /latency_p|age_/.test(name))).toEqual([]);
  });

  it('has every figure of a control group that is known', () => {
    const group = { name: '/robot', cpuCores: 0.5, throttledShare: 0.25, memoryBytes: 3e7 };
    const figures = {
      memoryPressure: 0.1,
      ioPressure: 0.2,
      voluntarySwitchesHz: 30,
      involuntarySwitchesHz: 4,
    };
    const profile = { ...profileOf({}), cgroups: [{ ...group, ...figures }] };
    const metrics = flatMetrics(profile).map((metric) => [metricName(metric), metric.value]);
    expect(Object.fromEntries(metrics)).toEqual({
      'cgroup /robot cpu_cores': 0.5,
      'cgroup /robot throttled_share': 0.25,
      'cgroup /robot memory_bytes': 3e7,
      'cgroup /robot memory_pressure': 0.1,
      'cgroup /robot io_pressure': 0.2,
      'cgroup /robot voluntary_switches_hz': 30,
      'cgroup /robot involuntary_switches_hz': 4,
    });
  });
});
