import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatRefusal } from '../src/core/refusal.ts';
import { openNetwork } from '../src/io/inference/index.ts';
import { measureModel } from './measure-model.ts';
import { type MeasuredModel, modelCard, type TrainedModel } from './model-card.ts';

/**
 * Measures every network in a folder on held-out rendered scenes, through the same code that the nodes run.
 *
 *   node dist/bench/models.js [--models DIR] [--shots N] [--threads N] [--card]
 *
 * `--card` writes DIR/README.md, the model card.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      models: { type: 'string', default: 'models' },
      shots: { type: 'string', default: '1000' },
      threads: { type: 'string', default: '1' },
      card: { type: 'boolean', default: false },
    },
  });
  const measured: MeasuredModel[] = [];
  for (const file of readdirSync(values.models)
    .filter((name) => name.endsWith('.json'))
    .sort()) {
    const manifestFile = join(values.models, file);
    const trained = JSON.parse(readFileSync(manifestFile, 'utf8')) as TrainedModel;
    const opened = await openNetwork({ manifestFile, placement: `cpu:${Number(values.threads)}` });
    if (!opened.ok) {
      for (const refusal of opened.refusals) process.stderr.write(`${formatRefusal(refusal)}\n`);
      process.exitCode = 1;
      continue;
    }
    measured.push(await measureModel(opened.value, trained, Number(values.shots), values.models));
    await opened.value.close();
    process.stdout.write(`${summary(measured.at(-1)!)}\n`);
  }
  if (values.card) {
    writeFileSync(
      join(values.models, 'README.md'),
      modelCard(measured, cpus()[0]?.model.trim() ?? 'unknown processor'),
    );
  }
}

function summary({ trained, score, wallMs, cpuMs, renderMs, shots }: MeasuredModel): string {
  return [
    `${trained.id}: precision ${score.precision.toFixed(3)}, recall ${score.recall.toFixed(3)} (${shots} held-out pictures)`,
    `  ${wallMs.p50.toFixed(1)} ms a picture (p50), ${wallMs.p95.toFixed(1)} ms (p95), ${cpuMs.toFixed(1)} ms of processor time`,
    `  centre off by ${(100 * score.centerError).toFixed(2)} % of the width, height by ${(100 * score.heightError).toFixed(1)} %`,
    `  (rendering a picture: ${renderMs.toFixed(1)} ms)`,
  ].join('\n');
}

await main();
