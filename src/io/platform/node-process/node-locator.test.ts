import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Procfs } from '../procfs.ts';
import { type FakeProcess, ProcfsTree } from '../procfs-tree.fixture.ts';
import { idle, Spawned } from '../spawned.fixture.ts';
import { NodeLocator } from './node-locator.ts';

const self = { node: '/profiler', pid: 100, domain: undefined };
const mapped = ['/opt/ros/lib/libfastdds.so.3.2'];

/** The identity of an endpoint that Fast DDS made in the process of this pid; `chance` is of each start anew. */
function gid(pid: number, { host = 7, chance = 9, entity = 3 } = {}): number[] {
  return [
    1,
    15,
    host,
    0,
    pid % 256,
    Math.floor(pid / 256) % 256,
    chance,
    chance,
    1,
    0,
    0,
    0,
    0,
    0,
    0,
    entity,
  ];
}

/** A machine on which the profiler and these processes run; each has Fast DDS loaded unless it says otherwise. */
function setUp(...processes: FakeProcess[]) {
  const files = new ProcfsTree();
  onTestFinished(() => files.remove());
  const put = (process: FakeProcess) => files.put({ mapped, ...process });
  for (const process of [{ pid: self.pid, args: ['profiler'] }, ...processes]) put(process);
  const locator = new NodeLocator({ self, procfs: new Procfs(files.root) });
  const look = (...endpoints: { node: string; gid: number[] }[]) => {
    const all = [{ node: self.node, gid: gid(self.pid) }, ...endpoints];
    locator.update([...new Set(all.map(({ node }) => node))], all);
    return pidsByNode(locator);
  };
  return { files, put, locator, look };
}

function pidsByNode(locator: NodeLocator): Record<string, number> {
  return Object.fromEntries(
    locator.processes().flatMap(({ pid, nodes }) => nodes.map((node) => [node, pid])),
  );
}

describe('NodeLocator by the identities of Fast DDS', () => {
  it('finds the process of each node, of several in one process too', () => {
    const { look, locator } = setUp({ pid: 200 }, { pid: 300 });
    const found = look(
      { node: '/camera', gid: gid(200) },
      { node: '/left', gid: gid(300) },
      { node: '/right', gid: gid(300, { entity: 5 }) },
    );
    expect(found).toEqual({ '/profiler': 100, '/camera': 200, '/left': 300, '/right': 300 });
    expect(locator.processes().map(({ nodes }) => nodes)).toEqual([
      ['/profiler'],
      ['/camera'],
      ['/left', '/right'],
    ]);
  });

  it('says how it knows, with package and executable', () => {
    const { look, locator } = setUp({ pid: 200, args: ['/opt/ros/lib/usb_cam/usb_cam_node'] });
    look({ node: '/camera', gid: gid(200) });
    expect(locator.processes()[1]?.evidence).toBe('Fast DDS identity of pid 200; usb_cam/usb_cam_node');
  });

  it('knows a pid by its lower half where it is longer', () => {
    const { look } = setUp({ pid: 70_000 });
    expect(look({ node: '/camera', gid: gid(70_000) })).toMatchObject({ '/camera': 70_000 });
  });

  it('tells two pids with the same lower half apart by who has Fast DDS loaded, or not at all', () => {
    const one = setUp({ pid: 70_000 }, { pid: 70_000 - 65_536, mapped: ['/lib/libc.so.6'] });
    expect(one.look({ node: '/camera', gid: gid(70_000) })).toMatchObject({ '/camera': 70_000 });
    const both = setUp({ pid: 70_000 }, { pid: 70_000 - 65_536 });
    expect(both.look({ node: '/camera', gid: gid(70_000) })).not.toHaveProperty('/camera');
  });

  it('finds a process in a container by the pid that it has there', () => {
    const { look } = setUp({ pid: 5000, ownPid: 12 }, { pid: 12, mapped: [] });
    expect(look({ node: '/camera', gid: gid(12) })).toMatchObject({ '/camera': 5000 });
  });

  it('does not take a process of this machine for one of another', () => {
    const { look } = setUp({ pid: 200 });
    expect(look({ node: '/camera', gid: gid(200, { host: 8 }) })).toEqual({ '/profiler': 100 });
  });

  it('does not read a pid out of another vendor’s identity', () => {
    const { look } = setUp({ pid: 200 });
    expect(look({ node: '/camera', gid: gid(200).with(1, 0x10) })).toEqual({ '/profiler': 100 });
  });

  it('does not tell which of two containers’ processes with one pid is the one that is seen here', () => {
    const { look } = setUp({ pid: 200 }, { pid: 300 });
    const seen = { node: '/camera', gid: gid(200, { chance: 1 }) };
    const other = { node: '/lidar', gid: gid(300) };
    expect(look(seen, other)).toMatchObject({ '/camera': 200 });
    expect(look(seen, other, { node: '/unseen', gid: gid(200, { chance: 2 }) })).toEqual({
      '/profiler': 100,
      '/lidar': 300,
    });
  });

  it('leaves out a process of another domain', () => {
    const { look } = setUp({ pid: 200, environment: { ROS_DOMAIN_ID: '5' } });
    expect(look({ node: '/camera', gid: gid(200) })).toEqual({ '/profiler': 100 });
  });

  it('forgets a process that ended, and is not fooled when its pid is used again', () => {
    const { look, put, files, locator } = setUp({ pid: 200 });
    look({ node: '/camera', gid: gid(200) });
    files.end(200);
    expect(pidsByNode(locator)).toEqual({ '/profiler': 100 });
    put({ pid: 200, args: ['something-else'], startTicks: 900, mapped: [] });
    expect(pidsByNode(locator)).toEqual({ '/profiler': 100 });
    expect(look({ node: '/camera', gid: gid(200) })).toEqual({ '/profiler': 100 });
  });

  it('finds both processes of two nodes that share a name', () => {
    const { look, locator } = setUp({ pid: 200 }, { pid: 300 });
    look({ node: '/camera', gid: gid(200) }, { node: '/camera', gid: gid(300) });
    expect(locator.processes().map(({ pid, nodes }) => [pid, ...nodes])).toEqual([
      [100, '/profiler'],
      [200, '/camera'],
      [300, '/camera'],
    ]);
  });
});

describe('NodeLocator by command lines', () => {
  const cyclone = (pid: number) => gid(pid).with(1, 0x10);
  const args = ['camera', '--ros-args', '-r', '__node:=front', '-r', '__ns:=/robot'];
  const node = { node: '/robot/front', gid: cyclone(1) };

  it('finds the one process that gives its node this name', () => {
    const { look, locator } = setUp({ pid: 200, args });
    expect(look(node)).toMatchObject({ '/robot/front': 200 });
    expect(locator.processes()[1]?.evidence).toBe('name on the command line');
  });

  it('takes the program, not what started it', () => {
    const { look } = setUp({ pid: 200, args: ['ros2', 'run', ...args] }, { pid: 201, parentPid: 200, args });
    expect(look(node)).toMatchObject({ '/robot/front': 201 });
  });

  it('takes the program, not the copies that it made of itself', () => {
    const { look } = setUp(
      { pid: 200, args },
      { pid: 201, parentPid: 200, args },
      { pid: 202, parentPid: 200, args },
    );
    expect(look(node)).toMatchObject({ '/robot/front': 200 });
  });

  it('takes none of two', () => {
    const { look } = setUp({ pid: 200, args }, { pid: 300, args });
    expect(look(node)).toEqual({ '/profiler': 100 });
  });

  it('leaves out processes of another domain', () => {
    const { look } = setUp({ pid: 200, args, environment: { ROS_DOMAIN_ID: '5' } }, { pid: 300, args });
    expect(look(node)).toMatchObject({ '/robot/front': 300 });
  });
});

describe('NodeLocator on this machine', () => {
  const spawned = new Spawned();
  afterEach(() => spawned.endAll());

  it('finds a child by the name on its command line', async () => {
    const name = `needle_${process.pid}`;
    const pid = spawned.node(idle, `__node:=${name}`);
    const domain = process.env.ROS_DOMAIN_ID;
    const locator = new NodeLocator({ self: { node: '/test', pid: process.pid, domain } });
    const found = [{ pid, nodes: [`/${name}`], evidence: 'name on the command line' }];
    // A child has its parent's command line until it has begun with its own program.
    await vi.waitFor(() => {
      locator.update([`/${name}`], []);
      expect(locator.processes()).toMatchObject(found);
    }, 20_000);
  });
});
