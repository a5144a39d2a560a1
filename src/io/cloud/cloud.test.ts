import { connectAsync } from 'mqtt';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Detection } from '../../core/perception/detection.ts';
import type { Result } from '../../core/refusal.ts';
import { type Broker, startBroker } from './broker.ts';
import { CloudClient } from './cloud-client.ts';
import { CloudWorker, type CloudWorkerOptions } from './cloud-worker.ts';
import type { InferenceBackend } from './inference-backend.ts';
import { decodeReply, type ReplyMessage, replyTopic, type TaskMessage, taskTopic } from './protocol.ts';

const person: Detection = { label: 'vest', score: 0.9, centerX: 0.5, centerY: 0.5, width: 0.1, height: 0.2 };

/** Finds one object per task, whose score is the mean brightness, so that the answer depends on the input. */
const brightness: InferenceBackend = {
  models: [{ id: 'vest', inputWidth: 4, inputHeight: 2 }],
  async infer(_model, input) {
    const sum = input.reduce((total, value) => total + value, 0);
    return { detections: [{ ...person, score: sum / input.length / 255 }], inferenceMs: 1.5 };
  },
  close: async () => {},
};

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function kept<T extends { close(): Promise<void> }>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.refusals));
  cleanups.push(() => result.value.close());
  return result.value;
}

async function broker(port = 0): Promise<Broker> {
  return kept(await startBroker({ port }));
}

async function worker(url: string, options: Partial<CloudWorkerOptions> = {}): Promise<CloudWorker> {
  return kept(await CloudWorker.start({ url, backend: brightness, ...options }));
}

function task(taskId: number, change: Partial<TaskMessage> = {}): TaskMessage {
  const input = new Uint8Array(24).fill(51);
  const deadlineEpochMs = Date.now() + 10_000;
  return { taskId, model: 'vest', inputWidth: 4, inputHeight: 2, deadlineEpochMs, input, ...change };
}

function codes(result: Result<unknown>): string[] {
  return result.ok ? [] : result.refusals.map(({ code }) => code);
}

describe('a task through the broker', () => {
  it('comes back with the detections of its own input', async () => {
    const { url } = await broker();
    await worker(url);
    const client = kept(await CloudClient.connect({ url }));
    const bright = [0, 51, 255];
    const results = await Promise.all(
      bright.map((value, id) => client.submit(task(id, { input: new Uint8Array(24).fill(value) }))),
    );
    expect(results.map((result) => result.ok && result.value.detections[0]?.score)).toEqual([0, 0.2, 1]);
    expect(results.every((result) => result.ok && result.value.executeMs === 1.5)).toBe(true);
    expect(results.every((result) => result.ok && result.value.endToEndMs > 0)).toBe(true);
  });

  it('reaches only the client that sent it', async () => {
    const { url } = await broker();
    await worker(url);
    const [one, two] = [kept(await CloudClient.connect({ url })), kept(await CloudClient.connect({ url }))];
    const dark = { input: new Uint8Array(24) };
    const [first, second] = await Promise.all([one.submit(task(1)), two.submit(task(1, dark))]);
    expect(first.ok && first.value.detections[0]?.score).toBe(0.2);
    expect(second.ok && second.value.detections[0]?.score).toBe(0);
    expect(one.unmatchedReplies + two.unmatchedReplies).toBe(0);
  });

  it('times out when no worker is there', async () => {
    const { url } = await broker();
    const client = kept(await CloudClient.connect({ url, graceMs: 50 }));
    expect(codes(await client.submit(task(1, { deadlineEpochMs: Date.now() + 50 })))).toEqual([
      'TT_CLOUD_TIMEOUT',
    ]);
  });

  it('is not executed when its deadline has passed on arrival', async () => {
    const { url } = await broker();
    const running = await worker(url);
    const client = kept(await CloudClient.connect({ url }));
    expect(codes(await client.submit(task(1, { deadlineEpochMs: Date.now() - 1 })))).toEqual([
      'TT_CLOUD_EXPIRED',
    ]);
    expect(running.stats).toEqual({ done: 0, expired: 1, busy: 0, failed: 0 });
  });

  it.each<[string, Partial<TaskMessage>]>([
    ['an unknown model', { model: 'nothing' }],
    ['another size', { inputWidth: 8 }],
    ['too few bytes', { input: new Uint8Array(3) }],
  ])('is refused for %s', async (_name, change) => {
    const { url } = await broker();
    await worker(url);
    const client = kept(await CloudClient.connect({ url }));
    expect(codes(await client.submit(task(1, change)))).toEqual(['TT_CLOUD_FAILED']);
  });

  it('is refused when the network fails, and the worker goes on', async () => {
    const { url } = await broker();
    const failsOnce = vi.fn(brightness.infer).mockRejectedValueOnce(new Error('out of memory'));
    await worker(url, { backend: { ...brightness, infer: failsOnce } });
    const client = kept(await CloudClient.connect({ url }));
    expect(codes(await client.submit(task(1)))).toEqual(['TT_CLOUD_FAILED']);
    expect((await client.submit(task(2))).ok).toBe(true);
  });

  it('is answered busy beyond the queue of the worker, and beyond the number under way here', async () => {
    const { url } = await broker();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const infer: InferenceBackend['infer'] = async (model, input) => {
      await held;
      return brightness.infer(model, input);
    };
    await worker(url, { backend: { ...brightness, infer }, queueLimit: 1 });
    const client = kept(await CloudClient.connect({ url, maxOutstanding: 3 }));
    const [running, waiting, busy] = [1, 2, 3].map((id) => client.submit(task(id)));
    expect(codes(await client.submit(task(4)))).toEqual(['TT_CLOUD_BUSY']);
    expect(codes((await busy) as Result<unknown>)).toEqual(['TT_CLOUD_BUSY']);
    release();
    expect([(await running)?.ok, (await waiting)?.ok]).toEqual([true, true]);
  });
});

describe('the worker', () => {
  it('answers what it cannot read and goes on', async () => {
    const { url } = await broker();
    const running = await worker(url);
    const stranger = await connectAsync(url);
    cleanups.push(() => stranger.endAsync(true));
    const replies: ReplyMessage[] = [];
    stranger.on('message', (_topic, payload) => {
      const reply = decodeReply(payload);
      if (reply.ok) replies.push(reply.value);
    });
    await stranger.subscribeAsync(replyTopic('stranger'));
    await stranger.publishAsync(taskTopic('stranger'), Buffer.from('no frame at all'));
    await vi.waitFor(() => expect(replies).toMatchObject([{ status: 'failed', taskId: null }]));
    const client = kept(await CloudClient.connect({ url }));
    expect((await client.submit(task(1))).ok).toBe(true);
    expect(running.stats).toEqual({ done: 1, expired: 0, busy: 0, failed: 1 });
  });
});

describe('the broker', () => {
  it('is refused by its address when it is absent', async () => {
    const absent = await broker();
    await absent.close();
    const result = await CloudClient.connect({ url: absent.url, timeoutMs: 200 });
    expect(result.ok ? [] : result.refusals).toMatchObject([
      { code: 'TT_BROKER_UNREACHABLE', found: absent.url },
    ]);
    const started = await CloudWorker.start({ url: absent.url, timeoutMs: 200, backend: brightness });
    expect(codes(started)).toEqual(['TT_BROKER_UNREACHABLE']);
  });

  it.each(['', 'nonsense', 'http://127.0.0.1:1', 'mqtt://', 'mqtt://host:port'])(
    'is refused as %j',
    async (url) => {
      expect(codes(await CloudClient.connect({ url, timeoutMs: 100 }))).toEqual(['TT_BROKER_UNREACHABLE']);
    },
  );

  it('is refused on a port that is taken', async () => {
    const { url } = await broker();
    expect(codes(await startBroker({ port: Number(new URL(url).port) }))).toEqual(['TT_BROKER_START']);
  });

  it('may come later than its client', async () => {
    const first = await broker();
    await first.close();
    const connecting = CloudClient.connect({ url: first.url, timeoutMs: 10_000 });
    await broker(Number(new URL(first.url).port));
    expect(kept(await connecting).connected).toBe(true);
  });

  it('may restart: tasks under way fail at once, later ones work again', async () => {
    const first = await broker();
    const port = Number(new URL(first.url).port);
    const never = new Promise<never>(() => {});
    const hanging = await worker(first.url, { backend: { ...brightness, infer: () => never } });
    const client = kept(await CloudClient.connect({ url: first.url }));
    const underWay = client.submit(task(1));
    await first.close();
    expect(codes(await underWay)).toEqual(['TT_BROKER_UNREACHABLE']);
    expect(codes(await client.submit(task(2)))).toEqual(['TT_BROKER_UNREACHABLE']);
    await hanging.close();
    const second = await broker(port);
    await worker(second.url);
    await vi.waitFor(() => expect(client.connected).toBe(true), { timeout: 10_000 });
    expect((await client.submit(task(3))).ok).toBe(true);
  });
});
