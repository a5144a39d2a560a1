import { readFile } from 'node:fs/promises';
import { isScalar, LineCounter, parseDocument } from 'yaml';
import { accept, type Place, type Refusal, type Result, refuse } from '../../core/refusal.ts';

/** What a network is, as models/train writes it beside the ONNX file. */
export type NetworkManifest = {
  id: string;
  version: number;
  /** The ONNX file's name; it lies beside the manifest. */
  file: string;
  sha256: string;
  /** The input takes raw rgb8 bytes, uint8 [1, height, width, 3]. */
  input: { name: string; width: number; height: number };
  /** Input pixels per cell of the output maps, in both directions. */
  stride: number;
  /** One heatmap each. */
  labels: string[];
  /** Detections below this score are left out. */
  scoreThreshold: number;
};

type Check = { path: string[]; accepted: string; fits: (value: unknown) => boolean };

const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isSize = (value: unknown) => Number.isInteger(value) && (value as number) > 0;

const checks: readonly Check[] = [
  { path: ['id'], accepted: 'a name', fits: isText },
  { path: ['version'], accepted: 'a whole number from 1', fits: isSize },
  {
    path: ['file'],
    accepted: "the ONNX file's name, without folders",
    fits: (v) => isText(v) && !/[/\\]/.test(v as string),
  },
  {
    path: ['sha256'],
    accepted: '64 hexadecimal digits',
    fits: (v) => isText(v) && /^[0-9a-f]{64}$/.test(v as string),
  },
  { path: ['input', 'name'], accepted: 'a name', fits: isText },
  { path: ['input', 'width'], accepted: 'a number of pixels', fits: isSize },
  { path: ['input', 'height'], accepted: 'a number of pixels', fits: isSize },
  { path: ['stride'], accepted: 'a number of pixels', fits: isSize },
  {
    path: ['labels'],
    accepted: 'a list of names',
    fits: (v) => Array.isArray(v) && v.length > 0 && v.every(isText),
  },
  {
    path: ['scoreThreshold'],
    accepted: 'a number from 0 to 1',
    fits: (v) => typeof v === 'number' && v >= 0 && v <= 1,
  },
];

/** Reads and checks a manifest. Refusals name the file, and the line and column of what is wrong in it (TT_MODEL_MISSING). */
export async function readManifest(file: string): Promise<Result<NetworkManifest>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return refuse({
      code: 'TT_MODEL_MISSING',
      reason: `The manifest ${file || '(no name given)'} cannot be read`,
      found: (error as NodeJS.ErrnoException).code ?? String(error),
      accepted: "a network's manifest, such as models/vest.json",
    });
  }
  return parseManifest(text, file);
}

function parseManifest(text: string, file: string): Result<NetworkManifest> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const [fault] = document.errors;
  if (fault !== undefined) {
    return refuse({
      code: 'TT_MODEL_MISSING',
      reason: `The manifest is not valid JSON: ${fault.message}`,
      place: placeOf(fault.pos[0]),
    });
  }
  const refusals: Refusal[] = [];
  for (const { path, accepted, fits } of checks) {
    const node = document.hasIn(path) ? document.getIn(path, true) : undefined;
    const value = isScalar(node) ? node.value : (node as { toJSON?: () => unknown } | undefined)?.toJSON?.();
    if (fits(value)) continue;
    const offset = (node as { range?: [number, number, number] } | undefined)?.range?.[0] ?? 0;
    const found = value === undefined ? 'nothing' : JSON.stringify(value);
    refusals.push({
      code: 'TT_MODEL_MISSING',
      reason: `"${path.join('.')}" does not fit`,
      place: placeOf(offset),
      found,
      accepted,
    });
  }
  return refusals.length > 0 ? refuse(...refusals) : accept(document.toJS() as NetworkManifest);
}
