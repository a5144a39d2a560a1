import { describe, expect, it } from 'vitest';
import type { KnobDeclaration } from '../knob.ts';
import {
  describeLearned,
  type LearnedEffect,
  learnedAbout,
  learnedFrom,
  learnedVerdict,
  mergeLearned,
  notWorthTrials,
} from './learned-effect.ts';

const effect = (counts: LearnedEffect['counts'], firstMs: number, lastMs = firstMs): LearnedEffect => ({
  node: 'camera',
  parameter: 'fps',
  distro: 'jazzy',
  counts,
  firstMs,
  lastMs,
});

describe('learnt effects', () => {
  it('add up for each node, parameter and distribution, in any order', () => {
    const parts = [
      effect({ accepted: 1 }, 5),
      effect({ 'no-effect': 2 }, 3, 9),
      { ...effect({ confirmed: 1 }, 1), distro: 'humble' },
      effect({ 'no-effect': 1 }, 7),
    ];
    const sum = effect({ accepted: 1, 'no-effect': 3 }, 3, 9);
    expect(mergeLearned(parts)).toEqual([sum, parts[2]]);
    expect(mergeLearned(mergeLearned(parts))).toEqual(mergeLearned(parts));
    expect(mergeLearned([...parts].reverse())).toContainEqual(sum);
  });

  it.each([
    [{}, 'undecided'],
    [{ accepted: 9, unreachable: 1 }, 'undecided'],
    [{ rejected: 1, accepted: 1 }, 'rejected'],
    [{ 'no-effect': 1, rejected: 4 }, 'no-effect'],
    [{ 'no-effect': 5, confirmed: 1 }, 'acts'],
  ] as const)('with the counts %j come to %s', (counts, verdict) => {
    expect(learnedVerdict(counts)).toBe(verdict);
  });

  it.each([
    [{}, 'undecided (0 of 0)'],
    [{ accepted: 2, unreachable: 1 }, 'undecided (2 of 3)'],
    [{ 'no-effect': 5, confirmed: 1 }, 'acts (1 of 6)'],
    [{ 'no-effect': 1, rejected: 4 }, 'no effect (1 of 5)'],
  ])('with the counts %j are told as %s', (counts, text) => {
    expect(describeLearned(counts)).toBe(text);
  });

  it('are found for a node in any namespace, on the same distribution only', () => {
    const effects = [effect({ confirmed: 1 }, 1)];
    const about = { node: '/robot_1/camera', parameter: 'fps', distro: 'jazzy' };
    expect(learnedAbout(effects, about)).toBe(effects[0]);
    expect(learnedAbout(effects, { ...about, distro: 'humble' })).toBeUndefined();
    expect(learnedAbout(effects, { ...about, node: '/camera_2' })).toBeUndefined();
  });

  it('come from the verdicts on parameters, and from no other knob', () => {
    const knob = (name: string, target: KnobDeclaration['target']): KnobDeclaration => ({
      name,
      target,
      domain: { type: 'real', low: 0, high: 1 },
      unit: '',
      takesEffect: 'unknown',
    });
    const knobs = [
      knob('rate', { kind: 'parameter', node: '/robot/camera', parameter: 'fps' }),
      knob('thin', { kind: 'throttle', from: 'a', to: 'b' }),
    ];
    const seen = { achieved: 5, evidence: 'camera/image_raw runs at 5 Hz' };
    const verdicts = knobs.map(({ name }) => ({ name, verdict: { outcome: 'no-effect', ...seen } as const }));
    expect(learnedFrom({ knobs, verdicts, distro: 'jazzy', nowMs: 7 })).toEqual([
      effect({ 'no-effect': 1 }, 7),
    ]);
  });
});

describe('what is not worth trials', () => {
  const knob = (parameter: string, changes: Partial<KnobDeclaration> = {}): KnobDeclaration => ({
    name: `camera ${parameter}`,
    target: { kind: 'parameter', node: '/front/camera', parameter },
    domain: { type: 'real', low: 1, high: 30 },
    unit: 'Hz',
    takesEffect: 'unknown',
    ...changes,
  });
  const names = (counts: LearnedEffect['counts'], changes: Partial<KnobDeclaration> = {}, distro = 'jazzy') =>
    notWorthTrials([knob('fps', changes), knob('gain')], [effect(counts, 1)], distro).map(({ name }) => name);

  it.each([
    ['often nothing', { 'no-effect': 3, accepted: 2 }, true],
    ['nothing, but seldom', { 'no-effect': 2 }, false],
    ['nothing, but once it acted', { 'no-effect': 9, confirmed: 1 }, false],
    ['only refusals', { rejected: 3, unreachable: 1 }, true],
    ['refusals of some values', { rejected: 9, accepted: 1 }, false],
    ['nothing to see', { accepted: 20 }, false],
  ])('%s', (_, counts, isIdle) => {
    expect(names(counts)).toEqual(isIdle ? ['camera fps'] : []);
  });

  it('says what was measured', () => {
    const [idle] = notWorthTrials(
      [knob('fps'), knob('gain')],
      [effect({ 'no-effect': 3, accepted: 1 }, 1)],
      'jazzy',
    );
    expect(idle).toEqual({ name: 'camera fps', measured: 'no effect (3 of 4)' });
  });

  it('is no knob whose effect is described, or that was seen on another distribution', () => {
    expect(names({ 'no-effect': 9 }, { takesEffect: 'immediate' })).toEqual([]);
    expect(names({ 'no-effect': 9 }, {}, 'humble')).toEqual([]);
  });

  it('is nothing where nothing else would be left to turn', () => {
    expect(notWorthTrials([knob('fps')], [effect({ 'no-effect': 9 }, 1)], 'jazzy')).toEqual([]);
  });
});
