import type { SensorKind } from '../sensors/sensor.ts';

const rateFile = 'sys/kernel/debug/bpmp/debug/clk/emc/rate';

/**
 * The memory's clock. Its load is left out: the activity that the boot processor shows beside it has no published unit,
 * and readers of it disagree with tegrastats.
 */
export const emc: SensorKind = {
  part: 'Jetson memory clock (EMC)',
  readings: { emc_clock_mhz: 'clock of the external memory controller' },
  source: '`/sys/kernel/debug/bpmp/debug/clk/emc/rate` (Hz), for root only',
  cost: "the memory's clock is not measured",
  find: (files) => {
    const obstacle = files.obstacle(rateFile);
    if (obstacle !== undefined) return obstacle;
    const read = () => {
      const hz = files.number(rateFile);
      return hz === undefined ? {} : { gauges: { emc_clock_mhz: hz / 1e6 } };
    };
    return { found: `/${rateFile}`, read };
  },
};
