import { describe, expect, it } from 'vitest';
import { againUntil } from './again-until.ts';

describe('trying again', () => {
  it('pauses before each further try, and ends with the deadline', async () => {
    const again = againUntil(performance.now() + 500);
    let tries = 0;
    while (await again()) tries += 1;
    expect(tries).toBeGreaterThan(0);
    expect(tries).toBeLessThanOrEqual(3);
  });

  it('is over at once after the deadline', async () => {
    expect(await againUntil(performance.now() - 1)()).toBe(false);
  });
});
