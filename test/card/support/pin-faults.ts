/**
 * The faults of the PIN commands, in the order in which the card looks for them.
 *
 * @see ETSI TS 102 221 §11.1.9 to §11.1.13
 * @module
 */

import { type Command, type Fault, length, notStored, PROFILE, p1p2 } from './faults.ts';
import { pinOctets, withPin, withUniversalPin } from './test-card.ts';

const disabled = withPin('01', { enabled: false }, PROFILE);

const OLD_PIN = pinOctets('1234');
const NEW_PIN = pinOctets('2468');
const WRONG = pinOctets('9999');
const UNBLOCK = pinOctets('12345678');

/** The same command, again and again. */
export function times(count: number, command: string): string[] {
  return Array.from({ length: count }, () => command);
}

const noPinReference: Fault = { is: 'the key reference', sw: '6A88', with: { p2: 5 } };
/** VERIFY blocks PIN1 when it is enabled, ENABLE when it is not. */
const blocked: Fault = {
  is: 'a blocked PIN',
  sw: '6983',
  with: { before: [...times(3, `0020000108${WRONG}`), ...times(3, `0028000108${WRONG}`)] },
};
const disabledPin: Fault = { is: 'a disabled PIN', sw: '6984', with: { profile: disabled } };

function newPin(presented: string): Fault {
  const data = `${presented}${'FF'.repeat(8)}`;
  return { is: 'the new PIN', sw: '6A80', with: { data: data }, without: ['the length'] };
}

/** Each PIN command, and its faults in the order of the checks. */
export const PIN_COMMANDS: readonly Command[] = [
  {
    name: 'VERIFY',
    right: { ins: 0x20, p2: 1, data: OLD_PIN, pin: undefined },
    ok: /^9000$/,
    faults: [p1p2(1), length('31323334'), noPinReference, blocked, disabledPin, notStored],
  },
  {
    name: 'CHANGE PIN',
    right: { ins: 0x24, p2: 1, data: OLD_PIN + NEW_PIN, pin: undefined },
    ok: /^9000$/,
    faults: [
      p1p2(1),
      length(OLD_PIN),
      noPinReference,
      blocked,
      disabledPin,
      newPin(OLD_PIN),
      notStored,
    ],
  },
  {
    name: 'DISABLE PIN',
    right: { ins: 0x26, p2: 1, data: OLD_PIN, pin: undefined },
    ok: /^9000$/,
    faults: [p1p2(1), length(''), noPinReference, blocked, disabledPin, notStored],
  },
  {
    name: 'DISABLE PIN for the universal PIN',
    right: {
      ...{ ins: 0x26, p1: 0x91, p2: 1, data: OLD_PIN, pin: undefined },
      profile: withUniversalPin({}, PROFILE),
    },
    ok: /^9000$/,
    faults: [
      p1p2(0x92),
      length(''),
      noPinReference,
      {
        is: 'no universal PIN',
        sw: '6A88',
        with: { profile: PROFILE },
        without: ['a disabled PIN', 'a disabled universal PIN'],
      },
      blocked,
      {
        ...disabledPin,
        with: { profile: withUniversalPin({}, disabled) },
        without: ['a disabled universal PIN'],
      },
      {
        is: 'a disabled universal PIN',
        sw: '6985',
        with: { profile: withUniversalPin({ enabled: false }, PROFILE) },
      },
      notStored,
    ],
  },
  {
    name: 'ENABLE PIN',
    right: { ins: 0x28, p2: 1, data: OLD_PIN, pin: undefined, profile: disabled },
    ok: /^9000$/,
    faults: [
      p1p2(1),
      length(''),
      noPinReference,
      blocked,
      { is: 'an enabled PIN', sw: '6985', with: { profile: PROFILE } },
      notStored,
    ],
  },
  {
    name: 'UNBLOCK PIN',
    right: { ins: 0x2c, p2: 1, data: UNBLOCK + NEW_PIN, pin: undefined },
    ok: /^9000$/,
    faults: [
      p1p2(1),
      length(UNBLOCK),
      { ...noPinReference, with: { p2: 0x0a } },
      {
        is: 'a blocked UNBLOCK PIN',
        sw: '6983',
        with: { before: times(10, `002C000110${WRONG}${NEW_PIN}`) },
      },
      newPin(UNBLOCK),
      notStored,
    ],
  },
];
