import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { run } from './ask-tell.ts';

afterEach(() => vi.restoreAllMocks());

describe('trimtab ask-tell', () => {
  it.each([[['--safety', 'brave']], [['--designer', 'oracle']], [['--designer']], [['robot.yaml']]])(
    'refuses %j, and says what it accepts',
    async (args) => {
      const error = vi.spyOn(console, 'error').mockImplementation(() => {});
      expect(await run(args)).toBe(2);
      const told = error.mock.calls.flat().join('\n');
      expect(told).toContain('--safety priced|safe|free');
      expect(told).toContain('TT_USAGE');
    },
  );

  it('ends where nobody reads its output any more, though the input stays open', async () => {
    const input = new PassThrough();
    vi.spyOn(process, 'stdin', 'get').mockReturnValue(input as unknown as typeof process.stdin);
    const ended = run([]);
    await vi.waitFor(() => expect(process.stdout.listenerCount('error')).toBeGreaterThan(0));
    process.stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    expect(await ended).toBe(0);
  });
});
