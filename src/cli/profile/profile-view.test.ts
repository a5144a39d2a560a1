import { describe, expect, it } from 'vitest';
import type { Profile } from '../../core/measure/profile.ts';
import { profileOf } from '../../core/spec/profile-fixture.ts';
import { createStyle, textWidth } from '../terminal/index.ts';
import { profileView } from './profile-view.ts';

const profile: Profile = {
  ...profileOf({
    rates: { '/image': 30, '/silent': 0 },
    ages: { '/image': 41.25 },
    paths: { '/image -> /cmd_vel': 80 },
    cpu: { camera: 0.42 },
    platform: { cpu: 1.234, power: 9.5 },
  }),
  cgroups: [{ name: 'core', cpuCores: 0.5, limitCores: 0.5, throttledShare: 0.25, memoryBytes: 3e7 }],
  unmappedNodes: ['/far'],
};

function view(shown: Profile, width = 100): string {
  return profileView(shown, { width, style: createStyle(false) }).join('\n');
}

/** The words of the line that begins with a name. */
function line(name: string, shown = profile): string[] {
  return (
    view(shown)
      .split('\n')
      .find((each) => each.startsWith(name))
      ?.trim()
      .split(/\s{2,}/) ?? []
  );
}

describe('profileView', () => {
  it('shows each topic’s rate, age, jitter, bandwidth and longest gap', () => {
    expect(line('topic')).toEqual(['topic', 'Hz', 'age p95 ms', 'jitter ms', 'lost', 'MB/s', 'gap ms']);
    expect(line('/image')).toEqual(['/image', '30.00', '41.3', '1.0', '-', '0.003', '33']);
    expect(line('/silent')).toEqual(['/silent', 'silent', '-', '-', '-', '0.000', '2000']);
  });

  it('shows paths, processes, groups and the platform', () => {
    expect(line('/image -> /cmd_vel')).toEqual(['/image -> /cmd_vel', '80.0', '40.0', '160.0', '40']);
    expect(line('camera')).toEqual(['camera', '0.42', '10', '1', '0']);
    expect(line('core')).toEqual(['core', '0.50', '0.50', '25.0 %', '30']);
    expect(view(profile).split('\n')[0]).toBe('window 2.0 s, cpu 1.23 cores, power 9.5 W');
    expect(view(profileOf({ platform: { power_cpu_cv: 3, gpu_mhz: 600 } }))).toBe(
      'window 2.0 s, power_cpu_cv 3 W, gpu_mhz 600 MHz',
    );
  });

  it('names loss with its cause, what a path does not contain, and nodes without a process', () => {
    const [image, silent] = profile.topics as [Profile['topics'][0], Profile['topics'][0]];
    const lossy = {
      ...profile,
      topics: [
        { ...image, lost: 20, loss: 'the publisher counts 80: raise the socket buffers', rateErrorHz: 0.5 },
        silent,
      ],
      paths: profile.paths.map((path) => ({ ...path, unmatched: 3, unseen: ['the way to the motors'] })),
    };
    expect(line('/image', lossy)).toContain('20 (25.0 %)');
    expect(line('/image', lossy)).toContain('30.00 ±0.50');
    for (const note of [
      '/image: the publisher counts 80: raise the socket buffers',
      '/image -> /cmd_vel: not seen: the way to the motors',
      '/image -> /cmd_vel: 3 arrivals without a known start',
      'nodes whose process is not known: /far',
    ]) {
      expect(view(lossy)).toContain(note);
    }
    expect(view(profile)).not.toContain('without a known start');
  });

  it.each([40, 60, 120])('is never wider than %i columns', (width) => {
    const widths = view(profile, width).split('\n').map(textWidth);
    expect(Math.max(...widths)).toBeLessThanOrEqual(width);
  });

  it('shows no control characters of a name', () => {
    const named = { ...profile, unmappedNodes: ['/a\u001b[2Jb\nc\u0007'] };
    expect(view(named)).toContain('nodes whose process is not known: /abc');
  });

  it('leaves out what is not there', () => {
    expect(view(profileOf({}))).toBe('window 2.0 s');
  });
});
