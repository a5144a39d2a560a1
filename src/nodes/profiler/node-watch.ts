import type { Residents } from '../../core/measure/system-window.ts';
import type { NodeEndpoint, NodeProcess } from '../../io/platform/node-process/node-locator.ts';
import type { ProcessNaming } from '../../io/platform/process-sampler.ts';

/** Endpoints of a new node become known a little after the node. */
const settleMs = 5000;
/** A node that starts anew before its end was noticed changes nothing in the list of nodes. */
const retryPeriodMs = 10_000;

/** What the watch asks of the ROS graph. */
export type GraphView = {
  /** Fully qualified names of all nodes, sorted. */
  nodes(): string[];
  endpoints(nodes: readonly string[]): NodeEndpoint[];
};

/** Finds the processes of nodes, and says which of those it found still run. */
export type Locator = {
  update(nodes: readonly string[], endpoints: readonly NodeEndpoint[]): void;
  processes(): NodeProcess[];
};

/**
 * Keeps up with which node lives in which process. The graph is asked for names at each look; for endpoints, and the
 * machine for processes, only when a node came or went, a process with nodes ended, or a node is still without one.
 */
export class NodeWatch implements ProcessNaming {
  readonly #graph: GraphView;
  readonly #locator: Locator;
  #nodes: readonly string[] = [];
  #processes: readonly NodeProcess[] = [];
  /** By process: the node that it is named after, the same for as long as it runs. */
  #names = new Map<string, string>();
  #settledMs = Number.NEGATIVE_INFINITY;
  #locatedMs = Number.NEGATIVE_INFINITY;

  constructor({ graph, locator }: { graph: GraphView; locator: Locator }) {
    this.#graph = graph;
    this.#locator = locator;
  }

  /** One look; `nowMs` of any steady clock. */
  look(nowMs: number): void {
    const nodes = this.#graph.nodes();
    const alive = this.#locator.processes();
    const isChanged = nodes.join() !== this.#nodes.join() || alive.length < this.#processes.length;
    this.#nodes = nodes;
    this.#processes = alive;
    if (isChanged) this.#settledMs = nowMs + settleMs;
    const isRetry = nowMs - this.#locatedMs >= retryPeriodMs && this.unmapped().length > 0;
    if (nowMs < this.#settledMs || isRetry) {
      this.#locatedMs = nowMs;
      this.#locator.update(nodes, this.#graph.endpoints(nodes));
      this.#processes = this.#locator.processes();
    }
    this.#names = new Map(
      this.#processes.map((process) => {
        const key = keyOf(process);
        return [key, this.#names.get(key) ?? (process.nodes[0] as string)];
      }),
    );
  }

  /** Nodes without a process that is known. */
  unmapped(): string[] {
    const mapped = new Set(this.#processes.flatMap(({ nodes }) => nodes));
    return this.#nodes.filter((node) => !mapped.has(node));
  }

  /** The nodes that live in any of these processes. */
  residents(pids: readonly number[]): Residents {
    const here = this.#processes.filter(({ pid }) => pids.includes(pid));
    return {
      nodes: here.flatMap(({ nodes }) => nodes),
      evidence: [...new Set(here.map(({ evidence }) => evidence))].join('; '),
    };
  }

  names(): string[] {
    return [...new Set(this.#names.values())];
  }

  nameOf(process: { pid: number; startTicks: number }): string | undefined {
    return this.#names.get(keyOf(process));
  }
}

function keyOf({ pid, startTicks }: { pid: number; startTicks: number }): string {
  return `${pid}:${startTicks}`;
}
