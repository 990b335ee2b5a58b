/**
 * What can be wrong with a command, for tests of the order in which a card looks for it.
 *
 * @see ETSI TS 102 221 §10.2.1; ISO/IEC 7816-4
 * @module
 */

import type { CardProfile } from '../../../src/profile/profile.ts';
import { ADM1, EF_ACM, EF_OBJECTS, withFiles } from './test-card.ts';

/** A command, and what is sent to which card before it. */
export interface Attempt {
  readonly cla: number;
  /** Bits that are set in CLA. */
  readonly unknownBit: number;
  readonly messagingBits: number;
  readonly channelBits: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: string;
  readonly ne: number;
  readonly profile: CardProfile;
  readonly application: string | undefined;
  readonly ef: string | undefined;
  readonly pin: string | undefined;
  readonly before: readonly string[];
  readonly isStored: boolean;
}

/** What is wrong with an attempt, and how the card says so. */
export interface Fault {
  readonly is: string;
  readonly sw: string;
  /** What is different. */
  readonly with: Partial<Attempt>;
  /** Faults that cannot meet with this one. */
  readonly without?: readonly string[];
}

/** A command with all that can be wrong with it, in the order of the checks. */
export interface Command {
  readonly name: string;
  readonly right: Partial<Attempt> & Pick<Attempt, 'ins'>;
  /** Answer to the command without a fault. */
  readonly ok: RegExp;
  readonly faults: readonly Fault[];
}

/** Of every card here, unless a fault is in the profile. */
export const PROFILE: CardProfile = withFiles([EF_ACM, EF_OBJECTS]);

/** What every command looks at first. */
export const CLASS_FAULTS: readonly Fault[] = [
  { is: 'the class', sw: '6E00', with: { unknownBit: 0x10 } },
  { is: 'secure messaging', sw: '6882', with: { messagingBits: 0x0c } },
  { is: 'the channel', sw: '6881', with: { channelBits: 0x03 } },
  { is: 'the instruction', sw: '6D00', with: { ins: 0xff } },
];

/** P1, or P1 and P2, that the command may not have. */
export function p1p2(p1: number, p2?: number): Fault {
  return { is: 'P1 P2', sw: '6A86', with: p2 === undefined ? { p1 } : { p1, p2 } };
}

/** Data of a length that the command may not have. */
export function length(data: string): Fault {
  return { is: 'the length', sw: '6700', with: { data: data } };
}

/** Another Ne than there are octets. */
export function wrongLe(ne: number, sw: string): Fault {
  return { is: 'Le', sw, with: { ne: ne } };
}

/** No EF is current. */
export const noEf: Fault = { is: 'no EF', sw: '6986', with: { ef: undefined } };

/** The current EF has another structure. */
export function type(ef: string): Fault {
  return { is: 'the type of EF', sw: '6981', with: { ef }, without: ['no EF'] };
}

/** PIN1 is not verified. */
export const noPin: Fault = { is: 'access', sw: '6982', with: { pin: undefined } };
/** The EF is taken out of use before the attempt, in the current EF. */
export const deactivated: Fault = {
  is: 'a deactivated EF',
  sw: '6984',
  with: { before: [ADM1, '00040000'] },
  without: ['no EF'],
};
/** Commits cannot be stored. */
export const notStored: Fault = {
  is: 'the memory',
  sw: '6581',
  with: { isStored: false },
};
