import type { SensorKind } from '../sensors/sensor.ts';
import type { Sysfs } from '../sensors/sysfs.ts';

const statusFile = 'var/lib/nvpmodel/status';
const modesFile = 'etc/nvpmodel.conf';

/** The power mode that nvpmodel set last, by its number; names are in its configuration. */
export const powerMode: SensorKind = {
  part: 'Jetson power mode in force',
  readings: { power_mode: "number of the power mode, as nvpmodel's configuration names it" },
  source: '`/var/lib/nvpmodel/status` (`pmode:0002`), names from `/etc/nvpmodel.conf`',
  cost: 'the power mode is not known',
  find: (files) => {
    const mode = readMode(files);
    if (mode === undefined) return files.obstacle(statusFile) ?? `no mode in /${statusFile}`;
    const read = () => {
      const id = readMode(files);
      return id === undefined ? {} : { gauges: { power_mode: id } };
    };
    const name = powerModeNames(files).get(mode);
    return { found: name === undefined ? `mode ${mode}` : `mode ${mode}, ${name}`, read };
  },
};

/** The modes of this board by number, such as 0 → MAXN; empty where its configuration cannot be read. */
function powerModeNames(files: Sysfs): Map<number, string> {
  const lines = (files.text(modesFile) ?? '').split('\n');
  return new Map(
    lines.flatMap((line) => {
      const [, id, name] = /^\s*<\s*POWER_MODEL\s+ID=(\d+)\s+NAME=(\S+)/.exec(line) ?? [];
      return id === undefined || name === undefined ? [] : [[Number(id), name] as const];
    }),
  );
}

function readMode(files: Sysfs): number | undefined {
  const id = /pmode:\s*(\d+)/.exec(files.text(statusFile) ?? '')?.[1];
  return id === undefined ? undefined : Number.parseInt(id, 10);
}
