/** What the loss of a topic's messages is judged by. */
export type LossEvidence = {
  /** Messages that arrived. */
  count: number;
  /** Lost by the middleware's count; undefined where it does not count. */
  counted: number | undefined;
  /** Stamps heard on a companion topic that never came here, and how many came there; undefined without one. */
  companion: { topic: string; missing: number; heard: number } | undefined;
  /** Missing between stamps that otherwise stand at one even distance. */
  skipped: number;
};

/** How a topic's messages travel to this process. */
export type Carriage = {
  reliable: boolean;
  /** Size of one message; 0 while unknown. */
  bytes: number;
  /** RMW_IMPLEMENTATION; empty for the default of the distribution, which is Fast DDS. */
  rmw: string;
  /** FASTDDS_DEFAULT_PROFILES_FILE of this process; empty for Fast DDS' own transports. */
  fastDdsProfiles: string;
};

/** What setup.md recommends for images. */
const roomForImages = 'FASTDDS_DEFAULT_PROFILES_FILE with more shared memory (setup/fastdds.xml of Trimtab)';
/** A message larger than a UDP datagram travels in fragments; one lost fragment loses it. */
const datagramBytes = 65_000;

/**
 * How many messages were published and did not arrive, and in words how that is known and what cures it.
 * What the source itself skipped is not lost; it is named apart where the evidence can tell the two apart.
 */
export function judgeLoss(evidence: LossEvidence, carriage: Carriage): { lost: number; loss: string } {
  const { count, counted, companion, skipped } = evidence;
  const onTheWay = Math.max(counted ?? 0, companion?.missing ?? 0);
  const said: string[] = [];
  if (onTheWay > 0) {
    const witness =
      (counted ?? 0) >= (companion?.missing ?? 0)
        ? "by the publisher's sequence numbers"
        : `by the stamps of the ${companion?.heard} messages on ${companion?.topic}`;
    said.push(`${onTheWay} of ${count + onTheWay} lost on the way, ${witness}: ${cure(carriage)}`);
  }
  const unexplained = skipped - onTheWay;
  if (unexplained > 0) {
    const where =
      counted === undefined && companion === undefined
        ? 'lost on the way or skipped at the source, nothing here counts which'
        : 'skipped at the source, as nothing was lost on the way';
    said.push(
      onTheWay > 0
        ? `${unexplained} more skipped at the source, by gaps in the stamps`
        : `${unexplained} missing by gaps in the stamps: ${where}`,
    );
  }
  return { lost: onTheWay, loss: said.join('; ') };
}

function cure({ reliable, bytes, rmw, fastDdsProfiles }: Carriage): string {
  if (reliable) {
    return 'the topic is reliable, so a queue ran over before they were resent or read; a deeper history at the publisher, or a lower rate, cures it';
  }
  const isBareFastDds = (rmw === '' || rmw.includes('fastrtps')) && fastDdsProfiles === '';
  if (bytes === 0 && isBareFastDds) {
    return `none of these best-effort messages has come yet, so their size is not known; large ones do not survive Fast DDS' 512 kB of shared memory, and ${roomForImages} in every process cures it; small ones need a lower rate or a reliable publisher`;
  }
  if (bytes > datagramBytes && isBareFastDds) {
    return `best-effort messages of ${formatBytes(bytes)} do not survive Fast DDS' 512 kB of shared memory; ${roomForImages} in every process cures it, or a reliable publisher`;
  }
  if (bytes > datagramBytes) {
    return `best-effort messages of ${formatBytes(bytes)} outran a buffer; larger buffers (segment_size of Fast DDS' shared memory, net.core.rmem_max), a lower rate or a reliable publisher cure it`;
  }
  return 'best-effort messages outran a buffer or were lost on the network; a lower rate or a reliable publisher cures it';
}

function formatBytes(bytes: number): string {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.round(bytes / 1e3)} kB`;
}
