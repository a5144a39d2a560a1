import { describe, expect, it } from 'vitest';
import {
  evaluate,
  guardedMargin,
  marginsOf,
  quantityAt,
  referencesOf,
  sharesOf,
  unguardedMargin,
} from './evaluate.ts';
import { parseSpec } from './parse-spec.ts';
import { profileOf } from './profile-fixture.ts';
import { silentRefusals } from './silent.ts';
import type { Spec } from './spec.ts';

function specOf(text: string): Spec {
  const result = parseSpec(text, 'test.yaml');
  if (!result.ok) throw new Error(JSON.stringify(result.refusals));
  return result.value;
}

const spec = specOf(`
require:
  - {topic: cmd_vel, rate: ">= 20 Hz"}
  - {path: [image, cmd_vel], latency: p95 <= 100 ms}
improve:
  - {topic: detections, rate: maximize, weight: 3, enough: 30 Hz}
  - {topic: preview, rate: maximize, weight: 1, enough: 10 Hz}
`);

const good = {
  rates: { image: 30, cmd_vel: 25, detections: 15, preview: 20 },
  paths: { 'image -> cmd_vel': 80 },
};

describe('evaluate', () => {
  it('measures margins as shares of the bound, positive when safe', () => {
    const evaluation = evaluate(spec, profileOf(good));
    expect(evaluation.met).toBe(true);
    expect(evaluation.requirements.map(({ measured }) => measured)).toEqual([25, 80]);
    expect(marginsOf(evaluation)).toEqual({
      'cmd_vel rate >= 20 Hz': 0.25,
      'image -> cmd_vel latency p95 <= 100 ms': 0.2,
    });
  });

  it('meets a requirement that is exactly on its bound', () => {
    const profile = profileOf({
      ...good,
      rates: { ...good.rates, cmd_vel: 20 },
      paths: { 'image -> cmd_vel': 100 },
    });
    expect(evaluate(spec, profile).met).toBe(true);
  });

  it('counts enough as 1 and weighs the objectives', () => {
    const evaluation = evaluate(spec, profileOf(good));
    expect(evaluation.objectives.map(({ normalised }) => normalised)).toEqual([0.5, 1]);
    expect(evaluation.objective).toBeCloseTo((3 * 0.5 + 1) / 4);
    expect(evaluation.score).toBeCloseTo(0.5 + 0.5 * 0.625);
  });

  it('scores a broken spec by half the geometric mean of what is reached', () => {
    const profile = profileOf({
      ...good,
      rates: { ...good.rates, cmd_vel: 10 },
      paths: { 'image -> cmd_vel': 200 },
    });
    const evaluation = evaluate(spec, profile);
    expect(evaluation.met).toBe(false);
    expect(evaluation.score).toBeCloseTo(0.5 * Math.sqrt(0.5 * 0.5));
  });

  it('ranks any met spec above any broken one, and rises as a broken one gets better', () => {
    const scoreAt = (cmdVelHz: number) =>
      evaluate(spec, profileOf({ ...good, rates: { ...good.rates, cmd_vel: cmdVelHz } })).score;
    const scores = [0, 5, 10, 19.9, 20].map(scoreAt);
    expect(scores).toEqual([...scores].sort((a, b) => a - b));
    expect(scores[3]).toBeLessThanOrEqual(0.5);
    expect(scores[4]).toBeGreaterThan(0.5);
    expect(new Set(scores).size).toBe(scores.length);
  });

  it('counts a requirement without a measurement as broken, with a score of 0', () => {
    const evaluation = evaluate(spec, profileOf({ ...good, paths: { 'image -> cmd_vel': NaN } }));
    expect(evaluation.requirements[1]).toMatchObject({ measured: undefined, margin: undefined, met: false });
    expect(evaluation.score).toBe(0);
    expect(Object.keys(marginsOf(evaluation))).toEqual(['cmd_vel rate >= 20 Hz']);
  });

  it('counts an objective without enough against its reference', () => {
    const free = specOf('improve: [{topic: a, rate: maximize}, {process: p, cpu: minimize}]');
    const normalised = (rate: number, cpu: number) =>
      evaluate(free, profileOf({ rates: { a: rate }, cpu: { p: cpu } }), {
        'a rate': 10,
        'p cpu': 0.4,
      }).objectives.map((objective) => objective.normalised);
    expect(normalised(10, 0.4)).toEqual([0.5, 0.5]);
    const [more, less] = normalised(20, 0.2);
    expect(more).toBeGreaterThan(0.5);
    expect(less).toBeGreaterThan(0.5);
    expect(normalised(0, 0)).toEqual([0, 1]);
  });

  it('counts a latency objective with enough as reached below it', () => {
    const fast = specOf('improve: [{path: [a, b], latency: minimize p50, enough: 50 ms}]');
    const at = (p95Ms: number) => evaluate(fast, profileOf({ paths: { 'a -> b': p95Ms } })).objective;
    expect([at(60), at(100), at(200)]).toEqual([1, 1, 0.5]);
  });

  it('is content with met requirements when nothing is to be improved', () => {
    const only = specOf('require: [{platform: cpu, value: "<= 0.9 cores"}]');
    expect(evaluate(only, profileOf({ platform: { cpu: 0.5 } })).score).toBe(1);
  });
});

describe('the share of an objective that is reached', () => {
  const objectives = specOf(`
improve:
  - {topic: detections, rate: maximize, enough: 30 Hz}
  - {topic: preview, rate: maximize}
  - {process: mapper, cpu: minimize}
  - {path: [image, cmd_vel], latency: minimize p95, enough: 50 ms}
`);
  const measured = {
    rates: { detections: 12, preview: 20 },
    cpu: { mapper: 0.4 },
    paths: { 'image -> cmd_vel': 80 },
  };
  const references = { 'preview rate': 10, 'mapper cpu': 0.8 };
  const evaluation = evaluate(objectives, profileOf(measured), references);

  it('goes by the name of the objective', () => {
    const shares = sharesOf(evaluation);
    expect(Object.keys(shares)).toEqual(objectives.objectives.map(({ name }) => name));
    expect(Object.values(shares)).toEqual([0.4, 2 / 3, 2 / 3, 0.625]);
  });

  it('says what was measured, where its scale is known', () => {
    const shares = sharesOf(evaluation);
    const quantities = objectives.objectives.map((one) =>
      quantityAt(one, shares[one.name]!, references[one.name as keyof typeof references]),
    );
    for (const [i, value] of [12, 20, 0.4, 80].entries()) expect(quantities[i]).toBeCloseTo(value, 10);
    expect(quantityAt(objectives.objectives[1]!, 0.5, undefined)).toBeUndefined();
  });

  it('is no number of a quantity that nothing of is reached, or all', () => {
    const [enough, open, cpu] = objectives.objectives;
    expect(quantityAt(enough!, 1.2, undefined)).toBe(30);
    expect(quantityAt(enough!, -0.1, undefined)).toBe(0);
    expect(quantityAt(open!, 1, 10)).toBeUndefined();
    expect(quantityAt(cpu!, 0, 0.8)).toBeUndefined();
  });
});

describe('a requirement of a share of the baseline', () => {
  const relative = specOf(`
require:
  - {topic: cmd_vel, rate: ">= 0.95 × baseline"}
  - {path: [a, b], latency: p95 <= 1.2 baseline}
`);
  const [rate = '', latency = ''] = relative.requirements.map(({ name }) => name);
  const at = (cmdVelHz: number, p95Ms: number) =>
    profileOf({ rates: { cmd_vel: cmdVelHz }, paths: { 'a -> b': p95Ms } });
  const baseline = referencesOf(evaluate(relative, at(20, 100)));

  it('is named as it is written', () => {
    expect(rate).toBe('cmd_vel rate >= 0.95 × baseline');
    expect(latency).toBe('a -> b latency p95 <= 1.2 × baseline');
  });

  it('is met by the baseline itself', () => {
    expect(evaluate(relative, at(20, 100))).toMatchObject({
      met: true,
      requirements: [{ bound: 19 }, { bound: 120 }],
    });
  });

  it('asks for the share of what the baseline measured, from then on', () => {
    const evaluation = evaluate(relative, at(18, 90), baseline);
    expect(evaluation.requirements.map(({ bound, met }) => [bound, met])).toEqual([
      [19, false],
      [120, true],
    ]);
    expect(marginsOf(evaluation)[rate]).toBeCloseTo((18 - 19) / 19);
    expect(evaluation.score).toBeLessThan(0.5);
  });

  it('is broken, without a margin, where the baseline measured nothing or 0', () => {
    const none = referencesOf(evaluate(relative, at(0, NaN)));
    expect(none).toEqual({});
    const evaluation = evaluate(relative, at(0, NaN), none);
    expect(evaluation).toMatchObject({
      met: false,
      score: 0,
      requirements: [{ bound: undefined }, { bound: undefined }],
    });
    expect(marginsOf(evaluation)).toEqual({});
  });
});

describe('a guard band', () => {
  it('moves the bound, from which margins are then counted', () => {
    const evaluation = evaluate(spec, profileOf(good));
    const margins = Object.values(marginsOf(evaluation, 0.1));
    expect(margins[0]).toBeCloseTo((25 - 22) / 22);
    expect(margins[1]).toBeCloseTo((90 - 80) / 90);
    const onTheBound = evaluate(spec, profileOf({ ...good, rates: { ...good.rates, cmd_vel: 21 } }));
    expect(onTheBound.met).toBe(true);
    expect(Object.values(marginsOf(onTheBound, 0.1))[0]).toBeLessThan(0);
  });

  it('can be put on a margin, and taken off it again', () => {
    const { requirements, ...rest } = evaluate(spec, profileOf(good));
    const guarded = marginsOf({ requirements, ...rest }, 0.1);
    for (const { requirement, margin } of requirements) {
      const { name, comparison } = requirement;
      expect(guardedMargin(comparison, margin!, 0.1)).toBeCloseTo(guarded[name]!);
      expect(unguardedMargin(comparison, guarded[name]!, 0.1)).toBeCloseTo(margin!);
    }
  });
});

describe('the confidence of a percentile', () => {
  it('goes with the requirement, and only with that', () => {
    const [rate, latency] = evaluate(spec, profileOf(good)).requirements;
    expect(rate).not.toHaveProperty('confidence');
    // 40 samples, p99 of 96 ms, a maximum of 160 ms.
    expect(latency?.confidence).toBeGreaterThan(0);
    expect(latency?.confidence).toBeLessThan(0.95);
  });
});

describe('silentRefusals', () => {
  it('is empty when everything speaks', () => {
    expect(silentRefusals(spec, profileOf(good))).toEqual([]);
  });

  it('names each silent topic once', () => {
    const profile = profileOf({
      rates: { ...good.rates, image: 0, cmd_vel: 0 },
      paths: { 'image -> cmd_vel': NaN },
    });
    expect(silentRefusals(spec, profile).map(({ code, found }) => [code, found])).toEqual([
      ['TT_TOPIC_SILENT', 'cmd_vel'],
      ['TT_TOPIC_SILENT', 'image'],
    ]);
  });

  it('tells a reading that is absent from a topic that is silent', () => {
    const more = specOf('require: [{process: p, cpu: "<= 1 cores"}, {topic: a, age: p95 <= 1 s}]');
    const codes = silentRefusals(more, profileOf({ rates: { a: 10 } })).map(({ code, found }) => [
      code,
      found,
    ]);
    expect(codes).toEqual([
      ['TT_NOT_MEASURED', 'p cpu'],
      ['TT_NOT_MEASURED', 'a age p95'],
    ]);
  });
});
