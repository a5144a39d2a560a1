import { describe, expect, it } from 'vitest';
import { NodeWatch } from './node-watch.ts';

/** A graph and a machine: which nodes there are, and where those live whose endpoints are known. */
class World {
  nodes: string[] = [];
  /** pid by node. */
  homes: Record<string, number> = {};
  updates = 0;
  #located: { node: string; pid: number }[] = [];
  readonly watch = new NodeWatch({
    graph: { nodes: () => [...this.nodes].sort(), endpoints: () => [] },
    locator: {
      update: (nodes) => {
        this.updates += 1;
        this.#located = nodes
          .flatMap((node) => ({ node, pid: this.homes[node] ?? 0 }))
          .filter(({ pid }) => pid > 0);
      },
      processes: () => {
        const alive = this.#located.filter(({ pid }) => Object.values(this.homes).includes(pid));
        return [...new Set(alive.map(({ pid }) => pid))].map((pid) => ({
          pid,
          startTicks: 1,
          nodes: alive.filter((each) => each.pid === pid).map(({ node }) => node),
          evidence: `pid ${pid}`,
        }));
      },
    },
  });

  /** Looks once a second and returns how often the endpoints were asked for. */
  lookAt(fromS: number, toS: number): number {
    const before = this.updates;
    for (let s = fromS; s <= toS; s++) this.watch.look(s * 1000);
    return this.updates - before;
  }
}

function world(homes: Record<string, number>): World {
  const made = new World();
  made.homes = homes;
  made.nodes = Object.keys(homes);
  return made;
}

describe('NodeWatch', () => {
  it('asks for endpoints while the graph settles, then no more', () => {
    const made = world({ '/camera': 7 });
    expect(made.lookAt(0, 60)).toBe(5);
    expect(made.watch.unmapped()).toEqual([]);
  });

  it('asks again when a node comes, and when one goes', () => {
    const made = world({ '/camera': 7 });
    made.lookAt(0, 60);
    made.nodes = ['/camera', '/follower'];
    made.homes['/follower'] = 8;
    expect(made.lookAt(61, 120)).toBe(5);
    expect(made.watch.names()).toEqual(['/camera', '/follower']);
    made.nodes = ['/camera'];
    expect(made.lookAt(121, 180)).toBe(5);
    expect(made.watch.names()).toEqual(['/camera']);
  });

  it('finds a node again that started anew while the graph still showed it', () => {
    const made = world({ '/camera': 7 });
    made.lookAt(0, 60);
    made.homes = {};
    made.lookAt(61, 70);
    expect(made.watch.unmapped()).toEqual(['/camera']);
    expect(made.watch.names()).toEqual([]);
    made.homes = { '/camera': 9 };
    made.lookAt(71, 85);
    expect(made.watch.unmapped()).toEqual([]);
    expect(made.watch.nameOf({ pid: 9, startTicks: 1 })).toBe('/camera');
  });

  it('looks seldom for a node that it cannot find', () => {
    const made = world({ '/camera': 7 });
    made.nodes.push('/elsewhere');
    expect(made.lookAt(0, 100)).toBeLessThan(16);
    expect(made.watch.unmapped()).toEqual(['/elsewhere']);
  });

  it('keeps the name of a process when a node joins it that sorts before', () => {
    const made = world({ '/left': 7 });
    made.lookAt(0, 10);
    made.nodes.push('/a_new_one');
    made.homes['/a_new_one'] = 7;
    made.lookAt(11, 20);
    expect(made.watch.names()).toEqual(['/left']);
    expect(made.watch.residents([7, 8])).toEqual({ nodes: ['/a_new_one', '/left'], evidence: 'pid 7' });
    expect(made.watch.residents([8])).toEqual({ nodes: [], evidence: '' });
  });
});
