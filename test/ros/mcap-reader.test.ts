import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openMcapReader } from './mcap-reader.ts';

describe('openMcapReader, where pip can install nothing', () => {
  const unavailable = { ...process.env, PIP_NO_INDEX: '1', PIP_FIND_LINKS: '/nonexistent' };

  function emptyHome(): string {
    const home = mkdtempSync(join(tmpdir(), 'trimtab-mcap-'));
    onTestFinished(() => rmSync(home, { recursive: true }));
    return home;
  }

  it('says why, so that a test can be skipped by that reason', () => {
    const home = emptyHome();
    const reader = openMcapReader({ home, env: { ...unavailable, CI: '' } });
    expect(reader).toMatchObject({ reason: expect.stringContaining('mcap') });
    expect(readdirSync(home)).toEqual([]);
  });

  it('fails where everything is checked', () => {
    expect(() => openMcapReader({ home: emptyHome(), env: { ...unavailable, CI: 'true' } })).toThrow(
      /packages mcap/,
    );
  });
});
