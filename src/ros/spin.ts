import type { RclNode } from './rclnodejs.ts';

/** A net only: whatever happens ends the wait at once. */
const longestWaitMs = 1000;
/** For a thread that was just woken to come to rest. */
const restMs = 20;

/**
 * Has a node's events handled from now on. rclnodejs' executor looks around a hundred times a second, because its thread
 * waits with a lock on the node's entities that every change of them has to wait for: 1 % of a core for a node that does
 * nothing. Here it sleeps until something happens, and a guard condition wakes it before each change.
 */
export function spin(node: RclNode): void {
  const guard = node.createGuardCondition(() => undefined);
  before(node, 'syncHandles', () => guard.trigger());
  before(node, 'stop', () => {
    guard.trigger();
    // rclnodejs 2.2.0 joins the thread, for ever where it is told to end between its look whether it is and its sleep.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, restMs);
  });
  node.spin(longestWaitMs);
}

function before(node: RclNode, name: 'syncHandles' | 'stop', act: () => void): void {
  const change = node[name].bind(node);
  const actAndChange = () => {
    act();
    change();
  };
  // The native side marks its methods as read-only, which forbids assigning to them, not defining one before them.
  Object.defineProperty(node, name, { value: actAndChange });
}
