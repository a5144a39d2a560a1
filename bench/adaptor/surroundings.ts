import type { LiveGraph } from '../../test/ros/live-graph.ts';

/** Fast DDS keeps 512 KB of shared memory, less than one image; here it has room for a second of them. */
const sharedMemoryProfile = `<?xml version="1.0" encoding="UTF-8"?>
<dds xmlns="http://www.eprosima.com">
  <profiles>
    <transport_descriptors>
      <transport_descriptor>
        <transport_id>shared_memory</transport_id>
        <type>SHM</type>
        <segment_size>33554432</segment_size>
        <maxMessageSize>10485760</maxMessageSize>
      </transport_descriptor>
      <transport_descriptor>
        <transport_id>udp</transport_id>
        <type>UDPv4</type>
      </transport_descriptor>
    </transport_descriptors>
    <participant profile_name="images" is_default_profile="true">
      <rtps>
        <userTransports>
          <transport_id>shared_memory</transport_id>
          <transport_id>udp</transport_id>
        </userTransports>
        <useBuiltinTransports>false</useBuiltinTransports>
      </rtps>
    </participant>
  </profiles>
</dds>
`;

/** glibc gives memory of this size back to the kernel with each free, and takes it page by page anew; these keep it. */
const keptMemory = { MALLOC_MMAP_THRESHOLD_: '67108864', MALLOC_TRIM_THRESHOLD_: '536870912' };

/** What the processes of a run find in their environment. */
export type Surroundings = { name: string; variables: Record<string, string> };

/** As Trimtab sets it up; with shared memory for images; and with memory that is kept as well. */
export function allSurroundings(graph: LiveGraph): Surroundings[] {
  const shared = { FASTDDS_DEFAULT_PROFILES_FILE: graph.file('shared-memory.xml', sharedMemoryProfile) };
  return [
    { name: 'as set up', variables: {} },
    { name: 'shared memory', variables: shared },
    { name: 'and kept memory', variables: { ...shared, ...keptMemory } },
  ];
}

/** Runs with the variables set for every process that is started meanwhile. */
export async function within<T>({ variables }: Surroundings, act: () => Promise<T>): Promise<T> {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    return await act();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
