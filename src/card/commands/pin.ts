/**
 * VERIFY, CHANGE, DISABLE, ENABLE and UNBLOCK PIN.
 *
 *     00 20 00 P2 08 PIN                    checks it
 *     00 24 00 P2 10 PIN new PIN            gives it another value
 *     00 26 P1 P2 08 PIN                    lets it go unverified; P1 '91': puts the universal PIN
 *                                           in its place
 *     00 28 00 P2 08 PIN                    wants it verified again
 *     00 2C 00 P2 10 UNBLOCK PIN new PIN    gives it another value and all its tries
 *     00 20 00 P2    00 2C 00 P2            ask how many tries are left
 *
 * A try is counted and stored before the comparison, so that no power cut gives it back. The commit
 * that gives the tries back is the one that makes the change: a cut leaves the old PIN or the new.
 * What can be refused without the comparison costs no try.
 *
 * @see ETSI TS 102 221 §9.5, §11.1.9 to §11.1.13
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { equalsInConstantTime } from '../../bytes/octets.ts';
import { isAdm, UNIVERSAL_PIN } from '../../ef/key-references.ts';
import { forgetVerifications, verificationOf } from '../access.ts';
import {
  type CommandContext,
  type CommandRow,
  cursorOf,
  DONE,
  type Reply,
  refuse,
  refuseWith,
} from '../command.ts';
import { type PinState, type PinVariables, pinOf } from '../memory.ts';
import type { Failure } from '../refusal.ts';

const TRIES_LEFT = 0x63c0;
const PIN_OCTETS = 8;
const DIGITS_MIN = 4;
const FILLER = 0xff;
/** P1 of DISABLE PIN: b8, and the key reference of the PIN that takes the place. */
const REPLACE = 0x80 | UNIVERSAL_PIN;

/** Stores a PIN with a change; the rest of it stays. */
function store(card: CommandContext, pin: PinState, change: Partial<PinVariables>): boolean {
  const { reference, value, status, retriesLeft, unblockRetriesLeft } = pin;
  const to = { value, status, retriesLeft, unblockRetriesLeft, ...change };
  return card.memory.commit([{ kind: 'pin', reference, to }]);
}

/** What was presented is right: all tries come back, the change is made, the PIN is verified. */
function accept(card: CommandContext, pin: PinState, change: Partial<PinVariables>): Reply {
  if (!store(card, pin, { ...change, retriesLeft: pin.retriesMax })) return refuse('not-stored');
  card.session.verified.add(verificationOf(pin.reference, cursorOf(card).application));
  return DONE;
}

/** Compares what was presented with a PIN that is not blocked. */
function present(
  card: CommandContext,
  pin: PinState,
  presented: Uint8Array,
  change: Partial<PinVariables>,
): Reply {
  const retriesLeft = pin.retriesLeft - 1;
  if (!store(card, pin, { retriesLeft })) return refuse('not-stored');
  if (!equalsInConstantTime(presented, pin.value)) {
    // What an earlier verification gave is gone: a PIN that gets blocked opens nothing.
    forgetVerifications(card.session.verified, pin.reference);
    return refuseWith(TRIES_LEFT + retriesLeft);
  }
  return accept(card, pin, change);
}

/** Why a PIN that must be enabled cannot be presented. */
function hindrance({ retriesLeft, status }: PinState): Failure | undefined {
  if (retriesLeft === 0) return 'pin-blocked';
  return status === 'enabled' ? undefined : 'pin-disabled';
}

/** A PIN is 4 to 8 digits with 'FF' behind; an ADM key is any 8 octets. */
function isPinValue(reference: number, value: Uint8Array): boolean {
  if (isAdm(reference)) return true;
  const end = value.indexOf(FILLER);
  const digits = end < 0 ? value.length : end;
  const isDigit = (octet: number): boolean => octet >= 0x30 && octet <= 0x39;
  return (
    digits >= DIGITS_MIN &&
    value.every((octet, n) => (n < digits ? isDigit(octet) : octet === FILLER))
  );
}

function verifyPin(card: CommandContext, { p2, data }: CommandApdu): Reply {
  const pin = pinOf(card.memory.root.pins, p2);
  if (pin === undefined) return refuse('reference-not-found');
  if (data.length === 0) return refuseWith(TRIES_LEFT + pin.retriesLeft);
  const failure = hindrance(pin);
  return failure === undefined ? present(card, pin, data, {}) : refuse(failure);
}

function changePin(card: CommandContext, { p2, data }: CommandApdu): Reply {
  const pin = pinOf(card.memory.root.pins, p2);
  if (pin === undefined) return refuse('reference-not-found');
  const failure = hindrance(pin);
  if (failure !== undefined) return refuse(failure);
  const value = data.slice(PIN_OCTETS);
  if (!isPinValue(p2, value)) return refuse('wrong-data');
  return present(card, pin, data.slice(0, PIN_OCTETS), { value });
}

function disablePin(card: CommandContext, { p1, p2, data }: CommandApdu): Reply {
  const { pins } = card.memory.root;
  const pin = pinOf(pins, p2);
  const universal = pinOf(pins, UNIVERSAL_PIN);
  if (pin === undefined) return refuse('reference-not-found');
  if (p1 === REPLACE && universal === undefined) return refuse('reference-not-found');
  const failure = hindrance(pin);
  if (failure !== undefined) return refuse(failure);
  // In the place of a PIN, a universal PIN that is disabled would protect nothing.
  const isUnprotected = p1 === REPLACE && universal?.status !== 'enabled';
  if (isAdm(p2) || isUnprotected) return refuse('conditions-not-satisfied');
  return present(card, pin, data, { status: p1 === REPLACE ? 'replaced' : 'disabled' });
}

function enablePin(card: CommandContext, { p2, data }: CommandApdu): Reply {
  const pin = pinOf(card.memory.root.pins, p2);
  if (pin === undefined) return refuse('reference-not-found');
  if (pin.retriesLeft === 0) return refuse('pin-blocked');
  if (pin.status === 'enabled') return refuse('pin-enabled');
  return present(card, pin, data, { status: 'enabled' });
}

function unblockPin(card: CommandContext, { p2, data }: CommandApdu): Reply {
  const pin = pinOf(card.memory.root.pins, p2);
  if (pin?.unblock === undefined) return refuse('reference-not-found');
  if (data.length === 0) return refuseWith(TRIES_LEFT + pin.unblockRetriesLeft);
  if (pin.unblockRetriesLeft === 0) return refuse('pin-blocked');
  const value = data.slice(PIN_OCTETS);
  if (!isPinValue(p2, value)) return refuse('wrong-data');
  const unblockRetriesLeft = pin.unblockRetriesLeft - 1;
  if (!store(card, pin, { unblockRetriesLeft })) return refuse('not-stored');
  // A wrong UNBLOCK PIN says nothing of whoever verified the PIN.
  if (!equalsInConstantTime(data.slice(0, PIN_OCTETS), pin.unblock.value)) {
    return refuseWith(TRIES_LEFT + unblockRetriesLeft);
  }
  const { retriesMax } = pin.unblock;
  return accept(card, pin, { value, status: 'enabled', unblockRetriesLeft: retriesMax });
}

/** The PIN commands. */
export const PIN_COMMANDS: readonly CommandRow[] = [
  {
    ins: 0x20,
    name: 'VERIFY PIN',
    class: 'interindustry',
    isRemote: true,
    mayHaveP1P2: (p1) => p1 === 0,
    mayHaveLc: (lc) => lc === 0 || lc === PIN_OCTETS,
    handle: verifyPin,
  },
  {
    ins: 0x24,
    name: 'CHANGE PIN',
    class: 'interindustry',
    isRemote: true,
    mayHaveP1P2: (p1) => p1 === 0,
    mayHaveLc: (lc) => lc === 2 * PIN_OCTETS,
    handle: changePin,
  },
  {
    ins: 0x26,
    name: 'DISABLE PIN',
    class: 'interindustry',
    isRemote: true,
    mayHaveP1P2: (p1, p2) => p1 === 0 || (p1 === REPLACE && p2 !== UNIVERSAL_PIN),
    mayHaveLc: (lc) => lc === PIN_OCTETS,
    handle: disablePin,
  },
  {
    ins: 0x28,
    name: 'ENABLE PIN',
    class: 'interindustry',
    isRemote: true,
    mayHaveP1P2: (p1) => p1 === 0,
    mayHaveLc: (lc) => lc === PIN_OCTETS,
    handle: enablePin,
  },
  {
    ins: 0x2c,
    name: 'UNBLOCK PIN',
    class: 'interindustry',
    isRemote: true,
    mayHaveP1P2: (p1) => p1 === 0,
    mayHaveLc: (lc) => lc === 0 || lc === 2 * PIN_OCTETS,
    handle: unblockPin,
  },
];
