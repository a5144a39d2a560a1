import type { PlatformReadings } from '../../../core/measure/system-readings.ts';
import { dla } from '../jetson/dla.ts';
import { emc } from '../jetson/emc.ts';
import { gpu } from '../jetson/gpu.ts';
import { powerMode } from '../jetson/power-mode.ts';
import { powerRails } from '../jetson/power-rails.ts';
import { cpuClock } from './cpu-clock.ts';
import { memory } from './memory.ts';
import { pressure } from './pressure.ts';
import type { Sensor, SensorKind } from './sensor.ts';
import { Sysfs } from './sysfs.ts';
import { thermal } from './thermal.ts';

export type { Sensor, SensorKind } from './sensor.ts';
export { Sysfs } from './sysfs.ts';

/** Every kind of sensor that Trimtab knows, those of any Linux machine first. */
export const sensorKinds: readonly SensorKind[] = [
  pressure,
  memory,
  cpuClock,
  thermal,
  powerRails,
  powerMode,
  gpu,
  emc,
  dla,
];

/** The sensors that this machine has. Parts that appear later, such as a driver loaded by hand, are not found. */
export class PlatformSensors {
  readonly #sensors: readonly Sensor[];

  constructor(files = new Sysfs(), kinds = sensorKinds) {
    this.#sensors = kinds.map((kind) => kind.find(files)).filter((found) => typeof found !== 'string');
  }

  /** Reads all of them. */
  read(): PlatformReadings {
    const looks = this.#sensors.map((sensor) => sensor.read());
    return {
      gauges: Object.assign({}, ...looks.map(({ gauges }) => gauges)),
      counters: Object.assign({}, ...looks.map(({ counters }) => counters)),
    };
  }
}
