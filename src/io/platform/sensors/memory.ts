import type { SensorKind } from './sensor.ts';
import type { Sysfs } from './sysfs.ts';

/** The machine's memory in use. On a Jetson, CPU and GPU share it. */
export const memory: SensorKind = {
  part: 'memory',
  readings: { memory_load: 'share of memory that is not available for new work' },
  source: '`/proc/meminfo`',
  cost: 'memory of the machine is not measured',
  find: (files) => {
    const total = kibibytes(files, 'MemTotal');
    if (total === undefined || usedPercent(files) === undefined) return 'no MemAvailable in /proc/meminfo';
    const read = () => {
      const used = usedPercent(files);
      return used === undefined ? {} : { gauges: { memory_load: used } };
    };
    return { found: `${(total / 1024 / 1024).toFixed(1)} GiB`, read };
  },
};

function usedPercent(files: Sysfs): number | undefined {
  const total = kibibytes(files, 'MemTotal');
  const available = kibibytes(files, 'MemAvailable');
  return total === undefined || available === undefined ? undefined : 100 * (1 - available / total);
}

function kibibytes(files: Sysfs, key: string): number | undefined {
  const value = new RegExp(`^${key}:\\s*(\\d+) kB`, 'm').exec(files.text('proc/meminfo') ?? '')?.[1];
  return value === undefined ? undefined : Number(value);
}
