import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openNetwork } from '../src/io/inference/index.ts';
import { measureModel } from './measure-model.ts';
import type { TrainedModel } from './model-card.ts';

const models = fileURLToPath(new URL('../models/', import.meta.url));

describe('the networks of models/', () => {
  it.each(['vest', 'people'])(
    '%s has a precision and a recall above 0.9 on 150 held-out pictures',
    async (id) => {
      const manifestFile = join(models, `${id}.json`);
      const trained = JSON.parse(readFileSync(manifestFile, 'utf8')) as TrainedModel;
      const opened = await openNetwork({ manifestFile });
      if (!opened.ok) throw new Error(JSON.stringify(opened.refusals));
      const { score } = await measureModel(opened.value, trained, 150, models);
      await opened.value.close();
      expect(score.hits).toBeGreaterThan(50);
      expect(score.precision).toBeGreaterThan(0.9);
      expect(score.recall).toBeGreaterThan(0.9);
    },
    60_000,
  );
});
