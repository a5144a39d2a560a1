import { describe, expect, it } from 'vitest';
import { readChannels } from './channel-list.ts';

/** As a node in the root namespace resolves names. */
function resolve(topic: string): string | undefined {
  return /^\/?\w+(\/\w+)*$/.test(topic) ? `/${topic.replace(/^\//, '')}` : undefined;
}

function read(channels: Record<string, { from?: string; to?: string; rate?: number }>) {
  const values = Object.entries(channels).flatMap(([name, settings]) =>
    Object.entries(settings).map(([key, value]) => [`channels.${name}.${key}`, value] as const),
  );
  return readChannels({ channels: Object.keys(channels), ...Object.fromEntries(values) }, resolve);
}

function codes(channels: Parameters<typeof read>[0]): string[] {
  const result = read(channels);
  return result.ok ? [] : result.refusals.map(({ code }) => code);
}

describe('readChannels', () => {
  it('keeps topics as written, and rates', () => {
    expect(read({ preview: { from: 'image', to: '/preview', rate: 5 } })).toEqual({
      ok: true,
      value: [{ name: 'preview', from: 'image', to: '/preview', rateHz: 5 }],
    });
  });

  it('leaves out a channel that has not both topics yet', () => {
    expect(read({ a: {}, b: { from: 'image', to: '' }, c: { to: 'preview' } })).toEqual({
      ok: true,
      value: [],
    });
  });

  it('lets channels stand in a row and share a source', () => {
    expect(
      codes({ a: { from: 'x', to: 'y' }, b: { from: 'y', to: 'z' }, c: { from: 'x', to: 'w' } }),
    ).toEqual([]);
  });

  it.each([
    { case: 'a channel into itself', channels: { a: { from: 'x', to: '/x' } } },
    { case: 'two in a circle', channels: { a: { from: 'x', to: 'y' }, b: { from: 'y', to: 'x' } } },
    {
      case: 'three in a circle with one that leads into it',
      channels: {
        a: { from: 'x', to: 'y' },
        b: { from: 'y', to: 'z' },
        c: { from: 'z', to: 'x' },
        d: { from: 'x', to: 'w' },
      },
    },
  ])('refuses $case, once', ({ channels }) => {
    expect(codes(channels)).toEqual(['TT_CHANNEL_LOOP']);
  });

  it('names the circle', () => {
    const result = read({ a: { from: 'x', to: 'y' }, b: { from: 'y', to: 'x' } });
    expect(result.ok ? '' : result.refusals[0]?.found).toBe('/y -> /x -> /y');
  });

  it.each(['cmd_vel', 'robot/cmd_vel', 'e_stop', 'arming'])('refuses %s as either end', (topic) => {
    expect(codes({ a: { from: topic, to: 'slow' } })).toEqual(['TT_KNOB_FORBIDDEN']);
    expect(codes({ a: { from: 'fast', to: topic } })).toEqual(['TT_KNOB_FORBIDDEN']);
  });

  it.each([
    { case: 'a rate between off and unlimited', channels: { a: { from: 'x', to: 'y', rate: -0.5 } } },
    { case: 'a topic that is none', channels: { a: { from: 'x y', to: 'z' } } },
    { case: 'a name with a dot', channels: { 'a.b': {} } },
    {
      case: 'two channels into one topic',
      channels: { a: { from: 'x', to: 'z' }, b: { from: 'y', to: 'z' } },
    },
  ])('refuses $case', ({ channels }) => {
    expect(codes(channels)).toEqual(['TT_PARAM_RANGE']);
  });

  it('refuses a name that stands twice', () => {
    const result = readChannels({ channels: ['a', 'a'] }, resolve);
    expect(result.ok ? [] : result.refusals.map(({ code }) => code)).toEqual(['TT_PARAM_RANGE']);
  });
});
