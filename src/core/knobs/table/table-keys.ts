/**
 * Every key of a knob table and what it means. The parser accepts exactly these keys, and the tables in
 * docs/knobs.md are generated from them.
 */
export const tableKeys = {
  table: {
    family: 'Name of the robot or of the nodes, for people.',
    about: 'One sentence on what the table covers.',
    distros: 'ROS 2 distributions the table holds for: `[humble, jazzy]`.',
    checked: 'Where the facts were read: a list of `{project, branch, commit, date}`.',
    groups: 'Nodes of one kind each, with their knobs.',
  },
  checked: {
    project: 'Repository: `ros-navigation/navigation2`.',
    branch: 'Branch or tag that was read.',
    commit: 'Commit that was read.',
    date: 'Date of that commit: `2026-08-21`.',
  },
  group: {
    title: 'What these nodes are, for people.',
    nodes: 'Own names of the nodes, in any namespace; `*` stands for any letters.',
    declares: 'Parameters by which a node is recognised whatever its name; all must be there.',
    source: 'File of the project in which the rows were read.',
    knobs: 'The rows.',
    couplings: 'What must hold between two parameters, in every moment of a change.',
  },
  coupling: {
    keep: 'The relation: `a <= b`, or `a >= 1 / b`.',
    distros: 'Where it holds; all of the table’s when absent.',
    note: 'What happens otherwise.',
  },
  row: {
    default: 'Value the project starts with.',
    takes_effect: 'When a written value starts to act.',
    demand:
      '`rises` or `falls`: what a larger value, or `true`, does to the work that is asked of the computer. Absent: told by the unit (Hz, fps, rpm, Mbps, px) or by a name that says rate, frequency, period or interval, and not known otherwise.',
    distros: 'Where this row holds; all of the table’s when absent.',
    source: 'File in which this was read, when it is not the group’s.',
    note: 'What a person should know before turning it.',
  },
  parameter: {
    parameter: 'Name of the parameter; `*` stands for one part between dots, such as a plugin’s name.',
    owner:
      'With `takes_effect: reconfigure`: the lifecycle node that is configured again, where it is not the node itself; relative to the node’s namespace, `..` is the one above.',
    switches:
      'Boolean parameters of the node that are turned off and on again for the value to act, where they are on: `[enable_color]`.',
    type: '`bool`, `integer`, `double`, `string`, or one of these with `-array`.',
    values: 'Ascending numbers to choose from.',
    range: 'Bounds, with or without unit: `[1, 30] Hz`.',
    choices: 'Words to choose from; of a list lists, `[[640, 480], [320, 240]]`.',
    unit: 'Unit of the values, when `range` does not say it.',
  },
  service: {
    service: 'Name of the service, relative to the node’s namespace, or `~/name` below the node.',
    type: 'Its type: `std_srvs/srv/SetBool`.',
    request: 'The request as YAML, with `$value` in the place of the value.',
    answer:
      'How the answer shows that it was done: `ignored` where it acts whatever it says, or by a field, `rc == 1`; by `success` when absent.',
    values: 'Ascending numbers to choose from.',
    range: 'Bounds, with or without unit.',
    choices: 'Words, true or false, or lists to choose from; without any the spec says its own.',
    unit: 'Unit of the values, when `range` does not say it.',
  },
  throttle: {
    throttle: 'Topic worth thinning, relative to the node’s namespace; `*` stands for any letters.',
    rate: 'Bounds of the rate: `[1, 30] Hz`.',
  },
} as const satisfies Record<string, Record<string, string>>;

/** A group of keys that stand together in one map. */
export type TableKeyGroup = keyof typeof tableKeys;

/** The key names of one or more groups. */
export function tableKeysOf(...groups: TableKeyGroup[]): string[] {
  return groups.flatMap((group) => Object.keys(tableKeys[group]));
}
