import { describe, expect, it } from 'vitest';
import { bytesOf, fastDdsObjects, isNotable, lockedFiles, type ShmFile } from './fast-dds-memory.ts';

let lastInode = 0;

function file(name: string, { bytes = 0, uid = 1000 } = {}): ShmFile {
  return { name, id: `00:1a:${++lastInode}`, bytes, uid };
}

const segment = (id: string, bytes: number, uid?: number) => [
  file(`fastdds_${id}`, { bytes, uid }),
  file(`fastdds_${id}_el`, { uid }),
];

describe('lockedFiles', () => {
  it('reads who holds a flock, as the kernel prints it', () => {
    const locks = [
      '1: FLOCK  ADVISORY  WRITE 6892 00:27:22 0 EOF',
      '2: POSIX  ADVISORY  READ  910 08:02:2359311 128 128',
      '3: FLOCK  ADVISORY  READ  77 103:02:5 0 EOF',
      '3: -> FLOCK  ADVISORY  WRITE 78 103:02:6 0 EOF',
      '4: OFDLCK ADVISORY  WRITE -1 00:27:23 0 EOF',
      '',
    ].join('\n');
    expect([...lockedFiles(locks)]).toEqual(['00:27:22', '103:02:5']);
  });
});

describe('fastDdsObjects', () => {
  it('holds a segment for alive whose lock file is locked, and for left over whose lock file is not', () => {
    const alive = segment('03fe364d09d33aa0', 549_408);
    const dead = segment('4d0827888ceac266', 35_127_840);
    expect(fastDdsObjects([...dead, ...alive], new Set([(alive[1] as ShmFile).id]))).toEqual([
      { kind: 'segment', name: 'fastdds_4d0827888ceac266', lock: 'released', bytes: 35_127_840, uid: 1000 },
      { kind: 'segment', name: 'fastdds_03fe364d09d33aa0', lock: 'held', bytes: 549_408, uid: 1000 },
    ]);
  });

  it('holds a port for alive that one of several readers has locked', () => {
    const shared = file('fastdds_port7400_sl');
    const files = [file('fastdds_port7400', { bytes: 53_248 }), shared, file('fastdds_port7400_el')];
    expect(fastDdsObjects(files, new Set([shared.id]))).toMatchObject([{ kind: 'port', lock: 'held' }]);
    expect(fastDdsObjects([...files].reverse(), new Set([shared.id]))).toMatchObject([{ lock: 'held' }]);
  });

  it('does not judge what has no lock file, and counts the mutex with its port', () => {
    const files = [
      file('sem.fastdds_port30163_mutex', { bytes: 4096, uid: 0 }),
      file('fastdds_port30163', { bytes: 53_248 }),
    ];
    expect(fastDdsObjects(files, new Set())).toEqual([
      { kind: 'port', name: 'fastdds_port30163', lock: 'none', bytes: 57_344, uid: 1000 },
    ]);
  });

  it('knows the names of Fast DDS 2, and leaves out what others have there', () => {
    const others = [
      'sem.other',
      'lttng-ust-wait-6',
      'fastdds_notes',
      'fast_datasharing_01.0f',
      'fastdds_port1x_el',
    ];
    const files = [...others.map((name) => file(name)), file('fastrtps_port7411_el')];
    expect(fastDdsObjects(files, new Set())).toMatchObject([{ name: 'fastrtps_port7411', lock: 'released' }]);
  });
});

describe('isNotable', () => {
  const segments = (count: number, bytes: number) =>
    fastDdsObjects(
      Array.from({ length: count }, (_, index) =>
        segment(index.toString(16).padStart(16, '0'), bytes),
      ).flat(),
      new Set(),
    );

  it('is a twentieth of what the folder holds', () => {
    const three = segments(3, 35_000_000);
    expect(bytesOf(three)).toBe(105_000_000);
    expect(isNotable(three, 2_000_000_000)).toBe(true);
    expect(isNotable(three, 2_200_000_000)).toBe(false);
    expect(isNotable([], 2_000_000_000)).toBe(false);
  });

  it('is as many segments as a domain can have participants, however small', () => {
    expect(isNotable(segments(119, 0), 2_000_000_000)).toBe(false);
    expect(isNotable(segments(120, 0), 2_000_000_000)).toBe(true);
  });
});
