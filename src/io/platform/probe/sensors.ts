import { Sysfs, sensorKinds } from '../sensors/index.ts';
import type { Machine, Part } from './part.ts';

/** Every kind of sensor that the profiler reads, as this machine has it and as this user may read it. */
export function probeSensors({ root }: Machine): Part[] {
  const files = new Sysfs(root);
  return sensorKinds.map(({ part, cost, find }) => {
    const sensor = find(files);
    return typeof sensor === 'string'
      ? { part, state: 'absent', found: sensor, cost }
      : { part, state: 'real', found: sensor.found };
  });
}
