import { isScalar, isSeq, type Node } from 'yaml';
import type { ModelProfile, Variant } from '../../src/core/schedule/index.ts';
import type { Entry } from '../../src/core/spec/entry.ts';
import { publishedModels } from './published-models.ts';
import type { Scenario } from './scenario.ts';
import {
  entries,
  mapAt,
  optional,
  refuseDoubles,
  required,
  requiredList,
  requiredName,
  scenarioKeys,
} from './scenario-entries.ts';

/** The models of a scenario: published ones by their ids, others by what they take. */
export function readModels(root: Entry): Scenario['models'] {
  const models = requiredList(root, 'models').flatMap((node) => {
    if (isScalar(node)) {
      const published = publishedModels.find(({ id }) => id === node.value);
      if (published !== undefined) {
        const { recordedName: _, ...model } = published;
        return [{ model, at: node }];
      }
      const accepted = `${publishedModels.map(({ id }) => id).join(', ')}, or a map`;
      const reason = 'There is no published model of this name.';
      root.source.refuse({ code: 'TT_TASK_MODEL', reason, at: node, found: String(node.value), accepted });
      return [];
    }
    const entry = mapAt(root.source, node, 'model', 'A model');
    if (entry === undefined) return [];
    const model = {
      id: requiredName(entry, 'id'),
      deadlineMs: required(entry, 'deadline_ms', { least: 1 }),
      ...readTimes(entry),
      benefit: required(entry, 'benefit'),
      edgeCost: required(entry, 'edge_cost'),
      cloudCost: required(entry, 'cloud_cost'),
      qoeBonus: optional(entry, 'qoe_bonus', 0),
    };
    return [{ model, at: entry.value('id') }];
  });
  refuseDoubles(
    models.map(({ model, at }) => ({ name: model.id, at })),
    root.source,
    'models',
  );
  return models.map(({ model }) => model);
}

/** A model's times: its own, or those of the first of its variants, which are then given too. */
function readTimes(model: Entry): Pick<ModelProfile, 'edgeMs' | 'cloudMs' | 'variants'> {
  const at = model.value('variants');
  if (at === undefined) return twoTimes(model);
  for (const key of ['edge_ms', 'cloud_ms']) if (model.has(key)) model.oneOf(['variants', key]);
  const [first, ...others] = readVariants(model);
  if (first !== undefined)
    return { edgeMs: first.edgeMs, cloudMs: first.cloudMs, variants: [first, ...others] };
  if (isSeq(at)) {
    const reason = 'A model has one variant at least.';
    const accepted = `a list of maps with ${Object.keys(scenarioKeys.variant).join(', ')}`;
    model.source.refuse({ code: 'TT_SPEC_RANGE', reason, at, found: 'an empty list', accepted });
  }
  return { edgeMs: 0, cloudMs: 0 };
}

function readVariants(model: Entry): Variant[] {
  const variants: Variant[] = [];
  const ids: { name: string; at: Node | undefined }[] = [];
  for (const entry of entries(model, 'variants', 'variant', 'A variant')) {
    const id = requiredName(entry, 'id');
    ids.push({ name: id, at: entry.value('id') });
    variants.push({
      id,
      ...twoTimes(entry),
      quality: required(entry, 'quality', { above: 0, most: 1 }),
      ...(entry.has('payload_kb') ? { payloadKb: required(entry, 'payload_kb') } : {}),
    });
  }
  refuseDoubles(ids, model.source, 'variants of a model');
  return variants;
}

function twoTimes(entry: Entry): { edgeMs: number; cloudMs: number } {
  return {
    edgeMs: required(entry, 'edge_ms', { least: 0.001 }),
    cloudMs: required(entry, 'cloud_ms', { least: 0.001 }),
  };
}
