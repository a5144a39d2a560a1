import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PlatformSensors, Sysfs } from './index.ts';
import { stalledMs } from './pressure.ts';

function machine(contents: Record<string, string>): PlatformSensors {
  const root = mkdtempSync(join(tmpdir(), 'trimtab-sensors-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(contents)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return new PlatformSensors(new Sysfs(root));
}

describe('pressure', () => {
  it('is read of each resource that the kernel has', () => {
    const sensors = machine({
      'proc/pressure/cpu':
        'some avg10=1.00 avg60=0.50 avg300=0.10 total=2500000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=9\n',
      'proc/pressure/io': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=40\n',
    });
    expect(sensors.read()).toEqual({ gauges: {}, counters: { pressure_cpu: 250_000, pressure_io: 4 } });
  });

  it('has no total where the file has none', () => {
    for (const text of [undefined, '', 'full avg10=0 total=5']) expect(stalledMs(text)).toBeUndefined();
  });
});

describe('memory', () => {
  it('is what is not available', () => {
    const sensors = machine({
      'proc/meminfo':
        'MemTotal:        8000000 kB\nMemFree:          100000 kB\nMemAvailable:    6000000 kB\n',
    });
    expect(sensors.read().gauges).toEqual({ memory_load: 25 });
  });
});

describe('temperature of a PC', () => {
  it('is that of the package, not the firmware’s constant', () => {
    const sensors = machine({
      'sys/class/thermal/thermal_zone0/type': 'acpitz\n',
      'sys/class/thermal/thermal_zone0/temp': '99000\n',
      'sys/class/thermal/thermal_zone1/type': 'x86_pkg_temp\n',
      'sys/class/thermal/thermal_zone1/temp': '61000\n',
    });
    expect(sensors.read().gauges).toEqual({ temperature: 61, temperature_x86_pkg_temp: 61 });
  });

  it('comes from the CPU’s own sensors where it has no zone', () => {
    const sensors = machine({
      'sys/class/hwmon/hwmon0/name': 'nvme\n',
      'sys/class/hwmon/hwmon0/temp1_input': '90000\n',
      'sys/class/hwmon/hwmon1/name': 'k10temp\n',
      'sys/class/hwmon/hwmon1/temp1_label': 'Tctl\n',
      'sys/class/hwmon/hwmon1/temp1_input': '55250\n',
    });
    expect(sensors.read().gauges).toEqual({ temperature: 55.25, temperature_cpu_tctl: 55.25 });
  });

  it('tells two zones of one type apart', () => {
    const sensors = machine({
      'sys/class/thermal/thermal_zone0/type': 'soc\n',
      'sys/class/thermal/thermal_zone0/temp': '40000\n',
      'sys/class/thermal/thermal_zone7/type': 'soc\n',
      'sys/class/thermal/thermal_zone7/temp': '50000\n',
    });
    expect(sensors.read().gauges).toEqual({ temperature: 50, temperature_soc: 40, temperature_soc_7: 50 });
  });
});
