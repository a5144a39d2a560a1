import { describe, expect, it } from 'vitest';
import { installedProgram, namedNodes } from './node-arguments.ts';

describe('namedNodes', () => {
  it.each([
    ['camera --ros-args -r __node:=front', ['/front']],
    ['camera --ros-args -r __node:=front -r __ns:=/robot', ['/robot/front']],
    ['camera --ros-args --remap __ns:=robot/1/ --remap __node:=front', ['/robot/1/front']],
    ['pair --ros-args -r a:__node:=left -r b:__node:=right -r __ns:=/eyes', ['/eyes/left', '/eyes/right']],
    ['pair --ros-args -r a:__node:=left -r a:__ns:=/l -r __ns:=/eyes', ['/l/left']],
    ['camera --ros-args -r __ns:=/robot', []],
    ['camera --ros-args -r image:=__node', []],
    ['', []],
  ])('of %j are %j', (commandLine, nodes) => {
    expect(namedNodes(commandLine)).toEqual(nodes);
  });
});

describe('installedProgram', () => {
  it.each([
    ['/opt/ros/humble/lib/turtlesim/turtlesim_node --ros-args', 'turtlesim/turtlesim_node'],
    ['/usr/bin/python3 /ws/install/lib/my_pkg/talker --ros-args', 'my_pkg/talker'],
    ['python3 talker.py /opt/lib/a/b', undefined],
    ['talker', undefined],
  ])('of %j is %j', (commandLine, program) => {
    expect(installedProgram(commandLine)).toBe(program);
  });
});
