import { spawnSync } from 'node:child_process';
import { getPriority } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { actuatorContract } from '../../core/knobs/actuator-contract.ts';
import type { FindProcesses } from './find-processes.ts';
import { NiceActuator } from './nice-actuator.ts';
import { asNobody, nobody } from './nobody.fixture.ts';
import { PolicyActuator } from './policy-actuator.ts';
import { Procfs } from './procfs.ts';
import { Spawned } from './spawned.fixture.ts';
import { policyNumberOf, threadsOf } from './threads.ts';

const isRoot = process.getuid?.() === 0;
const whyNot = 'lower nice values and real-time policies need root';
const procfs = new Procfs();
const spawned = new Spawned();
afterEach(() => spawned.endAll());

const noProcess: FindProcesses = async () => [];

/** A process with a child and several threads. */
async function family(): Promise<number> {
  const source = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(
    `process.stdin.resume().on('end', () => process.exit())`,
  )}]); setInterval(() => {}, 1000)`;
  const pid = spawned.node(source, 'family');
  await vi.waitFor(() => expect(procfs.tree(pid)).toHaveLength(2), 20_000);
  return pid;
}

for (const [name, Actuator, values, refused] of [
  ['a nice value', NiceActuator, [5, 10], 20],
  ['a scheduling policy', PolicyActuator, ['batch', 'idle'], 'turbo'],
] as const) {
  describe(`${name} of a process`, () => {
    const open = async () => {
      let pids = [await family()];
      return {
        actuator: new Actuator({ find: async () => pids, process: 'family' }),
        values,
        refused,
        takeAway: async () => {
          pids = [];
          await spawned.endAll();
        },
        close: () => spawned.endAll(),
      };
    };
    for (const { name: contract, run } of actuatorContract(open))
      it(contract, (context) => (isRoot ? run() : context.skip(whyNot)));
  });
}

describe('a process with threads and children', () => {
  it('gets the value in every one of them', async () => {
    const pid = await family();
    const nice = new NiceActuator({ find: async () => [pid], process: 'family' });
    expect(await nice.write(7)).toEqual({ ok: true });
    const threads = procfs.tree(pid).flatMap(threadsOf);
    expect(threads.length).toBeGreaterThan(2);
    expect(threads.map((thread) => getPriority(thread))).toEqual(threads.map(() => 7));
  });

  it('has no one value while its threads differ', async () => {
    const pid = await family();
    const [, child] = procfs.tree(pid);
    const childOnly = new NiceActuator({ find: async () => [child as number], process: 'child' });
    await childOnly.write(3);
    const all = new NiceActuator({ find: async () => [pid], process: 'family' });
    expect(await all.read()).toBeUndefined();
    await all.write(4);
    expect(await all.read()).toBe(4);
  });

  it('can be taken into real time and out of it', async (context) => {
    if (!isRoot) return context.skip(whyNot);
    const pid = await family();
    const policy = new PolicyActuator({ find: async () => [pid], process: 'family' });
    expect(await policy.write('fifo')).toEqual({ ok: true });
    expect(threadsOf(pid).map(policyNumberOf)).toEqual(threadsOf(pid).map(() => 1));
    expect(await policy.write('other')).toEqual({ ok: true });
    expect(await policy.read()).toBe('other');
  });
});

/** A process of a user without rights, with the limits of prlimit(1) that are given. */
async function processOfNobody(...limits: string[]): Promise<number> {
  const words = ['setpriv', '--reuid', String(nobody), '--clear-groups', 'sleep', '1000'];
  const [command = '', ...args] = limits.length > 0 ? ['prlimit', ...limits, ...words] : words;
  const pid = spawned.program(command, args);
  await vi.waitFor(() => expect(procfs.info(pid)?.commandLine).toBe('sleep 1000'), 20_000);
  return pid;
}

describe('a process of somebody who may not raise it again', () => {
  const actuators = (pid: number) => {
    const options = { find: async () => [pid], process: 'sleep' };
    return { nice: new NiceActuator(options), policy: new PolicyActuator(options) };
  };

  it('keeps its nice value, as the old one could not be put back', async (context) => {
    if (!isRoot) return context.skip('only root can become somebody who may not');
    const pid = await processOfNobody();
    const { nice } = actuators(pid);
    expect(await asNobody(() => nice.write(10))).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining('could not be given back its nice value 0: that needs CAP_SYS_NICE'),
    });
    expect(getPriority(pid)).toBe(0);
  });

  it('keeps its policy where that is left for idle, and may have batch', async (context) => {
    if (!isRoot) return context.skip('only root can become somebody who may not');
    const { policy } = actuators(await processOfNobody());
    expect(await asNobody(() => policy.write('idle'))).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining('could not be given back its policy other: that needs CAP_SYS_NICE'),
    });
    expect(await policy.read()).toBe('other');
    expect(await asNobody(() => policy.write('batch'))).toEqual({ ok: true });
    expect(await asNobody(() => policy.write('other'))).toEqual({ ok: true });
  });

  it('is not taken out of real time, where it could not be put into it', async (context) => {
    if (!isRoot) return context.skip('only root can become somebody who may not');
    const { policy } = actuators(await processOfNobody());
    await policy.write('fifo');
    expect(await asNobody(() => policy.write('other'))).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringContaining('a limit `rtprio`'),
    });
    expect(await policy.read()).toBe('fifo');
  });

  it('is turned there and back where its limits allow it', async (context) => {
    if (!isRoot) return context.skip('only root can become somebody who may not');
    const limits = ['--nice=20', '--rtprio=1'];
    const mayRaise = spawnSync('prlimit', [...limits, 'true']).status === 0;
    if (!mayRaise) return context.skip('limits cannot be raised without CAP_SYS_RESOURCE');
    const { nice, policy } = actuators(await processOfNobody(...limits));
    for (const [actuator, there, back] of [
      [nice, 10, 0],
      [policy, 'idle', 'other'],
      [policy, 'fifo', 'other'],
    ] as const) {
      expect(await asNobody(() => actuator.write(there))).toEqual({ ok: true });
      expect(await actuator.read()).toBe(there);
      expect(await asNobody(() => actuator.write(back))).toEqual({ ok: true });
      expect(await actuator.read()).toBe(back);
    }
  });
});

describe('a process that does not run', () => {
  it.each([NiceActuator, PolicyActuator])('is unreachable: %s', async (Actuator) => {
    const actuator = new Actuator({ find: noProcess, process: 'ghost' });
    expect(await actuator.read()).toBeUndefined();
    const value = Actuator === NiceActuator ? 1 : 'batch';
    expect(await actuator.write(value)).toMatchObject({
      outcome: 'unreachable',
      reason: expect.stringContaining('ghost'),
    });
  });
});
