import { rmSync } from 'node:fs';
import { join } from 'node:path';
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

  it('takes a name with a slash for a whole one', () => {
    files.put({ pid: 5, args: ['detect', '__node:=detector', '__ns:=/left'] });
    files.put({ pid: 6, args: ['detect', '__node:=detector'] });
    expect(find('/detector')).toEqual([6]);
    expect(find('left/detector')).toEqual([5]);
  });

  it('finds one node of several in a process', () => {
    files.put({
      pid: 5,
      args: ['pair', '-r', 'a:__node:=left', '-r', 'b:__node:=right', '-r', '__ns:=/eyes'],
    });
    expect(find('right')).toEqual([5]);
    expect(find('/eyes/left')).toEqual([5]);
  });

  it('leaves alone what may be of another domain', () => {
    files.put({ pid: 5, args: ['detect', '__node:=detector'] });
    rmSync(join(files.root, '5/environ'));
    expect(find('detector')).toEqual([]);
  });

  it('leaves nodes of another domain alone', () => {
    files.put({ pid: 5, args: ['detect', '__node:=detector'], environment: { ROS_DOMAIN_ID: '5' } });
    files.put({ pid: 6, args: ['detect', '__node:=detector'] });
    expect(find('detector')).toEqual([6]);
    expect(find('detector', '5')).toEqual([5]);
  });
});
