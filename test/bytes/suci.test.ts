/**
 * The SUCI against test/vectors/suci.json: those of TS 33.501, generated ones, the null scheme.
 *
 * The text of a SUCI of a NAI is worked by hand, with the scheme outputs of the vectors in it.
 *
 * @see 3GPP TS 33.501 (concealed identities); 3GPP TS 31.102 §7.5
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { type Imsi, imsi, plmn } from '../../src/bytes/identity.ts';
import {
  type Concealment,
  decodeSuci,
  encodeMsin,
  encodeSuci,
  type ImsiSuci,
  isSuciProfile,
  type NaiSuci,
  type Suci,
  splitSchemeOutput,
} from '../../src/bytes/suci.ts';
import vectors from '../vectors/suci.json' with { type: 'json' };
import { expectOneCoding, expectOnlyDecodeErrors, refusal, truncations } from './decoders.ts';

const CONCEALED = [...vectors.ts33501, ...vectors.generated];
const SCHEME: Readonly<Record<string, 1 | 2>> = { A: 1, B: 2 };

function concealmentOf(vector: (typeof CONCEALED)[number]): Concealment {
  return {
    routingIndicator: vector.routingIndicator,
    scheme: SCHEME[vector.profile]!,
    keyIdentifier: vector.hnKeyId,
    schemeOutput: fromHex(vector.schemeOutput),
  };
}

function suciOf(vector: (typeof CONCEALED)[number]): Suci {
  return { kind: 'imsi', plmn: plmn(`${vector.mcc}-${vector.mnc}`), ...concealmentOf(vector) };
}

function nullScheme(of: Imsi, mncLength: 2 | 3, routingIndicator: string): Suci {
  return {
    kind: 'imsi',
    plmn: plmn(`${of.slice(0, 3)}-${of.slice(3, 3 + mncLength)}`),
    routingIndicator,
    scheme: 0,
    keyIdentifier: 0,
    schemeOutput: encodeMsin(of, mncLength),
  };
}

/** Annex C.4 of TS 33.501, in a NAI. */
const [A, B] = vectors.ts33501 as [(typeof CONCEALED)[0], (typeof CONCEALED)[0]];
function naiOf({ ephemeralPublicKey, cipherText, macTag }: typeof A, scheme: number): string {
  const parts = `ecckey${ephemeralPublicKey}.cip${cipherText}.mac${macTag}`;
  return `type1.rid678.schid${scheme}.hnkey27.${parts}@example.com`;
}

const NAIS: readonly (readonly [string, string, Suci])[] = [
  [
    'null scheme',
    'type1.rid0.schid0.useriduser17@example.com',
    {
      kind: 'nai',
      realm: 'example.com',
      routingIndicator: '0',
      scheme: 0,
      keyIdentifier: 0,
      schemeOutput: fromHex('757365723137'),
    },
  ],
  ['profile A', naiOf(A, 1), { kind: 'nai', realm: 'example.com', ...concealmentOf(A) }],
  ['profile B', naiOf(B, 2), { kind: 'nai', realm: 'example.com', ...concealmentOf(B) }],
];

function nai(text: string): Uint8Array {
  return Uint8Array.of(0x11, ...new TextEncoder().encode(text));
}

const SAMPLES: readonly string[] = [
  ...CONCEALED.map(({ suciValue }) => suciValue),
  ...vectors.nullScheme.map(({ suciValue }) => suciValue),
];
const NAI_SAMPLES: readonly string[] = NAIS.map(([, text]) => toHex(nai(text)));

describe('a SUCI', () => {
  it.each(CONCEALED)('is written and read as in $name', (vector) => {
    expect(toHex(encodeSuci(suciOf(vector)))).toBe(vector.suciValue);
    expect(decodeSuci(fromHex(vector.suciValue))).toEqual(suciOf(vector));
  });

  it.each(vectors.nullScheme)('of the null scheme is written and read for $mcc $mnc', (vector) => {
    const { mcc, mnc, msin, routingIndicator, suciValue } = vector;
    const suci = nullScheme(
      imsi(`${mcc}${mnc}${msin}`),
      mnc.length === 3 ? 3 : 2,
      routingIndicator,
    );
    expect(toHex(encodeSuci(suci))).toBe(suciValue);
    expect(decodeSuci(fromHex(suciValue))).toEqual(suci);
  });

  it.each(NAIS)('of a NAI is written and read: %s', (_scheme, text, suci) => {
    expect(toHex(encodeSuci(suci))).toBe(toHex(nai(text)));
    expect(decodeSuci(nai(text))).toEqual(suci);
  });

  it('of a NAI keeps a user name of more than one line', () => {
    const text = 'type1.rid0.schid0.userida\nb@example.com';
    expect(decodeSuci(nai(text)).schemeOutput).toEqual(fromHex('610a62'));
  });

  it('of an IMSI has one coding', () => {
    expectOneCoding(decodeSuci, encodeSuci, SAMPLES);
  });

  it('of a NAI is read with hex of either case', () => {
    const [, text] = NAIS[2]!;
    const upper = text.replace(/[0-9a-f]{16,}/gu, (hex) => hex.toUpperCase());
    expect(upper).not.toBe(text);
    expect(decodeSuci(nai(upper))).toEqual(decodeSuci(nai(text)));
  });

  it('is read again as it was written, of any IMSI and any NAI', () => {
    const digits = (min: number, max: number): fc.Arbitrary<string> =>
      fc.stringMatching(new RegExp(`^[0-9]{${min},${max}}$`, 'u'));
    const ofImsi = fc.record<ImsiSuci>({
      kind: fc.constant('imsi'),
      plmn: digits(5, 6).map((text) => plmn(`${text.slice(0, 3)}-${text.slice(3)}`)),
      routingIndicator: digits(1, 4),
      scheme: fc.nat(15),
      keyIdentifier: fc.nat(255),
      schemeOutput: fc.uint8Array({ maxLength: 60 }),
    });
    const text = fc.string({ minLength: 1, unit: 'grapheme' }).filter((of) => !of.includes('@'));
    const ofNai = fc.oneof(
      fc.record<NaiSuci>({
        kind: fc.constant('nai'),
        realm: text,
        routingIndicator: digits(1, 4),
        scheme: fc.constant(0),
        keyIdentifier: fc.constant(0),
        schemeOutput: text.map((of) => new TextEncoder().encode(of)),
      }),
      fc.record<NaiSuci>({
        kind: fc.constant('nai'),
        realm: text,
        routingIndicator: digits(1, 4),
        scheme: fc.constantFrom(1, 2),
        keyIdentifier: fc.nat(255),
        schemeOutput: fc.uint8Array({ minLength: 41, maxLength: 80 }),
      }),
    );
    fc.assert(
      fc.property(fc.oneof(ofImsi, ofNai), (suci) => {
        expect(decodeSuci(encodeSuci(suci))).toEqual(suci);
      }),
    );
  });
});

describe('a SUCI is refused', () => {
  it.each([
    ['', 'SUCI/type at 0: needs 1 octets, 0 left'],
    ['0072241076f8011b', `SUCI/type at 0: expected '01' or '11'`],
    ['2172241076f8011b', `SUCI/type at 0: expected '01' or '11'`],
    ['01fffffff0ff0000', 'SUCI/PLMN at 1: expected digits'],
    ['0172a41076f8011b', 'PLMN at 0: expected decimal digits'],
    ['01722410ffff011b', 'SUCI/routing indicator at 4: expected 1 to 4 digits'],
    ['01722410f6f8011b', 'SUCI/routing indicator at 5: a digit follows the filler'],
    ['0172241076fa011b', 'SUCI/routing indicator at 5: expected decimal digits'],
    ['0172241076f8101b', 'SUCI/scheme at 6: expected 0 to 15'],
  ])('%s: %s', (octets, problem) => {
    expect(refusal(() => decodeSuci(fromHex(octets)))).toBe(problem);
  });

  it('of an IMSI, when its first 8 octets are cut short', () => {
    for (const octets of truncations(fromHex(A.suciValue.slice(0, 16)))) {
      expect(refusal(() => decodeSuci(octets))).toMatch(/^SUCI\//u);
    }
  });

  it.each([
    '',
    'user17@example.com',
    'type0.rid0.schid0.userid0000000001@5gc.mnc001.mcc001.3gppnetwork.org',
    'type1.rid.schid0.useriduser17@example.com',
    'type1.rid12345.schid0.useriduser17@example.com',
    'type1.rida.schid0.useriduser17@example.com',
    'type1.rid0.schid3.out1234@example.com',
    'type1.rid0.schid12.hnkey1.out1234@example.com',
    'type1.rid0.schid0.user17@example.com',
    'type1.rid0.schid0.useriduser17',
    'type1.rid0.schid0.useriduser17@',
    'type1.rid0.schid0.useriduser17@a@b',
    naiOf(A, 2),
    naiOf(B, 1),
    naiOf(A, 0),
    naiOf(A, 1).replace('hnkey27', 'hnkey256'),
    naiOf(A, 1).replace('hnkey27', 'hnkey027'),
    naiOf(A, 1).replace('hnkey27', 'hnkey'),
    naiOf(A, 1).replace('hnkey27.', ''),
    naiOf(A, 1).replace('.cip', '.cip0'),
    naiOf(A, 1).replace('.cip', '.cipg0'),
    naiOf(A, 1).replace('.mac', '.mac00'),
    naiOf(A, 1).replace('ecckey', 'ecckey00'),
    naiOf(A, 1).replace('.cipcb02352410', ''),
  ])('of the NAI "%s"', (text) => {
    expect(refusal(() => decodeSuci(nai(text)))).toMatch(/^SUCI\/NAI/u);
  });

  it('when its NAI is no UTF-8', () => {
    expect(refusal(() => decodeSuci(fromHex('11ff')))).toBe('SUCI/NAI at 0: expected UTF-8');
  });

  it('by a DecodeError and nothing else, whatever the octets', () => {
    expectOnlyDecodeErrors(decodeSuci, [...SAMPLES, ...NAI_SAMPLES]);
  });
});

describe('a SUCI cannot be written', () => {
  const of = suciOf(A);
  it.each(['', '12345', 'f', '1a', ' 1'])('with the routing indicator "%s"', (routingIndicator) => {
    expect(() => encodeSuci({ ...of, routingIndicator })).toThrow(RangeError);
  });

  it.each([
    [{ scheme: 16 }, 'scheme: expected 0 to 15, got 16'],
    [{ scheme: -1 }, 'scheme: expected 0 to 15, got -1'],
    [{ keyIdentifier: 256 }, 'key identifier: expected 0 to 255, got 256'],
    [{ keyIdentifier: 0.5 }, 'key identifier: expected 0 to 255, got 0.5'],
  ])('with %j', (change, message) => {
    expect(() => encodeSuci({ ...of, ...change })).toThrow(new RangeError(message));
  });

  it.each([
    { scheme: 3 },
    { scheme: 1, schemeOutput: new Uint8Array(39) },
    { scheme: 2, schemeOutput: new Uint8Array(40) },
    { scheme: 0, keyIdentifier: 0, schemeOutput: Uint8Array.of(0xff) },
    { scheme: 0, keyIdentifier: 0, schemeOutput: Uint8Array.of(0x40) },
    { scheme: 0, keyIdentifier: 1, schemeOutput: Uint8Array.of(0x61) },
    { realm: '' },
    { realm: 'a@b' },
  ])('in a NAI with %j', (change) => {
    const whole: Suci = { ...of, kind: 'nai', realm: 'example.com', ...change };
    expect(() => encodeSuci(whole)).toThrow(RangeError);
  });
});

describe('a scheme output', () => {
  it.each(CONCEALED)('of $name is taken apart', (vector) => {
    const parts = splitSchemeOutput(SCHEME[vector.profile]!, fromHex(vector.schemeOutput));
    expect(parts).toEqual({
      ephemeralPublicKey: fromHex(vector.ephemeralPublicKey),
      ciphertext: fromHex(vector.cipherText),
      tag: fromHex(vector.macTag),
    });
  });

  it('has room for a key and a tag', () => {
    expect(splitSchemeOutput(1, new Uint8Array(39))).toBeUndefined();
    expect(splitSchemeOutput(2, new Uint8Array(40))).toBeUndefined();
    expect(splitSchemeOutput(1, new Uint8Array(40))?.ciphertext).toEqual(new Uint8Array(0));
  });

  it('is that of a profile when the scheme is 1 or 2', () => {
    expect([-1, 0, 1, 2, 3, 12, 15, 255, 1.5, Number.NaN].filter(isSuciProfile)).toEqual([1, 2]);
  });
});
