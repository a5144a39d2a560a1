import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../core/refusal.ts';
import { type ParameterValues, resolveParameters } from '../../ros/parameter-table.ts';
import { checkVariants, modelProfile } from './model-profile.ts';
import { schedulerParameters } from './parameters.ts';

/** The parameters of a node with a model `people`, where these of it are given, as by a parameter file. */
function valuesWith(given: Record<string, unknown>): ParameterValues {
  const named = Object.entries(given).map(([name, value]) => [`models.people.${name}`, value] as const);
  const overrides = new Map<string, unknown>([['models', ['people']], ...named]);
  const values = resolveParameters(schedulerParameters(overrides), overrides);
  if (!values.ok) throw new Error(JSON.stringify(values.refusals));
  return values.value;
}

const profileOf = (given: Record<string, unknown>) => modelProfile('people', valuesWith(given));

function refusalsOf(given: Record<string, unknown>): Refusal[] {
  const checked = checkVariants(valuesWith(given));
  return checked.ok ? [] : checked.refusals;
}

const two = { variants: ['people_large', 'people_small'], quality: [1, 0.7] };

describe('the profile of a model', () => {
  it('has no variants where its parameters name none', () => {
    expect(profileOf({ edge_ms: 30 })).toEqual({
      id: 'people',
      deadlineMs: 400,
      edgeMs: 30,
      cloudMs: 100,
      benefit: 100,
      edgeCost: 1,
      cloudCost: 10,
    });
    expect(refusalsOf({ edge_ms: 30 })).toEqual([]);
  });

  it('has the variants that its parameters name, in their order, each with its quality and times', () => {
    const times = { variants_edge_ms: [80, 20], variants_cloud_ms: [150, 90], edge_ms: 5, cloud_ms: 5 };
    expect(profileOf({ ...two, ...times })).toMatchObject({
      edgeMs: 80,
      cloudMs: 150,
      variants: [
        { id: 'people_large', edgeMs: 80, cloudMs: 150, quality: 1 },
        { id: 'people_small', edgeMs: 20, cloudMs: 90, quality: 0.7 },
      ],
    });
    expect(refusalsOf({ ...two, ...times })).toEqual([]);
  });

  it('expects the model\u2019s times of variants that have none of their own', () => {
    expect(profileOf({ ...two, edge_ms: 30, variants_cloud_ms: [150, 90] })).toMatchObject({
      edgeMs: 30,
      cloudMs: 150,
      variants: [
        { edgeMs: 30, cloudMs: 150 },
        { edgeMs: 30, cloudMs: 90 },
      ],
    });
  });

  it.each([
    { what: 'no quality', given: { ...two, quality: [] }, at: 'quality', found: 'nothing' },
    { what: 'too few qualities', given: { ...two, quality: [1] }, at: 'quality', found: '1' },
    { what: 'a quality of 0', given: { ...two, quality: [1, 0] }, at: 'quality', found: '1, 0' },
    { what: 'a quality above 1', given: { ...two, quality: [1, 1.2] }, at: 'quality', found: '1, 1.2' },
    {
      what: 'too many times',
      given: { ...two, variants_edge_ms: [1, 2, 3] },
      at: 'variants_edge_ms',
      found: '1, 2, 3',
    },
    {
      what: 'too few times',
      given: { ...two, variants_cloud_ms: [9] },
      at: 'variants_cloud_ms',
      found: '9',
    },
  ])('is refused for $what, with what was found and what is accepted', ({ given, at, found }) => {
    expect(refusalsOf(given)).toEqual([
      {
        code: 'TT_PARAM_RANGE',
        reason: `parameter models.people.${at} does not fit the variants`,
        found,
        accepted: expect.stringMatching(/each of people_large, people_small$/),
      },
    ]);
  });

  it('is refused for a network that is named twice', () => {
    expect(refusalsOf({ variants: ['a', 'b', 'a'], quality: [1, 1, 1] })).toEqual([
      {
        code: 'TT_PARAM_RANGE',
        reason: 'parameter models.people.variants names a network more than once',
        found: 'a',
        accepted: 'each network once',
      },
    ]);
  });

  it('is refused for values of variants where it has none, all at once', () => {
    const refusals = refusalsOf({ quality: [0.5], variants_edge_ms: [20] });
    expect(refusals.map(({ reason }) => reason)).toEqual([
      expect.stringContaining('models.people.quality'),
      expect.stringContaining('models.people.variants_edge_ms'),
    ]);
    for (const { accepted } of refusals) expect(accepted).toBe('nothing, as there are none');
  });
});
