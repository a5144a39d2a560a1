import { describe, expect, it } from 'vitest';
import { SystemReadings } from './system-readings.ts';
import { unitOfReading } from './system-units.ts';
import { SystemWindow } from './system-window.ts';

const nobody = { nodes: [], evidence: '' };

/** Ten seconds of a process that uses a quarter of a core, looked at four times a second, its threads each second. */
function recorded(): SystemWindow {
  const window = new SystemWindow();
  for (let ms = 0; ms <= 10_000; ms += 250) {
    const switches = ms % 1000 === 0 ? { voluntary: ms * 2, involuntary: ms * 0.1 } : undefined;
    const sample = { name: 'camera', pids: [7], cpuMs: ms * 0.25, rssBytes: 5e7, threads: 4, ...nobody };
    window.recordProcesses(ms, [{ ...sample, ...(switches && { switches }) }]);
    window.recordCgroups(ms, [
      {
        name: '/robot',
        cpuMs: ms * 0.5,
        throttledMs: ms * 0.3,
        limitCores: 0.5,
        memoryBytes: 1e8,
        cpuStalledMs: ms * 0.2,
        memoryStalledMs: ms * 0.1,
        ioStalledMs: ms * 2,
        ...(switches && { switches }),
      },
    ]);
  }
  return window;
}

describe('SystemWindow', () => {
  it('tells how fast the counters of a process grew', () => {
    const [camera] = recorded().build(10_000, 4000).processes;
    expect(camera).toMatchObject({ name: 'camera', pids: [7], rssBytes: 5e7, threads: 4 });
    expect(camera?.cpuCores).toBeCloseTo(0.25, 9);
    expect(camera?.voluntarySwitchesHz).toBeCloseTo(2000, 6);
    expect(camera?.involuntarySwitchesHz).toBeCloseTo(100, 6);
  });

  it('knows the switches also of a window shorter than the time between looks at the threads', () => {
    expect(recorded().build(10_000, 300).processes[0]?.voluntarySwitchesHz).toBeCloseTo(2000, 6);
  });

  it('tells what the kernel does to a group', () => {
    const [robot] = recorded().build(10_000, 4000).cgroups;
    expect(robot).toMatchObject({ name: '/robot', limitCores: 0.5, memoryBytes: 1e8 });
    expect(robot?.cpuCores).toBeCloseTo(0.5, 9);
    expect(robot?.throttledShare).toBeCloseTo(0.3, 9);
    expect(robot?.cpuPressure).toBeCloseTo(0.2, 9);
    expect(robot?.memoryPressure).toBeCloseTo(0.1, 9);
    expect(robot?.ioPressure).toBe(1);
    expect(robot?.voluntarySwitchesHz).toBeCloseTo(2000, 6);
    expect(robot?.involuntarySwitchesHz).toBeCloseTo(100, 6);
  });

  it('leaves limit, pressure and switches out where there are none, and keeps a share at 1', () => {
    const window = new SystemWindow();
    for (const ms of [0, 1000])
      window.recordCgroups(ms, [{ name: '/g', cpuMs: 0, throttledMs: 3 * ms, memoryBytes: 0 }]);
    expect(window.build(1000, 1000).cgroups).toEqual([
      { name: '/g', cpuCores: 0, throttledShare: 1, memoryBytes: 0 },
    ]);
  });

  it('begins anew with a group that was made again', () => {
    const window = recorded();
    const again = { name: '/robot', throttledMs: 0, memoryBytes: 1 };
    window.recordCgroups(11_000, [{ ...again, cpuMs: 0 }]);
    window.recordCgroups(12_000, [{ ...again, cpuMs: 700 }]);
    expect(window.build(12_000, 5000).cgroups[0]?.cpuCores).toBeCloseTo(0.7, 9);
  });

  it('forgets what is not there any more', () => {
    const window = recorded();
    window.recordProcesses(10_250, []);
    window.recordCgroups(10_250, []);
    expect(window.build(10_250, 4000)).toEqual({ processes: [], cgroups: [] });
  });
});

describe('SystemReadings', () => {
  const readings = new SystemReadings();
  for (let ms = 0; ms <= 10_000; ms += 1000)
    readings.record(ms, { gauges: { temperature: ms / 1000 }, counters: { cpu: ms * 1.5 } });

  it('tells the mean of gauges and the growth of counters', () => {
    expect(readings.build(10_000, 4000)).toEqual({ temperature: 8.5, cpu: 1.5 });
  });

  it('takes the last looks for a window in which there was none', () => {
    expect(readings.build(10_900, 500)).toEqual({ temperature: 9.5, cpu: 1.5 });
  });

  it('says nothing of what was not read lately', () => {
    expect(readings.build(30_000, 4000)).toEqual({});
  });
});

describe('unitOfReading', () => {
  it.each([
    ['cpu', 'cores'],
    ['load', '%'],
    ['gpu_load', '%'],
    ['pressure_io', '%'],
    ['power', 'W'],
    ['power_cpu_cv', 'W'],
    ['power_mode', ''],
    ['temperature_gpu', 'C'],
    ['emc_clock_mhz', 'MHz'],
    ['cpus_online', ''],
  ])('of %s is "%s"', (reading, unit) => {
    expect(unitOfReading(reading)).toBe(unit);
  });
});
