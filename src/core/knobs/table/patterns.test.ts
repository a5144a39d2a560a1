import { describe, expect, it } from 'vitest';
import { besideNode } from './patterns.ts';

describe('a node that a table names beside another', () => {
  it.each([
    ['/local_costmap/local_costmap', '../controller_server', '/controller_server'],
    ['/robot/local_costmap/local_costmap', '../controller_server', '/robot/controller_server'],
    ['local_costmap/local_costmap', '../controller_server', 'controller_server'],
    ['/robot/camera', 'driver', '/robot/driver'],
    ['camera', 'driver', 'driver'],
  ])('is found from %s by %s', (node, relative, found) => {
    expect(besideNode(node, relative)).toBe(found);
  });

  it.each(['/local_costmap', 'local_costmap'])(
    'is not above the root, or above what a name says: %s',
    (node) => {
      expect(besideNode(node, '../controller_server')).toBeUndefined();
    },
  );
});
