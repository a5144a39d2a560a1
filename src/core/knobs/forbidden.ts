import type { Refusal } from '../refusal.ts';
import type { KnobDomain, KnobTarget } from './knob.ts';
import { valueMark } from './service-request.ts';

/**
 * Names that stand between the robot and harm; compared with each part of a topic, node or parameter name. `arm` is a
 * limb more often than a command, so it counts only alone or beside a word that makes it one.
 */
const untouchable = [
  /cmd_?vel/,
  /(?:^|_)e_?stop(?:s|ped|ping)?(?:_|$)/,
  /emergency_?stop/,
  /^arm$/,
  /(?:^|_)(?:dis)?arm(?:ing|ed)(?:_|$)/,
  /(?:^|_)disarm(?:_|$)/,
  /(?:^|_)arm_(?:motors?|drone|vehicle)(?:_|$)/,
  /(?:^|_)(?:auto|force)_?arm$/,
  /(?:^|_)leases?(?:_|$)/,
];

/** Services that take or give up control of a robot, start or stop its motors, or move it at once. */
const untouchableServices = [
  /^(?:claim|release)$/,
  /^power_(?:on|off)$/,
  /^motors?_?(?:on|off)$/,
  /^take_?off$/,
  /^throw_?fly$/,
  /^land$/,
  /^rc$/,
  /^emergency$/,
];

/** Words of a drone's command language that fly it a way (Tello SDK); with their argument, as the words alone are everybody's. */
const flight =
  /\b(?:(?:up|down|left|right|forward|back|cw|ccw|go|curve)\s+(?:-?\d|\$value)|flip\s+(?:[lrfb]\b|\$value))/i;

/** What is accepted instead, for refusals. */
const accepted = 'anything but cmd_vel, e-stop, arming and leases';

/** The first part of a name that must never be touched: `cmd_vel` in `/drone/cmd_vel/limited`. */
function untouchablePart(name: string, patterns: readonly RegExp[]): string | undefined {
  const parts = name.split(/[^\w-]+/).filter((part) => part !== '');
  return parts.find((part) => {
    const plain = snakeCase(part);
    return patterns.some((pattern) => pattern.test(plain));
  });
}

/** `armMotors` and `arm-motors` are `arm_motors`. */
function snakeCase(part: string): string {
  return part
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll('-', '_');
}

/** Every name a target reads, changes or feeds. */
function namesOf(target: KnobTarget): string[] {
  switch (target.kind) {
    case 'parameter':
      return [target.node, target.parameter, target.owner ?? '', ...(target.switches ?? [])];
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
    const part = untouchablePart(found, patterns) ?? flightIn(target, found);
    if (part === undefined) continue;
    return { code: 'TT_KNOB_FORBIDDEN', reason: `${part} is never touched.`, found, accepted };
  }
  return undefined;
}

function flightIn(target: KnobTarget, name: string): string | undefined {
  return target.kind === 'service' ? flight.exec(name)?.[0] : undefined;
}

/** The same for a target and the words that it can be given: `tello_action` takes `emergency` as well as a frame rate. */
export function forbiddenKnob(target: KnobTarget, domain: KnobDomain | undefined): Refusal | undefined {
  return [target, ...filled(target, domain)].map(forbiddenTarget).find((refusal) => refusal !== undefined);
}

/** The requests of a service with each of its values in it: `motor$value` is harmless until it says `motoroff`. */
function filled(target: KnobTarget, domain: KnobDomain | undefined): KnobTarget[] {
  if (target.kind !== 'service' || domain === undefined || !('values' in domain)) return [];
  const { request } = target;
  return domain.values.map((value) => ({ ...target, request: request.replaceAll(valueMark, String(value)) }));
}
