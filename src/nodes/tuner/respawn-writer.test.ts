import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accept } from '../../core/refusal.ts';
import type { RemoteParameters } from '../../ros/index.ts';
import { RespawnWriter } from './respawn-writer.ts';

/** Beyond every pid that the kernel gives. */
const nobody = 2 ** 22 + 1;
const text = '/camera:\n  ros__parameters:\n    fps: 30.0\n';

describe('a node that is restarted for a value', () => {
  let folder: string;
  let paramsFile: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trimtab-respawn-'));
    paramsFile = join(folder, 'camera.yaml');
    writeFileSync(paramsFile, text);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps its file as it was when its process takes no signal', async () => {
    const parameters = {
      nodeName: '/camera',
      doublesAmong: async (names: string[]) => accept(new Set(names)),
    } as unknown as RemoteParameters;
    const writer = new RespawnWriter({ parameters, paramsFile, find: async () => [nobody], comeBackMs: 1 });
    expect(await writer.writeAll(new Map([['fps', 15]]))).toMatchObject({
      ok: false,
      outcome: 'unreachable',
    });
    expect(readFileSync(paramsFile, 'utf8')).toBe(text);
  });
});
