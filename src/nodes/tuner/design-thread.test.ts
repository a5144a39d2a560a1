import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../../core/random.ts';
import type { Designer, Observation, Suggestion } from '../../core/tune/designer.ts';
import { chooseTried } from '../../core/tune/recommend.ts';
import { type SearchDesign, searchDesigner } from '../../core/tune/search-designer.ts';
import { DesignThread } from './design-thread.ts';

const design: SearchDesign = {
  problem: {
    space: [
      { name: 'rate', domain: { type: 'real', low: 1, high: 30 } },
      { name: 'place', domain: { type: 'categorical', values: ['cpu', 'gpu'] } },
    ],
    constraints: ['load'],
    constraintInfo: { load: { side: 'at-most' } },
  },
  designer: 'constrained-gp',
  safety: 'priced',
  seed: 3,
  initialTrials: 2,
  warmStart: {
    from: 'elsewhere',
    first: { configuration: { rate: 12, place: 'cpu', gain: 5 }, reason: 'stored' },
    prior: [{ configuration: { rate: 12, place: 'cpu' }, objective: 12, margins: { load: 0.1 } }],
  },
  queue: [{ configuration: { rate: 1, place: 'cpu', gain: 5 }, reason: 'least' }],
  held: { knobs: ['rate', 'place', 'gain'], held: { gain: 5 } },
};

/** Load is met up to a rate of 18, on the CPU up to 14. */
function measure({ configuration }: Suggestion, noise: number): Observation {
  const rate = configuration.rate as number;
  const most = configuration.place === 'gpu' ? 18 : 14;
  return { configuration, objective: rate, margins: { load: 1 - rate / most + noise } };
}

let cancel: AbortController;
let workers: Worker[];
let thread: DesignThread;
const note = (worker: Worker) => workers.push(worker);

beforeEach(() => {
  cancel = new AbortController();
  workers = [];
  process.on('worker', note);
});
afterEach(async () => {
  process.off('worker', note);
  await thread.close();
  // A thread that has ended has no number.
  expect(workers.map(({ threadId }) => threadId)).toEqual([-1]);
});

/** A thread that runs this instead. */
function running(script?: string): DesignThread {
  thread = new DesignThread({
    design,
    signal: cancel.signal,
    ...(script !== undefined && { program: new URL(`data:text/javascript,${encodeURIComponent(script)}`) }),
  });
  thread.start();
  return thread;
}

/** What is suggested in trial after trial, each prepared by `prepare`. */
async function suggestions(designer: Designer, prepare: () => Promise<unknown>): Promise<Suggestion[]> {
  const random = seededRandom(1);
  const made: Suggestion[] = [];
  for (let trial = 0; trial < 12; trial++) {
    await prepare();
    const suggestion = designer.suggest();
    made.push(suggestion);
    designer.update(measure(suggestion, 0.02 * (random.next() - 0.5)));
  }
  return made;
}

describe('DesignThread', () => {
  it.each(['priced', 'safe'] as const)(
    'suggests and chooses as the same designer does here, %s',
    async (safety) => {
      thread = new DesignThread({ design: { ...design, safety }, signal: cancel.signal });
      thread.start();
      const there = await suggestions(thread, () => thread.prepare('suggestion'));
      const here = await suggestions(searchDesigner({ ...design, safety }), async () => undefined);
      expect(there).toEqual(here);
      expect(new Set(there.map(({ configuration }) => configuration.rate)).size).toBeGreaterThan(6);

      await thread.prepare('choice');
      const random = seededRandom(1);
      const measured = here.map((one) => measure(one, 0.02 * (random.next() - 0.5)));
      expect(thread.choice()).toEqual(chooseTried(design.problem, measured));
    },
  );

  it('has a suggestion beside a choice that cannot be trusted', async () => {
    running();
    const broken = {
      configuration: { rate: 30, place: 'cpu', gain: 5 },
      objective: 30,
      margins: { load: -1 },
    };
    thread.update(broken);
    expect((await thread.prepare('choice')).ok).toBe(true);
    expect(thread.choice()).toMatchObject({ leastBad: { configuration: broken.configuration } });
    expect(thread.choice()).not.toHaveProperty('unfailing');
    expect(thread.suggest().configuration).toEqual(design.warmStart?.first?.configuration);
  });

  it('throws on what was not prepared since the last observation', async () => {
    running();
    expect(() => thread.suggest()).toThrow('no suggestion was prepared');
    await thread.prepare('suggestion');
    expect(() => thread.choice()).toThrow('no choice was prepared');
    thread.update(measure(thread.suggest(), 0));
    expect(() => thread.suggest()).toThrow('no suggestion was prepared');
  });

  it('refuses with the reason when its thread fails, also once that has ended', async () => {
    running('throw new Error("out of order")');
    for (let i = 0; i < 2; i++)
      expect(await thread.prepare('suggestion')).toMatchObject({
        ok: false,
        refusals: [{ code: 'TT_THREAD', found: 'out of order' }],
      });
  });

  it('refuses when its thread ends in silence', async () => {
    running('');
    expect(await thread.prepare('suggestion')).toMatchObject({
      ok: false,
      refusals: [{ code: 'TT_THREAD' }],
    });
  });

  it('is broken off while it computes', async () => {
    // Says that it has begun, and then never looks at its messages again.
    running(`
      import { BroadcastChannel, parentPort } from 'node:worker_threads';
      const channel = new BroadcastChannel('design-thread.test');
      parentPort.once('message', () => { channel.postMessage('computing'); for (;;); });
    `);
    const channel = new BroadcastChannel('design-thread.test');
    const prepared = thread.prepare('suggestion');
    await once(channel as unknown as EventTarget, 'message');
    channel.close();
    cancel.abort();
    expect(await prepared).toMatchObject({ ok: false, refusals: [{ code: 'TT_CANCELLED' }] });
    expect(workers.map(({ threadId }) => threadId)).toEqual([-1]);
  });
});
