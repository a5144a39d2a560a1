import type { ParameterTable } from '../../ros/parameter-table.ts';
import { defaultStateDir } from '../state-dir.ts';

/** The profiler's parameters. */
export const profilerParameters: ParameterTable = {
  topics: {
    type: 'string-array',
    default: [],
    description:
      'Topics to watch: names, patterns such as `/camera/**` or `*_raw`, and types such as `type:sensor_msgs/msg/Image`; may be changed at any time.',
  },
  paths: {
    type: 'string-array',
    default: [],
    description: 'Chains to watch, such as "camera/image_raw -> cmd_vel"; may be changed at any time.',
  },
  observe: {
    type: 'string',
    default: 'always',
    oneOf: ['always', 'duty'],
    description:
      'Whether topics of more than 2 MB/s or 200 Hz are listened to always, or in short windows; may be changed at any time.',
  },
  duty_share: {
    type: 'double',
    default: 0.1,
    range: { from: 0.01, to: 1 },
    description: 'Share of the time for which such a topic is listened to with `observe` duty.',
  },
  processes: {
    type: 'string-array',
    default: [],
    description: 'Processes to watch as name=pattern, the pattern a regular expression on the command line.',
    readOnly: true,
  },
  map_nodes: {
    type: 'bool',
    default: true,
    description:
      'Find the process of every node on the graph; where `processes` is empty, these processes are watched under their nodes’ names.',
    readOnly: true,
  },
  cpu_of: {
    type: 'string-array',
    default: [],
    description:
      'Names among the processes whose CPU adds up to the platform’s `cpu`; empty: the whole machine.',
    readOnly: true,
  },
  cpu_cores: {
    type: 'double',
    default: 0,
    range: { from: 0, to: 1024 },
    description:
      'Cores that count as a load of 100 %, such as a container’s limit; 0: all cores of the machine.',
    readOnly: true,
  },
  period_s: {
    type: 'double',
    default: 1,
    range: { from: 0.1, to: 60 },
    description: 'Time between two profiles.',
    readOnly: true,
  },
  window_s: {
    type: 'double',
    default: 3,
    range: { from: 0.2, to: 60 },
    description: 'Window of each profile.',
  },
  record: {
    type: 'string',
    default: '',
    description:
      'Folder in which ~/profile and /diagnostics are recorded as MCAP; empty: nowhere. May be changed at any time.',
  },
  adaptor: {
    type: 'string',
    default: 'adaptor',
    description: 'The adaptor’s node name; ~/characterize turns its channels as throttles.',
    readOnly: true,
  },
  cpu_group: {
    type: 'string',
    default: '',
    description:
      'CPU group made by the launcher, for ~/characterize; empty: processes of cgroup knobs get groups of their own.',
    readOnly: true,
  },
  state_dir: {
    type: 'string',
    default: defaultStateDir(),
    description:
      'Folder in which ~/characterize keeps its way back, `characterize/` below it, and what it learns of parameters.',
    readOnly: true,
  },
};
