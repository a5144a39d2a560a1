import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KnobDeclaration } from '../../core/knobs/knob.ts';
import { accept } from '../../core/refusal.ts';
import { KnownProcesses } from './known-processes.ts';
import { SafetyNet } from './safety-net.ts';
import { Watchdog } from './watchdog.ts';

const fps: KnobDeclaration = {
  name: 'camera fps',
  target: { kind: 'parameter', node: '/camera', parameter: 'fps' },
  domain: { type: 'real', low: 1, high: 30 },
  unit: 'Hz',
  takesEffect: 'immediate',
};
const work = {
  declarations: [fps],
  held: { 'camera fps': 30 },
  adaptorNode: '/adaptor',
  cpuGroup: '',
  processes: new KnownProcesses(),
};

describe('a safety net', () => {
  let folder: string;
  const dismiss = vi.spyOn(Watchdog.prototype, 'dismiss');

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trimtab-net-'));
    vi.spyOn(Watchdog.prototype, 'watch').mockReturnValue(accept(undefined));
    dismiss.mockReset().mockResolvedValue(undefined);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('sends its watchdog home when nothing is left to put back', async () => {
    const net = new SafetyNet(folder);
    expect(await net.spread(work)).toMatchObject({ ok: true });
    net.gather();
    await net.close();
    expect(dismiss).toHaveBeenCalledOnce();
  });

  it('leaves the way back to its watchdog when the work broke off', async () => {
    const net = new SafetyNet(folder);
    expect(await net.spread(work)).toMatchObject({ ok: true });
    await net.close();
    expect(dismiss).not.toHaveBeenCalled();
  });

  it('refuses other work until that is put back, or given up', async () => {
    const net = new SafetyNet(folder);
    await net.spread(work);
    expect(await net.spread(work)).toMatchObject({ refusals: [{ code: 'TT_NOT_PUT_BACK' }] });
    net.forget();
    expect(await net.spread(work)).toMatchObject({ ok: true });
  });
});
