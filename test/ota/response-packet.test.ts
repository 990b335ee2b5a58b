/**
 * Response packets. The worked example is the answer of a real card in
 * test/vectors/ota-real-cards.json; its CC was recomputed with OpenSSL.
 *
 * @see ETSI TS 102 225 §5.2
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';
import { checksumOf, cipherOf } from '../../src/ota/key-set.ts';
import {
  openResponsePacket,
  RESPONSE_STATUS,
  type ResponsePacketInput,
  type ResponseSecurity,
  type ResponseStatus,
  responseStatusName,
  sealResponsePacket,
  verifiedResponse,
} from '../../src/ota/response-packet.ts';
import type { PacketKeys } from '../../src/ota/secured-packet.ts';
import { alterations, decoded, octetsLike, truncations } from './support/damage.ts';
import {
  bothBy,
  CNTR,
  KEYS,
  KEYS_MAC_4,
  KIC_OR_KID,
  keySet,
  NO_KEYS,
  REAL,
  SPI,
  sealOdd,
  spiOf,
  TAR,
} from './support/packets.ts';

/** The real card's PoR: CC and ciphering, CNTR 0, status 00, data 016132. */
const CIPHERED = REAL.responseUserData.slice('027100'.length);

const CIPHER = cipherOf(0x22, KEYS.ciphering)!;
const CHECKSUM = checksumOf('cc', 0x22, KEYS.checksum)!;

function securityOf(spi: string, kic = 0x22, kid = 0x22): ResponseSecurity {
  return { spi: spiOf(spi), kic, kid };
}

const ASKED = {
  nothing: securityOf('0601'),
  cc: securityOf('0609'),
  ciphering: securityOf('0611'),
  both: securityOf('0619'),
} as const;

const INPUT: ResponsePacketInput = {
  tar: fromHex('b00011'),
  cntr: 0,
  status: 'por-ok',
  data: fromHex('016132'),
};

function seal(
  security: ResponseSecurity | undefined,
  parts: Partial<ResponsePacketInput> = {},
  keys: PacketKeys = KEYS,
): string | undefined {
  const packet = sealResponsePacket({ ...INPUT, ...parts }, security, keys);
  return packet === undefined ? undefined : toHex(packet);
}

/** The same answer with CC in clear, and in clear altogether. */
const CC_ALONE = seal(ASKED.cc)!;
const PLAIN = '000e0ab0001100000000000000016132';

describe('the worked example of a response packet', () => {
  it('has the CC of 02 71 00, RPL to status, data and padding, without the CC itself', () => {
    const covered = '0024 12 B00011 0000000000 0E 00 016132 0000000000000000000000000000';
    const compute = (udh: string) => toHex(CHECKSUM.compute(fromHex(udh + covered)));
    expect(compute('027100')).toBe('34d237db461c150b');
    expect(compute('')).not.toBe('34d237db461c150b');
  });

  it('is sealed to the octets that a real card gave', () => {
    expect(seal(ASKED.both)).toBe(CIPHERED);
    expect(CIPHERED).toBe(
      '002412b00011ebc6b497e2cad7aedf36ace0e3a29b38853f0fe9ccde81913be5702b73abce1f',
    );
  });

  it('is opened to its status and data, and is verified', () => {
    const packet = openResponsePacket(fromHex(CIPHERED), ASKED.both, KEYS);
    expect(packet).toMatchObject({ cntr: 0, pcntr: 0x0e, status: 0, checksumOk: true });
    expect(toHex(packet.tar)).toBe('b00011');
    expect(toHex(packet.checksum)).toBe('34d237db461c150b');
    expect(toHex(packet.data)).toBe('016132');
    expect(verifiedResponse(packet)).toBe(packet);
  });
});

describe('a response packet with CC in clear', () => {
  it('has the CC behind the status', () => {
    const covered = fromHex('027100 0016 12 B00011 0000000000 00 00 016132');
    expect(toHex(CHECKSUM.compute(covered))).toBe('d6500ccfa54db739');
    expect(CC_ALONE).toBe('001612b0001100000000000000d6500ccfa54db739016132');
    const packet = openResponsePacket(fromHex(CC_ALONE), ASKED.cc, KEYS);
    expect(packet).toMatchObject({ pcntr: 0, status: 0, checksumOk: true });
  });
});

describe('a response packet in clear', () => {
  it('is what a card seals when it is told nothing of security', () => {
    expect(seal(undefined)).toBe(PLAIN);
    expect(seal(undefined, {}, NO_KEYS)).toBe(PLAIN);
    expect(seal(ASKED.nothing, {}, NO_KEYS)).toBe(PLAIN);
  });

  it.each([
    ['CC', ASKED.cc],
    ['CC and ciphering', ASKED.both],
  ])('is read where %s was asked for, and is not verified', (_what, asked) => {
    const refusal = '000b0ab0001000000000010002'; // RHL 0A, CNTR 1, status 02, nothing else
    const packet = openResponsePacket(fromHex(refusal), asked, KEYS);
    expect(packet).toMatchObject({ cntr: 1, pcntr: 0, status: 2, checksumOk: undefined });
    expect(verifiedResponse(packet)).toBeUndefined();
  });

  it('is read where ciphering alone was asked for, as its length is that of no block', () => {
    const packet = openResponsePacket(fromHex('000b0ab0001100000000010006'), ASKED.ciphering, KEYS);
    expect(packet).toMatchObject({ cntr: 1, status: 6, checksumOk: undefined });
  });

  it('is not verified where nothing was asked for', () => {
    const packet = openResponsePacket(fromHex(PLAIN), ASKED.nothing, NO_KEYS);
    expect(packet).toMatchObject({ status: 0, checksumOk: undefined });
    expect(verifiedResponse(packet)).toBeUndefined();
  });

  it('is none with a PCNTR, as nothing is padded', () => {
    for (const asked of [ASKED.nothing, ASKED.cc, ASKED.both]) {
      const padded = fromHex('000c0ab000110000000001010200');
      expect(decoded(() => openResponsePacket(padded, asked, KEYS))).toBeUndefined();
    }
  });
});

describe.each([
  ['CC and ciphering', CIPHERED, ASKED.both],
  ['CC alone', CC_ALONE, ASKED.cc],
])('a response packet with %s', (_what, whole, asked) => {
  it('is none when it is cut short, wherever that is', () => {
    for (const part of truncations(fromHex(whole))) {
      expect(decoded(() => openResponsePacket(part, asked, KEYS))).toBeUndefined();
    }
  });

  it('is none with an octet behind it', () => {
    const longer = fromHex(`${whole}00`);
    expect(decoded(() => openResponsePacket(longer, asked, KEYS))).toBeUndefined();
  });

  it('is none, or its CC is wrong, with one octet changed, whichever and to whatever', () => {
    for (const altered of alterations(fromHex(whole))) {
      const packet = decoded(() => openResponsePacket(altered, asked, KEYS));
      // RHL '0A' makes a packet in clear of it, which nobody may act on.
      const expected = altered[2] === 0x0a ? undefined : false;
      if (packet !== undefined && packet.checksumOk !== expected) {
        expect.fail(`${toHex(altered)} was taken`);
      }
    }
  });

  it('has a wrong CC by the keys of another card', () => {
    const others = bothBy(keySet(REAL.cipheringKey, '11'.repeat(16)));
    const packet = openResponsePacket(fromHex(whole), asked, others);
    expect(packet.checksumOk).toBe(false);
    expect(verifiedResponse(packet)).toBeUndefined();
  });

  it('is none by a key whose CMAC has 4 octets', () => {
    expect(decoded(() => openResponsePacket(fromHex(whole), asked, KEYS_MAC_4))).toBeUndefined();
  });

  it('is sealed and opened by nobody without the keys', () => {
    expect(seal(asked, {}, NO_KEYS)).toBeUndefined();
    expect(() => openResponsePacket(fromHex(whole), asked, NO_KEYS)).toThrow(RangeError);
  });
});

describe('a response packet whose octets contradict each other', () => {
  it('is none when its CC is right and PCNTR is more than there is', () => {
    for (const pcntr of ['03', '10', 'FF']) {
      const odd = sealOdd(
        { clear: '0014 12 B00011', counters: `0000000000${pcntr}02`, padded: '00' },
        (octets) => CHECKSUM.compute(concat(fromHex('027100'), octets)),
        CIPHER.encrypt,
      );
      expect(decoded(() => openResponsePacket(odd, ASKED.both, KEYS))).toBeUndefined();
    }
  });

  it('is none when CC is there and the ciphered part is no whole blocks', () => {
    const longer = fromHex(`${CIPHERED}00`);
    longer[1]! += 1;
    expect(decoded(() => openResponsePacket(longer, ASKED.both, KEYS))).toBeUndefined();
  });

  it('is none with a CC that was not asked for', () => {
    expect(
      decoded(() => openResponsePacket(fromHex(CC_ALONE), ASKED.nothing, KEYS)),
    ).toBeUndefined();
  });

  it('is none with RHL below 0A or past the end', () => {
    for (const rhl of ['00', '09', '0d', '10', 'ff']) {
      const octets = fromHex(`000b${rhl}b0001100000000010002`);
      expect(decoded(() => openResponsePacket(octets, ASKED.nothing, KEYS))).toBeUndefined();
    }
  });
});

describe('the security of a response packet', () => {
  it.each([
    ['a redundancy check', '0605'],
    ['a digital signature', '060d'],
  ])('is not %s', (_what, spi) => {
    expect(seal(securityOf(spi))).toBeUndefined();
    expect(() => openResponsePacket(fromHex(PLAIN), securityOf(spi), KEYS)).toThrow(RangeError);
  });

  it.each([
    ['KIc', securityOf('0619', 0x25)],
    ['KID', securityOf('0619', 0x22, 0x25)],
  ])('is not by a key of another algorithm than %s names', (_what, security) => {
    expect(seal(security)).toBeUndefined();
    expect(() => openResponsePacket(fromHex(CIPHERED), security, KEYS)).toThrow(RangeError);
  });

  it.each([
    ['a TAR of 2 octets', { tar: new Uint8Array(2) }],
    ['CNTR of 41 bits', { cntr: 2 ** 40 }],
    ['a negative CNTR', { cntr: -1 }],
    ['data that RPL cannot count', { data: new Uint8Array(0x10000) }],
  ])('does not cover %s', (_what, parts) => {
    expect(() => seal(ASKED.both, parts)).toThrow(RangeError);
  });
});

describe('the response status', () => {
  const NAMES = [
    'por-ok',
    'rc-cc-ds-failed',
    'cntr-low',
    'cntr-high',
    'cntr-blocked',
    'ciphering-error',
    'unidentified-security-error',
    'insufficient-memory',
    'more-time',
    'tar-unknown',
    'insufficient-security-level',
    'response-by-sms-submit',
  ];

  it('has names for 00 to 0B, and none for any other code', () => {
    for (let code = 0; code < 256; code++) expect(responseStatusName(code)).toBe(NAMES[code]);
    expect(responseStatusName(256)).toBeUndefined();
    expect(responseStatusName(-1)).toBeUndefined();
  });

  it('may be one without a name, in the packet of a card that we do not know', () => {
    const packet = openResponsePacket(fromHex('000b0ab00011000000000000c5'), ASKED.nothing, KEYS);
    expect(packet.status).toBe(0xc5);
  });
});

describe('any response packet', () => {
  const input = fc.record({
    tar: TAR,
    cntr: CNTR,
    status: fc.constantFrom(...(Object.keys(RESPONSE_STATUS) as ResponseStatus[])),
    data: fc.uint8Array({ maxLength: 120 }),
  });
  const security = fc.record({ spi: SPI, kic: KIC_OR_KID, kid: KIC_OR_KID });
  const keys = fc.constantFrom(KEYS, KEYS_MAC_4);

  it('is opened to what it was sealed from, and verified exactly when CC was asked for', () => {
    fc.assert(
      fc.property(input, security, keys, (of, by, packetKeys) => {
        const packet = openResponsePacket(sealResponsePacket(of, by, packetKeys)!, by, packetKeys);
        const { tar, cntr, status, data } = packet;
        expect({ tar, cntr, status, data }).toEqual({ ...of, status: RESPONSE_STATUS[of.status] });
        expect(verifiedResponse(packet) !== undefined).toBe(by.spi.porIntegrity === 'cc');
      }),
    );
  });

  it('is sealed again to its own octets', () => {
    fc.assert(
      fc.property(input, security, keys, (of, by, packetKeys) => {
        const octets = sealResponsePacket(of, by, packetKeys)!;
        const packet = openResponsePacket(octets, by, packetKeys);
        const status = responseStatusName(packet.status)!;
        expect(sealResponsePacket({ ...packet, status }, by, packetKeys)).toEqual(octets);
      }),
    );
  });
});

describe('octets that are no response packet', () => {
  it('give a DecodeError or a packet that is not verified, and nothing else', () => {
    const asked = fc.constantFrom(...Object.values(ASKED));
    const octets = octetsLike(CIPHERED, CC_ALONE, PLAIN);
    const known = [CIPHERED, CC_ALONE];
    fc.assert(
      fc.property(octets, asked, (packet, by) => {
        const found = decoded(() => openResponsePacket(packet, by, KEYS));
        const isNew = !known.includes(toHex(packet));
        if (found !== undefined && isNew) expect(found.checksumOk).not.toBe(true);
        const rpl = Uint8Array.of(packet.length >> 8, packet.length & 0xff);
        decoded(() => openResponsePacket(concat(rpl, packet), by, KEYS));
      }),
      { numRuns: 2000 },
    );
  });
});
