import { readdirSync, readFileSync } from 'node:fs';
import { readFastDdsGuid } from '../core/fast-dds-guid.ts';
import { graphNodes, nodeEndpoints } from './node-endpoints.ts';
import type { RclNode } from './rclnodejs.ts';

/** What the graph and this machine know of another node, to tell one that died from one that hangs and one that never was. */
export class NodePresence {
  readonly #node: RclNode;
  readonly #nodeName: string;
  #hasAnswered = false;
  #pid: number | undefined;

  constructor(node: RclNode, nodeName: string) {
    this.#node = node;
    this.#nodeName = nodeName;
  }

  /** Called when the node has answered: whoever it is now, it lives. */
  noteAnswer(): void {
    if (this.#pid === undefined || !isAlive(this.#pid)) this.#pid = processOf(this.#node, this.#nodeName);
    this.#hasAnswered = true;
  }

  /** Why the node may be silent, in words. */
  describeSilence(): string {
    // The graph forgets a node that was killed only after its lease of 20 s; its process tells at once.
    if (this.#pid !== undefined && !isAlive(this.#pid)) return `it died: its process ${this.#pid} has ended`;
    const isKnown = this.#isOnGraph();
    if (isKnown === undefined) return 'our own node was closed meanwhile';
    if (!isKnown && this.#hasAnswered) return 'it died, as it is no longer on the graph';
    if (!isKnown) return 'there is no such node on the graph';
    if (this.#pid !== undefined) return `it hangs: its process ${this.#pid} is still there`;
    return 'it is on the graph, and hangs, or died so lately that the graph has not noticed';
  }

  /** Undefined when our own node has no graph any more. */
  #isOnGraph(): boolean | undefined {
    try {
      return graphNodes(this.#node).includes(this.#nodeName);
    } catch {
      return undefined;
    }
  }
}

/**
 * The process of a node on this machine, by the lower half of its pid in the identity that Fast DDS gives to its
 * endpoints. Undefined for another middleware, another host, or when that half fits several processes.
 */
function processOf(node: RclNode, nodeName: string): number | undefined {
  const ownName = node.getFullyQualifiedName();
  const endpoints = nodeEndpoints(node, [ownName, nodeName]);
  const makerOf = (name: string) =>
    readFastDdsGuid(endpoints.find((endpoint) => endpoint.node === name)?.gid ?? []);
  const own = makerOf(ownName);
  const other = makerOf(nodeName);
  if (own === undefined || other === undefined || own.hostId !== other.hostId) return undefined;
  const pids = readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && Number(name) % 65_536 === other.pidLow,
  );
  return pids.length === 1 ? Number(pids[0]) : undefined;
}

/** A process that nobody has waited for yet has ended all the same. */
function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^\) [ZX]/.test(stat.slice(stat.lastIndexOf(')')));
  } catch {
    return false;
  }
}
