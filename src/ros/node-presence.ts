import { readdirSync, readFileSync } from 'node:fs';
import type { EndpointInfo, RclNode } from './rclnodejs.ts';

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
      return this.#node
        .getNodeNamesAndNamespaces()
        .some(({ namespace, name }) => `${namespace === '/' ? '' : namespace}/${name}` === this.#nodeName);
    } catch {
      return undefined;
    }
  }
}

/** The first bytes of Fast DDS' identifiers: eProsima's number as a vendor. */
const fastDds = [0x01, 0x0f];

/**
 * The process of a node on this machine, from the identifier that Fast DDS gives its endpoints: two bytes of the vendor,
 * two of the host, the lower two of the pid. Undefined for another middleware, another host, or when the two bytes fit
 * several processes.
 */
function processOf(node: RclNode, nodeName: string): number | undefined {
  const endpoints = node.getPublishersInfoByTopic('/parameter_events');
  const identifierOf = (name: string) => {
    const endpoint = endpoints.find(({ node_name, node_namespace }) => {
      return `${node_namespace === '/' ? '' : node_namespace}/${node_name}` === name;
    });
    return (endpoint as (EndpointInfo & { endpoint_gid?: number[] }) | undefined)?.endpoint_gid;
  };
  const own = identifierOf(node.getFullyQualifiedName());
  const other = identifierOf(nodeName);
  if (!own || !other || !fastDds.every((byte, i) => byte === other[i])) return undefined;
  if (own[2] !== other[2] || own[3] !== other[3]) return undefined;
  const lower = (other[4] as number) + 256 * (other[5] as number);
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) % 65_536 === lower);
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
