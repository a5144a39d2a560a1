import { parseCpuList } from '../procfs.ts';
import type { SensorKind } from './sensor.ts';

const folder = 'sys/devices/system/cpu';

/** The clocks of the CPUs that are switched on. */
export const cpuClock: SensorKind = {
  part: 'CPU clocks',
  readings: {
    cpu_clock_mhz: 'mean clock of the CPUs that are on',
    cpus_online: 'how many CPUs are on; a power mode may switch some off',
  },
  source: '`/sys/devices/system/cpu/online`, `cpu*/cpufreq/scaling_cur_freq` (kHz)',
  cost: 'clocks of the CPUs are not measured',
  find: (files) => {
    const online = () => parseCpuList(files.text(`${folder}/online`) ?? '');
    const clocks = () =>
      online()
        .map((cpu) => files.number(`${folder}/cpu${cpu}/cpufreq/scaling_cur_freq`))
        .filter((kHz) => kHz !== undefined);
    if (clocks().length === 0) return 'no cpufreq (usual in virtual machines)';
    const read = () => {
      const kHz = clocks();
      if (kHz.length === 0) return {};
      const meanMHz = kHz.reduce((sum, each) => sum + each, 0) / kHz.length / 1000;
      return { gauges: { cpu_clock_mhz: meanMHz, cpus_online: online().length } };
    };
    return { found: `${clocks().length} CPUs with cpufreq`, read };
  },
};
