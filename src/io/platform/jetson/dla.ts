import type { PlatformReadings } from '../../../core/measure/system-readings.ts';
import type { SensorKind } from '../sensors/sensor.ts';
import type { Sysfs } from '../sensors/sysfs.ts';

/** Where the accelerators' devices stand: every kernel's list of devices, then their places in JetPack 5 and 6. */
const folders = [
  'sys/bus/platform/devices',
  'sys/devices/platform/host1x',
  'sys/devices/platform/13e40000.host1x',
  'sys/devices/platform/bus@0/13e00000.host1x',
];

type Dla = { name: string; power: string; clockFile: string };

/** The deep learning accelerators: two on an AGX Orin or Orin NX 16 GB, none on an Orin Nano. */
export const dla: SensorKind = {
  part: 'Jetson DLA',
  readings: {
    'dla<n>_load': 'share of time in which it was powered on, which its work cannot exceed',
    'dla<n>_clock_mhz': 'clock of its core',
  },
  source:
    '`/sys/bus/platform/devices/*.nvdla*/power`: `runtime_active_time` (ms); `/sys/kernel/debug/clk/dla*_core/clk_rate` (Hz), for root only',
  cost: 'use of the DLAs is not measured',
  find: (files) => {
    const found = findDlas(files);
    if (found.length === 0) return 'no device *.nvdla*';
    return { found: found.map(({ name }) => name).join(', '), read: () => readDlas(files, found) };
  },
};

function findDlas(files: Sysfs): Dla[] {
  for (const folder of folders) {
    const dlas = files.names(folder).flatMap((device) => {
      const name = /\.nv(dla\d)$/.exec(device)?.[1];
      const power = `${folder}/${device}/power`;
      if (name === undefined || files.number(`${power}/runtime_active_time`) === undefined) return [];
      return { name, power, clockFile: `sys/kernel/debug/clk/${name}_core/clk_rate` };
    });
    if (dlas.length > 0) return dlas;
  }
  return [];
}

function readDlas(files: Sysfs, dlas: readonly Dla[]): PlatformReadings {
  const readings: PlatformReadings = { gauges: {}, counters: {} };
  for (const { name, power, clockFile } of dlas) {
    const activeMs = files.number(`${power}/runtime_active_time`);
    const hz = files.number(clockFile);
    if (activeMs !== undefined) readings.counters[`${name}_load`] = activeMs * 100;
    if (hz !== undefined) readings.gauges[`${name}_clock_mhz`] = hz / 1e6;
  }
  return readings;
}
