import type { NodeContext } from '../ros/index.ts';

/** Waits in the node's clock, so that it follows /clock; false when `signal` broke the wait off. */
export function sleep(
  { every }: Pick<NodeContext, 'every'>,
  ms: number,
  signal: AbortSignal,
): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const finish = (whole: boolean) => {
      timer.cancel();
      signal.removeEventListener('abort', breakOff);
      resolve(whole);
    };
    const breakOff = () => finish(false);
    const timer = every(Math.max(1, ms), () => finish(true));
    signal.addEventListener('abort', breakOff, { once: true });
  });
}
