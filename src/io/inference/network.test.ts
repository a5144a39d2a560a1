import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RgbImage } from '../../core/perception/detection.ts';
import { seededRandom } from '../../core/random.ts';
import type { Refusal } from '../../core/refusal.ts';
import { type Network, type NetworkManifest, openNetwork } from './index.ts';

const models = fileURLToPath(new URL('../../../models/', import.meta.url));
const vestManifest = JSON.parse(readFileSync(join(models, 'vest.json'), 'utf8')) as NetworkManifest;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trimtab-network-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a manifest, and beside it the vest network or other bytes; returns the manifest's name. */
function place(name: string, manifest: object | string, content?: string): string {
  const file = join(folder, `${name}.json`);
  writeFileSync(file, typeof manifest === 'string' ? manifest : JSON.stringify(manifest, null, 2));
  if (content !== undefined) writeFileSync(join(folder, `${name}.onnx`), content);
  return file;
}

async function refusalsOf(manifestFile: string): Promise<Refusal[]> {
  const opened = await openNetwork({ manifestFile });
  if (!opened.ok) return opened.refusals;
  await opened.value.close();
  return [];
}

describe('openNetwork', () => {
  it('refuses a manifest that is not there, by name', async () => {
    const [refusal] = await refusalsOf(join(folder, 'absent.json'));
    expect(refusal).toMatchObject({ code: 'TT_MODEL_MISSING', found: 'ENOENT' });
    expect(refusal?.reason).toContain('absent.json');
    expect((await refusalsOf(''))[0]?.code).toBe('TT_MODEL_MISSING');
  });

  it('refuses a manifest that is not JSON, with the place', async () => {
    const [refusal] = await refusalsOf(place('broken', '{\n  "id": "x",\n  "version": [\n'));
    expect(refusal?.code).toBe('TT_MODEL_MISSING');
    expect(refusal?.place?.line).toBeGreaterThan(1);
  });

  it('refuses wrong and missing fields, all at once, with line and column', async () => {
    const { labels: _, ...rest } = vestManifest;
    const refusals = await refusalsOf(place('fields', { ...rest, stride: 'four', scoreThreshold: 7 }));
    expect(refusals.map(({ code }) => code)).toEqual(new Array(3).fill('TT_MODEL_MISSING'));
    const stride = refusals.find(({ reason }) => reason.includes('stride'));
    const lines = readFileSync(join(folder, 'fields.json'), 'utf8').split('\n');
    expect(stride?.found).toBe('"four"');
    expect(lines[stride!.place!.line - 1]?.slice(stride!.place!.column - 1)).toMatch(/^"four"/);
  });

  it('refuses a network file that is not there, or is another one', async () => {
    expect(await refusalsOf(place('nofile', { ...vestManifest, file: 'nofile.onnx' }))).toMatchObject([
      { code: 'TT_MODEL_MISSING', found: 'ENOENT' },
    ]);
    expect(
      await refusalsOf(place('other', { ...vestManifest, file: 'other.onnx' }, 'something else')),
    ).toMatchObject([{ code: 'TT_MODEL_MISSING', accepted: `sha256 ${vestManifest.sha256}` }]);
  });

  it('refuses a file that is not ONNX', async () => {
    const content = 'not a network';
    const sha256 = createHash('sha256').update(content).digest('hex');
    const file = place('text', { ...vestManifest, file: 'text.onnx', sha256 }, content);
    expect(await refusalsOf(file)).toMatchObject([{ code: 'TT_MODEL_MISSING' }]);
  });

  it('refuses a network whose shapes are not those of the manifest, saying both', async () => {
    const file = place('shape', {
      ...vestManifest,
      file: 'shape.onnx',
      input: { ...vestManifest.input, width: 320 },
    });
    copyFileSync(join(models, vestManifest.file), join(folder, 'shape.onnx'));
    const [refusal] = await refusalsOf(file);
    expect(refusal?.code).toBe('TT_MODEL_MISSING');
    expect(refusal?.found).toContain('[1,120,160,3]');
    expect(refusal?.accepted).toContain('[1,120,320,3]');
  });
});

describe('Network', () => {
  let network: Network;
  beforeAll(async () => {
    copyFileSync(join(models, vestManifest.file), join(folder, vestManifest.file));
    const opened = await openNetwork({ manifestFile: place('vest', { ...vestManifest, scoreThreshold: 0 }) });
    if (!opened.ok) throw new Error(JSON.stringify(opened.refusals));
    network = opened.value;
  });
  afterAll(() => network.close());

  /** Noise: with a threshold of 0 even that gives detections to compare. */
  function picture(seed: number): RgbImage {
    const random = seededRandom(seed);
    const data = Uint8Array.from({ length: 320 * 240 * 3 }, () => 256 * random.next());
    return { width: 320, height: 240, data };
  }

  it('gives the same for an image and for its prepared bytes, every time, and leaves the image alone', async () => {
    const image = picture(3);
    const before = Uint8Array.from(image.data);
    const [first, second] = [await network.infer(image), await network.inferInput(network.prepare(image))];
    expect(first.detections.length).toBeGreaterThan(0);
    expect(first.detections[0]?.label).toBe('hazard_vest');
    expect(first.inferenceMs).toBeGreaterThan(0);
    expect(second.detections).toEqual(first.detections);
    expect(Buffer.compare(image.data, before)).toBe(0);
  });

  it('keeps the calling thread free while it infers', async () => {
    const image = picture(1);
    let turns = 0;
    let busy = true;
    const count = () => {
      turns++;
      if (busy) setImmediate(count);
    };
    setImmediate(count);
    await Promise.all(Array.from({ length: 20 }, () => network.infer(image)));
    busy = false;
    expect(turns).toBeGreaterThan(20);
  });

  it('rejects an input of the wrong length and goes on', async () => {
    const { detections } = await network.infer(picture(1));
    await expect(network.inferInput(new Uint8Array(5))).rejects.toThrow('5 bytes');
    expect(await network.infer(picture(1))).toMatchObject({ detections });
  });

  it('finishes what was asked before it closes, and rejects what comes after', async () => {
    const opened = await openNetwork({ manifestFile: join(models, 'vest.json') });
    if (!opened.ok) throw new Error(JSON.stringify(opened.refusals));
    const { detections } = await opened.value.infer(picture(2));
    const asked = opened.value.infer(picture(2));
    const closed = opened.value.close();
    await expect(opened.value.infer(picture(2))).rejects.toThrow('closed');
    expect(await asked).toMatchObject({ detections });
    await closed;
    await opened.value.close();
  });
});
