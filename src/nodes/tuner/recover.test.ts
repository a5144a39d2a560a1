import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KnobDeclaration } from '../../core/knobs/knob.ts';
import type { Message, RclNode } from '../../ros/index.ts';
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

/** A lifecycle node with one parameter; calls go by the last part of a service's name. */
function detector(state: number, size: number) {
  const held = { state, size };
  const ends: Record<number, number> = { 1: 2, 2: 1, 3: 3, 4: 2 };
  const services: Record<string, (request: Message) => Message> = {
    get_state: () => ({ current_state: { id: held.state } }),
    change_state: ({ transition }) => {
      held.state = ends[transition.id] as number;
      return { success: true };
    },
    get_parameters: ({ names }) => ({ values: names.map(() => ({ type: 3, double_value: held.size })) }),
    set_parameters_atomically: ({ parameters }) => {
      held.size = parameters[0].value.double_value;
      return { result: { successful: true, reason: '' } };
    },
  };
  const node = {
    getFullyQualifiedName: () => '/restore',
    getPublishersInfoByTopic: () => [],
    createClient: (_type: string, name: string) => ({
      waitForService: async () => true,
      sendRequestAsync: async (request: Message) => services[name.split('/').at(-1) as string]?.(request),
    }),
    destroyClient: () => undefined,
  } as unknown as RclNode;
  return { node, held };
}

const size: KnobDeclaration = {
  name: 'size',
  target: { kind: 'parameter', node: '/detector', parameter: 'size' },
  domain: { type: 'real', low: 1, high: 1000 },
  unit: '',
  takesEffect: 'reconfigure',
};

describe('a lifecycle node that somebody died over', () => {
  const active = 3;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trimtab-lifecycle-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([
    ['the new value', 500],
    ['its old value', 50],
  ])('and left down with %s is brought up with its old one', async (_what, heldSize) => {
    const before = detector(active, 50);
    const knobs = KnobSet.open([size], {
      node: before.node,
      adaptorNode: '/adaptor',
      cpuBudget: undefined,
    }).knobs;
    const files = safetyFiles(folder);
    const saved = files.intent.save({
      owner: { pid: process.pid, startTicks: 1 },
      declarations: [size],
      undo: { size: 50 },
      adaptorNode: '/adaptor',
      cpuGroup: '',
      processes: {},
      levels: await knobs.levels(['size']),
      writtenMs: 0,
    });
    expect(saved.ok).toBe(true);
    const { node, held } = detector(1, heldSize);
    expect(await recover(files, node, performance.now())).toMatchObject({ ok: true });
    expect(held).toEqual({ state: active, size: 50 });
  });
});
