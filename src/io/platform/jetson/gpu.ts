import type { SensorKind } from '../sensors/sensor.ts';
import type { Sysfs } from '../sensors/sysfs.ts';

const clocksFolder = 'sys/class/devfreq';
/** `17000000.ga10b` on an Orin with JetPack 5, `17000000.gpu` with JetPack 6, gv11b and gp10b on older chips. */
const gpuName = /\.(gpu|ga10b|gv11b|gp10b)$/;
/** Other ways to the file `load`, for kernels that do not link it from the clock's folder. */
const loadFiles = ['sys/devices/platform/gpu.0/load', 'sys/devices/gpu.0/load'];

/** The GPU inside a Jetson's chip. */
export const gpu: SensorKind = {
  part: 'Jetson GPU',
  readings: { gpu_load: 'share of time in which the GPU was at work', gpu_clock_mhz: 'clock of the GPU' },
  source:
    '`/sys/class/devfreq/*.{gpu,ga10b}`: `cur_freq` (Hz), `device/load` (0 to 1000); `/sys/devices/platform/gpu.0/load`',
  cost: 'GPU load and clock are not measured',
  find: (files) => {
    const name = files.names(clocksFolder).find((each) => gpuName.test(each));
    if (name === undefined) return 'no GPU in /sys/class/devfreq';
    const loadFile = [`${clocksFolder}/${name}/device/load`, ...loadFiles].find(
      (file) => files.number(file) !== undefined,
    );
    const read = () => ({ gauges: readGpu(files, `${clocksFolder}/${name}/cur_freq`, loadFile) });
    return { found: loadFile === undefined ? `${name}, without a load that can be read` : name, read };
  },
};

function readGpu(files: Sysfs, clockFile: string, loadFile: string | undefined): Record<string, number> {
  const hz = files.number(clockFile);
  const permille = loadFile === undefined ? undefined : files.number(loadFile);
  return {
    ...(hz !== undefined && { gpu_clock_mhz: hz / 1e6 }),
    ...(permille !== undefined && { gpu_load: permille / 10 }),
  };
}
