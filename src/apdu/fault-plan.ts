/**
 * A card with faults on purpose, so that an ME can be tested against them.
 *
 *     ME ── C-APDU ──▶ plan ── C-APDU ──▶ card        most commands
 *     ME ◀── '6983' ── plan                card        a fault that never reaches the card
 *     ME    (nothing)  plan ◀── R-APDU ── card        a fault that keeps the answer
 *
 * A plan is a list of faults. Each looks at the commands that it is about, counts them from 1 over
 * all resets, and happens at the n-th, at every n-th, from the n-th on, or at all of them, with a
 * chance if it has one. Of those that happen at one command the first counts; slow ones add up.
 *
 * @see docs/faults.md; ETSI TS 102 221 §10.2.1; ISO/IEC 7816-3 §10.3
 * @module
 */

import { decodeClassByte } from './class-byte.ts';
import { ConnectionLost, type ReaderCard } from './connection.ts';
import { encodeResponseApdu, type StatusWord } from './response.ts';
import { SW } from './status-words.ts';

/** When a fault happens. At most one of `at`, `every` and `from`; none of them: always. */
export interface FaultTrigger {
  /** At the n-th alone, from 1. */
  readonly at?: number;
  /** At the n-th, the 2n-th … */
  readonly every?: number;
  /** At the n-th and all behind it. */
  readonly from?: number;
  /** How likely it is when it is due, above 0 to 1; left out: certain. */
  readonly chance?: number;
}

/** Tells whether a fault is about a C-APDU. */
export type CommandMatcher = (command: Uint8Array) => boolean;

/** What happens to a command. */
export type CommandFault =
  /** The card does not get the command, and there is no answer. */
  | { readonly fault: 'mute' }
  /** The card executes the command, and its answer is lost. */
  | { readonly fault: 'mute-executed' }
  /** The answer comes late: behind so many NULL octets, or so many milliseconds. */
  | { readonly fault: 'slow'; readonly nulls: number; readonly ms: number }
  /** This SW in place of the answer; the card does not get the command. */
  | { readonly fault: 'sw'; readonly sw: StatusWord }
  /** The card executes the command, and this SW stands in place of its answer. */
  | { readonly fault: 'sw-executed'; readonly sw: StatusWord }
  /** VERIFY, CHANGE, DISABLE and ENABLE PIN are answered '6983' until an UNBLOCK PIN succeeds. */
  | { readonly fault: 'pin-blocked'; readonly reference: number }
  /** Commands that name this FID, alone or at the end of a path, or this SFI: '6A82'. */
  | { readonly fault: 'ef-missing'; readonly fid: number; readonly sfi: number | undefined };

/** Another ATR. It counts resets, not commands. */
export interface AtrFault {
  readonly fault: 'atr';
  /** Octets of the ATR from TS on; `undefined` is that of the card. */
  readonly atr: readonly (number | undefined)[];
  /** Whether the card's own octets follow. */
  readonly keepsRest: boolean;
}

/** One fault of a plan. */
export type PlannedFault = FaultTrigger &
  (AtrFault | (CommandFault & { readonly matches?: CommandMatcher }));

/**
 * Faults in the order in which they are asked.
 *
 * @see docs/faults.md
 */
export interface FaultPlan {
  /** What chances are drawn from. */
  readonly seed: string;
  readonly faults: readonly PlannedFault[];
}

/** A fault that happened. It holds nothing of a command. */
export interface FaultEvent {
  /** Its index in the plan. */
  readonly index: number;
  readonly fault: PlannedFault['fault'];
  /** Which command or, of an `atr`, which reset it was, from 1. */
  readonly number: number;
}

/** How late an answer comes. */
export interface Lateness {
  /** NULL octets of T=0 before it. */
  readonly nulls: number;
  /** The same where there are none, in milliseconds. */
  readonly ms: number;
}

/** A card that fails by plan. */
export interface FailingCard extends ReaderCard {
  /** How late the last answer is; a card in the same process waits for nobody, and tells it. */
  readonly lateness: Lateness;
}

const IN_TIME: Lateness = { nulls: 0, ms: 0 };
const CHANCE_OCTETS = 4;

const [VERIFY, CHANGE, DISABLE, ENABLE, UNBLOCK] = [0x20, 0x24, 0x26, 0x28, 0x2c];
const BY_PIN: readonly (number | undefined)[] = [VERIFY, CHANGE, DISABLE, ENABLE];
/** SELECT, DEACTIVATE FILE and ACTIVATE FILE name a file in the same way. */
const BY_FID: readonly (number | undefined)[] = [0xa4, 0x04, 0x44];
const SELECT_BY_FID = 0x00;
const SELECT_BY_PATH: readonly (number | undefined)[] = [0x08, 0x09];
/** READ and UPDATE BINARY, INCREASE: the SFI is b5 to b1 of P1 when b8 to b6 are '100'. */
const SFI_IN_P1: readonly (number | undefined)[] = [0xb0, 0xd6, 0x32];
/** READ, UPDATE and SEARCH RECORD: the SFI is b8 to b4 of P2. */
const SFI_IN_P2: readonly (number | undefined)[] = [0xb2, 0xdc, 0xa2];
const DATA_OFFSET = 5;
/** As '9000', with a proactive command behind it. */
const PROACTIVE_SW1 = 0x91;

/** Whether a class is one of the UICC: class A0 and unknown ones are for the card alone. */
function isOfUicc(cla = 0xff): boolean {
  const commands = decodeClassByte(cla)?.commands;
  return commands !== undefined && commands !== 'gsm';
}

/** A command to which a blocked PIN answers '6983', that without data included. */
function needsPin([cla, ins, , p2]: Uint8Array, reference: number): boolean {
  return isOfUicc(cla) && BY_PIN.includes(ins) && p2 === reference;
}

function unblocks([cla, ins, , p2]: Uint8Array, reference: number): boolean {
  return isOfUicc(cla) && ins === UNBLOCK && p2 === reference;
}

/** The last FID that a command names; `undefined` when it names none, alone or in a path. */
function selectedFid(command: Uint8Array): number | undefined {
  const [, ins, p1, , lc = 0] = command;
  if (!BY_FID.includes(ins) || lc < 2 || command.length < DATA_OFFSET + lc) return undefined;
  if (p1 !== SELECT_BY_FID && !SELECT_BY_PATH.includes(p1)) return undefined;
  const [high = 0, low = 0] = command.subarray(DATA_OFFSET + lc - 2);
  return high * 256 + low;
}

/** The SFI that a command names; `undefined` when it is for the current EF, or for none. */
function namedSfi([, ins, p1 = 0, p2 = 0]: Uint8Array): number | undefined {
  if (SFI_IN_P1.includes(ins)) return (p1 & 0xe0) === 0x80 ? p1 & 0x1f : undefined;
  return SFI_IN_P2.includes(ins) && p2 >> 3 !== 0 ? p2 >> 3 : undefined;
}

function namesFile(command: Uint8Array, fid: number, sfi: number | undefined): boolean {
  if (!isOfUicc(command[0])) return false;
  return selectedFid(command) === fid || (sfi !== undefined && namedSfi(command) === sfi);
}

/** Whether a fault is about a command, so that it counts. */
function isAbout(fault: Exclude<PlannedFault, AtrFault>, command: Uint8Array): boolean {
  if (fault.matches?.(command) === false) return false;
  if (fault.fault === 'pin-blocked') return needsPin(command, fault.reference);
  return fault.fault !== 'ef-missing' || namesFile(command, fault.fid, fault.sfi);
}

function isDue({ at, every, from }: FaultTrigger, count: number): boolean {
  if (at !== undefined) return count === at;
  if (every !== undefined) return count % every === 0;
  return count >= (from ?? 1);
}

function changed(atr: Uint8Array, { atr: octets, keepsRest }: AtrFault): Uint8Array {
  const own = octets.map((octet, n) => octet ?? atr[n]).filter((octet) => octet !== undefined);
  return Uint8Array.from(keepsRest ? [...own, ...atr.subarray(octets.length)] : own);
}

class PlanFollower implements FailingCard {
  lateness: Lateness = IN_TIME;
  readonly #card: ReaderCard;
  readonly #plan: FaultPlan;
  readonly #random: (octets: number) => Uint8Array;
  readonly #onFault: ((event: FaultEvent) => void) | undefined;
  /** How often each fault was asked. */
  readonly #counts: number[];
  /** Blocked PINs that were unblocked, by index. */
  readonly #lifted = new Set<number>();
  #commands = 0;
  #resets = 0;
  /** Of the last reset. */
  #atr: Uint8Array | undefined;

  constructor(
    card: ReaderCard,
    plan: FaultPlan,
    random: (octets: number) => Uint8Array,
    onFault: ((event: FaultEvent) => void) | undefined,
  ) {
    this.#card = card;
    this.#plan = plan;
    this.#random = random;
    this.#onFault = onFault;
    this.#counts = plan.faults.map(() => 0);
  }

  get atr(): Uint8Array {
    return this.#atr?.slice() ?? this.#card.atr;
  }

  powerOff(): void {
    this.#card.powerOff();
  }

  reset(): Uint8Array {
    this.#resets++;
    let atr = this.#card.reset();
    const first = this.#happening((fault) => fault.fault === 'atr')[0];
    if (first?.fault.fault === 'atr') {
      atr = changed(atr, first.fault);
      this.#onFault?.({ index: first.index, fault: 'atr', number: this.#resets });
    }
    this.#atr = atr.slice();
    return atr;
  }

  transmit(command: Uint8Array): Uint8Array {
    this.#commands++;
    this.lateness = IN_TIME;
    const happening = this.#happening(
      (fault, index) =>
        fault.fault !== 'atr' && !this.#lifted.has(index) && isAbout(fault, command),
    );
    let first: (typeof happening)[number] | undefined;
    for (const one of happening) {
      const { fault, index } = one;
      if (fault.fault === 'slow') {
        const { nulls, ms } = this.lateness;
        this.lateness = { nulls: nulls + fault.nulls, ms: ms + fault.ms };
      } else if (first === undefined) first = one;
      else continue;
      this.#onFault?.({ index, fault: fault.fault, number: this.#commands });
    }
    return this.#answer(command, first);
  }

  #answer(
    command: Uint8Array,
    first: { readonly fault: PlannedFault; readonly index: number } | undefined,
  ): Uint8Array {
    const fault = first?.fault;
    switch (fault?.fault) {
      case 'mute':
        throw this.#mute(first?.index);
      case 'mute-executed':
        this.#execute(command);
        throw this.#mute(first?.index);
      case 'sw':
        return swAlone(fault.sw);
      case 'sw-executed':
        this.#execute(command);
        return swAlone(fault.sw);
      case 'pin-blocked':
        return swAlone(SW.blocked);
      case 'ef-missing':
        return swAlone(SW.fileNotFound);
      default:
        return this.#execute(command);
    }
  }

  #mute(index: number | undefined): ConnectionLost {
    const where = `command ${this.#commands}`;
    return new ConnectionLost(`${where}: expected an answer, found none (fault ${index})`);
  }

  /** Lets the card execute a command. One that unblocks a PIN ends its fault. */
  #execute(command: Uint8Array): Uint8Array {
    const response = this.#card.transmit(command);
    const [sw1, sw2] = response;
    if (response.length === 2 && ((sw1 === 0x90 && sw2 === 0) || sw1 === PROACTIVE_SW1)) {
      for (const [index, fault] of this.#plan.faults.entries()) {
        if (fault.fault === 'pin-blocked' && unblocks(command, fault.reference)) {
          this.#lifted.add(index);
        }
      }
    }
    return response;
  }

  /** Counts for each fault that is asked, draws its chance, and gives those that happen. */
  #happening(
    isAsked: (fault: PlannedFault, index: number) => boolean,
  ): { readonly fault: PlannedFault; readonly index: number }[] {
    return [...this.#plan.faults.entries()].flatMap(([index, fault]) => {
      if (!isAsked(fault, index)) return [];
      const count = (this.#counts[index] ?? 0) + 1;
      this.#counts[index] = count;
      return isDue(fault, count) && this.#isDrawn(fault.chance) ? [{ fault, index }] : [];
    });
  }

  #isDrawn(chance: number | undefined): boolean {
    if (chance === undefined) return true;
    const drawn = this.#random(CHANCE_OCTETS).reduce((sum, octet) => sum * 256 + octet, 0);
    return drawn < chance * 256 ** CHANCE_OCTETS;
  }
}

function swAlone(sw: StatusWord): Uint8Array {
  return encodeResponseApdu({ data: new Uint8Array(0), sw });
}

/**
 * Gives a card the faults of a plan.
 *
 * Where the answer is missing, `transmit` throws {@link ConnectionLost}, and the card can go on:
 * with the next command, or after a reset. The counts of the plan go on over resets.
 *
 * @param card kept
 * @param options `random` gives octets for the chances, the same ones for the same run; `onFault`
 *   hears of each fault that happens, before its answer
 * @see docs/faults.md; ETSI TS 102 221 §9.5 (blocked PINs), §11.1.1, §11.1.3 to §11.1.6 (SFI)
 * @example
 * ```ts
 * import { createUicc, failingCard, fromHex, seededRandomness, toHex } from 'vuicc';
 *
 * const plan = { seed: '', faults: [{ fault: 'sw', sw: 0x6f00, at: 2 }] } as const;
 * const card = failingCard(createUicc(), plan, { random: seededRandomness(plan.seed) });
 * card.reset();
 * const answers = [1, 2, 3].map(() => toHex(card.transmit(fromHex('80F2000C00'))));
 * if (answers.join() !== '9000,6f00,9000') throw new Error(answers.join());
 * ```
 */
export function failingCard(
  card: ReaderCard,
  plan: FaultPlan,
  options: {
    readonly random: (octets: number) => Uint8Array;
    readonly onFault?: (event: FaultEvent) => void;
  },
): FailingCard {
  return new PlanFollower(card, plan, options.random, options.onFault);
}
