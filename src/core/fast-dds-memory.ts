/** A file in the folder of shared memory. */
export type ShmFile = {
  name: string;
  /** Which file it is, as /proc/locks writes it: device in hexadecimal and inode in decimal, such as `00:27:22`. */
  id: string;
  /** Memory that it takes. */
  bytes: number;
  /** Whose it is. */
  uid: number;
};

/** A segment, in which a participant puts what it sends, or a port, at which one is told of it: with all of its files. */
export type ShmObject = {
  kind: 'segment' | 'port';
  /** Name of its own file, without those of its locks. */
  name: string;
  /**
   * Held: its owner lives. Released: its owner ended without removing it. None: it has no lock file, so that nobody can tell;
   * so are ports whose reader has ended while another process, which may live, had them open for writing.
   */
  lock: 'held' | 'released' | 'none';
  bytes: number;
  uid: number;
};

/** Fast DDS names its files `fastdds_…`, Fast DDS 2 `fastrtps_…`; `_el` and `_sl` are locks for one reader and for several. */
const ownFile = /^((?:fastdds|fastrtps)_(?:port\d{1,5}|[0-9a-f]{16}))(_el|_sl)?$/;
const mutexFile = /^sem\.((?:fastdds|fastrtps)_port\d{1,5})_mutex$/;

/**
 * Left-over memory above this share of the folder is notable: by default that folder holds half of the machine's memory, so
 * that it is a fortieth of the machine's.
 */
const notableShare = 0.05;
/** RTPS has port numbers for 120 participants of a domain on one machine: no more can be dead than could ever live. */
const notableSegments = 120;

/** The files that some process has locked with flock, as {@link ShmFile.id} names them, from the text of /proc/locks. */
export function lockedFiles(procLocks: string): Set<string> {
  const holder = /^\d+: FLOCK +\S+ +\S+ +\S+ ([0-9a-f]+:[0-9a-f]+:\d+) /;
  return new Set(procLocks.split('\n').flatMap((line) => holder.exec(line)?.[1] ?? []));
}

/**
 * What Fast DDS has in a folder of shared memory, other files left out. An owner holds a flock on a lock file as long as it
 * lives, which is how Fast DDS itself tells what is left over (its files RobustExclusiveLock.hpp, RobustSharedLock.hpp and
 * tools/fastdds/shm/clean.py).
 */
export function fastDdsObjects(files: readonly ShmFile[], locked: ReadonlySet<string>): ShmObject[] {
  const objects = new Map<string, ShmObject>();
  for (const file of files) {
    const [, ownName, lockSuffix] = ownFile.exec(file.name) ?? [];
    const name = ownName ?? mutexFile.exec(file.name)?.[1];
    if (name === undefined) continue;
    const known = objects.get(name);
    const kind = name.includes('_port') ? 'port' : 'segment';
    const object = known ?? { kind, name, lock: 'none', bytes: 0, uid: file.uid };
    object.bytes += file.bytes;
    // Several users may have made a port's files; only the owner of its own can remove that.
    if (file.name === name) object.uid = file.uid;
    if (lockSuffix !== undefined && object.lock !== 'held')
      object.lock = locked.has(file.id) ? 'held' : 'released';
    objects.set(name, object);
  }
  return [...objects.values()];
}

/** Whether so much is left over that it should be cleared; `folderBytes` is what the folder can hold. */
export function isNotable(leftOver: readonly ShmObject[], folderBytes: number): boolean {
  const segments = leftOver.filter(({ kind }) => kind === 'segment').length;
  return bytesOf(leftOver) >= notableShare * folderBytes || segments >= notableSegments;
}

/** Memory that some objects take together. */
export function bytesOf(objects: readonly ShmObject[]): number {
  return objects.reduce((sum, { bytes }) => sum + bytes, 0);
}
