import { afterEach, describe, expect, it, vi } from 'vitest';
import { run as runBroker } from './broker.ts';
import { run as runCloudWorker } from './cloud-worker.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('trimtab broker', () => {
  it.each([['--port'], ['--port', 'x'], ['--port', '65536'], ['--prot', '1'], ['extra']])(
    'refuses %j %j',
    async (...args) => {
      const said = vi.spyOn(console, 'error').mockReturnValue();
      expect(await runBroker(args.filter((arg) => typeof arg === 'string'))).toBe(2);
      expect(said.mock.calls.join()).toContain('TT_USAGE');
    },
  );
});

describe('trimtab cloud-worker', () => {
  it.each([
    [['--broker', 'mqtt://127.0.0.1:1']],
    [['--models', 'models']],
    [['--broker', 'b', '--models', 'm', '--concurrency', '0']],
    [['--brokr', 'b']],
  ])('refuses %j', async (args) => {
    const said = vi.spyOn(console, 'error').mockReturnValue();
    expect(await runCloudWorker(args)).toBe(2);
    expect(said.mock.calls.join()).toContain('TT_USAGE');
  });

  it('refuses a folder without networks', async () => {
    const said = vi.spyOn(console, 'error').mockReturnValue();
    expect(await runCloudWorker(['--broker', 'mqtt://127.0.0.1:1', '--models', '/nowhere'])).toBe(1);
    expect(said.mock.calls.join()).toContain('TT_MODEL_MISSING');
  });
});
