/**
 * TERMINAL PROFILE: which bit is which facility. The long profile is that of a modem in the field.
 *
 * @see ETSI TS 102 223 §5.2
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import {
  FACILITY,
  type Facility,
  hasFacility,
  terminalProfile,
} from '../../src/cat/terminal-profile.ts';

const MODEM = fromHex('FFFFFFFF7F9D00DFBF00001FE2000000C36B000700004000500000000008');

const BITS: readonly (readonly [keyof typeof FACILITY, string])[] = [
  ['profileDownload', '01'],
  ['smsPpDownload', '02'],
  ['displayText', '000001'],
  ['moreTime', '000008'],
  ['playTone', '000010'],
  ['pollInterval', '000020'],
  ['refresh', '000080'],
  ['sendShortMessage', '00000002'],
];

describe('a TERMINAL PROFILE', () => {
  it('has one bit for each facility that this project asks for', () => {
    expect(BITS.map(([name]) => name)).toEqual(Object.keys(FACILITY));
  });

  it.each(BITS)('has %s with the bit that makes %s of it, and with no other', (name, hex) => {
    const whole = fromHex(hex.padEnd(60, '0'));
    expect(toHex(terminalProfile([FACILITY[name]]))).toBe(toHex(whole));
    for (const [other, facility] of Object.entries(FACILITY)) {
      expect(hasFacility(whole, facility)).toBe(other === name);
    }
    const inverse = whole.map((octet) => ~octet);
    expect(hasFacility(inverse, FACILITY[name])).toBe(false);
  });

  it.each(BITS)('has %s in a modem', (name) => {
    expect(hasFacility(MODEM, FACILITY[name])).toBe(true);
  });

  it.each([
    ['RUN AT COMMAND in a modem', MODEM, { octet: 8, bit: 6 }],
    ['PERFORM CARD APDU in a modem', MODEM, { octet: 7, bit: 3 }],
    ['REFRESH in a profile of 2 octets', fromHex('FFFF'), FACILITY.refresh],
    ['SEND SHORT MESSAGE in a profile of 3 octets', fromHex('FFFFFF'), FACILITY.sendShortMessage],
    ['profile download in no octets', new Uint8Array(0), FACILITY.profileDownload],
    ['the last facility of a later release', MODEM, { octet: 33, bit: 1 }],
  ])('has not %s', (_what, profile, facility) => {
    expect(hasFacility(profile, facility)).toBe(false);
  });

  it('has the length that is asked for', () => {
    expect(terminalProfile([])).toEqual(new Uint8Array(30));
    expect(terminalProfile([FACILITY.refresh], 3)).toEqual(fromHex('000080'));
  });

  it('has the facilities that it was made of, and no others', () => {
    const facility: fc.Arbitrary<Facility> = fc.record({
      octet: fc.integer({ min: 1, max: 30 }),
      bit: fc.integer({ min: 1, max: 8 }),
    });
    const isIn = (of: Facility, list: readonly Facility[]): boolean =>
      list.some(({ octet, bit }) => octet === of.octet && bit === of.bit);
    fc.assert(
      fc.property(fc.array(facility), fc.array(facility), (list, asked) => {
        const profile = terminalProfile(list);
        for (const one of [...list, ...asked]) {
          expect(hasFacility(profile, one)).toBe(isIn(one, list));
        }
      }),
    );
  });
});
