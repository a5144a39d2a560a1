import { createHash } from 'node:crypto';
import { connect, createServer } from 'node:net';

/**
 * Holds the set-up of one home folder for this process, waiting while another process holds it. The lock is an abstract
 * Unix socket: the kernel lets go of it when its holder dies, however that happens, so there is no stale lock to clear.
 * @param {string} home
 * @param {(holder: string) => void} onWait called once, with the holder's process id, when there is something to wait for
 * @returns {Promise<() => void>} lets go of it
 */
export async function takeLock(home, onWait) {
  const path = `\0trimtab-setup-${createHash('sha256').update(home).digest('hex').slice(0, 32)}`;
  for (let told = false; ; ) {
    const release = await tryListen(path);
    if (release) return release;
    await waitForHolder(path, (holder) => {
      if (!told) onWait(holder);
      told = true;
    });
  }
}

/**
 * @param {string} path
 * @returns {Promise<(() => void) | undefined>}
 */
function tryListen(path) {
  return new Promise((done, fail) => {
    /** @type {Set<import('node:net').Socket>} */
    const waiting = new Set();
    const server = createServer((socket) => {
      waiting.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => waiting.delete(socket));
      socket.write(String(process.pid));
    });
    server.on('error', (/** @type {NodeJS.ErrnoException} */ error) =>
      error.code === 'EADDRINUSE' ? done(undefined) : fail(error),
    );
    server.listen({ path }, () => {
      server.unref();
      done(() => {
        server.close();
        for (const socket of waiting) socket.destroy();
      });
    });
  });
}

/**
 * @param {string} path
 * @param {(holder: string) => void} onHolder
 * @returns {Promise<void>}
 */
function waitForHolder(path, onHolder) {
  return new Promise((done) => {
    const socket = connect({ path });
    socket.on('data', (data) => onHolder(String(data)));
    socket.on('error', () => undefined);
    socket.on('close', () => done());
  });
}
