import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import type { Result } from '../../src/core/refusal.ts';
import { CloudClient, CloudWorker, startBroker } from '../../src/io/cloud/index.ts';
import type { LinkConditions } from './link-model.ts';
import { LinkProxy } from './link-proxy.ts';

const clean: LinkConditions = { delayMs: 0, jitterMs: 0, lossFraction: 0, bandwidthMbps: 1000 };
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function kept<T extends { close(): Promise<void> }>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.refusals));
  cleanups.push(() => result.value.close());
  return result.value;
}

/** A server that sends back what it gets. */
async function echoServer(): Promise<{ port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

async function proxyTo(targetPort: number, conditions: LinkConditions): Promise<LinkProxy> {
  return kept(await LinkProxy.start({ targetPort, conditions, seed: 1 }));
}

async function client(port: number): Promise<Socket> {
  const socket = createConnection({ port, host: '127.0.0.1', allowHalfOpen: true });
  cleanups.push(() => socket.destroy());
  await once(socket, 'connect');
  socket.on('error', () => {});
  return socket;
}

/** Settles when a socket has closed, also when that was by an error. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** Sends bytes, ends, and returns what came back and how long that took. */
async function echo(port: number, bytes: Buffer): Promise<{ back: Buffer; tookMs: number }> {
  const socket = await client(port);
  const startMs = performance.now();
  socket.end(bytes);
  const back = await buffer(socket);
  return { back, tookMs: performance.now() - startMs };
}

describe('LinkProxy', () => {
  it('delays both directions', async () => {
    const { port } = await echoServer();
    const link = await proxyTo(port, { ...clean, delayMs: 100 });
    const direct = await echo(port, Buffer.from('x'));
    const linked = await echo(link.port, Buffer.from('x'));
    expect(linked.tookMs - direct.tookMs).toBeGreaterThan(180);
    expect(linked.tookMs - direct.tookMs).toBeLessThan(1500);
  });

  it('takes the time of the bandwidth, and of new conditions once they are set', async () => {
    const { port } = await echoServer();
    const link = await proxyTo(port, clean);
    const bytes = randomBytes(100_000);
    const fast = await echo(link.port, bytes);
    expect(link.set({ ...clean, bandwidthMbps: 4 }).ok).toBe(true);
    const slow = await echo(link.port, bytes);
    // 100 kB at 4 Mbit/s take 200 ms; the echo overlaps with the way there.
    expect(slow.tookMs - fast.tookMs).toBeGreaterThan(150);
    expect(slow.tookMs - fast.tookMs).toBeLessThan(2000);
  });

  it('keeps bytes whole and in order under jitter and loss, beyond what it buffers', async () => {
    const { port } = await echoServer();
    const link = await proxyTo(port, { delayMs: 2, jitterMs: 5, lossFraction: 0.002, bandwidthMbps: 1000 });
    const bytes = randomBytes(1_000_000);
    const { back } = await echo(link.port, bytes);
    expect(back.equals(bytes)).toBe(true);
  });

  it('refuses conditions out of range and keeps the old ones', async () => {
    const { port } = await echoServer();
    const link = await proxyTo(port, clean);
    const result = link.set({ ...clean, lossFraction: 2 });
    expect(result.ok ? [] : result.refusals.map(({ code }) => code)).toEqual(['TT_PARAM_RANGE']);
    expect((await echo(link.port, Buffer.from('still here'))).back.toString()).toBe('still here');
    const second = await LinkProxy.start({ targetPort: port, port: link.port, conditions: clean, seed: 1 });
    expect(second.ok ? [] : second.refusals.map(({ code }) => code)).toEqual(['TT_BROKER_START']);
  });

  it('passes on that a side has gone, and an absent target', async () => {
    const { port, sockets } = await echoServer();
    const link = await proxyTo(port, clean);
    const near = await client(link.port);
    near.write('x');
    await once(near, 'data');
    const gone = closed(near);
    for (const socket of sockets) socket.resetAndDestroy();
    await gone;
    const toNowhere = await proxyTo(1, clean);
    const refused = await client(toNowhere.port);
    await closed(refused.resume());
  });

  it('ends every connection when it is closed', async () => {
    const { port, sockets } = await echoServer();
    const link = await proxyTo(port, { ...clean, delayMs: 5000 });
    const near = await client(link.port);
    near.write('never arrives');
    await expect.poll(() => sockets.size).toBe(1);
    const gone = closed(near);
    await link.close();
    await gone;
    await expect.poll(() => sockets.size).toBe(0);
  });

  it('carries MQTT: a task takes the round trip longer', async () => {
    const broker = kept(await startBroker());
    const models = [{ id: 'vest', inputWidth: 1, inputHeight: 1 }];
    const infer = async () => ({ detections: [], inferenceMs: 0 });
    kept(await CloudWorker.start({ url: broker.url, backend: { models, infer, close: async () => {} } }));
    const link = await proxyTo(Number(new URL(broker.url).port), clean);
    const scheduler = kept(await CloudClient.connect({ url: link.url }));
    const endToEnd = async (taskId: number) => {
      const shape = { model: 'vest', inputWidth: 1, inputHeight: 1, input: new Uint8Array(3) };
      const result = await scheduler.submit({ taskId, deadlineEpochMs: Date.now() + 10_000, ...shape });
      return result.ok ? result.value.endToEndMs : Number.NaN;
    };
    await endToEnd(0);
    const before = await endToEnd(1);
    link.set({ ...clean, delayMs: 100 });
    const after = await endToEnd(2);
    expect(after - before).toBeGreaterThan(150);
    expect(after - before).toBeLessThan(1500);
  });
});
