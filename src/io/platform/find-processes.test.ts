import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findNodeProcesses } from './find-processes.ts';
import { Procfs } from './procfs.ts';
import { ProcfsTree } from './procfs-tree.fixture.ts';

describe('findNodeProcesses', () => {
  let files: ProcfsTree;
  beforeEach(() => {
    files = new ProcfsTree();
  });
  afterEach(() => files.remove());

  const find = (name: string, domain = '0') => findNodeProcesses(name, new Procfs(files.root), domain);

  it('finds a node by its name, and by its namespace where the name has one', () => {
    files.put({ pid: 5, args: ['detect', '__node:=detector', '__ns:=/left'] });
    files.put({ pid: 6, args: ['detect', '__node:=detector', '__ns:=/right'] });
    files.put({ pid: 7, args: ['detect', '__node:=detector_2'] });
    expect(find('detector')).toEqual([5, 6]);
    expect(find('/right/detector')).toEqual([6]);
    expect(find('nobody')).toEqual([]);
  });

  it('leaves nodes of another domain alone', () => {
    files.put({ pid: 5, args: ['detect', '__node:=detector'], environment: { ROS_DOMAIN_ID: '5' } });
    files.put({ pid: 6, args: ['detect', '__node:=detector'] });
    expect(find('detector')).toEqual([6]);
    expect(find('detector', '5')).toEqual([5]);
  });
});
