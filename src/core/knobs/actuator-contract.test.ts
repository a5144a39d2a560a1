import { describe, expect, it } from 'vitest';
import { actuatorContract } from './actuator-contract.ts';
import type { Actuator } from './knob.ts';
import { cpuLimit, place } from './knob-fixture.ts';
import { MemoryActuator } from './memory-actuator.ts';

const close = async () => {};

describe('a number in memory', () => {
  const open = async () => ({
    actuator: new MemoryActuator(cpuLimit, 1),
    values: [0.5, 2] as const,
    refused: 3,
    close,
  });
  for (const { name, run } of actuatorContract(open)) it(name, run);
});

describe('a choice in memory', () => {
  const actuator = () => new MemoryActuator(place, 'edge');
  const open = async () => ({
    actuator: actuator(),
    values: ['cloud', true] as const,
    refused: 'moon',
    close,
  });
  for (const { name, run } of actuatorContract(open)) it(name, run);
});

describe('the contract', () => {
  it('catches an actuator that believes what it wrote', async () => {
    const deaf: Actuator = { write: async () => ({ ok: true }), read: async () => 0.5 };
    const open = async () => ({ actuator: deaf, values: [0.5, 2] as const, refused: 3, close });
    const outcomes = await Promise.allSettled(actuatorContract(open).map(({ run }) => run()));
    expect(outcomes.map(({ status }) => status)).toContain('rejected');
  });

  it('closes what it opened, also when the contract is broken', async () => {
    let opened = 0;
    const broken: Actuator = { write: async () => ({ ok: true }), read: async () => undefined };
    const open = async () => {
      opened += 1;
      return {
        actuator: broken,
        values: [1, 2] as const,
        refused: 3,
        close: async () => {
          opened -= 1;
        },
      };
    };
    for (const { run } of actuatorContract(open)) await run().catch(() => undefined);
    expect(opened).toBe(0);
  });
});
