import type { PlatformReadings } from '../../../core/measure/system-readings.ts';
import type { Sysfs } from './sysfs.ts';

/** A part of this machine that was found and can be read; a reading that fails later is left out of that look. */
export type Sensor = { found: string; read(): Partial<PlatformReadings> };

/** A kind of sensor, and how it is looked for. The documentation's table is made of these. */
export type SensorKind = {
  /** What a person calls it. */
  part: string;
  /** Readings by name and what they mean; `<name>` stands for what the board itself calls its rails or zones. */
  readings: Record<string, string>;
  /** Files it is read from, for people. */
  source: string;
  /** What is not known where it is absent. */
  cost: string;
  /** Looks for it; a text says why it is not there. */
  find(files: Sysfs): Sensor | string;
};
