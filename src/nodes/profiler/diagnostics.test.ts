import { expect, it } from 'vitest';
import { profileOf } from '../../core/spec/profile-fixture.ts';
import { diagnosticsMessage } from './diagnostics.ts';

it('diagnosticsMessage says of each topic how it fares, and on which machine that was heard', () => {
  const profile = profileOf({ rates: { '/image': 30, '/scan': 0 } });
  expect(diagnosticsMessage({ nodeName: 'profiler', hostName: 'orin' }, profile).status).toMatchObject([
    { name: 'profiler: /image', level: 0, message: '30.0 Hz', hardware_id: 'orin' },
    { name: 'profiler: /scan', level: 3, message: 'silent', hardware_id: 'orin' },
  ]);
});
