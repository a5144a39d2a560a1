/**
 * Every refusal's code and what it means. docs/errors.md is generated from this table and a test holds
 * the two together. Codes are stable: they are never renamed or reused.
 */
export const errorCodes = {
  TT_SPEC_SYNTAX: 'The file is not valid YAML.',
  TT_SPEC_UNKNOWN_KEY: 'A key that no part of the spec knows.',
  TT_SPEC_MISSING_KEY: 'A key that is required is absent.',
  TT_SPEC_TYPE: 'A value of the wrong type.',
  TT_SPEC_EXPRESSION: 'An expression such as ">= 20 Hz" that cannot be read.',
  TT_SPEC_UNIT: 'A unit that does not fit the quantity.',
  TT_SPEC_RANGE: 'A number, or a pair of bounds, outside what makes sense.',
  TT_SPEC_DUPLICATE: 'The same requirement, objective or knob twice.',
  TT_FILE_MISSING: 'A file that was named is not there or cannot be read.',
  TT_FILE_DAMAGED: 'A file that Trimtab wrote holds something else than it should.',
  TT_FILE_UNWRITABLE: 'A file that was named cannot be written.',
  TT_PARAM_UNKNOWN: 'A parameter that the node does not declare.',
  TT_PARAM_TYPE: 'A parameter value of the wrong type.',
  TT_PARAM_RANGE: 'A parameter value outside its range or choices.',
  TT_PARAM_READ_ONLY: 'A parameter that can only be set at start.',
  TT_TOPIC_SILENT: 'A topic that the spec needs has not spoken.',
  TT_NOT_MEASURED: 'A reading that the spec needs has no value: no such process, no such sensor, no samples.',
  TT_KNOB_UNREACHABLE: 'The node or file behind a knob did not answer in time.',
  TT_KNOB_REJECTED: 'The target refused the value.',
  TT_KNOB_NO_EFFECT: 'The value was accepted but the measured effect is missing.',
  TT_KNOB_ABSENT: 'A knob whose mechanism does not exist on this machine.',
  TT_KNOB_FORBIDDEN: 'A target that is never touched: cmd_vel, e-stop, arming, leases.',
  TT_MODEL_MISSING: 'A network file is not there or is not a readable ONNX model.',
  TT_TASK_MODEL: 'An inference task for a model that the scheduler or the cloud worker does not know.',
  TT_TASK_TIME: 'An inference task whose times are negative, not finite or out of order.',
  TT_CLOUD_TIMEOUT: 'The cloud did not answer a task in time.',
  TT_CLOUD_EXPIRED: 'A task reached the cloud worker when its deadline had already passed.',
  TT_CLOUD_BUSY: 'More tasks are under way to the cloud than allowed.',
  TT_CLOUD_FRAME: 'A message between scheduler and cloud worker that cannot be read.',
  TT_CLOUD_FAILED: 'The cloud worker could not read or execute a task.',
  TT_BROKER_START: 'The MQTT broker could not be started.',
  TT_BROKER_UNREACHABLE: 'No MQTT broker answers at the given address.',
  TT_BUSY: 'The node already works on a goal.',
  TT_HELD: 'A person pressed hold; nothing is changed until it is released.',
  TT_STATE: 'The node is not in the lifecycle state that this needs.',
  TT_NO_FEASIBLE: 'No configuration within the budget met every requirement.',
  TT_CANCELLED: 'The goal was cancelled; the last good configuration was put back.',
  TT_NOTHING_TO_ROLL_BACK: 'There is no stored configuration to go back to.',
  TT_PROFILE_TIMEOUT: 'The profiler did not answer in time.',
  TT_JOURNAL: 'A study journal that cannot be read, or that belongs to another study.',
  TT_PROTOCOL_SYNTAX: 'A line of the ask/tell protocol that is not JSON.',
  TT_PROTOCOL_MESSAGE:
    'A message of the ask/tell protocol that lacks a field, or holds what the protocol does not allow.',
  TT_USAGE: 'A command line that cannot be understood.',
} as const;

/** A stable refusal code. */
export type ErrorCode = keyof typeof errorCodes;
