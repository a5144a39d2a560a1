import { placementWords } from '../../core/knobs/placement.ts';
import { policyIds } from '../../core/schedule/index.ts';
import type { ParameterTable } from '../../ros/parameter-table.ts';

/** Where nothing is given: DEMS' figures for its person models (arXiv 2412.20860), times as measured at start-up later on. */
const defaults = {
  rateHz: 5,
  deadlineMs: 400,
  edgeMs: 50,
  cloudMs: 100,
  benefit: 100,
  edgeCost: 1,
  cloudCost: 10,
};

/** The scheduler's parameters; one set for each model named in `models`. */
export function schedulerParameters(overrides: ReadonlyMap<string, unknown>): ParameterTable {
  const models = overrides.get('models');
  const table: ParameterTable = {
    policy: {
      type: 'string',
      default: 'e-c-edf',
      oneOf: [...policyIds],
      description: 'Scheduling policy; changing it loses no task.',
    },
    models: {
      type: 'string-array',
      default: [],
      description:
        'Models to run: each the network whose manifest has its name, or what its variants name in place of that.',
      readOnly: true,
    },
    models_dir: { type: 'string', default: '', description: 'Folder of the manifests.', readOnly: true },
    probe_every_ms: {
      type: 'double',
      default: 2000,
      range: { from: 100, to: 600_000 },
      description:
        'How often one task is sent to a place that its measured times rule out, to see whether it has recovered.',
      readOnly: true,
    },
    broker_url: {
      type: 'string',
      default: 'mqtt://127.0.0.1:1883',
      description: 'MQTT broker of the cloud workers.',
      readOnly: true,
    },
  };
  for (const id of Array.isArray(models) ? models : []) Object.assign(table, modelParameters(String(id)));
  return table;
}

function modelParameters(id: string): ParameterTable {
  const positive = { from: 0, to: 1e6 };
  return {
    [`models.${id}.rate_hz`]: {
      type: 'double',
      default: defaults.rateHz,
      range: { from: 0, to: 100 },
      description: 'Tasks made per second at most; 0 makes none.',
    },
    [`models.${id}.placement`]: {
      type: 'string',
      default: 'cpu',
      description: `Where it runs on the edge, in each of its variants: ${placementWords}. A change is answered when it runs there.`,
    },
    [`models.${id}.deadline_ms`]: {
      type: 'double',
      default: defaults.deadlineMs,
      range: { from: 1, to: 60_000 },
      description: 'Time from capture to result.',
      readOnly: true,
    },
    [`models.${id}.edge_ms`]: {
      type: 'double',
      default: defaults.edgeMs,
      range: positive,
      description: 'Expected time on the edge, until measured.',
      readOnly: true,
    },
    [`models.${id}.cloud_ms`]: {
      type: 'double',
      default: defaults.cloudMs,
      range: positive,
      description: 'Expected time through the cloud, until measured.',
      readOnly: true,
    },
    [`models.${id}.variants`]: {
      type: 'string-array',
      default: [],
      description:
        'Networks that it may run as, by the names of their manifests; trim chooses one for each task, the other policies run the first. Empty: the one of its own name.',
      readOnly: true,
    },
    [`models.${id}.quality`]: {
      type: 'double-array',
      default: [],
      description:
        'What share of the benefit a result of each variant is worth: for each a number above 0, at most 1.',
      readOnly: true,
    },
    [`models.${id}.variants_edge_ms`]: {
      type: 'double-array',
      default: [],
      range: positive,
      description: 'Expected time of each variant on the edge, until measured. Empty: edge_ms for each.',
      readOnly: true,
    },
    [`models.${id}.variants_cloud_ms`]: {
      type: 'double-array',
      default: [],
      range: positive,
      description:
        'Expected time of each variant through the cloud, until measured. Empty: cloud_ms for each.',
      readOnly: true,
    },
    [`models.${id}.benefit`]: {
      type: 'double',
      default: defaults.benefit,
      range: positive,
      description: 'Utility of a result on time.',
      readOnly: true,
    },
    [`models.${id}.edge_cost`]: {
      type: 'double',
      default: defaults.edgeCost,
      range: positive,
      description: 'Cost of running on the edge, in utility.',
      readOnly: true,
    },
    [`models.${id}.cloud_cost`]: {
      type: 'double',
      default: defaults.cloudCost,
      range: positive,
      description: 'Cost of running in the cloud, in utility.',
      readOnly: true,
    },
  };
}
