import { type Change, orderChanges, type Step } from './change-order.ts';
import type { Actuator, Configuration, KnobDeclaration, KnobValue } from './knob.ts';
import { putBack, type TransactionReport } from './transaction.ts';

/**
 * Brings knobs back to the values of a configuration after a crash. Unlike a transaction it does what it can: a
 * value is not checked against its domain, since it was found on the robot; what cannot be written is tried again
 * while `again` resolves to true (it waits, and ends with the caller's deadline). Returns what is still not back.
 */
export async function restoreConfiguration(options: {
  declarations: readonly KnobDeclaration[];
  actuators: ReadonlyMap<string, Actuator>;
  wanted: Configuration;
  again: () => Promise<boolean>;
}): Promise<TransactionReport['stuck']> {
  const { declarations, actuators, wanted, again } = options;
  let missing = declarations.filter(({ name }) => Object.hasOwn(wanted, name) && actuators.has(name));
  for (;;) {
    const stuck = await putBack(actuators, await stepsBack(declarations, missing, actuators, wanted));
    if (stuck.length === 0 || !(await again())) return stuck;
    const names = stuck.map(({ name }) => name);
    missing = missing.filter(({ name }) => names.includes(name));
  }
}

async function stepsBack(
  declarations: readonly KnobDeclaration[],
  missing: readonly KnobDeclaration[],
  actuators: ReadonlyMap<string, Actuator>,
  wanted: Configuration,
): Promise<Step[]> {
  const current: Configuration = { ...wanted };
  const changes: Change[] = [];
  for (const declaration of missing) {
    const to = wanted[declaration.name] as KnobValue;
    const held = await actuators
      .get(declaration.name)
      ?.read()
      .catch(() => undefined);
    if (held === to) continue;
    if (held !== undefined) current[declaration.name] = held;
    changes.push({ declaration, from: held ?? to, to });
  }
  // A state between two configurations may leave no order that fits; then the values count more than the way.
  return orderChanges(declarations, current, changes) ?? changes.map((change) => [change]);
}
