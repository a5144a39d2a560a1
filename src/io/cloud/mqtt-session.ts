import type { Socket } from 'node:net';
import { connect, type MqttClient } from 'mqtt';
import { accept, type Result, refuse } from '../../core/refusal.ts';

/** How to reach a broker. */
export type BrokerAddress = {
  /** `mqtt://host:port` or `mqtts://host:port`. */
  url: string;
  /** How long to try before giving up. Default 3000. */
  timeoutMs?: number;
};

const reconnectEveryMs = 300;

/**
 * Connects to a broker, subscribes to `topic`, and keeps both up from then on. Tries again until `timeoutMs`
 * is over, so that a client may start before its broker; then refuses with TT_BROKER_UNREACHABLE.
 *
 * Nothing is queued while there is no connection (`queueQoSZero: false`): a task that waits out an outage is
 * late anyway, and its scheduler should learn at once.
 */
export async function openSession(
  address: BrokerAddress,
  clientId: string,
  topic: string,
): Promise<Result<MqttClient>> {
  const { url, timeoutMs = 3000 } = address;
  if (!/^mqtts?:\/\/[^/]+$/.test(url) || !URL.canParse(url))
    return unreachable(url, 'it is no broker address');
  const client = connect(url, {
    clientId,
    clean: true,
    queueQoSZero: false,
    reconnectPeriod: reconnectEveryMs,
    connectTimeout: timeoutMs,
    keepalive: 10,
  });
  let lastError = `no answer in ${timeoutMs} ms`;
  // Stays for good: an emitter without an error listener would throw on each failed attempt to reconnect.
  client.on('error', (error) => {
    lastError = describe(error);
  });
  client.on('connect', () => {
    // Small frames must not wait for the acknowledgement of those before (Nagle).
    (client.stream as Partial<Socket>).setNoDelay?.(true);
  });
  if (await isSubscribed(client, topic, timeoutMs)) return accept(client);
  await client.endAsync(true);
  return unreachable(url, lastError);
}

function isSubscribed(client: MqttClient, topic: string, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), timeoutMs);
    const settle = (subscribed: boolean) => {
      clearTimeout(timer);
      resolve(subscribed);
    };
    client.once('connect', () => {
      client.subscribe(topic, { qos: 0 }, (error) => settle(error === null));
    });
  });
}

function unreachable(url: string, why: string): Result<MqttClient> {
  return refuse({
    code: 'TT_BROKER_UNREACHABLE',
    reason: `no MQTT broker could be reached: ${why}`,
    found: url,
    accepted: 'the address of a running broker, such as mqtt://127.0.0.1:1883',
  });
}

/** A failed attempt over IPv4 and IPv6 is an AggregateError with an empty message. */
function describe(error: Error & { code?: unknown }): string {
  return error.message !== '' ? error.message : String(error.code ?? error.name);
}
