import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * The smallest ONNX model whose batch is open: y = relu(x), x float32 [N, 4]. Written by hand in protobuf's wire
 * format, as a test needs no more of ONNX than this (field numbers from onnx.proto3).
 */

function field(number: number, content: number | string | Uint8Array): Uint8Array {
  if (typeof content === 'number') return Uint8Array.of(number << 3, content);
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return Uint8Array.of((number << 3) | 2, bytes.length, ...bytes);
}

function message(...fields: Uint8Array[]): Uint8Array {
  return Uint8Array.from(fields.flatMap((each) => [...each]));
}

function tensorInfo(name: string): Uint8Array {
  const shape = message(field(1, message(field(2, 'N'))), field(1, message(field(1, 4))));
  const float32 = 1;
  const type = message(field(1, message(field(1, float32), field(2, shape))));
  return message(field(1, name), field(2, type));
}

function openBatchModel(): Uint8Array {
  const relu = message(field(1, 'x'), field(2, 'y'), field(4, 'Relu'));
  const graph = message(
    field(1, relu),
    field(2, 'relu'),
    field(11, tensorInfo('x')),
    field(12, tensorInfo('y')),
  );
  const irVersion = 8;
  const opset = message(field(2, 13));
  return message(field(1, irVersion), field(7, graph), field(8, opset));
}

/** Writes the model and a manifest for it into a folder; returns the manifest's name. */
export function writeOpenBatchNetwork(folder: string): string {
  const model = openBatchModel();
  const manifest = {
    id: 'open-batch',
    version: 1,
    file: 'open-batch.onnx',
    sha256: createHash('sha256').update(model).digest('hex'),
    input: { name: 'x', width: 4, height: 1 },
    stride: 1,
    labels: ['anything'],
    scoreThreshold: 0.5,
  };
  writeFileSync(join(folder, manifest.file), model);
  const file = join(folder, 'open-batch.json');
  writeFileSync(file, JSON.stringify(manifest));
  return file;
}
