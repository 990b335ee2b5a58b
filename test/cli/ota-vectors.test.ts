/**
 * The cases of test/vectors/ota-public.json through the functions of `vuicc ota seal` and `open`:
 * sealed to the same octets, opened from each form. Some go through the program in ota-seal.test.ts
 * and ota-open.test.ts.
 *
 * @see ETSI TS 102 225 §5.1, §5.2; 3GPP TS 31.115 §4
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OpenOptions, openDocument } from '../../src/cli/ota-open.ts';
import { type SealOptions, sealDocument } from '../../src/cli/ota-seal.ts';
import { CASES, type Case, caseOf } from '../ota/support/public-vectors.ts';
import {
  keyOptionsOf,
  openedFields,
  responseOptionsOf,
  sealedForms,
  sealOptionsOf,
  whyRefused,
} from './support/ota.ts';

/** The two cases whose last octet was changed after the packet was sealed. */
const DAMAGED = ['pub-x14', 'pub-x15'];
/** The case whose part 1 has the element of the packet in front. */
const PACKET_FIRST = 'pub-x06';

const IDS = CASES.map((of) => [of.id, of] as const);
const INTACT = IDS.filter(([id]) => !DAMAGED.includes(id));
const ANSWERED = IDS.filter(([, of]) => of.response.sent);
const SUBMITTED = IDS.filter(([, of]) => of.response.smsSubmit !== undefined);
const REFUSED = IDS.filter(([, of]) => of.response.plainVariant !== undefined);

/** Each form of a case with the arguments that hold it. */
function formsOf(of: Case): [form: string, texts: readonly string[]][] {
  const data = of.envelopeApdus.map((apdu) => apdu.slice(10));
  return [
    ['packet', [of.commandPacket]],
    ['user-data', of.tpUserData],
    ['deliver', of.smsDeliver],
    ['envelope', of.envelopeApdus],
    ['envelope', data],
  ];
}

/** What a PoR is opened to. */
function responseFields(of: Case): Record<string, unknown> {
  const { tar, response } = of;
  const { cntr, pcntr, status, executedResult: data } = response;
  const checksumOk = of.por.security === 'none' ? null : true;
  return { tar, cntr, pcntr, status, checksumOk, data };
}

function octetsOf(hex: string): string[] {
  return [...(hex.match(/../gu) ?? [])];
}

/** Changes bits of one octet. */
function flipped(hex: string, at: number, bits: number): string {
  const octets = octetsOf(hex);
  const changed = (Number.parseInt(octets[at]!, 16) ^ bits).toString(16).padStart(2, '0');
  return octets.with(at, changed).join('');
}

describe(`the ${CASES.length} public vectors`, () => {
  it('are 93, of which all but the damaged are sealed and opened', () => {
    expect([IDS.length, INTACT.length]).toEqual([93, 91]);
    expect([ANSWERED.length, SUBMITTED.length, REFUSED.length]).toEqual([73, 22, 8]);
  });

  it.each(INTACT.filter(([id]) => id !== PACKET_FIRST))('%s is sealed to its forms', (_id, of) => {
    expect(sealDocument(of.securedData, sealOptionsOf(of))).toEqual(sealedForms(of));
  });

  it('pub-x06 is sealed to its packet; part 1 has its two elements in the other order', () => {
    const of = caseOf(PACKET_FIRST);
    const { packet, userData } = sealDocument(of.securedData, sealOptionsOf(of));
    expect(packet).toBe(of.commandPacket);
    const [first = '', second] = of.tpUserData;
    expect(first.startsWith('0770000003b90201')).toBe(true);
    expect(userData).toEqual([`070003b902017000${first.slice(16)}`, second]);
  });

  it.each(INTACT)('%s is opened from each form', (_id, of) => {
    for (const [form, texts] of formsOf(of)) {
      const document = { form, ...openedFields(of) };
      expect(openDocument(texts, keyOptionsOf(of))).toEqual({ document, holds: true });
      expect(openDocument(texts.toReversed(), keyOptionsOf(of)).document).toEqual(document);
    }
  });

  it.each(IDS.filter(([id]) => DAMAGED.includes(id)))('%s does not hold', (_id, of) => {
    const { document, holds } = openDocument([of.commandPacket], keyOptionsOf(of));
    expect({ holds, checksumOk: document.checksumOk }).toEqual({ holds: false, checksumOk: false });
  });
});

describe('the response packets of the public vectors', () => {
  it.each(ANSWERED)('%s is opened, with and without UDH', (_id, of) => {
    const { responsePacket = '', withUdh = '' } = of.response;
    for (const text of [responsePacket, withUdh]) {
      const opened = openDocument([text], responseOptionsOf(of));
      expect(opened).toEqual({ document: responseFields(of), holds: true });
    }
  });

  it.each(SUBMITTED)('%s is opened from SMS-SUBMIT and SEND SHORT MESSAGE', (_id, of) => {
    const { smsSubmit = [], sendShortMessage = [] } = of.response;
    for (const texts of [smsSubmit, sendShortMessage, smsSubmit.toReversed()]) {
      const opened = openDocument(texts, responseOptionsOf(of));
      expect(opened).toEqual({ document: responseFields(of), holds: true });
    }
  });

  it.each(REFUSED)('%s is opened in clear', (_id, of) => {
    const { withUdh = '', status, cntr } = of.response.plainVariant!;
    const { document, holds } = openDocument([withUdh], responseOptionsOf(of));
    expect(document).toMatchObject({ status, cntr, checksumOk: null, data: '' });
    expect(holds).toBe(true);
  });

  // m035, m036, m042 to m045: RC of CRC-16 and CRC-32, in clear and ciphered. x13: CC by AES.
  it.each(['m035', 'm036', 'm042', 'm043', 'm044', 'm045', 'x13'])(
    'pub-%s does not hold when its last octet is changed',
    (id) => {
      const of = caseOf(`pub-${id}`);
      const { withUdh = '' } = of.response;
      const damaged = flipped(withUdh, withUdh.length / 2 - 1, 0x01);
      const { document, holds } = openDocument([damaged], responseOptionsOf(of));
      expect({ holds, checksumOk: document.checksumOk }).toEqual({
        holds: false,
        checksumOk: false,
      });
    },
  );
});

describe('a changed octet', () => {
  // Each kind of checksum in clear: CRC-16, CRC-32, DES, 3DES with 2 and 3 keys, AES of each size.
  const IN_CLEAR = ['none', 'crc16', 'crc32', 'des', '3des2', '3des3', 'aes128', 'aes192', 'aes256']
    .map((integrity) => CASES.find((of) => of.integrity === integrity && of.cipher === 'none')!)
    .map((of) => [of.integrity, of] as const);

  it.each(IN_CLEAR.slice(1))('behind SPI, KIc and KID is found by %s', (_integrity, of) => {
    for (let at = 7; at < of.commandPacket.length / 2; at++) {
      const text = flipped(of.commandPacket, at, 0x10);
      const { document, holds } = openDocument([text], keyOptionsOf(of));
      expect([at, document.checksumOk, holds]).toEqual([at, false, false]);
    }
  });

  it.each(IN_CLEAR)('in the lengths is unreadable with %s', (_integrity, of) => {
    for (const at of [0, 1, 2]) {
      const text = flipped(of.commandPacket, at, 0x01);
      const line = whyRefused(() => openDocument([text], keyOptionsOf(of)));
      expect(line).toMatch(at < 2 ? /^command packet\/CPL at 0: /u : /CHL(?: at 2)?: /u);
    }
  });

  it.each(IN_CLEAR)('less is unreadable with %s, at each length', (_integrity, of) => {
    for (let digits = 0; digits < of.commandPacket.length; digits += 2) {
      const text = of.commandPacket.slice(0, digits);
      const line = whyRefused(() => openDocument([text], keyOptionsOf(of)));
      expect(line).toMatch(/^command packet\/CPL at 0: /u);
    }
  });
});

/** Securities that the program seals, by SPI1 and the octets KIc and KID, with keys of a length. */
const SECURITIES = [
  ['00', '00', '00', 0, 0],
  ['05', '01', '01', 8, 0],
  ['05', '0d', '05', 8, 0],
  ['06', '05', '09', 16, 24],
  ['06', '09', '01', 24, 8],
  ['06', '02', '05', 32, 16],
  ['06', '00', '00', 8, 24],
  ['12', '00', '02', 0, 32],
] as const;

const KEY = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';

describe('what is sealed is opened', () => {
  const sealed = fc.record({
    security: fc.constantFrom(...SECURITIES),
    macLength: fc.constantFrom('4', '8'),
    cntr: fc.nat({ max: 2 ** 31 - 1 }).map((cntr) => cntr.toString(16)),
    data: fc
      .uint8Array({ maxLength: 600 })
      .map((octets) => [...octets].map((octet) => octet.toString(16).padStart(2, '0')).join('')),
    reference: fc.oneof(
      fc.nat({ max: 255 }).map((ref) => ({ ref: String(ref) })),
      fc.nat({ max: 65535 }).map((ref16) => ({ ref16: String(ref16) })),
    ),
    turn: fc.nat({ max: 5 }),
  });

  it('from each form, whatever the security, the data and the order of the parts', () => {
    fc.assert(
      fc.property(sealed, ({ security, macLength, cntr, data, reference, turn }) => {
        const [spi1, kic, kid, kicOctets, kidOctets] = security;
        const keys = {
          ...(kicOctets === 0 ? {} : { kicKey: KEY.slice(0, kicOctets * 2) }),
          ...(kidOctets === 0 ? {} : { kidKey: KEY.slice(-kidOctets * 2) }),
          macLength,
        };
        const carriers = { oa: '+491711234567', smsc: '+491710760000', scts: '0'.repeat(14) };
        const options: SealOptions = {
          ...{ spi: `${spi1}00`, kic, kid, tar: 'b00010', cntr },
          ...keys,
          ...carriers,
          ...reference,
        };
        const { packet, userData, deliver, envelope } = sealDocument(data, options);
        expect([deliver.length, envelope.length]).toEqual([userData.length, userData.length]);
        for (const texts of [[packet], userData, deliver, envelope]) {
          const at = turn % texts.length;
          const turned = [...texts.slice(at), ...texts.slice(0, at)];
          const { document, holds } = openDocument(turned, keys);
          expect({ holds, data: document.data }).toEqual({ holds: true, data });
          expect(document.cntr).toBe(cntr.padStart(10, '0'));
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('nothing but a UsageError', () => {
  const text = fc
    .uint8Array({ maxLength: 60 })
    .map((octets) => [...octets].map((octet) => octet.toString(16).padStart(2, '0')).join(''));
  const start = fc.constantFrom('', '027000', '0700030103017000', '44', '41', 'd0', 'd1', '80c2');
  const strange = fc.tuple(start, text).map(([first, rest]) => first + rest);
  const pool = CASES.flatMap(({ response, ...of }) => [
    of.commandPacket,
    ...[...of.tpUserData, ...of.smsDeliver, ...of.envelopeApdus],
    ...[...(response.smsSubmit ?? []), ...(response.sendShortMessage ?? [])],
  ]);
  const damaged = fc
    .tuple(fc.constantFrom(...pool), fc.nat({ max: 40 }), fc.nat({ max: 255 }))
    .map(([hex, at, bits]) => flipped(hex, at % (hex.length / 2), bits));
  const texts = fc.array(fc.oneof(strange, damaged), { minLength: 1, maxLength: 3 });
  const octet = text.map((hex) => hex.slice(0, 2).padStart(2, '0'));

  it('leaves the opening of any arguments, with any SPI, KIc, KID and keys', () => {
    const key = fc.constantFrom(16, 32, 48, 64, 20).map((digits) => KEY.slice(0, digits));
    const options = fc.record(
      { kicKey: key, kidKey: key, macLength: fc.constantFrom('4', '8', '6') },
      { requiredKeys: [] },
    );
    const response = fc.tuple(octet, octet, octet, octet).map(([spi1, spi2, kic, kid]) => {
      const of: OpenOptions = { response: true, spi: spi1 + spi2, kic, kid };
      return of;
    });
    const security = fc.oneof(fc.constant<OpenOptions>({}), response);
    fc.assert(
      fc.property(texts, options, security, (some, keys, of) => {
        expect(whyRefused(() => openDocument(some, { ...keys, ...of }))).toMatch(/^[^\n]+$/u);
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves the sealing with any SPI, KIc and KID', () => {
    fc.assert(
      fc.property(octet, octet, octet, octet, (spi1, spi2, kic, kid) => {
        const options: SealOptions = {
          ...{ spi: spi1 + spi2, kic, kid, tar: 'b00010', cntr: '1', kicKey: KEY.slice(0, 32) },
          ...{ kidKey: KEY.slice(0, 32), oa: '+49171', smsc: '+49171', scts: '0'.repeat(14) },
        };
        const line = whyRefused(() => sealDocument('00', options));
        expect(line).toMatch(/^(?:not refused|--(?:spi|kic|kid|kic-key|kid-key): [^\n]+)$/u);
      }),
      { numRuns: 2000 },
    );
  });
});
