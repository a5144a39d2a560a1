import { describe, expect, it } from 'vitest';
import type { Actuator, Configuration, KnobValue } from './knob.ts';
import { cpuLimit, fps, knobs } from './knob-fixture.ts';
import { MemoryActuator } from './memory-actuator.ts';
import { restoreConfiguration } from './restoration.ts';

const wanted: Configuration = { 'camera fps': 30, 'cpu preview': 1 };

function robot(held: Configuration): Map<string, Actuator> {
  return new Map(
    knobs
      .filter(({ name }) => Object.hasOwn(held, name))
      .map((knob) => [knob.name, new MemoryActuator(knob, held[knob.name] as KnobValue)]),
  );
}

async function stateOf(actuators: ReadonlyMap<string, Actuator>): Promise<Configuration> {
  const state: Configuration = {};
  for (const [name, actuator] of actuators) state[name] = (await actuator.read()) as KnobValue;
  return state;
}

const never = async () => false;

describe('a restoration', () => {
  it('brings back what was changed and leaves the rest alone', async () => {
    const actuators = robot({ 'camera fps': 10, 'cpu preview': 0.5, 'preview detail': 4 });
    expect(await restoreConfiguration({ declarations: knobs, actuators, wanted, again: never })).toEqual([]);
    expect(await stateOf(actuators)).toEqual({ ...wanted, 'preview detail': 4 });
  });

  it('brings back just the old value, however near the new one is', async () => {
    const actuators = robot({ 'cpu preview': 1.0005 });
    await restoreConfiguration({ declarations: knobs, actuators, wanted, again: never });
    expect(await stateOf(actuators)).toEqual({ 'cpu preview': 1 });
  });

  it('does not ask whether the old value is one that the spec allows', async () => {
    const written: KnobValue[] = [];
    const outside: Actuator = {
      write: async (value) => {
        written.push(value);
        return { ok: true };
      },
      read: async () => written.at(-1) ?? 30,
    };
    const actuators = new Map([['throttle preview', outside]]);
    const unlimited = { 'throttle preview': -1 };
    await restoreConfiguration({ declarations: knobs, actuators, wanted: unlimited, again: never });
    expect(written).toEqual([-1]);
  });

  it('tries again what could not be reached, and only that, until it is told to end', async () => {
    const actuators = robot({ 'camera fps': 10, 'cpu preview': 0.5 });
    const sleeping = new MemoryActuator(fps, 10);
    let awake = false;
    actuators.set('camera fps', {
      write: async (value) =>
        awake ? sleeping.write(value) : { ok: false, outcome: 'unreachable', reason: 'asleep' },
      read: async () => (awake ? sleeping.read() : undefined),
    });
    let asked = 0;
    const again = async () => {
      asked += 1;
      awake = asked === 3;
      return true;
    };
    expect(await restoreConfiguration({ declarations: knobs, actuators, wanted, again })).toEqual([]);
    expect(asked).toBe(3);
    expect(await stateOf(actuators)).toEqual(wanted);
  });

  it('names what is still not back', async () => {
    const actuators = robot({ 'camera fps': 10, 'cpu preview': 0.5 });
    const dead: Actuator = {
      write: async () => ({ ok: false, outcome: 'unreachable', reason: 'dead' }),
      read: async () => undefined,
    };
    actuators.set(cpuLimit.name, dead);
    const stuck = await restoreConfiguration({ declarations: knobs, actuators, wanted, again: never });
    expect(stuck).toEqual([{ name: 'cpu preview', reason: 'dead' }]);
    expect(await actuators.get('camera fps')?.read()).toBe(30);
  });
});
