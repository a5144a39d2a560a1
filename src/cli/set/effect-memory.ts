import { join } from 'node:path';
import {
  type Configuration,
  type KnobDeclaration,
  nodeParameter,
  type Verdict,
} from '../../core/knobs/knob.ts';
import {
  describeLearned,
  type LearnedEffect,
  learnedAbout,
  learnedFrom,
  type OutcomeCounts,
} from '../../core/knobs/table/learned-effect.ts';
import type { Refusal } from '../../core/refusal.ts';
import { LearnedEffectsFile } from '../../io/recording/learned-effects.ts';
import type { Message } from '../../ros/index.ts';

/**
 * What measurements have said of parameters, shared with the tuner and `trimtab knobs` through one file. That it cannot be
 * read or written is no reason not to turn a knob: it is said in `warnings`.
 */
export class EffectMemory {
  readonly warnings: Refusal[] = [];
  readonly #file: LearnedEffectsFile;
  readonly #distro = process.env.ROS_DISTRO ?? 'unknown';
  readonly #learned: readonly LearnedEffect[];

  constructor(stateDir: string) {
    this.#file = new LearnedEffectsFile(join(stateDir, 'learned-effects.jsonl'));
    const learned = this.#file.load();
    this.#learned = learned.ok ? learned.value : [];
    if (!learned.ok) this.warnings.push(...learned.refusals);
  }

  /** How often each outcome was seen of the parameter behind a knob; undefined when nothing is known. */
  about({ target }: KnobDeclaration): OutcomeCounts | undefined {
    const turned = nodeParameter(target);
    return turned && learnedAbout(this.#learned, { ...turned, distro: this.#distro })?.counts;
  }

  /** Planned writes, each with what was measured of its parameter before. */
  tellBefore(knobs: readonly KnobDeclaration[], planned: readonly Message[]): Message[] {
    return planned.map((message) => {
      const knob = knobs.find(({ name }) => name === message.name);
      const counts = knob && this.about(knob);
      return counts
        ? { ...message, reason: `${message.reason}; measured before: ${describeLearned(counts)}` }
        : message;
    });
  }

  /** Adds what a command has measured. A value that its target held already was not measured by that. */
  remember(
    knobs: readonly KnobDeclaration[],
    held: Configuration,
    verdicts: readonly { name: string; requested: string; verdict: Pick<Verdict, 'outcome'> }[],
  ): void {
    const turned = verdicts.filter(({ name, requested }) => String(held[name]) !== requested);
    if (turned.length === 0 || this.warnings.length > 0) return;
    const effects = learnedFrom({ knobs, verdicts: turned, distro: this.#distro, nowMs: Date.now() });
    const added = effects.length > 0 ? this.#file.add(effects) : undefined;
    if (added?.ok === false) this.warnings.push(...added.refusals);
  }
}
