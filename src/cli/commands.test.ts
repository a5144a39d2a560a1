import { describe, expect, it } from 'vitest';
import { commands } from './commands.ts';

/** These hand `--help` on to what they run. */
const handOn = ['ros2', 'shell'];

describe('every command', () => {
  it.each(Object.keys(commands))('%s says how it is called', async (name) => {
    const { usage } = await (commands[name] as (typeof commands)[string]).load();
    if (handOn.includes(name)) expect(usage).toBeUndefined();
    else expect(usage).toMatch(new RegExp(`^trimtab ${name}( |$)`));
  });
});
