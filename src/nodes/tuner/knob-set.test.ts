import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Configuration, KnobDeclaration } from '../../core/knobs/knob.ts';
import { findHierarchy } from '../../io/platform/cgroup/hierarchy.ts';
import { OwnGroups, ownGroupsLedger } from '../../io/platform/cgroup/own-groups.ts';
import { asNobody, nobody } from '../../io/platform/nobody.fixture.ts';
import { Procfs } from '../../io/platform/procfs.ts';
import { Spawned } from '../../io/platform/spawned.fixture.ts';
import type { RclNode } from '../../ros/index.ts';
import { carryOut, planFromHeld } from './apply-configuration.ts';
import { KnobSet } from './knob-set.ts';
import { KnownProcesses } from './known-processes.ts';

const procfs = new Procfs();
const spawned = new Spawned();
afterEach(() => spawned.endAll());

const policy: KnobDeclaration = {
  name: 'policy sleeper',
  target: { kind: 'process', process: 'sleeper', attribute: 'policy' },
  domain: { type: 'categorical', values: ['other', 'batch'] },
  unit: '',
  takesEffect: 'immediate',
};
const weight: KnobDeclaration = {
  name: 'weight sleeper',
  target: { kind: 'cgroup', process: 'sleeper', resource: 'weight' },
  domain: { type: 'integer', low: 1, high: 10_000 },
  unit: '',
  takesEffect: 'immediate',
};

describe('somebody who may turn a policy and no control group', () => {
  it('has neither turned when both are wanted, and leaves no group behind', async (context) => {
    if (process.getuid?.() !== 0) return context.skip('only root can become somebody who may not');
    if (!findHierarchy('cpu')) return context.skip('no cpu controller');
    const pid = spawned.program('setpriv', ['--reuid', String(nobody), '--clear-groups', 'sleep', '1000']);
    await vi.waitFor(() => expect(procfs.info(pid)?.commandLine).toBe('sleep 1000'), 20_000);
    const home = procfs.membership(pid);
    const state = mkdtempSync(join(tmpdir(), 'trimtab-knobs-'));
    onTestFinished(() => rmSync(state, { recursive: true, force: true }));
    chmodSync(state, 0o777);
    const ledger = ownGroupsLedger(join(state, 'groups.json'));
    const { startTicks = 0 } = procfs.info(pid) ?? {};
    const processes = KnownProcesses.recorded({ sleeper: [{ pid, startTicks }] });
    const groups = new OwnGroups({ ledger, find: processes.find });
    const { knobs } = KnobSet.open([policy, weight], {
      node: {} as RclNode,
      adaptorNode: '/adaptor',
      cpuBudget: undefined,
      groups,
      processes,
    });
    const report = await asNobody(() => apply(knobs, { 'policy sleeper': 'batch', 'weight sleeper': 300 }));
    expect(report.writes).toMatchObject([
      { name: 'policy sleeper', verdict: { outcome: 'accepted' } },
      {
        name: 'weight sleeper',
        verdict: { outcome: 'rejected', reason: expect.stringMatching(/EACCES.*needs root, or a delegated/) },
      },
    ]);
    expect(report).toMatchObject({ applied: false, stuck: [] });
    expect(await knobs.read()).toMatchObject({ value: { 'policy sleeper': 'other' } });
    expect(procfs.membership(pid)).toBe(home);
    expect(ledger.load()).toEqual({ ok: true, value: undefined });
  });
});

async function apply(knobs: KnobSet, wanted: Configuration) {
  const planned = await planFromHeld(knobs, wanted);
  if (!planned.ok) throw new Error(JSON.stringify(planned.refusals));
  return carryOut(knobs, planned.value.plan);
}
