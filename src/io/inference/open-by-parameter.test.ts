import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Result } from '../../core/refusal.ts';
import { openByParameter } from './open-by-parameter.ts';
import type { Move } from './placed-network.ts';

const manifestFile = join(fileURLToPath(new URL('../../../models/', import.meta.url)), 'vest.json');
/** Opening a network takes seconds on a busy machine. */
const patience = { timeout: 60_000 };

/** A node with a parameter `place`, and what it was told. */
function nodeWith(place: string) {
  const log: string[] = [];
  let prepare: ((value: string) => Promise<Result<Move>>) | undefined;
  const node = {
    parameters: {
      values: { place },
      prepareChanges: (name: string, given: typeof prepare) => {
        if (name === 'place') prepare = given;
      },
    },
    log: { info: (text: string) => log.push(text) },
  };
  return { node, log, change: (value: string) => prepare?.(value) };
}

describe('a network whose place is a parameter', patience, () => {
  it('opens where the parameter says and moves with it, also when it is set before the network is open', async () => {
    const { node, log, change } = nodeWith('cpu');
    const opening = openByParameter(node, 'place', manifestFile);
    const early = change('cpu:2');
    const opened = await opening;
    if (!opened.ok) throw new Error(JSON.stringify(opened.refusals));
    onTestFinished(() => opened.value.close());
    const move = await early;
    expect(opened.value.placement).toBe('cpu');
    if (move?.ok) move.value.commit();
    expect(opened.value.placement).toBe('cpu:2');
    expect(log).toEqual([
      expect.stringMatching(/^network vest runs on cpu: \d+ nodes on CPU, 1 thread$/),
      expect.stringMatching(/^network vest runs on cpu:2: \d+ nodes on CPU, 2 threads$/),
    ]);
    expect(await change('dla0')).toMatchObject({ refusals: [{ code: 'TT_MODEL_PLACE' }] });
    expect([opened.value.placement, log.length]).toEqual(['cpu:2', 2]);
  });

  it('is refused, and every change of the parameter with it, where it cannot be opened', async () => {
    const { node, change } = nodeWith('dla0');
    const opening = openByParameter(node, 'place', manifestFile);
    const early = change('cpu');
    expect(await opening).toMatchObject({ refusals: [{ code: 'TT_MODEL_PLACE' }] });
    expect(await early).toMatchObject({ refusals: [{ code: 'TT_MODEL_PLACE' }] });
  });
});
