/** Which process of which machine made an endpoint, as Fast DDS writes it into the endpoint's identity. */
export type FastDdsProcess = {
  /** The same for all endpoints of one process, and for no other process of the graph. */
  key: string;
  /** Made of the machine's name and IPv4 addresses: the same for all of its processes, as long as these stay. */
  hostId: number;
  /** The lower 16 bits of the pid by which the process knows itself. */
  pidLow: number;
};

/** RTPS vendor of eProsima, the makers of Fast DDS. */
const vendor = [0x01, 0x0f];

/**
 * Reads an endpoint's GUID: vendor (2 bytes), host (2), process (4), participant (4), then the entity. Of the process
 * bytes the first two are the lower half of its pid, little-endian; the others are chance in today's Fast DDS and the
 * upper half of the pid in older ones (its file rtps/common/GuidUtils.hpp). Undefined for another vendor's.
 */
export function readFastDdsGuid(gid: readonly number[]): FastDdsProcess | undefined {
  const [vendorHigh, vendorLow, hostLow = 0, hostHigh = 0, pidLow = 0, pidHigh = 0] = gid;
  if (gid.length < 12 || vendorHigh !== vendor[0] || vendorLow !== vendor[1]) return undefined;
  return {
    key: gid
      .slice(0, 8)
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(''),
    hostId: hostLow + 256 * hostHigh,
    pidLow: pidLow + 256 * pidHigh,
  };
}
