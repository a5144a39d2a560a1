import type { RclNode } from './rclnodejs.ts';

/** A net only: whatever happens ends the wait at once. */
const longestWaitMs = 1000;

/**
 * Has a node's events handled from now on. rclnodejs' executor looks around a hundred times a second, because its thread
 * waits with a lock on the node's entities that every change of them has to wait for: 1 % of a core for a node that does
 * nothing. Here it sleeps until something happens, and a guard condition wakes it before each change.
 */
export function spin(node: RclNode): void {
  const guard = node.createGuardCondition(() => undefined);
  for (const name of ['syncHandles', 'stop'] as const) {
    const change = node[name].bind(node);
    const wakeAndChange = () => {
      guard.trigger();
      change();
    };
    // The native side marks its methods as read-only, which forbids assigning to them, not defining one before them.
    Object.defineProperty(node, name, { value: wakeAndChange });
  }
  node.spin(longestWaitMs);
}
