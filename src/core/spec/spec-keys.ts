/**
 * Every key of the spec format and what it means. The parser accepts exactly these keys, and the tables
 * in docs/spec.md are generated from them.
 */
export const specKeys = {
  file: {
    robot: 'Name of the robot; for people and reports.',
    platform: 'Name of the platform; for people and reports.',
    use: 'Files below `config/`, without `.yaml`, whose `require`, `improve` and `knobs` are added; knob tables, as `knobs/nav2`.',
    require: 'Core services: a list of requirements.',
    improve: 'Everything else: a list of objectives.',
    knobs: 'What may be turned: a list of knobs.',
    context: 'Names of the context features the library of configurations is keyed by.',
  },
  topic: {
    topic: 'Topic, relative or absolute.',
    rate: 'Messages per second.',
    age: 'Arrival minus header stamp; with a statistic.',
  },
  path: {
    path: 'Two or more topics; the first stamps, the last carries this stamp.',
    latency: 'From the stamp on the first topic to the arrival on the last; with a statistic.',
  },
  process: {
    process: 'Process, by the name the profiler knows it by.',
    cpu: 'CPU time per second.',
  },
  platform: {
    platform: '`cpu`, `load`, `power` or `temperature` of the whole platform.',
    value: 'The reading.',
  },
  requirement: {
    name: 'Name in tables; generated when absent.',
  },
  objective: {
    name: 'Name in tables; generated when absent.',
    weight: 'Share in the weighted objective, greater than 0; 1 when absent.',
    enough: 'Value past which more brings nothing, with its unit; also the scale of the objective.',
  },
  knob: {
    name: 'Name in tables; generated when absent.',
    default: 'Value to start from; read from the target when absent.',
    takes_effect: 'When a written value starts to act.',
  },
  parameter: {
    parameter: 'Node and parameter, separated by a space: `camera fps`.',
    values: 'Ascending numbers to choose from.',
    range: 'Bounds, with or without unit: `[1, 30] Hz`.',
    choices: 'Words or booleans to choose from.',
    integer: '`true`: only whole numbers of the range.',
    unit: 'Unit of the values, when `range` does not say it.',
    confirm: 'How the effect is seen: `{topic: …, rate: equals}` or `{process: …, cpu: at-most}`.',
  },
  throttle: {
    throttle: 'The adaptor’s channel: `source -> destination`. Confirmed by the rate of the destination.',
    rate: 'Bounds of the rate: `[1, 30] Hz`.',
  },
  cgroup: {
    cgroup: 'Process whose CPU time is limited. Confirmed by its CPU use.',
    cpu: 'Bounds of the limit: `[0.1, 2] cores`.',
  },
  power_mode: {
    power_mode: '`true`: the platform’s power mode may be changed.',
    choices: 'Mode names to choose from; all the platform offers when absent.',
  },
  confirm: {
    topic: 'Topic whose rate follows the knob.',
    rate: '`equals` or `at-most`.',
    process: 'Process whose CPU use the knob bounds.',
    cpu: '`at-most`.',
  },
} as const satisfies Record<string, Record<string, string>>;

/** A group of keys that stand together in one map. */
export type KeyGroup = keyof typeof specKeys;

/** The key names of one or more groups. */
export function keysOf(...groups: KeyGroup[]): string[] {
  return groups.flatMap((group) => Object.keys(specKeys[group]));
}
