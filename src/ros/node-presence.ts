import type { RclNode } from './rclnodejs.ts';

/** What the graph knows of another node, to tell one that died from one that hangs and one that never was. */
export class NodePresence {
  readonly #node: RclNode;
  readonly #nodeName: string;
  #hasAnswered = false;

  constructor(node: RclNode, nodeName: string) {
    this.#node = node;
    this.#nodeName = nodeName;
  }

  /** Called when the node has answered. */
  noteAnswer(): void {
    this.#hasAnswered = true;
  }

  /** Why the node may be silent, in words. */
  describeSilence(): string {
    const name = this.#nodeName;
    const isKnown = this.#node.getNodeNamesAndNamespaces().some((node) => {
      return `${node.namespace === '/' ? '' : node.namespace}/${node.name}` === name;
    });
    if (isKnown && this.#hasAnswered) {
      return `${name} no longer answers: it hangs, or died so lately that the graph has not noticed`;
    }
    if (isKnown) return `${name} is on the graph and does not answer: it hangs, or is still starting`;
    return this.#hasAnswered ? `${name} died: it is no longer on the graph` : `there is no node ${name} on the graph`;
  }
}
