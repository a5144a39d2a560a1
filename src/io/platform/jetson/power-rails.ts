import type { SensorKind } from '../sensors/sensor.ts';
import type { Sysfs } from '../sensors/sysfs.ts';
import { readingName } from '../sensors/thermal.ts';

const driverFolder = 'sys/bus/i2c/drivers/ina3221';
/** Channel 7 of the driver is the sum of shunt voltages, not a rail. */
const channels = [1, 2, 3];
/** The rail through which all of the module's power comes, where the board measures it. */
const inputRail = 'VDD_IN';
/** Fed by the rail `VIN_SYS_5V0`, so that it must not be added to it (NVIDIA's Jetson Linux Developer Guide, r36). */
const inner = { rail: 'VDDQ_VDD2_1V8AO', within: 'VIN_SYS_5V0' };

type Rail = { label: string; folder: string; channel: number };

/** The INA3221 power monitors on the module. What the carrier board uses is in none of them. */
export const powerRails: SensorKind = {
  part: 'Jetson power sensors',
  readings: {
    power: 'the whole module: its input rail, else the sum of its rails',
    'power_<rail>': 'each rail: `power_gpu_soc`, `power_cpu_cv`, `power_sys_5v0` …',
  },
  source: '`/sys/bus/i2c/drivers/ina3221/*/hwmon/hwmon*`: `in*_label`, `in*_input` (mV), `curr*_input` (mA)',
  cost: 'power is not measured',
  find: (files) => {
    const rails = findRails(files);
    if (rails.length === 0) return `no rail in /${driverFolder}`;
    return {
      found: rails.map(({ label }) => label).join(', '),
      read: () => ({ gauges: readRails(files, rails) }),
    };
  },
};

function findRails(files: Sysfs): Rail[] {
  const monitors = files
    .names(driverFolder)
    .flatMap((device) =>
      files.names(`${driverFolder}/${device}/hwmon`).map((name) => `${device}/hwmon/${name}`),
    )
    .map((path) => `${driverFolder}/${path}`);
  return monitors.flatMap((folder) =>
    channels.flatMap((channel) => {
      const label = files.text(`${folder}/in${channel}_label`);
      return label === undefined || label === 'NC' ? [] : { label, folder, channel };
    }),
  );
}

/** A total is given only where every rail of it could be read. */
function readRails(files: Sysfs, rails: readonly Rail[]): Record<string, number> {
  const watts = new Map<string, number>();
  for (const { label, folder, channel } of rails) {
    const mV = files.number(`${folder}/in${channel}_input`);
    const mA = files.number(`${folder}/curr${channel}_input`);
    if (mV !== undefined && mA !== undefined) watts.set(label, (mV * mA) / 1e6);
  }
  const gauges: Record<string, number> = {};
  for (const [label, value] of watts) if (label !== inputRail) gauges[railReading(label)] = value;
  const total = watts.get(inputRail) ?? (watts.size === rails.length ? sumOfOuter(watts) : undefined);
  return total === undefined ? gauges : { ...gauges, power: total };
}

function sumOfOuter(watts: ReadonlyMap<string, number>): number {
  return [...watts].reduce((sum, [label, value]) => {
    const isInner = label === inner.rail && watts.has(inner.within);
    return isInner ? sum : sum + value;
  }, 0);
}

/** `VDD_GPU_SOC` as `power_gpu_soc`. */
function railReading(label: string): string {
  return `power_${readingName(label.replace(/^(VDD|VIN)_/, ''))}`;
}
