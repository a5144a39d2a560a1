import { describe, expect, it } from 'vitest';
import { problem, spec, specOf, specText } from './library.fixture.ts';
import { identityOf, sameProblem } from './problem-identity.ts';

describe('the identity of a problem', () => {
  it('is what a person would say of the spec', () => {
    expect(problem).toEqual({
      robot: '',
      platform: '',
      requirements: ['core rate >= 25 Hz'],
      objectives: ['load rate: maximize load rate, weight 1, enough 30 Hz'],
      knobs: [
        'robot model: parameter model of robot, categorical {small, large}',
        'robot rate: parameter rate of robot, real [2, 30] Hz',
      ],
    });
  });

  it('stays where only the order or the context features change', () => {
    const turned = { ...spec, knobs: [...spec.knobs].reverse(), context: [] };
    expect(sameProblem(identityOf(turned), problem)).toBe(true);
  });

  it('tells a front from a weighted objective', () => {
    const two = specText.replace('improve:', 'improve:\n  - {topic: near, rate: maximize, enough: 9 Hz}');
    const front = identityOf(specOf(`trade_off: pareto\n${two}`));
    expect(front.objectives).toContain('near rate: maximize near rate, traded off, enough 9 Hz');
    expect(sameProblem(front, identityOf(specOf(two)))).toBe(false);
  });

  it.each([
    ['a bound', '25 Hz', '26 Hz'],
    ['a range', '[2, 30]', '[2, 29]'],
    ['the choices', 'large]', 'large, huge]'],
    ['an objective’s scale', 'enough: 30 Hz', 'enough: 20 Hz'],
    ['the robot', 'require:', 'robot: spot\nrequire:'],
    ['a measured topic', 'topic: core', 'topic: other'],
  ])('changes with %s', (_what, from, to) => {
    expect(specText).toContain(from);
    expect(sameProblem(identityOf(specOf(specText.replace(from, to))), problem)).toBe(false);
  });
});
