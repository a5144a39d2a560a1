import { findProgram } from './find.ts';
import type { Machine, Part } from './part.ts';

/** The MQTT broker between scheduler and cloud worker: mosquitto where there is one, else the bundled aedes. */
export function probeBroker(machine: Machine): Part {
  const mosquitto = findProgram(machine, 'mosquitto');
  return { part: 'MQTT broker', state: 'real', found: mosquitto ?? 'aedes (bundled, MQTT 3.1.1)' };
}
