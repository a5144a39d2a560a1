import { describe, expect, it } from 'vitest';
import { parseWatchList } from './watch-list.ts';

const nothing = { topics: [], paths: [], processes: [] };

describe('parseWatchList', () => {
  it('reads topics, paths and processes', () => {
    const list = parseWatchList({
      topics: ['cmd_vel', '/robot_1/odom', '~/profile', '_hidden', '*_raw', 'type:sensor_msgs/msg/Image'],
      paths: ['camera/image_raw->detections -> cmd_vel'],
      processes: ['camera=node (camera|cam)=1'],
    });
    expect(list).toEqual({
      ok: true,
      value: {
        topics: [
          { kind: 'name', name: 'cmd_vel' },
          { kind: 'name', name: '/robot_1/odom' },
          { kind: 'name', name: '~/profile' },
          { kind: 'name', name: '_hidden' },
          { kind: 'pattern', text: '*_raw', pattern: expect.any(RegExp) },
          { kind: 'type', text: 'type:sensor_msgs/msg/Image', pattern: expect.any(RegExp) },
        ],
        paths: [['camera/image_raw', 'detections', 'cmd_vel']],
        processes: [{ name: 'camera', pattern: /node (camera|cam)=1/ }],
      },
    });
  });

  it.each([
    { topics: [''] },
    { topics: ['two words'] },
    { topics: ['a//b'] },
    { topics: ['/a/'] },
    { topics: ['1st'] },
    { topics: ['a__b'] },
    { topics: ['/a//*'] },
    { topics: ['[ab]*'] },
    { topics: ['type:'] },
    { topics: ['type:Image!'] },
    { paths: ['image_raw'] },
    { paths: ['image_raw -> '] },
    { paths: ['a -> b -> 3'] },
    { processes: ['camera'] },
    { processes: ['=x'] },
    { processes: ['x='] },
    { processes: ['camera=('] },
  ])('refuses %j by what was found', (bad) => {
    const found = Object.values(bad)[0]?.[0];
    const list = parseWatchList({ ...nothing, ...bad });
    expect(list).toMatchObject({ ok: false, refusals: [{ code: 'TT_PARAM_RANGE', found }] });
  });

  it('refuses every bad entry at once', () => {
    const list = parseWatchList({ topics: ['a', '!'], paths: ['?'], processes: ['='] });
    expect(list.ok ? [] : list.refusals.map(({ found }) => found)).toEqual(['!', '?', '=']);
  });
});
