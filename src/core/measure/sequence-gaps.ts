/** Counts the messages that are missing between those that arrive, by each publisher's own sequence numbers. */
export class SequenceGaps {
  readonly #latest = new Map<string, number>();

  /**
   * How many messages of the publisher are missing between its latest one and this one. Its first message
   * begins the count: what it published before is not missing. Late and repeated ones lack nothing.
   */
  next(publisher: string, sequence: number): number {
    const latest = this.#latest.get(publisher);
    if (latest !== undefined && sequence <= latest) return 0;
    this.#latest.set(publisher, sequence);
    return latest === undefined ? 0 : sequence - latest - 1;
  }
}
