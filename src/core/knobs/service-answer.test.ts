import { describe, expect, it } from 'vitest';
import { formatAnswerRule, parseAnswerRule, refusalIn } from './service-answer.ts';

describe('a rule on the answer of a service', () => {
  it.each([
    ['ignored', 'ignored'],
    ['rc == 1', { field: 'rc', equals: 1 }],
    ['rc==1', { field: 'rc', equals: 1 }],
    ['accepted == true', { field: 'accepted', equals: true }],
    ['state == on', { field: 'state', equals: 'on' }],
  ])('is read: %s', (text, rule) => {
    expect(parseAnswerRule(text)).toEqual(rule);
  });

  it.each(['', 'rc', 'rc = 1', 'rc > 1', 'rc == ', '== 1', 'ignore'])('is not taken: "%s"', (text) => {
    expect(parseAnswerRule(text)).toBeUndefined();
  });

  it.each(['ignored', 'rc == 1'])('is written as it is read: %s', (text) => {
    expect(formatAnswerRule(parseAnswerRule(text) as never)).toBe(text);
  });
});

describe('the answer of a service', () => {
  const isOk = parseAnswerRule('rc == 1');

  it('is a refusal when it says success is false, with the reason it gives', () => {
    expect(refusalIn(undefined, { success: false, message: 'locked' })).toBe('locked');
    expect(refusalIn(undefined, { success: false, message: '' })).toMatch(/without success/);
    expect(refusalIn(undefined, { success: true, message: 'done' })).toBeUndefined();
    expect(refusalIn(undefined, {})).toBeUndefined();
  });

  it('tells by the field of a rule that a drone is not connected or busy', () => {
    expect(refusalIn(isOk, { rc: 1 })).toBeUndefined();
    expect(refusalIn(isOk, { rc: 1n })).toBeUndefined();
    expect(refusalIn(isOk, { rc: 2 })).toBe('the service answered rc = 2, not 1');
    expect(refusalIn(isOk, { rc: 3, message: 'busy' })).toBe('the service answered rc = 3, not 1: busy');
  });

  it('says nothing where it is ignored', () => {
    expect(refusalIn('ignored', { success: false, message: '' })).toBeUndefined();
  });
});
