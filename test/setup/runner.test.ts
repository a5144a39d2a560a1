import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setupModule } from './setup-modules.ts';

const { planSteps, runSteps } = await setupModule('runner');
const { SetupFailure } = await setupModule('failure');

type Context = { root: string; home: string };

let folder: string;
let context: Context;
let done: string[];
let broken: Set<string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trimtab-runner-'));
  context = { root: join(folder, 'root'), home: join(folder, 'home') };
  mkdirSync(context.root);
  done = [];
  broken = new Set();
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A step that depends on the file `<name>.in` of the root and makes `<name>.out` in the home folder. */
function step(name: string, needs: string[] = []) {
  return {
    name,
    title: name,
    needs,
    sources: ({ root }: Context) => [join(root, `${name}.in`)],
    makes: ({ home }: Context) => [join(home, `${name}.out`)],
    work: async ({ context: { home } }: { context: Context }) => {
      if (broken.has(name)) throw new SetupFailure({ what: `${name} is broken`, cure: 'mend it' });
      done.push(name);
      writeFileSync(join(home, `${name}.out`), '');
    },
  };
}

const steps = [step('tools'), step('parts', ['tools']), step('whole', ['parts']), step('other')];

async function setUp(): Promise<{ did: string[]; failed: string[] }> {
  done = [];
  const { stale, keys } = planSteps(steps, context);
  const failures: Error[] = await runSteps({
    stale,
    keys,
    context,
    report: () => undefined,
    after: () => undefined,
  });
  return { did: [...done].sort(), failed: failures.map(({ message }) => message) };
}

describe('the steps of the set-up', () => {
  it('are all done once, and not again', async () => {
    expect((await setUp()).did).toEqual(['other', 'parts', 'tools', 'whole']);
    expect((await setUp()).did).toEqual([]);
  });

  it('are done again from the one whose source changed', async () => {
    await setUp();
    writeFileSync(join(context.root, 'parts.in'), 'changed');
    expect((await setUp()).did).toEqual(['parts', 'whole']);
  });

  it('are done again when what they made is gone', async () => {
    await setUp();
    rmSync(join(context.home, 'other.out'));
    expect((await setUp()).did).toEqual(['other']);
  });

  it('are done again when the home folder moved', async () => {
    await setUp();
    context.home = join(folder, 'moved');
    expect((await setUp()).did).toEqual(['other', 'parts', 'tools', 'whole']);
  });

  it('go on without a failed one, and resume with it', async () => {
    broken.add('parts');
    expect(await setUp()).toEqual({ did: ['other', 'tools'], failed: ['parts is broken'] });
    expect(existsSync(join(context.home, 'whole.out'))).toBe(false);
    broken.clear();
    expect(await setUp()).toEqual({ did: ['parts', 'whole'], failed: [] });
  });

  it('are not taken for done when they broke off half-way', async () => {
    await setUp();
    writeFileSync(join(context.root, 'other.in'), 'changed');
    broken.add('other');
    await setUp();
    writeFileSync(join(context.root, 'other.in'), '');
    rmSync(join(context.root, 'other.in'));
    broken.clear();
    expect((await setUp()).did).toEqual(['other']);
  });
});
