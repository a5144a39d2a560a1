import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { setupModule } from './setup-modules.ts';

const { takeLock } = await setupModule('lock');

const lockFile = fileURLToPath(new URL('../../setup/lock.mjs', import.meta.url));

describe('the lock of a set-up', () => {
  it('makes the second wait until the first lets go', async () => {
    const home = `/a home of process ${process.pid}`;
    const order: string[] = [];
    const release = await takeLock(home, () => undefined);
    let holder = '';
    const second = new Promise<void>((resolve) => {
      const wait = takeLock(home, (pid: string) => {
        holder = pid;
        order.push('first');
        release();
      });
      void wait.then((releaseSecond: () => void) => {
        order.push('second');
        releaseSecond();
        resolve();
      });
    });
    await second;
    expect(holder).toBe(String(process.pid));
    expect(order).toEqual(['first', 'second']);
  });

  it('is free again when its holder was killed', async () => {
    const home = `/another home of process ${process.pid}`;
    const script = `import { takeLock } from ${JSON.stringify(lockFile)};
      await takeLock(${JSON.stringify(home)}, () => {}); console.log('held'); setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', script]);
    await once(holder.stdout, 'data');
    const taken = takeLock(home, () => holder.kill('SIGKILL'));
    (await taken)();
    expect(holder.signalCode ?? (await once(holder, 'exit'))[1]).toBe('SIGKILL');
  });
});
