import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { withParameters } from './params-file.ts';

const file = `# the robot's own comments
/**:
  ros__parameters:
    fps: 10 # for all
camera:
  ros__parameters:
    fps: 30
    image: { width: 640 }
drone1:
  camera:
    ros__parameters:
      gain: 2
`;

function changed(
  text: string,
  nodeName: string,
  values: Record<string, number | string | boolean>,
  doubles = new Set<string>(),
) {
  const result = withParameters(text, nodeName, new Map(Object.entries(values)), doubles);
  if (!result.ok) throw new Error(JSON.stringify(result.refusals));
  return result.value;
}

describe('a parameter file with a value changed', () => {
  it('changes it wherever the file gives it for the node, and nothing else', () => {
    const text = changed(file, '/camera', { fps: 15 });
    expect(text).toBe(file.replace('fps: 10', 'fps: 15').replace('fps: 30', 'fps: 15'));
  });

  it('writes a double as one', () => {
    const text = changed(file, '/camera', { fps: 15, gain: 0.5, size: 2 }, new Set(['fps', 'gain']));
    expect(text).toContain('fps: 15.0 # for all');
    expect(text).toContain('gain: 0.5');
    expect(text).toContain('size: 2\n');
  });

  it('writes a list into the list that is there, whole numbers or doubles as it holds', () => {
    const lists = 'camera:\n  ros__parameters:\n    size: [640, 480] # pixels\n    crop: [0.0, 1.0]\n';
    const text = changed(lists, '/camera', { size: '[320, 240]', crop: '[0.25, 1]' });
    expect(text).toMatch(/size: \[ ?320, 240 ?\] # pixels/);
    expect(text).toMatch(/crop: \[ ?0\.25, 1\.0 ?\]/);
  });

  it('leaves other nodes alone', () => {
    const { camera } = parse(changed(file, '/preview', { fps: 15 }));
    expect(camera.ros__parameters.fps).toBe(30);
  });

  it.each([
    ['/camera', 'image.width', ['camera', 'ros__parameters', 'image', 'width']],
    ['/drone1/camera', 'gain', ['drone1', 'camera', 'ros__parameters', 'gain']],
    ['/drone1/camera', 'exposure', ['drone1', 'camera', 'ros__parameters', 'exposure']],
  ])('finds the place for %s %s', (node, name, path) => {
    const document = parse(changed(file, node, { [name]: 7 }));
    expect(path.reduce((value, key) => value[key], document)).toBe(7);
  });

  it('adds a section where none holds for the node', () => {
    const text = 'lidar:\n  ros__parameters: {rpm: 600}\n';
    for (const before of [text, '']) {
      const document = parse(changed(before, '/drone1/camera', { fps: 15, 'image.width': 320 }));
      expect(document['/drone1/camera']).toEqual({ ros__parameters: { fps: 15, 'image.width': 320 } });
    }
  });

  it.each(['[1, 2]', 'a: {b', 'text'])('is refused when it is none: %s', (text) => {
    const result = withParameters(text, '/camera', new Map([['fps', 1]]), new Set());
    expect(result).toMatchObject({ ok: false, refusals: [{ code: 'TT_FILE_DAMAGED' }] });
  });
});
