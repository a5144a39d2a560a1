import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Aedes } from 'aedes';
import { accept, type Result, refuse } from '../../core/refusal.ts';

/** A running MQTT broker on the loopback interface. */
export type Broker = { url: string; kind: 'mosquitto' | 'aedes'; close(): Promise<void> };

const loopback = '127.0.0.1';
const startTimeoutMs = 5000;
const stopTimeoutMs = 2000;

/**
 * Starts an MQTT broker that only this machine reaches: mosquitto where it is installed, else aedes within
 * this process. Port 0 takes a free one. Refuses with TT_BROKER_START, for instance when the port is taken.
 */
export async function startBroker({ port = 0 }: { port?: number } = {}): Promise<Result<Broker>> {
  const mosquitto = findMosquitto();
  try {
    return accept(mosquitto === undefined ? await startAedes(port) : await startMosquitto(mosquitto, port));
  } catch (error) {
    return refuse({
      code: 'TT_BROKER_START',
      reason: `the MQTT broker did not start: ${error instanceof Error ? error.message : String(error)}`,
      found: `port ${port}`,
      accepted: 'a free port of this machine, or 0',
    });
  }
}

async function startAedes(port: number): Promise<Broker> {
  const aedes = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  const close = async () => {
    server.close();
    await new Promise<void>((resolve) => aedes.close(resolve));
    for (const socket of sockets) socket.destroy();
  };
  try {
    const url = `mqtt://${loopback}:${await listen(server, port)}`;
    return { url, kind: 'aedes', close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function startMosquitto(program: string, port: number): Promise<Broker> {
  const freePort = await findFreePort(port);
  const folder = mkdtempSync(join(tmpdir(), 'trimtab-broker-'));
  const configFile = join(folder, 'mosquitto.conf');
  writeFileSync(
    configFile,
    `listener ${freePort} ${loopback}\nallow_anonymous true\npersistence false\nset_tcp_nodelay true\n`,
  );
  const child = spawn(program, ['-c', configFile], { stdio: ['ignore', 'ignore', 'pipe'] });
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const close = async () => {
    process.removeListener('exit', killWithUs);
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilListening(child, freePort);
    return { url: `mqtt://${loopback}:${freePort}`, kind: 'mosquitto', close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Waits until the child accepts connections; throws its own words if it ends instead. */
async function untilListening(child: ChildProcess, port: number): Promise<void> {
  let words = '';
  let ended = false;
  child.stderr?.on('data', (chunk) => {
    words = (words + String(chunk)).slice(-500);
  });
  child.on('error', (error) => {
    words = error.message;
    ended = true;
  });
  child.on('close', () => {
    ended = true;
  });
  const giveUpMs = performance.now() + startTimeoutMs;
  while (performance.now() < giveUpMs) {
    if (ended) throw new Error(words.trim() || `mosquitto ended with code ${child.exitCode}`);
    if (await accepts(port)) return;
    await sleep(20);
  }
  throw new Error(`mosquitto accepted no connection in ${startTimeoutMs} ms`);
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect({ port, host: loopback });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await exited;
  clearTimeout(force);
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, loopback);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Takes a port and gives it back; throws if it is taken, as connecting cannot tell its owner from our broker. */
async function findFreePort(wanted: number): Promise<number> {
  const server = createServer();
  const port = await listen(server, wanted);
  server.close();
  await once(server, 'close');
  return port;
}

/** Debian puts mosquitto in /usr/sbin, which is not on every user's PATH. */
function findMosquitto(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, 'mosquitto')).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
