import type { Refusal } from '../refusal.ts';
import type { KnobDomain, KnobTarget } from './knob.ts';

/** Names that stand between the robot and harm; compared with each part of a topic, node or parameter name. */
const untouchable = [
  /cmd_?vel/,
  /(?:^|_)e_?stop(?:_|$)/,
  /emergency_?stop/,
  /^(?:arm|disarm|arming|armed)$/,
  /(?:^|_)leases?(?:_|$)/,
];

/** Services that take or give up control of a robot, start or stop its motors, or move it at once. */
const untouchableServices = [
  /^(?:claim|release)$/,
  /^(?:power|motors?)_(?:on|off)$/,
  /^take_?off$/,
  /^land$/,
  /^emergency$/,
];

/** What is accepted instead, for refusals. */
const accepted = 'anything but cmd_vel, e-stop, arming and leases';

/** The first part of a name that must never be touched: `cmd_vel` in `/drone/cmd_vel/limited`. */
function untouchablePart(name: string, patterns: readonly RegExp[]): string | undefined {
  const parts = name.split(/[^\w-]+/).filter((part) => part !== '');
  return parts.find((part) => {
    const plain = part.toLowerCase().replaceAll('-', '_');
    return patterns.some((pattern) => pattern.test(plain));
  });
}

/** Every name a target reads, changes or feeds. */
function namesOf(target: KnobTarget): string[] {
  switch (target.kind) {
    case 'parameter':
    case 'placement':
      return [target.node, target.parameter];
    case 'throttle':
      return [target.from, target.to];
    case 'service':
      return [target.service, target.type, target.request];
    case 'cgroup':
    case 'process':
      return [target.process];
    case 'power-mode':
      return [];
  }
}

/** TT_KNOB_FORBIDDEN when the target is one that is never touched: cmd_vel, e-stop, arming, leases. */
export function forbiddenTarget(target: KnobTarget): Refusal | undefined {
  const patterns = target.kind === 'service' ? [...untouchable, ...untouchableServices] : untouchable;
  for (const found of namesOf(target)) {
    const part = untouchablePart(found, patterns);
    if (part === undefined) continue;
    return { code: 'TT_KNOB_FORBIDDEN', reason: `${part} is never touched.`, found, accepted };
  }
  return undefined;
}

/** The same for a target and the words that it can be given: `tello_action` takes `emergency` as well as a frame rate. */
export function forbiddenKnob(target: KnobTarget, domain: KnobDomain | undefined): Refusal | undefined {
  const words = target.kind === 'service' && domain && 'values' in domain ? domain.values : [];
  const targets = words.map((word) => ({ ...target, request: String(word) }) as KnobTarget);
  return [target, ...targets].map(forbiddenTarget).find((refusal) => refusal !== undefined);
}
