import type { Actuator, KnobValue } from './knob.ts';
import { holds } from './verdict.ts';

/** One real target under test. */
export type ActuatorFixture = {
  actuator: Actuator;
  /** Two different values the target takes. */
  values: readonly [KnobValue, KnobValue];
  /** A value the target must refuse. */
  refused: KnobValue;
  /** Takes the target away; from then on it cannot be reached. Absent when it cannot go away. */
  takeAway?: () => Promise<void>;
  /** Ends what the fixture started. */
  close: () => Promise<void>;
};

/** A named test; `run` throws when the contract is broken. */
export type ContractCase = { name: string; run: () => Promise<void> };

/**
 * What every actuator must do, whatever it turns. Any test runner can run the cases:
 * `for (const { name, run } of actuatorContract(open)) it(name, run);`
 */
export function actuatorContract(open: () => Promise<ActuatorFixture>): ContractCase[] {
  return [
    contractCase('reads back what it wrote', open, async ({ actuator, values }) => {
      for (const value of [...values, values[0]]) {
        const written = await actuator.write(value);
        demand(written.ok, `writing ${value} failed: ${written.ok ? '' : written.reason}`);
        await demandHeld(actuator, value);
      }
    }),
    contractCase('writes the same value twice', open, async ({ actuator, values: [value] }) => {
      await actuator.write(value);
      const again = await actuator.write(value);
      demand(again.ok, 'the second write of the same value failed');
      await demandHeld(actuator, value);
    }),
    contractCase(
      'refuses with a reason and keeps its value',
      open,
      async ({ actuator, values: [value], refused }) => {
        await actuator.write(value);
        const written = await actuator.write(refused);
        demand(!written.ok, `${refused} was not refused`);
        demand(written.outcome === 'rejected', `${refused} was ${written.outcome}, not rejected`);
        demand(written.reason !== '', 'the refusal has no reason');
        await demandHeld(actuator, value);
      },
    ),
    contractCase('says when its target is gone', open, async ({ actuator, values: [value], takeAway }) => {
      if (takeAway === undefined) return;
      await takeAway();
      const written = await actuator.write(value);
      demand(!written.ok && written.outcome === 'unreachable', 'a write to nowhere is not unreachable');
      demand((await actuator.read()) === undefined, 'a value was read from nowhere');
    }),
  ];
}

function contractCase(
  name: string,
  open: () => Promise<ActuatorFixture>,
  check: (fixture: ActuatorFixture) => Promise<void>,
): ContractCase {
  const run = async () => {
    const fixture = await open();
    try {
      await check(fixture);
    } finally {
      await fixture.close();
    }
  };
  return { name, run };
}

async function demandHeld(actuator: Actuator, value: KnobValue): Promise<void> {
  const held = await actuator.read();
  demand(held !== undefined && holds(value, held), `wrote ${value}, read back ${held}`);
}

function demand(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}
