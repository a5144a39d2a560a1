/** Says when a requirement is broken in k of the last n windows: one unlucky window is no reason to act. */
export class BrokenWindows {
  readonly #k: number;
  readonly #n: number;
  #windows: ReadonlySet<string>[] = [];

  constructor({ k, n }: { k: number; n: number }) {
    this.#k = k;
    this.#n = n;
  }

  /** Takes the requirements that a window broke. */
  observe(broken: Iterable<string>): void {
    this.#windows = [...this.#windows, new Set(broken)].slice(-this.#n);
  }

  /** The requirement broken most often, when that is often enough. */
  get alarm(): { requirement: string; windows: number; of: number } | undefined {
    const counts = new Map<string, number>();
    for (const requirement of this.#windows.flatMap((window) => [...window]))
      counts.set(requirement, (counts.get(requirement) ?? 0) + 1);
    const [worst] = [...counts].sort(([, a], [, b]) => b - a);
    if (worst === undefined || worst[1] < this.#k) return undefined;
    return { requirement: worst[0], windows: worst[1], of: this.#windows.length };
  }

  reset(): void {
    this.#windows = [];
  }
}
