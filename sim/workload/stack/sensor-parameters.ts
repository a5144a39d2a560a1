import type { ParameterTable } from '../../../src/ros/index.ts';

/** Parameters of a sensor that is made up; `what` is what it publishes, for people. */
export function sensorParameters(what: string): ParameterTable {
  return {
    rate_hz: {
      type: 'double',
      default: 60,
      range: { from: 1, to: 120 },
      description: `${what} per second.`,
      readOnly: true,
    },
    seed: {
      type: 'integer',
      default: 1,
      range: { from: 0, to: 2147483647 },
      description: 'Seed of the noise.',
      readOnly: true,
    },
  };
}
