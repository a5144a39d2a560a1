import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import type { ModelProfile, Variant } from '../../core/schedule/index.ts';
import type { ParameterValues } from '../../ros/parameter-table.ts';

/**
 * Checks the variants of all models. Refuses (TT_PARAM_RANGE) a variant that is named twice, and lists beside the variants
 * that are not one value for each of them.
 */
export function checkVariants(values: ParameterValues): Result<void> {
  const refusals = (values.models as string[]).flatMap((id) => refusalsOf(id, values));
  return refusals.length > 0 ? refuse(...refusals) : accept(undefined);
}

/**
 * One model's profile from the node's parameters, which `checkVariants` has accepted. Its variants are named as their
 * networks' manifests; a model that names none is the network of its own name.
 */
export function modelProfile(id: string, values: ParameterValues): ModelProfile {
  const read = (name: string) => values[`models.${id}.${name}`] as number;
  const profile = {
    id,
    deadlineMs: read('deadline_ms'),
    edgeMs: read('edge_ms'),
    cloudMs: read('cloud_ms'),
    benefit: read('benefit'),
    edgeCost: read('edge_cost'),
    cloudCost: read('cloud_cost'),
  };
  const variants = variantsFrom(profile, values);
  const [first] = variants;
  if (first === undefined) return profile;
  const { edgeMs, cloudMs } = first;
  return { ...profile, edgeMs, cloudMs, variants: variants as [Variant, ...Variant[]] };
}

/** The variants that the parameters give a model; their times are the model's where they have none of their own. */
function variantsFrom({ id, edgeMs, cloudMs }: ModelProfile, values: ParameterValues): Variant[] {
  const list = (name: string) => values[`models.${id}.${name}`] as number[];
  const [quality, edge, cloud] = [list('quality'), list('variants_edge_ms'), list('variants_cloud_ms')];
  return (values[`models.${id}.variants`] as string[]).map((network, i) => ({
    id: network,
    quality: quality[i] as number,
    edgeMs: edge[i] ?? edgeMs,
    cloudMs: cloud[i] ?? cloudMs,
  }));
}

function refusalsOf(id: string, values: ParameterValues): Refusal[] {
  const variants = values[`models.${id}.variants`] as string[];
  const refusals: Refusal[] = [];
  const repeated = variants.filter((name, i) => variants.indexOf(name) !== i);
  if (repeated.length > 0) {
    const reason = `parameter models.${id}.variants names a network more than once`;
    const found = [...new Set(repeated)].join(', ');
    refusals.push({ code: 'TT_PARAM_RANGE', reason, found, accepted: 'each network once' });
  }
  const check = (name: string, what: string, fits: (list: readonly number[]) => boolean) => {
    const parameter = `models.${id}.${name}`;
    const list = values[parameter] as number[];
    if (fits(list)) return;
    const reason = `parameter ${parameter} does not fit the variants`;
    const found = list.length === 0 ? 'nothing' : list.join(', ');
    const accepted =
      variants.length === 0 ? 'nothing, as there are none' : `${what} each of ${variants.join(', ')}`;
    refusals.push({ code: 'TT_PARAM_RANGE', reason, found, accepted });
  };
  const oneForEach = (list: readonly number[]) => list.length === variants.length;
  check('quality', 'a number above 0, at most 1, for', (list) => {
    return oneForEach(list) && list.every((quality) => quality > 0 && quality <= 1);
  });
  for (const name of ['variants_edge_ms', 'variants_cloud_ms'])
    check(name, 'nothing, or one time for', (list) => list.length === 0 || oneForEach(list));
  return refusals;
}
