import type { SensorKind } from './sensor.ts';

const resources = ['cpu', 'memory', 'io'];

/** Pressure stall information of the whole machine, see the kernel's Documentation/accounting/psi.rst. */
export const pressure: SensorKind = {
  part: 'pressure (PSI)',
  readings: {
    pressure_cpu: 'share of time in which some task waited for a CPU',
    pressure_memory: 'share of time in which some task waited for memory',
    pressure_io: 'share of time in which some task waited for a disk',
  },
  source: '`/proc/pressure/*`',
  cost: 'waiting for CPU, memory and disks is not measured',
  find: (files) => {
    const present = resources.filter((name) => stalledMs(files.text(`proc/pressure/${name}`)) !== undefined);
    if (present.length === 0) return 'no /proc/pressure (kernel without PSI, or booted with psi=0)';
    const read = () => {
      const counters: Record<string, number> = {};
      for (const name of present) {
        const ms = stalledMs(files.text(`proc/pressure/${name}`));
        if (ms !== undefined) counters[`pressure_${name}`] = ms * 100;
      }
      return { counters };
    };
    return { found: present.join(', '), read };
  },
};

/** The total of the line `some` of a pressure file in milliseconds; undefined where there is none. */
export function stalledMs(text: string | undefined): number | undefined {
  const totalUs = /^some .*total=(\d+)/m.exec(text ?? '')?.[1];
  return totalUs === undefined ? undefined : Number(totalUs) / 1000;
}
