import { describe, expect, it } from 'vitest';
import { accept } from '../core/refusal.ts';
import { LifecycleReconfigure } from './lifecycle-reconfigure.ts';
import type { RclNode } from './rclnodejs.ts';
import type { RemoteParameters } from './remote-parameters.ts';

const configure = 1;
/** Where a transition leads. */
const ends: Record<number, number> = { 1: 2, 2: 1, 3: 3, 4: 2 };

/** An active lifecycle node that fails as many configurations as it is told. */
function fragileNode(owner?: string) {
  const fragile = { state: 3, size: 50, failures: 0 };
  const change = (id: number) => {
    if (id === configure && fragile.failures > 0) fragile.failures -= 1;
    else fragile.state = ends[id] as number;
    return {};
  };
  const node = {
    createClient: (type: string, service: string) => ({
      waitForService: async () => service.startsWith(`${owner ?? '/fragile'}/`),
      sendRequestAsync: async (request: { transition: { id: number } }) =>
        type.endsWith('GetState') ? { current_state: { id: fragile.state } } : change(request.transition.id),
    }),
    destroyClient: () => undefined,
  } as unknown as RclNode;
  const parameters = {
    nodeName: '/fragile',
    getAll: async () => accept(new Map([['size', fragile.size]])),
    setAll: async (values: ReadonlyMap<string, number>) => {
      fragile.size = values.get('size') as number;
      return accept(undefined);
    },
  } as unknown as RemoteParameters;
  return { fragile, writer: new LifecycleReconfigure({ node, parameters, ...(owner && { owner }) }) };
}

describe('a lifecycle node that is reconfigured', () => {
  it('gets its old values back when it does not come up', async () => {
    const { fragile, writer } = fragileNode();
    fragile.failures = 1;
    expect(await writer.writeAll(new Map([['size', 60]]))).toMatchObject({ ok: false, outcome: 'rejected' });
    expect(fragile).toMatchObject({ state: 3, size: 50 });
  });

  it('may be another than the one that holds the parameters', async () => {
    const { fragile, writer } = fragileNode('/controller_server');
    expect(await writer.writeAll(new Map([['size', 60]]))).toEqual({ ok: true });
    expect(fragile).toMatchObject({ state: 3, size: 60 });
    fragile.failures = 1;
    expect(await writer.writeAll(new Map([['size', 70]]))).toMatchObject({
      reason: expect.stringMatching(/^\/controller_server: configure failed/),
    });
    expect(fragile).toMatchObject({ state: 3, size: 60 });
  });

  it('that could not be brought up again comes up with the next values', async () => {
    const { fragile, writer } = fragileNode();
    fragile.failures = 2;
    const down = await writer.writeAll(new Map([['size', 60]]));
    expect(down).toMatchObject({ ok: false, reason: expect.stringContaining('could not be brought back') });
    expect(fragile.state).toBe(1);
    expect([await writer.isSettled(), await writer.level()]).toEqual([false, 3]);
    expect(await writer.writeAll(new Map([['size', 55]]))).toEqual({ ok: true });
    expect(fragile).toMatchObject({ state: 3, size: 55 });
    expect([await writer.isSettled(), await writer.level()]).toEqual([true, 3]);
  });
});
