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
    trade_off:
      '`pareto`: the objectives have no weights, and their front is sought; `weights` when absent: the best weighted objective is.',
    knobs: 'What may be turned: a list of knobs.',
    context:
      'The context features that the library of configurations is keyed by: names, or maps for numbers.',
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
    platform:
      'A reading of the whole platform, such as `cpu`, `power`, `temperature` or `gpu_load`; all are in [platforms.md](platforms.md).',
    value: 'The reading.',
  },
  requirement: {
    name: 'Name in tables; generated when absent.',
  },
  objective: {
    name: 'Name in tables; generated when absent.',
    weight: 'Share in the weighted objective, greater than 0; 1 when absent. Not with `trade_off: pareto`.',
    enough: 'Value past which more brings nothing, with its unit; also the scale of the objective.',
  },
  knob: {
    name: 'Name in tables; generated when absent.',
    default: 'Value to start from; read from the target when absent.',
    takes_effect: 'When a written value starts to act.',
    demand:
      '`rises` or `falls`: what a larger value, or `true`, does to the work that is asked of the computer. Absent: told by the unit (Hz, fps, rpm, Mbps, px) or by a name that says rate, frequency, period or interval, and not known otherwise.',
  },
  parameter: {
    parameter: 'Node and parameter, separated by a space: `camera fps`.',
    values: 'Ascending numbers to choose from.',
    range: 'Bounds, with or without unit: `[1, 30] Hz`.',
    choices: 'Words, booleans or lists to choose from: `[[640, 480], [320, 240]]`.',
    integer: '`true`: only whole numbers of the range.',
    unit: 'Unit of the values, when `range` does not say it.',
    confirm: 'How the effect is seen: `{topic: …, rate: equals}` or `{process: …, cpu: at-most}`.',
    owner:
      'With `takes_effect: reconfigure`: the lifecycle node that is configured again, where it is not the node itself.',
    switches:
      'Boolean parameters of the node that are turned off and on again for the value to act, where they are on: `[enable_color]`.',
    params_file: 'With `takes_effect: restart`: the parameter file that the node is started with.',
  },
  throttle: {
    throttle: 'The adaptor’s channel: `source -> destination`. Confirmed by the rate of the destination.',
    rate: 'Bounds of the rate: `[1, 30] Hz`.',
  },
  service: {
    service: 'Service to call.',
    type: 'Its type: `std_srvs/srv/SetBool`.',
    request: 'The request in YAML; `$value` stands for the value: `"{data: $value}"`.',
    answer:
      'How the answer shows that it was done: `ignored` where it acts whatever it says, or by a field, `rc == 1`; by `success` when absent.',
    values: 'Ascending numbers to choose from.',
    range: 'Bounds, with or without unit.',
    choices: 'Words or booleans to choose from.',
    integer: '`true`: only whole numbers of the range.',
    unit: 'Unit of the values, when `range` does not say it.',
    confirm: 'How the effect is seen, as for a parameter.',
  },
  cgroup: {
    cgroup: 'Process, with all its descendants, that is limited.',
    cpu: 'Bounds of a limit: `[0.1, 2] cores`. Confirmed by the CPU use.',
    weight: 'Bounds of its share when CPUs are short, within 1 to 10000; 100 is what every group has.',
    cpus: 'Lists of CPUs to choose from: `["0", "0-1"]`.',
  },
  process_knob: {
    process: 'Process, with all its descendants and threads.',
    nice: 'Bounds of its nice value, within -20 (goes first) and 19.',
    policy: 'Scheduling policies to choose from: `other`, `batch`, `idle`, `fifo`, `rr`.',
  },
  placement: {
    placement: 'Node that runs a network: `detector`.',
    choices:
      'Places to choose from: `[cpu, gpu]`; where the parameter takes other words, what it takes for each: `{cpu: cpu, gpu: "cuda:0"}`.',
    parameter: 'Its parameter that says where; `placement` when absent.',
  },
  power_mode: {
    power_mode: '`true`: the platform’s power mode may be changed.',
    choices: 'Mode names to choose from; all the platform offers when absent.',
  },
  context: {
    feature: 'Name of a feature whose values are numbers.',
    edges: 'Ascending numbers at which its values are cut into ranges: `[20, 50]`.',
    hysteresis:
      'How far past an edge a value must go to change its range; a twentieth of the edge when absent.',
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
  return [...new Set(groups.flatMap((group) => Object.keys(specKeys[group])))];
}
