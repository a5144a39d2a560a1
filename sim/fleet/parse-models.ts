import { isScalar, isSeq } from 'yaml';
import type { ModelProfile, Variant } from '../../src/core/schedule/index.ts';
import type { Entry } from '../../src/core/spec/entry.ts';
import { publishedModels } from './published-models.ts';
import type { Scenario } from './scenario.ts';
import { entries, mapAt, optional, required, requiredText, scenarioKeys } from './scenario-entries.ts';

/** The models of a scenario: published ones by their ids, others by what they take. */
export function readModels(root: Entry): Scenario['models'] {
  if (!root.has('models')) root.oneOf(['models']);
  return (root.list('models') ?? []).flatMap((node) => {
    if (isScalar(node)) {
      const published = publishedModels.find(({ id }) => id === node.value);
      if (published !== undefined) {
        const { recordedName: _, ...model } = published;
        return [model];
      }
      const accepted = `${publishedModels.map(({ id }) => id).join(', ')}, or a map`;
      const reason = 'There is no published model of this name.';
      root.source.refuse({ code: 'TT_TASK_MODEL', reason, at: node, found: String(node.value), accepted });
      return [];
    }
    const entry = mapAt(root.source, node, 'model', 'A model');
    if (entry === undefined) return [];
    return [
      {
        id: requiredText(entry, 'id'),
        deadlineMs: required(entry, 'deadline_ms', { least: 1 }),
        ...readTimes(entry),
        benefit: required(entry, 'benefit'),
        edgeCost: required(entry, 'edge_cost'),
        cloudCost: required(entry, 'cloud_cost'),
        qoeBonus: optional(entry, 'qoe_bonus', 0),
      },
    ];
  });
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
  for (const entry of entries(model, 'variants', 'variant', 'A variant')) {
    const id = requiredText(entry, 'id');
    const at = entry.value('id');
    if (at !== undefined && variants.some((variant) => variant.id === id))
      entry.source.refuse({
        code: 'TT_SPEC_DUPLICATE',
        reason: 'Two variants of a model have one name.',
        at,
        found: id,
      });
    variants.push({
      id,
      ...twoTimes(entry),
      quality: required(entry, 'quality', { above: 0, most: 1 }),
      ...(entry.has('payload_kb') ? { payloadKb: required(entry, 'payload_kb') } : {}),
    });
  }
  return variants;
}

function twoTimes(entry: Entry): { edgeMs: number; cloudMs: number } {
  return {
    edgeMs: required(entry, 'edge_ms', { least: 0.001 }),
    cloudMs: required(entry, 'cloud_ms', { least: 0.001 }),
  };
}
