import type { SensorKind } from './sensor.ts';
import type { Sysfs } from './sysfs.ts';

const zonesFolder = 'sys/class/thermal';
const chipsFolder = 'sys/class/hwmon';
/** Drivers of the sensors inside a PC's CPU. */
const cpuChips = ['coretemp', 'k10temp', 'zenpower'];
/** A firmware's zones on a PC, often a constant and nowhere near the chip. */
const untrue = /^acpitz/;
/** Sensors that are off say -256 or -274 C. */
const coldestC = -60;

type Probe = { zone: string; file: string };

/** Temperatures by thermal zone; on a PC without zones, by the CPU's own sensors. */
export const thermal: SensorKind = {
  part: 'temperatures',
  readings: {
    temperature: 'junction (zone `tj`) where the board has it, else the hottest zone',
    'temperature_<zone>': 'each zone: `temperature_cpu`, `temperature_gpu`, `temperature_soc0` …',
  },
  source:
    '`/sys/class/thermal/thermal_zone*` (`type`, `temp` in mC), on a PC also `/sys/class/hwmon` (coretemp, k10temp)',
  cost: 'temperature is not measured',
  find: (files) => {
    const zones = thermalZones(files);
    const probes = zones.length > 0 ? zones : cpuSensors(files);
    const present = probes.filter(({ file }) => celsius(files, file) !== undefined);
    if (present.length === 0) return 'no thermal zone and no sensor of the CPU';
    // All probes are asked at each look: a zone whose part is switched off may be read again later.
    return { found: present.map(({ zone }) => zone).join(', '), read: () => readAll(files, probes) };
  },
};

function readAll(files: Sysfs, probes: readonly Probe[]) {
  const gauges: Record<string, number> = {};
  for (const { zone, file } of probes) {
    const value = celsius(files, file);
    if (value !== undefined) gauges[`temperature_${zone}`] = value;
  }
  const hottest = Object.values(gauges).reduce((most, value) => Math.max(most, value), coldestC);
  if (Object.keys(gauges).length === 0) return {};
  return { gauges: { ...gauges, temperature: gauges.temperature_tj ?? hottest } };
}

/** JetPack 5 names its zones `CPU-therm`, JetPack 6 `cpu-thermal`, boards' own sensors `Tboard_tegra`. */
function thermalZones(files: Sysfs): Probe[] {
  const probes: Probe[] = [];
  for (const name of files.names(zonesFolder)) {
    const type = name.startsWith('thermal_zone') ? files.text(`${zonesFolder}/${name}/type`) : undefined;
    if (type === undefined || untrue.test(type)) continue;
    const zone = readingName(type.replace(/[-_](thermal|therm|tegra)$/i, ''));
    const isTaken = probes.some((probe) => probe.zone === zone);
    const suffix = isTaken ? `_${name.slice('thermal_zone'.length)}` : '';
    probes.push({ zone: `${zone}${suffix}`, file: `${zonesFolder}/${name}/temp` });
  }
  return probes;
}

function cpuSensors(files: Sysfs): Probe[] {
  return files.names(chipsFolder).flatMap((chip) => {
    if (!cpuChips.includes(files.text(`${chipsFolder}/${chip}/name`) ?? '')) return [];
    return files
      .names(`${chipsFolder}/${chip}`)
      .filter((name) => /^temp\d+_input$/.test(name))
      .map((name) => {
        const label = files.text(`${chipsFolder}/${chip}/${name.replace('_input', '_label')}`) ?? name;
        return { zone: `cpu_${readingName(label)}`, file: `${chipsFolder}/${chip}/${name}` };
      });
  });
}

function celsius(files: Sysfs, file: string): number | undefined {
  const milli = files.number(file);
  return milli === undefined || milli < coldestC * 1000 ? undefined : milli / 1000;
}

/** What the kernel or a board calls something, as part of a reading's name: lower case, with underscores. */
export function readingName(label: string): string {
  return label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
}
