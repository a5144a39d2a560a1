import { describe, expect, it } from 'vitest';
import type { KnobValue } from '../../core/knobs/knob.ts';
import { accept, refuse } from '../../core/refusal.ts';
import type { RemoteParameters } from '../../ros/index.ts';
import { SwitchWriter } from './switch-writer.ts';

/** A camera whose stream takes its profile when it is switched on, and has no stream of 90 Hz. */
function camera(color: boolean) {
  const held: Record<string, KnobValue> = { profile: '640x480x30', enable_color: color, enable_infra: false };
  const seen = { running: color ? '640x480x30' : 'off', starts: 0 };
  const parameters = {
    nodeName: '/camera',
    getAll: async (names: readonly string[]) => accept(new Map(names.map((name) => [name, held[name]]))),
    setAll: async (values: ReadonlyMap<string, KnobValue>) => {
      if (values.get('enable_color') === true && String(held.profile).endsWith('x90'))
        return refuse({ code: 'TT_KNOB_REJECTED', reason: 'no such stream' });
      Object.assign(held, Object.fromEntries(values));
      if (values.get('enable_color') === true) {
        seen.running = String(held.profile);
        seen.starts += 1;
      }
      if (values.get('enable_color') === false) seen.running = 'off';
      return accept(undefined);
    },
  } as unknown as RemoteParameters;
  const writer = new SwitchWriter({ parameters, switches: ['enable_color', 'enable_infra'] });
  return { held, seen, write: (profile: string) => writer.writeAll(new Map([['profile', profile]])) };
}

describe('a value that acts when a switch is next turned on', () => {
  it('acts, as the switches that are on are turned off and on', async () => {
    const { held, seen, write } = camera(true);
    expect(await write('640x480x15')).toEqual({ ok: true });
    expect(seen).toEqual({ running: '640x480x15', starts: 1 });
    expect(held).toMatchObject({ enable_color: true, enable_infra: false });
  });

  it('waits where they are off', async () => {
    const { held, seen, write } = camera(false);
    expect(await write('640x480x15')).toEqual({ ok: true });
    expect(seen).toEqual({ running: 'off', starts: 0 });
    expect(held).toMatchObject({ profile: '640x480x15', enable_color: false });
  });

  it('is taken back where the switch does not come on with it', async () => {
    const { held, seen, write } = camera(true);
    expect(await write('640x480x90')).toMatchObject({
      outcome: 'rejected',
      reason: expect.stringMatching(/^enable_color could not be .*no such stream; its old values are back$/),
    });
    expect(seen.running).toBe('640x480x30');
    expect(held).toMatchObject({ profile: '640x480x30', enable_color: true });
  });
});
