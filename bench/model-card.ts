import type { DetectionScore } from './detection-score.ts';

/** A manifest as models/train writes it, with the report of the training. */
export type TrainedModel = {
  id: string;
  version: number;
  file: string;
  input: { width: number; height: number };
  stride: number;
  labels: string[];
  scoreThreshold: number;
  training: {
    parameters: number;
    scenes: { train: number; validation: number; heldOut: number };
    seeds: { train: number; validation: number; heldOut: number };
    epochs: number;
    minutes: number;
    largestExportDifference: number;
  };
};

/** What was measured of it. */
export type MeasuredModel = {
  trained: TrainedModel;
  bytes: number;
  shots: number;
  score: DetectionScore;
  bands: { range: string; recall: number }[];
  wallMs: { p50: number; p95: number };
  cpuMs: number;
  renderMs: number;
};

const purposes: Record<string, string> = {
  vest: 'finds the person with the hazard vest; the follower flies by it',
  people: 'finds everyone; a second task that the scheduler places on the edge or in the cloud',
};

/** The model card, models/README.md. */
export function modelCard(models: readonly MeasuredModel[], processor: string): string {
  return `# The networks
<!-- Written by bench/models.ts --card; change that, not this. -->

Small centre-heatmap detectors (after CenterNet, arXiv 1904.07850): fully convolutional, trained from scratch by \`models/train\` on
pictures from Trimtab's own renderer. Nothing was downloaded. They know this rendered world and nothing else: **they are not fit
to find people in real pictures**, and must not be used for anybody's safety.

${models.map(({ trained }) => `- **${trained.id}** ${purposes[trained.id] ?? ''}`).join('\n')}

| |${models.map(({ trained }) => ` ${trained.id} |`).join('')}
|---|${models.map(() => '---|').join('')}
${rows(models)}

Precision and recall: people at 2 to 8 m whose middle is in the picture and who are at least 40 % visible, IoU ≥ 0.45, on
${models[0]?.shots ?? 0} pictures of a seed that neither training nor the choice of the threshold saw. Nearer, farther and more hidden people count
neither as misses nor, when found, as false alarms. Times: onnxruntime-node, 1 thread, ${processor}, measured while the machine had
other work; processor time includes the call's overhead.

## Data
Scenes by seed (\`sim/world/random-scene.ts\`): a plaza with paving, skyline, buildings, trees, and cones, signs and posts in the very colours of vests;
up to five people and, in three of four pictures, one more with a yellow or orange vest, at 1.2 to 11 m, walking or standing, turned any way, partly hidden or
partly outside; camera at 1.1 to 1.8 m; light and tint change; sensor noise. Training adds mirroring and further changes of light.
Boxes are whole bodies, also where the picture or somebody nearer cuts them off.

## Input and output
\`image\`: raw rgb8 bytes, uint8 [1, height, width, 3]; scaling to numbers is part of the graph. \`heat\` [1, 1, h, w]: score that a person's
centre is in the cell. \`boxes\` [1, 4, h, w]: the centre's offset in the cell (x, y), width and height as fractions of the picture.
\`src/core/perception/decode-heatmap.ts\` turns them into detections.

## Limits
- At most one vest per picture was trained; two close together may count as one.
- Nearer than 2 m heads or feet leave the picture, and the box's height is extrapolated. This range was trained but is not in the table.
- Nobody beyond 10 m, and nobody of whom less than 40 % is visible, counted in training: finding them is luck.
- Training again gives a network of about this quality, not the same bytes.

## Train again
\`\`\`
./trimtab setup                                  # compiles the renderer
python3 -m venv .trimtab/train-venv
.trimtab/train-venv/bin/pip install -r models/train/requirements.txt
.trimtab/train-venv/bin/python models/train/train.py vest --renderer .trimtab/dist/sim/world/render-dataset.js
.trimtab/train-venv/bin/python models/train/train.py people --renderer .trimtab/dist/sim/world/render-dataset.js
node .trimtab/dist/bench/models.js --card        # measures, writes this file
\`\`\`
`;
}

function rows(models: readonly MeasuredModel[]): string {
  const table: [string, (model: MeasuredModel) => string][] = [
    ['version', ({ trained }) => `${trained.version}`],
    ['label', ({ trained }) => trained.labels.join(', ')],
    ['input', ({ trained }) => `${trained.input.width} × ${trained.input.height}`],
    ['parameters', ({ trained }) => trained.training.parameters.toLocaleString('en')],
    ['file', ({ trained, bytes }) => `${trained.file}, ${Math.round(bytes / 1024)} KiB`],
    ['score threshold', ({ trained }) => `${trained.scoreThreshold}`],
    ['precision', ({ score }) => score.precision.toFixed(3)],
    ['recall', ({ score }) => score.recall.toFixed(3)],
    [
      'recall by distance',
      ({ bands }) => bands.map(({ range, recall }) => `${range}: ${recall.toFixed(3)}`).join('<br>'),
    ],
    ['mean error of the centre', ({ score }) => `${(100 * score.centerError).toFixed(2)} % of the width`],
    ['mean error of the height', ({ score }) => `${(100 * score.heightError).toFixed(1)} %`],
    [
      'time per picture',
      ({ wallMs }) => `${wallMs.p50.toFixed(1)} ms (p50), ${wallMs.p95.toFixed(1)} ms (p95)`,
    ],
    ['processor time per picture', ({ cpuMs }) => `${cpuMs.toFixed(1)} ms`],
    [
      'training pictures, epochs',
      ({ trained: { training } }) => `${training.scenes.train}, ${training.epochs}`,
    ],
    [
      'seeds: training, validation, held out',
      ({ trained: { training } }) => Object.values(training.seeds).join(', '),
    ],
    ['training time (1 thread)', ({ trained: { training } }) => `${training.minutes} min`],
    [
      'exported against trained network',
      ({ trained: { training } }) => `differs by at most ${training.largestExportDifference}`,
    ],
  ];
  return table
    .map(([name, cell]) => `| ${name} |${models.map((model) => ` ${cell(model)} |`).join('')}`)
    .join('\n');
}
