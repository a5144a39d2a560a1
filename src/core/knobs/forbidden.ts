import type { Refusal } from '../refusal.ts';
import type { KnobTarget } from './knob.ts';

/** Names that stand between the robot and harm; compared with each part of a topic, node or parameter name. */
const untouchable = [
  /cmd_?vel/,
  /(?:^|_)e_?stop(?:_|$)/,
  /emergency_?stop/,
  /^(?:arm|disarm|arming|armed)$/,
  /(?:^|_)leases?(?:_|$)/,
];

/** What is accepted instead, for refusals. */
const accepted = 'anything but cmd_vel, e-stop, arming and leases';

/** The first part of a name that must never be touched: `cmd_vel` in `/drone/cmd_vel/limited`. */
function untouchablePart(name: string): string | undefined {
  const parts = name.split(/[/.]/).filter((part) => part !== '');
  return parts.find((part) => {
    const plain = part.toLowerCase().replaceAll('-', '_');
    return untouchable.some((pattern) => pattern.test(plain));
  });
}

/** Every name a target reads, changes or feeds. */
function namesOf(target: KnobTarget): string[] {
  switch (target.kind) {
    case 'parameter':
      return [target.node, target.parameter];
    case 'throttle':
      return [target.from, target.to];
    case 'cgroup':
      return [target.process];
    case 'power-mode':
      return [];
  }
}

/** TT_KNOB_FORBIDDEN when the target is one that is never touched: cmd_vel, e-stop, arming, leases. */
export function forbiddenTarget(target: KnobTarget): Refusal | undefined {
  const found = namesOf(target).find((name) => untouchablePart(name) !== undefined);
  if (found === undefined) return undefined;
  return {
    code: 'TT_KNOB_FORBIDDEN',
    reason: `${untouchablePart(found)} is never touched.`,
    found,
    accepted,
  };
}
