/** A user without rights, for tests that run as root. */
export const nobody = 65_534;

/** Runs something as that user, as far as the kernel asks who acts. */
export async function asNobody<T>(run: () => Promise<T>): Promise<T> {
  process.seteuid?.(nobody);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}
