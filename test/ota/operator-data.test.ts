/**
 * Operator data: every object both ways, and what each refuses. Octets were put together by hand
 * from the codings of the elementary files that they go to.
 *
 * @see 3GPP TS 31.102 §4.2; docs/subscription-change.md
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { address } from '../../src/bytes/address.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { plmn } from '../../src/bytes/identity.ts';
import {
  decodeOperatorData,
  encodeOperatorData,
  type OperatorData,
} from '../../src/ota/operator-data.ts';
import { berTlv, decodeBerTlvs } from '../../src/tlv/ber.ts';
import { decoded, octetsLike } from './support/damage.ts';

function read(hex: string): OperatorData | undefined {
  return decoded(() => decodeOperatorData(decodeBerTlvs(fromHex(hex), 'test')));
}

const OBJECTS: readonly [string, OperatorData, string][] = [
  ['EHPLMN', { ehplmn: [plmn('001-01'), plmn('310-410')] }, '8006 00F110 130014'],
  ['HPLMNwAcT', { hplmnWact: [{ plmn: plmn('001-01'), act: 0x4080 }] }, '8105 00F110 4080'],
  ['OPLMNwAcT', { oplmnWact: [{ plmn: plmn('901-70'), act: 0xffff }] }, '8205 09F107 FFFF'],
  ['SPN', { spn: fromHex('01 4D4E4F2D42') }, '8306 01 4D4E4F2D42'],
  ['the service centre', { serviceCentre: address('+491710760000') }, '8407 91 947101670000'],
  ['MSISDN', { msisdn: address('12345') }, '8504 81 2143F5'],
  ['ACC', { acc: fromHex('0200') }, '8602 0200'],
  ['GID1', { gid1: fromHex('01') }, '8701 01'],
  ['GID2', { gid2: fromHex('0102') }, '8802 0102'],
  ['the SPDI list', { spdi: [plmn('001-02')] }, '8903 00F120'],
  ['PNN', { pnn: fromHex('43 01 80') }, '8A03 430180'],
];

const WHOLE = OBJECTS.map(([, , hex]) => hex).join('');

describe('operator data', () => {
  it.each(OBJECTS)('have %s as one object, both ways', (_what, data, hex) => {
    expect(read(hex)).toEqual(data);
    expect(toHex(encodeOperatorData(data))).toBe(hex.replaceAll(' ', '').toLowerCase());
  });

  it('may be none', () => {
    expect(read('')).toEqual({});
    expect(encodeOperatorData({})).toHaveLength(0);
  });

  it('are written in the order of their tags, and read in any', () => {
    const all = Object.assign({}, ...OBJECTS.map(([, data]) => data)) as OperatorData;
    const backwards = OBJECTS.map(([, , hex]) => hex).reverse();
    expect(read(backwards.join(''))).toEqual(all);
    expect(toHex(encodeOperatorData(all))).toBe(WHOLE.replaceAll(' ', '').toLowerCase());
  });

  it.each([
    ['an unknown tag', '8B0101'],
    ['a tag of another class', '4001AA'],
    ['a constructed object', 'A003 00F110'],
    ['a tag of two octets', '9F01 03 00F110'],
    ['an object twice', '8003 00F110 8003 00F110'],
    ['an object that is cut short', '8006 00F110'],
    ['EHPLMN with part of an entry', '8004 00F11000'],
    ['EHPLMN of 17 entries', `8033${'00F110'.repeat(17)}`],
    ['EHPLMN with an empty entry', '8006 00F110 FFFFFF'],
    ['EHPLMN with a digit that is none', '8003 0AF110'],
    ['HPLMNwAcT with part of an entry', '8104 00F11040'],
    ['HPLMNwAcT of 17 entries', `8155${'00F1104080'.repeat(17)}`],
    ['HPLMNwAcT with an empty entry', '8105 FFFFFF0000'],
    ['OPLMNwAcT with part of an entry', '8206 00F110408000'],
    ['SPN of 18 octets', `8312${'00'.repeat(18)}`],
    ['a service centre without digits', '8401 91'],
    ['a service centre of fillers', '8402 91FF'],
    ['a service centre of 12 octets', `840C91${'00'.repeat(11)}`],
    ['MSISDN with a filler among its digits', '8503 91F121'],
    ['ACC of 1 octet', '8601 02'],
    ['ACC of 3 octets', '8603 020000'],
    ['GID1 of 17 octets', `8711${'00'.repeat(17)}`],
    ['GID2 without octets', '8800'],
    ['an SPDI list with part of an entry', '8902 00F1'],
    ['PNN of 2 octets', '8A02 4300'],
    ['PNN of 25 octets', `8A19${'00'.repeat(25)}`],
  ])('are refused with %s', (_what, hex) => {
    expect(read(hex)).toBeUndefined();
  });

  it.each(Array.from({ length: 11 }, (_, n) => 0x80 + n))(
    'are refused with tag %i empty',
    (tag) => {
      expect(read(toHex(berTlv(tag)))).toBeUndefined();
    },
  );

  it.each<[string, OperatorData]>([
    ['an empty list of EHPLMN', { ehplmn: [] }],
    ['17 entries of EHPLMN', { ehplmn: Array.from({ length: 17 }, () => plmn('001-01')) }],
    ['an empty list of HPLMNwAcT', { hplmnWact: [] }],
    ['an empty SPN', { spn: new Uint8Array(0) }],
    ['SPN of 18 octets', { spn: new Uint8Array(18) }],
    ['ACC of 3 octets', { acc: new Uint8Array(3) }],
    ['GID1 of 17 octets', { gid1: new Uint8Array(17) }],
    ['GID2 without octets', { gid2: new Uint8Array(0) }],
    ['an empty SPDI list', { spdi: [] }],
    ['PNN of 2 octets', { pnn: new Uint8Array(2) }],
  ])('are not written with %s', (_what, data) => {
    expect(() => encodeOperatorData(data)).toThrow(RangeError);
  });
});

/** Any operator data. */
const PLMN = fc
  .tuple(fc.stringMatching(/^[0-9]{3}$/), fc.stringMatching(/^[0-9]{2,3}$/))
  .map(([mcc, mnc]) => plmn(`${mcc}-${mnc}`));
const PLMNS = fc.array(PLMN, { minLength: 1, maxLength: 16 });
const WITH_ACT = fc.array(fc.record({ plmn: PLMN, act: fc.nat(0xffff) }), {
  minLength: 1,
  maxLength: 16,
});
const ADDRESS = fc.stringMatching(/^\+?[0-9*#abc]{1,20}$/).map(address);
const octets = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });
const DATA: fc.Arbitrary<OperatorData> = fc.record(
  {
    ehplmn: PLMNS,
    hplmnWact: WITH_ACT,
    oplmnWact: WITH_ACT,
    spn: octets(1, 17),
    serviceCentre: ADDRESS,
    msisdn: ADDRESS,
    acc: octets(2, 2),
    gid1: octets(1, 16),
    gid2: octets(1, 16),
    spdi: PLMNS,
    pnn: octets(3, 24),
  },
  { requiredKeys: [] },
);

describe('any operator data', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(DATA, (data) => {
        const written = encodeOperatorData(data);
        expect(decodeOperatorData(decodeBerTlvs(written, 'test'))).toEqual(data);
      }),
    );
  });

  it('are refused or mean the same when they are written again', () => {
    fc.assert(
      fc.property(octetsLike(...OBJECTS.map(([, , hex]) => hex), WHOLE), (hex) => {
        const data = read(toHex(hex));
        if (data !== undefined) expect(read(toHex(encodeOperatorData(data)))).toEqual(data);
      }),
      { numRuns: 2000 },
    );
  });
});
