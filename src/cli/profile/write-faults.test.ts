import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { WriteFaults } from './write-faults.ts';

const never = new Promise<void>(() => undefined);

it('WriteFaults ends the command when nobody reads on, which is no fault', async () => {
  const output = new EventEmitter();
  const faults = new WriteFaults({ output, stopped: never });
  output.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  await faults.ended;
  expect(faults.refusal).toBeUndefined();
});

it('WriteFaults ends it with the reason when the output or a file takes no more, the first one', async () => {
  const output = new EventEmitter();
  const faults = new WriteFaults({ output, stopped: never });
  output.emit('error', Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' }));
  faults.note('a.csv', new Error('EIO'));
  await faults.ended;
  expect(faults.refusal).toMatchObject({
    code: 'TT_FILE_UNWRITABLE',
    reason: expect.stringMatching(/output.*ENOSPC/),
  });
});

it('WriteFaults ends it when it is stopped', async () => {
  const faults = new WriteFaults({ output: new EventEmitter(), stopped: Promise.resolve() });
  await faults.ended;
  expect(faults.refusal).toBeUndefined();
});
