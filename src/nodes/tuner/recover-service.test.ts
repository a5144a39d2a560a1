import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KnobDeclaration } from '../../core/knobs/knob.ts';
import type { RclNode } from '../../ros/index.ts';
import { carryOut, planFromHeld } from './apply-configuration.ts';
import { KnobSet } from './knob-set.ts';
import { recover } from './recover.ts';
import { safetyFiles } from './safety-net.ts';

vi.mock('../../ros/rclnodejs.ts', () => ({
  loadRclnodejs: async () => ({
    require: () => ({
      Request: class {
        toPlainObject() {
          return { data: false };
        }
      },
    }),
  }),
}));

const capture: KnobDeclaration = {
  name: 'capture',
  target: {
    kind: 'service',
    service: '/camera/capture',
    type: 'std_srvs/srv/SetBool',
    request: '{data: $value}',
  },
  domain: { type: 'categorical', values: [true, false] },
  unit: '',
  takesEffect: 'immediate',
  default: true,
};

/** A camera that hears every call; calls whose number is in `lost` act, and their answers are lost. */
function cameraBehind(lost: readonly number[] = []) {
  const calls: boolean[] = [];
  const node = {
    createClient: () => ({
      waitForService: async () => true,
      sendRequestAsync: async ({ data }: { data: boolean }) => {
        calls.push(data);
        if (lost.includes(calls.length)) throw new Error('timeout');
        return { success: true, message: '' };
      },
    }),
    destroyClient: () => undefined,
  } as unknown as RclNode;
  return { node, calls };
}

function open(node: RclNode): KnobSet {
  return KnobSet.open([capture], { node, adaptorNode: '/adaptor', cpuBudget: undefined }).knobs;
}

async function apply(knobs: KnobSet, value: boolean) {
  const planned = await planFromHeld(knobs, { capture: value });
  if (!planned.ok) throw new Error(JSON.stringify(planned.refusals));
  return carryOut(knobs, planned.value.plan);
}

describe('a service', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trimtab-service-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('that a dead process has told something is told its old value, also where that is the default', async () => {
    const { node, calls } = cameraBehind();
    const files = safetyFiles(folder);
    const saved = files.intent.save({
      owner: { pid: process.pid, startTicks: 1 },
      declarations: [capture],
      undo: { capture: true },
      adaptorNode: '/adaptor',
      cpuGroup: '',
      processes: {},
      writtenMs: 0,
    });
    expect(saved.ok).toBe(true);
    expect(await recover(files, node, performance.now())).toMatchObject({ ok: true });
    expect(calls).toEqual([true]);
  });

  it('whose answer is lost is told its old value again', async () => {
    const { node, calls } = cameraBehind([1]);
    const knobs = open(node);
    expect(await apply(knobs, false)).toMatchObject({ applied: false, stuck: [] });
    expect(calls).toEqual([false, true]);
    expect(await knobs.read()).toEqual({ ok: true, value: { capture: true } });
  });

  it('that answers neither time is named as not put back', async () => {
    const { node } = cameraBehind([1, 2]);
    const report = await apply(open(node), false);
    expect(report.stuck).toMatchObject([{ name: 'capture' }]);
  });

  it('is not forgotten when a spec is put in force anew', async () => {
    const { node } = cameraBehind();
    await apply(open(node), false);
    expect(await open(node).read()).toEqual({ ok: true, value: { capture: false } });
  });
});
