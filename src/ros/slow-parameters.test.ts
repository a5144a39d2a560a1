import { describe, expect, it } from 'vitest';
import { accept, refuse } from '../core/refusal.ts';
import { SlowParameters } from './slow-parameters.ts';

function recorded() {
  const heard: string[] = [];
  const slow = new SlowParameters();
  for (const name of ['a', 'b']) {
    slow.add(name, async (value: string) => {
      heard.push(`prepare ${name} ${value}`);
      if (value === 'bad') return refuse({ code: 'TT_MODEL_PLACE', reason: `${name} cannot` });
      return accept({
        commit: () => heard.push(`commit ${name}`),
        discard: () => heard.push(`discard ${name}`),
      });
    });
  }
  return { slow, heard };
}

describe('parameters that are slow to take a value', () => {
  it('are those that something has to be got ready for', () => {
    const { slow } = recorded();
    expect(slow.concerns(['c', 'a'])).toBe(true);
    expect(slow.concerns(['c'])).toBe(false);
    expect(slow.concerns([])).toBe(false);
  });

  it('take effect when all are ready', async () => {
    const { slow, heard } = recorded();
    const prepared = await slow.prepareAll({ a: '1', c: '2', b: '3' });
    expect(heard).toEqual(['prepare a 1', 'prepare b 3']);
    if (prepared.ok) prepared.value.commit();
    expect(heard.slice(2)).toEqual(['commit a', 'commit b']);
  });

  it('give up what was ready when another one is refused, or the node wants none of it', async () => {
    const { slow, heard } = recorded();
    expect(await slow.prepareAll({ a: '1', b: 'bad' })).toMatchObject({ refusals: [{ reason: 'b cannot' }] });
    expect(heard).toEqual(['prepare a 1', 'prepare b bad', 'discard a']);
    const prepared = await slow.prepareAll({ b: '2' });
    if (prepared.ok) prepared.value.discard();
    expect(heard.slice(3)).toEqual(['prepare b 2', 'discard b']);
  });
});
