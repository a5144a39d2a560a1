import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startBroker } from './broker.ts';

/** Stands for mosquitto: listens where its configuration says and notes how it was started. */
const standIn = `#!${process.execPath}
const { readFileSync, writeFileSync } = require('node:fs');
const configFile = process.argv[process.argv.indexOf('-c') + 1];
const [, port, host] = /^listener (\\d+) (\\S+)$/m.exec(readFileSync(configFile, 'utf8'));
writeFileSync(__dirname + '/started', JSON.stringify({ pid: process.pid, configFile, host }));
require('node:net').createServer().listen(Number(port), host);
`;

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trimtab-test-'));
  vi.stubEnv('PATH', folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function install(script: string): void {
  writeFileSync(join(folder, 'mosquitto'), script);
  chmodSync(join(folder, 'mosquitto'), 0o755);
}

describe('startBroker with a mosquitto on the PATH', () => {
  it('runs it on the loopback interface and leaves neither process nor file behind', async () => {
    install(standIn);
    const broker = await startBroker();
    if (!broker.ok) throw new Error(JSON.stringify(broker.refusals));
    expect(broker.value.kind).toBe('mosquitto');
    expect(broker.value.url).toMatch(/^mqtt:\/\/127\.0\.0\.1:\d+$/);
    const { pid, configFile, host } = JSON.parse(readFileSync(join(folder, 'started'), 'utf8'));
    expect(host).toBe('127.0.0.1');
    await broker.value.close();
    expect(existsSync(dirname(configFile))).toBe(false);
    expect(() => process.kill(pid, 0)).toThrow();
  });

  it('refuses with its own words when it ends at once', async () => {
    install(`#!${process.execPath}\nconsole.error('Address already in use'); process.exit(1);\n`);
    const broker = await startBroker();
    expect(broker.ok ? [] : broker.refusals.map(({ code }) => code)).toEqual(['TT_BROKER_START']);
    expect(broker.ok ? '' : broker.refusals[0]?.reason).toContain('Address already in use');
  });
});
