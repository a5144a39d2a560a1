/**
 * Waits for SIGINT, SIGTERM or, where a parent asks for it by TRIMTAB_END_WITH_STDIN, for standard input to
 * close, which happens when the parent dies.
 */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      process.removeListener('SIGINT', stop);
      process.removeListener('SIGTERM', stop);
      process.stdin.removeListener('end', stop);
      process.stdin.pause();
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    if (process.env.TRIMTAB_END_WITH_STDIN) {
      process.stdin.on('end', stop);
      process.stdin.resume();
      // Watching for the parent's end must not keep a process alive that has nothing else to do.
      process.stdin.unref();
    }
  });
}
