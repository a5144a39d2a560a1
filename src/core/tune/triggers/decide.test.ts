import { describe, expect, it } from 'vitest';
import type { LibraryEntry } from '../library/library.ts';
import { decide, decideAfterFailure, type Reaction } from './decide.ts';
import type { Trigger } from './triggers.ts';

const stored = { rate: 10, model: 'small' };
const elsewhere = { rate: 25, model: 'small', other: true };
const there = { ...stored, other: true };
const entry = (failures = 0): LibraryEntry => ({
  context: {},
  configuration: stored,
  verifiedMs: 0,
  failures,
  observations: [],
});
const trigger = (kind: Trigger['kind']): Trigger => ({ kind, text: 'it happened' });

describe('what is done about a trigger', () => {
  it.each([
    // reaction, trigger, known, in force, cooling down, action
    ['none', 'context', true, elsewhere, false, 'none'],
    ['none', 'violation', false, elsewhere, false, 'none'],
    ['apply', 'context', true, elsewhere, false, 'apply'],
    ['apply', 'context', true, elsewhere, true, 'apply'],
    ['apply', 'violation', true, elsewhere, false, 'apply'],
    ['apply', 'context', true, there, false, 'none'],
    ['apply', 'violation', true, there, false, 'none'],
    ['apply', 'context', false, elsewhere, false, 'none'],
    ['tune', 'context', true, elsewhere, false, 'apply'],
    ['tune', 'context', true, there, false, 'none'],
    ['tune', 'context', false, elsewhere, false, 'tune'],
    ['tune', 'context', false, elsewhere, true, 'none'],
    ['tune', 'violation', true, there, false, 'tune'],
    ['tune', 'drift', true, there, false, 'tune'],
    ['tune', 'violation', false, elsewhere, false, 'tune'],
  ] as const)(
    '%s, %s, known %s, %j, cooling down %s: %s',
    (reaction, kind, isKnown, inForce, isCoolingDown, action) => {
      const decision = decide({
        trigger: trigger(kind),
        reaction,
        entry: isKnown ? entry() : undefined,
        inForce,
        untold: [],
        isCoolingDown,
      });
      expect(decision.action).toBe(action);
      expect(decision.text).toMatch(/^it happened: ./);
    },
  );

  it('a configuration that failed twice is not applied', () => {
    const about = { trigger: trigger('context'), inForce: elsewhere, untold: [], isCoolingDown: false };
    const actions = (reaction: Reaction) =>
      [1, 2].map((failures) => decide({ ...about, reaction, entry: entry(failures) }).action);
    expect(actions('apply')).toEqual(['apply', 'none']);
    expect(actions('tune')).toEqual(['apply', 'tune']);
  });

  it('says when the context is not known', () => {
    const about = {
      trigger: trigger('violation'),
      inForce: elsewhere,
      entry: undefined,
      isCoolingDown: false,
    };
    const decision = decide({ ...about, untold: ['phase'], reaction: 'apply' });
    expect(decision).toEqual({
      action: 'none',
      text: 'it happened: nobody tells the context feature phase; on_trigger is apply',
    });
  });

  it('a search follows a failure only where one is allowed', () => {
    expect(decideAfterFailure('tune', 'it failed').action).toBe('tune');
    expect(decideAfterFailure('apply', 'it failed')).toMatchObject({
      action: 'none',
      text: expect.stringContaining('put back'),
    });
  });
});
