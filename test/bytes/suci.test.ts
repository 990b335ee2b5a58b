/**
 * The SUCI against test/vectors/suci.json: those of TS 33.501, generated ones, the null scheme.
 *
 * @see 3GPP TS 33.501 (concealed identities); 3GPP TS 31.102 §7.5
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeDigits } from '../../src/bytes/bcd.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { decodePlmn, imsi, plmn } from '../../src/bytes/identity.ts';
import { encodeSuci, nullSchemeSuci } from '../../src/bytes/suci.ts';
import vectors from '../vectors/suci.json' with { type: 'json' };

const CONCEALED = [...vectors.ts33501, ...vectors.generated];
const SCHEME: Readonly<Record<string, number>> = { A: 1, B: 2 };

describe('a SUCI', () => {
  it.each(CONCEALED)('is written as in $name', (vector) => {
    const suci = {
      plmn: plmn(`${vector.mcc}-${vector.mnc}`),
      routingIndicator: vector.routingIndicator,
      scheme: SCHEME[vector.profile] ?? 0,
      keyIdentifier: vector.hnKeyId,
      schemeOutput: fromHex(vector.schemeOutput),
    };
    expect(toHex(encodeSuci(suci))).toBe(vector.suciValue);
  });

  it.each(vectors.nullScheme)('of the null scheme is written as for $mcc $mnc', (vector) => {
    const { mcc, mnc, msin, routingIndicator, suciValue } = vector;
    const length = mnc.length === 3 ? 3 : 2;
    const suci = nullSchemeSuci(imsi(`${mcc}${mnc}${msin}`), length, routingIndicator);
    expect(toHex(encodeSuci(suci))).toBe(suciValue);
  });

  it('of the null scheme has PLMN, routing indicator and all digits of the IMSI in it', () => {
    const digits = (min: number, max: number): fc.Arbitrary<string> =>
      fc.stringMatching(new RegExp(`^[0-9]{${min},${max}}$`, 'u'));
    fc.assert(
      fc.property(digits(7, 15), digits(1, 4), fc.constantFrom(2, 3), (of, routing, length) => {
        const octets = encodeSuci(nullSchemeSuci(imsi(of), length, routing));
        const network = decodePlmn(octets.slice(1, 4))?.replace('-', '') ?? '';
        expect(network + decodeDigits(octets.slice(8), 'MSIN')).toBe(of);
        expect(decodeDigits(octets.slice(4, 6), 'routing indicator')).toBe(routing);
        expect([octets[0], octets[6], octets[7]]).toEqual([1, 0, 0]);
      }),
    );
  });

  it.each(['', '12345', 'f', '1a', ' 1'])('has no routing indicator "%s"', (routing) => {
    const suci = nullSchemeSuci(imsi('001010123456789'), 2, routing);
    expect(() => encodeSuci(suci)).toThrow(RangeError);
  });
});
