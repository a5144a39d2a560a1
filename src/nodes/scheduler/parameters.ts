import { placementWords } from '../../core/knobs/placement.ts';
import { type ModelProfile, policyIds } from '../../core/schedule/index.ts';
import type { ParameterTable, ParameterValues } from '../../ros/parameter-table.ts';

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
      description: 'Networks to run, by the name of their manifest.',
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
      description: `Where it runs on the edge: ${placementWords}. A change is answered when it runs there.`,
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

/** One model's profile from the node's parameters. */
export function modelProfile(id: string, values: ParameterValues): ModelProfile {
  const read = (name: string) => values[`models.${id}.${name}`] as number;
  return {
    id,
    deadlineMs: read('deadline_ms'),
    edgeMs: read('edge_ms'),
    cloudMs: read('cloud_ms'),
    benefit: read('benefit'),
    edgeCost: read('edge_cost'),
    cloudCost: read('cloud_cost'),
  };
}
