import { defaultDesigner, designerNames } from '../../core/tune/designers.ts';
import { safeties } from '../../core/tune/safety.ts';
import { reactions } from '../../core/tune/triggers/decide.ts';
import type { ParameterTable } from '../../ros/parameter-table.ts';
import { defaultStateDir } from '../state-dir.ts';

/** The tuner's parameters. */
export const tunerParameters: ParameterTable = {
  spec: {
    type: 'string',
    default: '',
    description: 'Performance spec to put in force at start; empty: wait for ~/set_spec.',
    readOnly: true,
  },
  profiler: { type: 'string', default: 'profiler', description: 'The profiler’s node name.', readOnly: true },
  adaptor: {
    type: 'string',
    default: 'adaptor',
    description: 'The adaptor’s node name; its channels are the spec’s throttles.',
    readOnly: true,
  },
  cpu_group: {
    type: 'string',
    default: '',
    description:
      'CPU group made by the launcher; empty: processes of cgroup knobs get groups of the tuner’s own.',
    readOnly: true,
  },
  state_dir: {
    type: 'string',
    default: defaultStateDir(),
    description: 'Folder of the last good configuration, the way back and the journals; one for each tuner.',
    readOnly: true,
  },
  designer: {
    type: 'string',
    default: defaultDesigner,
    oneOf: [...designerNames].reverse(),
    description: 'Which designer suggests configurations.',
  },
  safety: {
    type: 'string',
    default: 'priced',
    oneOf: [...safeties],
    description:
      'How careful a search is: harm weighed against gain; nothing but what is surely feasible once that is known; or harm free, for rehearsals.',
  },
  max_violation_s: {
    type: 'double',
    default: 0,
    range: { from: 0, to: 86_400 },
    description: 'A search ends when its trials have broken a requirement for so long; 0: no limit.',
  },
  max_trials: {
    type: 'integer',
    default: 14,
    range: { from: 2, to: 1000 },
    description: 'Trials of a goal that names no number, the first and the verification included.',
  },
  settle_s: {
    type: 'double',
    default: 1,
    range: { from: 0, to: 60 },
    description: 'Wait after a change before measuring.',
  },
  window_s: {
    type: 'double',
    default: 2.5,
    range: { from: 0.5, to: 60 },
    description: 'Measured window of a trial.',
  },
  verify_window_s: {
    type: 'double',
    default: 4,
    range: { from: 0.5, to: 60 },
    description: 'Measured window of the verification.',
  },
  guard_band: {
    type: 'double',
    default: 0.03,
    range: { from: 0, to: 0.5 },
    description: 'Share of each bound kept as a margin; what only just meets a requirement is not taken.',
  },
  cut_risk: {
    type: 'double',
    default: 0.01,
    range: { from: 0, to: 0.5 },
    description:
      'Probability, at most, of cutting a trial short that would have met every requirement; 0: none is cut short.',
  },
  context: {
    type: 'string-array',
    default: [],
    description:
      'Context features as `name=value`, besides those that come by ~/context; the newest word on a feature counts.',
  },
  warm_start: {
    type: 'bool',
    default: true,
    description:
      'Begin a search with what the library knows of this context or the nearest; false: from nothing, the same for the same seed.',
  },
  on_trigger: {
    type: 'string',
    default: 'none',
    oneOf: [...reactions],
    description:
      'What a broken requirement, a drift or another context leads to: only a report, the stored configuration, or also a search.',
  },
  monitor_period_s: {
    type: 'double',
    default: 5,
    range: { from: 0, to: 60 },
    description: 'Between tunings, the window that is judged again and again; 0: not monitored.',
  },
  broken_windows: {
    type: 'integer',
    default: 3,
    range: { from: 1, to: 100 },
    description: 'A requirement broken in so many of the last `of_windows` is a trigger.',
  },
  of_windows: {
    type: 'integer',
    default: 5,
    range: { from: 1, to: 100 },
    description: 'See `broken_windows`.',
  },
  drift_threshold: {
    type: 'double',
    default: 5,
    range: { from: 0, to: 100 },
    description:
      'Threshold of the drift test in standard deviations of a window’s value; 0: no drift is a trigger.',
  },
  cool_down_s: {
    type: 'double',
    default: 60,
    range: { from: 0, to: 86400 },
    description: 'After an action only another context is a trigger, and no search begins, for so long.',
  },
};
