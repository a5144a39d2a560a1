import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Result } from '../../core/refusal.ts';
import { openAllByParameter, openByParameter } from './open-by-parameter.ts';
import type { Move, PlacedNetwork } from './placed-network.ts';

const models = fileURLToPath(new URL('../../../models/', import.meta.url));
const manifestFile = join(models, 'vest.json');
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

describe('networks of one parameter', patience, () => {
  const files = ['people', 'vest'].map((name) => join(models, `${name}.json`));

  it('open in their order and move together', async () => {
    const { node, log, change } = nodeWith('cpu');
    const opened = await openAllByParameter(node, 'place', files);
    if (!opened.ok) throw new Error(JSON.stringify(opened.refusals));
    const networks = opened.value;
    onTestFinished(async () => {
      for (const network of networks) await network.close();
    });
    expect(networks.map(({ manifest }) => manifest.id)).toEqual(['people', 'vest']);
    const move = await change('cpu:2');
    const places = () => networks.map(({ placement }) => placement);
    expect(places()).toEqual(['cpu', 'cpu']);
    if (move?.ok) move.value.commit();
    expect(places()).toEqual(['cpu:2', 'cpu:2']);
    expect(log.slice(2)).toEqual([
      expect.stringMatching(/^network people runs on cpu:2: /),
      expect.stringMatching(/^network vest runs on cpu:2: /),
    ]);
    expect(await change('dla0')).toMatchObject({ refusals: [{ code: 'TT_MODEL_PLACE' }] });
    expect(places()).toEqual(['cpu:2', 'cpu:2']);
  });

  it('stay all where they are, where one of them cannot move', async () => {
    const { node, log, change } = nodeWith('cpu');
    const opened = await openAllByParameter(node, 'place', files);
    if (!opened.ok) throw new Error(JSON.stringify(opened.refusals));
    const [people, vest] = opened.value as [PlacedNetwork, PlacedNetwork];
    onTestFinished(() => people.close());
    await vest.close();
    expect(await change('cpu:2')).toMatchObject({ refusals: [{ code: 'TT_STATE' }] });
    expect([people.placement, log.length]).toEqual(['cpu', 2]);
    // Nothing of the move that came to nothing is left: the same one can be asked for again.
    const again = await people.prepareMove('cpu:2');
    if (again.ok) again.value.commit();
    expect(people.placement).toBe('cpu:2');
  });

  it('are none where one of them cannot be opened, and say which', async () => {
    const { node, log } = nodeWith('cpu');
    const opened = await openAllByParameter(node, 'place', [...files, join(models, 'crowd.json')]);
    expect(opened).toMatchObject({
      refusals: [{ code: 'TT_MODEL_MISSING', reason: expect.stringContaining('crowd.json') }],
    });
    expect(log).toEqual([]);
  });
});
