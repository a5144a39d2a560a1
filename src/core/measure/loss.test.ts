import { describe, expect, it } from 'vitest';
import { type Carriage, judgeLoss, type LossEvidence } from './loss.ts';

const image: Carriage = { reliable: false, bytes: 6.2e6, rmw: 'rmw_fastrtps_cpp', fastDdsProfiles: '' };

function judge(evidence: Partial<LossEvidence>, carriage: Partial<Carriage> = {}) {
  return judgeLoss(
    { count: 24, counted: undefined, companion: undefined, skipped: 0, ...evidence },
    { ...image, ...carriage },
  );
}

describe('judgeLoss', () => {
  it('has nothing to say of a topic in health', () => {
    expect(judge({ counted: 0 })).toEqual({ lost: 0, loss: '' });
    expect(judge({})).toEqual({ lost: 0, loss: '' });
  });

  it('names evidence and cure of images over the default transports of Fast DDS', () => {
    const { lost, loss } = judge({ counted: 336, skipped: 300 });
    expect(lost).toBe(336);
    expect(loss).toMatch(/^336 of 360 lost on the way, by the publisher's sequence numbers: /);
    expect(loss).toContain('6.2 MB');
    expect(loss).toContain('FASTDDS_DEFAULT_PROFILES_FILE');
    expect(loss).not.toContain('skipped');
  });

  it('does not advise what is done already, or what another middleware does not know', () => {
    for (const carriage of [{ fastDdsProfiles: 'setup/fastdds.xml' }, { rmw: 'rmw_cyclonedds_cpp' }])
      expect(judge({ counted: 5 }, carriage).loss).not.toContain('FASTDDS_DEFAULT_PROFILES_FILE');
  });

  it('knows that a queue of a reliable topic ran over', () => {
    expect(judge({ counted: 3 }, { reliable: true }).loss).toContain('queue');
  });

  it('believes a companion where no message came to count by', () => {
    const companion = { topic: '/camera/camera_info', missing: 90, heard: 90 };
    const { lost, loss } = judge({ count: 0, companion });
    expect(lost).toBe(90);
    expect(loss).toContain(
      '90 of 90 lost on the way, by the stamps of the 90 messages on /camera/camera_info',
    );
  });

  it('names the cure of large messages also while none has come that would tell their size', () => {
    const companion = { topic: '/camera/camera_info', missing: 90, heard: 90 };
    const { loss } = judge({ count: 0, companion }, { bytes: 0 });
    expect(loss).toContain('their size is not known');
    expect(loss).toContain('FASTDDS_DEFAULT_PROFILES_FILE');
    const prepared = judge({ count: 0, companion }, { bytes: 0, fastDdsProfiles: 'setup/fastdds.xml' });
    expect(prepared.loss).not.toContain('FASTDDS_DEFAULT_PROFILES_FILE');
  });

  it('tells what the source skipped from what was lost', () => {
    expect(judge({ counted: 0, skipped: 4 })).toEqual({
      lost: 0,
      loss: '4 missing by gaps in the stamps: skipped at the source, as nothing was lost on the way',
    });
    expect(judge({ counted: 2, skipped: 5 }).loss).toContain('3 more skipped at the source');
    expect(judge({ skipped: 4 }).loss).toContain('lost on the way or skipped at the source');
  });
});
