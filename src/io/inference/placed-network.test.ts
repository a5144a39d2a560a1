import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RgbImage } from '../../core/perception/detection.ts';
import { seededRandom } from '../../core/random.ts';
import { accept, refuse } from '../../core/refusal.ts';
import { type Network, openNetwork } from './network.ts';
import { PlacedNetwork } from './placed-network.ts';

const manifestFile = join(fileURLToPath(new URL('../../../models/', import.meta.url)), 'vest.json');

function picture(seed: number): RgbImage {
  const random = seededRandom(seed);
  const data = Uint8Array.from({ length: 320 * 240 * 3 }, () => 256 * random.next());
  return { width: 320, height: 240, data };
}

async function opened(open?: typeof openNetwork): Promise<PlacedNetwork> {
  const network = await PlacedNetwork.open({ manifestFile, placement: 'cpu' }, open);
  if (!network.ok) throw new Error(JSON.stringify(network.refusals));
  onTestFinished(() => network.value.close());
  return network.value;
}

async function move(network: PlacedNetwork, placement: string): Promise<void> {
  const prepared = await network.prepareMove(placement);
  if (!prepared.ok) throw new Error(JSON.stringify(prepared.refusals));
  prepared.value.commit();
}

/** Opening a network takes seconds on a busy machine, on some back ends much longer. */
const patience = { timeout: 120_000 };

describe('a network on real back ends', patience, () => {
  it('runs on as many threads as its place says, by the record of a run, and gives the same everywhere', async () => {
    const network = await opened();
    const image = picture(1);
    const before = await network.infer(image);
    expect(network.ranOn).toMatch(/^\d+ nodes on CPU, 1 thread$/);
    await move(network, 'cpu:2');
    expect([network.placement, network.ranOn]).toEqual([
      'cpu:2',
      expect.stringMatching(/^\d+ nodes on CPU, 2 threads$/),
    ]);
    const after = await network.infer(image);
    expect(after.detections.length).toBe(before.detections.length);
    await move(network, 'cpu');
    expect([network.placement, (await network.infer(image)).detections]).toEqual(['cpu', before.detections]);
  });

  it('answers all that is asked while it moves, once and in order', async () => {
    const network = await opened();
    const input = network.prepare(picture(1));
    const ended: number[] = [];
    let asked = 0;
    const ask = () => {
      const number = asked++;
      return network.inferInput(input).then(() => ended.push(number));
    };
    const under: Promise<number>[] = [];
    for (const placement of ['cpu:2', 'cpu']) {
      const prepared = network.prepareMove(placement);
      under.push(...Array.from({ length: 10 }, ask));
      const ready = await prepared;
      under.push(...Array.from({ length: 10 }, ask));
      if (ready.ok) ready.value.commit();
      under.push(...Array.from({ length: 10 }, ask));
      expect(network.placement).toBe(placement);
    }
    await Promise.all(under);
    expect(ended).toEqual(Array.from({ length: 60 }, (_, i) => i));
  });

  it.each(['gpu', 'tensorrt', 'webgpu', 'dla0'])(
    'says of %s that it runs there, or why not and what is there, and stays usable',
    async (placement) => {
      const network = await opened();
      const { detections } = await network.infer(picture(1));
      const prepared = await network.prepareMove(placement);
      if (prepared.ok) {
        prepared.value.commit();
        expect(network.ranOn).not.toMatch(/^\d+ nodes on CPU, /);
      } else {
        expect(prepared.refusals).toMatchObject([
          { code: 'TT_MODEL_PLACE', accepted: expect.stringContaining('cpu') },
        ]);
        expect(network.placement).toBe('cpu');
      }
      const after = await network.infer(picture(1));
      expect(after.detections.map(({ label }) => label)).toEqual(detections.map(({ label }) => label));
    },
  );

  it('refuses a word that is no place', async () => {
    const network = await opened();
    expect(await network.prepareMove('moon')).toMatchObject({
      refusals: [{ code: 'TT_MODEL_PLACE', found: 'moon' }],
    });
    expect(await PlacedNetwork.open({ manifestFile, placement: 'moon' })).toMatchObject({ ok: false });
  });
});

/** Networks that say when they are closed, opened when the test lets them. */
function stage() {
  const closed: string[] = [];
  const gates = new Map<string, (refusal?: string) => void>();
  const open: typeof openNetwork = async ({ placement = '' }) => {
    const real = await openNetwork({ manifestFile });
    if (!real.ok) return real;
    const refusal =
      placement === 'cpu'
        ? undefined
        : await new Promise<string | undefined>((resolve) => gates.set(placement, resolve));
    const close = () => {
      closed.push(placement);
      return real.value.close();
    };
    if (refusal === undefined) return accept<Network>({ ...real.value, close });
    await real.value.close();
    return refuse({ code: 'TT_MODEL_PLACE', reason: refusal });
  };
  const gate = async (placement: string, refusal?: string) => {
    await expect.poll(() => gates.has(placement)).toBe(true);
    gates.get(placement)?.(refusal);
  };
  return { open, closed, gate };
}

describe('a move', patience, () => {
  it('that is asked for twice is one, and another is refused meanwhile', async () => {
    const { open, closed, gate } = stage();
    const network = await opened(open);
    const [first, again] = [network.prepareMove('gpu'), network.prepareMove('gpu')];
    expect(await network.prepareMove('cpu:2')).toMatchObject({
      refusals: [{ code: 'TT_BUSY', reason: expect.stringContaining('try again') }],
    });
    await gate('gpu');
    for (const prepared of [await first, await again]) if (prepared.ok) prepared.value.commit();
    await expect.poll(() => closed).toEqual(['cpu']);
    expect(network.placement).toBe('gpu');
  });

  it('that is refused or discarded leaves the network where it is', async () => {
    const { open, closed, gate } = stage();
    const network = await opened(open);
    const refused = network.prepareMove('gpu');
    await gate('gpu', 'out of memory');
    expect(await refused).toMatchObject({ refusals: [{ reason: 'out of memory' }] });
    const discarded = network.prepareMove('dla0');
    await gate('dla0');
    const prepared = await discarded;
    if (prepared.ok) prepared.value.discard();
    expect(prepared.ok).toBe(true);
    expect([network.placement, closed]).toEqual(['cpu', ['dla0']]);
  });

  it('to where it is opens nothing', async () => {
    const { open } = stage();
    const network = await opened(open);
    const prepared = await network.prepareMove('cpu');
    if (prepared.ok) prepared.value.commit();
    expect(prepared.ok && network.placement).toBe('cpu');
  });

  it('is given up when the network is closed, and refused from then on', async () => {
    const { open, closed, gate } = stage();
    const network = await opened(open);
    const moving = network.prepareMove('gpu');
    const ended = network.close();
    await gate('gpu');
    expect(await moving).toMatchObject({ refusals: [{ code: 'TT_STATE' }] });
    await ended;
    expect(closed).toEqual(['gpu', 'cpu']);
    expect(await network.prepareMove('cpu:2')).toMatchObject({ refusals: [{ code: 'TT_STATE' }] });
    await expect(network.infer(picture(1))).rejects.toThrow('closed');
  });
});
