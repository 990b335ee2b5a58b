/**
 * Command packets. The worked example is the first exchange of test/vectors/ota-real-cards.json;
 * the CC of the same packet in clear is the CMAC that OpenSSL gives.
 *
 * @see ETSI TS 102 225 §5.1
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';
import { checksumOf, cipherOf } from '../../src/ota/key-set.ts';
import {
  hasHeaderFault,
  type OpenResult,
  openCommandPacket,
  type PacketKeys,
  paddingOctets,
  readCommandBody,
  sealCommandPacket,
  splitCommandPacket,
} from '../../src/ota/secured-packet.ts';
import { alterations, decoded, octetsLike, truncations } from './support/damage.ts';
import {
  bothBy,
  CNTR,
  KEYS,
  KEYS_MAC_4,
  KIC_OR_KID,
  keySet,
  NO_KEYS,
  type Odd,
  open,
  packetOf,
  REAL,
  SPI,
  sealOdd,
  spiOf,
  TAR,
} from './support/packets.ts';

/** The real card's packet: SPI 0619, ciphered, CC ECBAB1F8F55502C5. */
const CIPHERED = REAL.userData.slice('027000'.length);
/** The same data with SPI 0219: CC in clear, no padding. */
const CC_ALONE = toHex(sealCommandPacket(packetOf('0219'), KEYS));
/** The same data with SPI 0419: ciphered without CC. */
const CIPHERED_ALONE = toHex(sealCommandPacket(packetOf('0419'), KEYS));

const CIPHER = cipherOf(0x22, KEYS.ciphering)!;
const CHECKSUM = checksumOf('cc', 0x22, KEYS.checksum)!;

function sealOddCiphered(odd: Odd): Uint8Array {
  return sealOdd(odd, CHECKSUM.compute, CIPHER.encrypt);
}

function sealOddInClear(odd: Odd): Uint8Array {
  return sealOdd(odd, CHECKSUM.compute, (octets) => octets);
}

function dataOf(result: OpenResult): string | undefined {
  return result.ok ? toHex(result.packet.data) : result.status;
}

function statusOf(packet: Uint8Array, keys: PacketKeys = KEYS): string {
  const result = open(packet, keys);
  return result.ok ? 'opened' : result.status;
}

describe('the worked example of a command packet', () => {
  it('has the CC of CPL to PCNTR, data and padding, without the CC itself', () => {
    const covered = '0028150619 2222B00011 0000000000 0B 00A40004023F00 0000000000000000000000';
    expect(toHex(CHECKSUM.compute(fromHex(covered)))).toBe('ecbab1f8f55502c5');
  });

  it('is sealed to the octets that a real card took', () => {
    const packet = sealCommandPacket(packetOf('0619'), KEYS);
    expect(toHex(packet)).toBe(
      '0028150619' +
        '2222b00011' +
        'e87cceebb2d93083011ce294f93fc4d8de80da1abae8c37ca3e72ec4432e5058',
    );
    expect(toHex(packet)).toBe(CIPHERED);
  });

  it('is split without keys into its clear part and its ciphered body', () => {
    const frame = splitCommandPacket(fromHex(CIPHERED));
    expect(frame.spi).toEqual(spiOf('0619'));
    expect(frame).toMatchObject({ spi1: 0x06, kic: 0x22, kid: 0x22, checksumOctets: 8 });
    expect(toHex(frame.tar)).toBe('b00011');
    expect(toHex(frame.clear)).toBe('00281506192222b00011');
    expect(toHex(frame.body)).toBe(CIPHERED.slice(20));
  });

  it('is opened to its data, and has shown PCNTR 0B and the CC on the way', () => {
    const frame = splitCommandPacket(fromHex(CIPHERED));
    const body = readCommandBody(frame, KEYS)!;
    expect(body).toMatchObject({ cntr: 0, pcntr: 0x0b, checksumOk: true });
    expect(toHex(body.checksum)).toBe('ecbab1f8f55502c5');
    const opened = openCommandPacket(frame, KEYS);
    expect(opened).toMatchObject({ ok: true, packet: { kic: 0x22, kid: 0x22, cntr: 0 } });
    expect(dataOf(opened)).toBe('00a40004023f00');
  });
});

describe('a command packet with CC in clear', () => {
  it('is its header, CNTR, PCNTR 00, CC and data, one after the other', () => {
    const covered = fromHex('001D150219 2222B00011 0000000000 00 00A40004023F00');
    expect(toHex(CHECKSUM.compute(covered))).toBe('2ee428cb31ad6a3a');
    expect(CC_ALONE).toBe('001d1502192222b000110000000000002ee428cb31ad6a3a00a40004023f00');
    expect(dataOf(open(fromHex(CC_ALONE)))).toBe('00a40004023f00');
  });
});

const BOTH = [
  ['CC and ciphering', CIPHERED],
  ['CC alone', CC_ALONE],
] as const;

describe.each(BOTH)('a damaged command packet with %s', (_what, whole) => {
  it('is none when it is cut short, wherever that is', () => {
    for (const part of truncations(fromHex(whole))) {
      expect(decoded(() => splitCommandPacket(part))).toBeUndefined();
    }
  });

  it('is none with an octet behind it', () => {
    expect(decoded(() => splitCommandPacket(fromHex(`${whole}00`)))).toBeUndefined();
  });

  it('is not opened with one octet changed, whichever and to whatever', () => {
    for (const altered of alterations(fromHex(whole))) {
      const result = decoded(() => open(altered));
      if (result?.ok === true) expect.fail(`${toHex(altered)} was opened`);
    }
  });

  it('is refused as RC/CC/DS failed with one octet behind the header changed', () => {
    const octets = fromHex(whole);
    for (let at = 10; at < octets.length; at++) {
      const altered = octets.slice();
      altered[at]! ^= 0x01;
      expect(statusOf(altered)).toBe('rc-cc-ds-failed');
    }
  });

  it.each([
    ['reserved bits of SPI1', 3, 0xe0],
    ['SPI2', 4, 0x20],
    ['the key version of KIc', 5, 0x10],
    ['the key version of KID', 6, 0x10],
    ['TAR', 7, 0x01],
  ])('has %s under its CC', (_field, at, by) => {
    const altered = fromHex(whole);
    altered[at]! ^= by;
    expect(statusOf(altered)).toBe('rc-cc-ds-failed');
  });

  it('is no packet with any other CPL', () => {
    const octets = fromHex(whole);
    for (let cpl = 0; cpl < 0x10000; cpl++) {
      if (cpl === octets.length - 2) continue;
      octets[0] = cpl >> 8;
      octets[1] = cpl & 0xff;
      if (decoded(() => splitCommandPacket(octets)) !== undefined) expect.fail(`CPL ${cpl}`);
    }
  });

  it('is none with CHL below 0D or past the end, and is refused with any other wrong one', () => {
    const octets = fromHex(whole);
    for (let chl = 0; chl < 256; chl++) {
      octets[2] = chl;
      const result = decoded(() => open(octets));
      const isPossible = chl >= 0x0d && chl <= octets.length - 3;
      const expected = isPossible ? 'unidentified-security-error' : undefined;
      if (chl !== 0x15) expect(result === undefined ? result : dataOf(result)).toBe(expected);
    }
  });
});

describe.each(BOTH)('a command packet with %s', (_what, whole) => {
  it('is refused by a key whose CMAC has 4 octets', () => {
    const frame = splitCommandPacket(fromHex(whole));
    expect(hasHeaderFault(frame, KEYS_MAC_4.checksum)).toBe(true);
    expect(hasHeaderFault(frame, KEYS.checksum)).toBe(false);
    expect(statusOf(fromHex(whole), KEYS_MAC_4)).toBe('unidentified-security-error');
  });

  it('is refused without keys, and has no header fault that could be seen', () => {
    const frame = splitCommandPacket(fromHex(whole));
    expect(hasHeaderFault(frame, undefined)).toBe(false);
    expect(statusOf(fromHex(whole), NO_KEYS)).toBe('unidentified-security-error');
  });

  it('is refused when KID names another algorithm than the key has', () => {
    for (const nibble of [1, 3, 5, 7, 9, 11, 13, 15]) {
      const altered = fromHex(whole);
      altered[6] = 0x20 + nibble;
      expect(statusOf(altered)).toBe('unidentified-security-error');
    }
  });

  it('is refused with the keys of another card', () => {
    const others = bothBy(keySet('00'.repeat(16), '11'.repeat(16)));
    expect(statusOf(fromHex(whole), others)).toBe('rc-cc-ds-failed');
  });

  it('is refused when it asks for a digital signature', () => {
    const altered = fromHex(whole);
    altered[3]! |= 0x03;
    expect(hasHeaderFault(splitCommandPacket(altered), KEYS.checksum)).toBe(true);
    expect(statusOf(altered)).toBe('unidentified-security-error');
  });
});

describe('a ciphered command packet', () => {
  it('is refused when KIc names another algorithm than the key has', () => {
    for (const nibble of [1, 3, 5, 7, 9, 11, 13, 15]) {
      const altered = fromHex(CIPHERED);
      altered[5] = 0x20 + nibble;
      expect(statusOf(altered)).toBe('unidentified-security-error');
    }
  });

  it('is refused when its body is no whole blocks', () => {
    for (const octets of [1, 8, 15, 17]) {
      const longer = fromHex(CIPHERED + '00'.repeat(octets));
      longer[1] = longer.length - 2;
      expect(statusOf(longer)).toBe('ciphering-error');
      expect(readCommandBody(splitCommandPacket(longer), KEYS)).toBeUndefined();
    }
  });

  it('is refused with a right CC and a PCNTR that is a block or more than there is', () => {
    const clear = '00281516192222B00011';
    const padded = '00A40004023F00 0000000000000000000000';
    for (const pcntr of ['10', '11', '12', '7F', 'FF']) {
      const odd = sealOddCiphered({ clear, counters: `0000000007${pcntr}`, padded });
      expect(open(odd)).toEqual({ ok: false, status: 'ciphering-error', cntr: 7 });
    }
    const twoOctets = { clear: '0018151619 2222B00011', counters: '000000000703', padded: '0000' };
    expect(open(sealOddCiphered(twoOctets))).toMatchObject({ status: 'ciphering-error' });
  });

  it('has its padding cut off unseen, whatever its octets', () => {
    const counters = '00000000000B';
    const padded = '00A40004023F00 8000000000000000000000';
    const clear = '00281506192222B00011';
    expect(dataOf(open(sealOddCiphered({ clear, counters, padded })))).toBe('00a40004023f00');
  });

  it('may consist of padding alone', () => {
    const counters = '000000000002';
    const odd = sealOddCiphered({ clear: '0018150619 2222B00011', counters, padded: '0000' });
    expect(dataOf(open(odd))).toBe('');
  });

  it('without CC is refused when what was deciphered has an impossible PCNTR', () => {
    expect(dataOf(open(fromHex(CIPHERED_ALONE)))).toBe('00a40004023f00');
    const others = bothBy(keySet('00'.repeat(16), undefined));
    expect(statusOf(fromHex(CIPHERED_ALONE), others)).toBe('ciphering-error');
  });
});

describe('a command packet that is not ciphered', () => {
  it('is refused when PCNTR counts padding, though its CC is right', () => {
    const clear = '001D150219 2222B00011';
    for (const pcntr of ['01', '07', 'FF']) {
      const counters = `0000000000${pcntr}`;
      const odd = sealOddInClear({ clear, counters, padded: '00A40004023F00' });
      expect(statusOf(odd)).toBe('ciphering-error');
    }
  });

  it('is refused without CC when CHL has room for one', () => {
    const packet = fromHex(
      '001E 15 0000 00 00 B00010 0000000000 00 0000000000000000 A0A40000023F00',
    );
    packet[1] = packet.length - 2;
    expect(statusOf(packet, NO_KEYS)).toBe('unidentified-security-error');
  });

  it('needs no keys when nothing is to be checked', () => {
    const packet = fromHex('0015 0D 0000 00 00 B00010 0000000000 00 A0A40000023F00');
    expect(dataOf(open(packet, NO_KEYS))).toBe('a0a40000023f00');
  });

  it('is the shortest with CPL 000E, and one octet less is none', () => {
    expect(dataOf(open(fromHex('000E 0D 0000 00 00 B00010 0000000000 00'), NO_KEYS))).toBe('');
    const short = fromHex('000D 0D 0000 00 00 B00010 0000000000');
    expect(decoded(() => splitCommandPacket(short))).toBeUndefined();
  });
});

describe('a sender', () => {
  const sealing = (spi: string, parts: object = {}, keys: PacketKeys = KEYS) => {
    return () => sealCommandPacket(packetOf(spi, parts), keys);
  };

  it.each([
    ['a key that is missing', sealing('0619', {}, NO_KEYS)],
    [
      'a ciphering key that is missing',
      sealing('0619', {}, bothBy(keySet(undefined, '00'.repeat(16)))),
    ],
    [
      'a checksum key that is missing',
      sealing('0619', {}, bothBy(keySet('00'.repeat(16), undefined))),
    ],
    ['KIc of another algorithm', sealing('0619', { kic: 0x25 })],
    ['KID of another algorithm', sealing('0619', { kid: 0x25 })],
    ['a digital signature', sealing('0719')],
    ['a TAR of 2 octets', sealing('0619', { tar: new Uint8Array(2) })],
    ['a TAR of 4 octets', sealing('0619', { tar: new Uint8Array(4) })],
    ['CNTR of 41 bits', sealing('0619', { cntr: 2 ** 40 })],
    ['a negative CNTR', sealing('0619', { cntr: -1 })],
    ['CNTR that is no number', sealing('0619', { cntr: Number.NaN })],
    ['data that CPL cannot count', sealing('0619', { data: new Uint8Array(0x10000) })],
  ])('is told of %s', (_what, seal) => {
    expect(seal).toThrow(RangeError);
  });
});

describe('padding', () => {
  it('fills the last block and is never a whole one', () => {
    for (let octets = 0; octets < 64; octets++) {
      const padding = paddingOctets(octets, CIPHER);
      expect((octets + padding) % 16).toBe(0);
      expect(padding).toBeLessThan(16);
      expect(paddingOctets(octets, undefined)).toBe(0);
    }
  });
});

describe('any command packet', () => {
  const input = fc.record({
    spi: SPI,
    kic: KIC_OR_KID,
    kid: KIC_OR_KID,
    tar: TAR,
    cntr: CNTR,
    data: fc.uint8Array({ maxLength: 200 }),
  });
  const keys = fc.constantFrom(KEYS, KEYS_MAC_4);

  it('is opened to what it was sealed from', () => {
    fc.assert(
      fc.property(input, keys, (of, by) => {
        expect(open(sealCommandPacket(of, by), by)).toEqual({ ok: true, packet: of });
      }),
    );
  });

  it('is sealed again to its own octets', () => {
    fc.assert(
      fc.property(input, keys, (of, by) => {
        const packet = sealCommandPacket(of, by);
        const opened = open(packet, by);
        expect(opened.ok && toHex(sealCommandPacket(opened.packet, by))).toBe(toHex(packet));
      }),
    );
  });

  it('is not opened with a CC by other keys', () => {
    const others = bothBy(keySet(REAL.checksumKey, REAL.cipheringKey));
    const withCc = input.map((of) => ({ ...of, spi: { ...of.spi, integrity: 'cc' as const } }));
    fc.assert(
      fc.property(withCc, (of) => {
        expect(statusOf(sealCommandPacket(of, others))).not.toBe('opened');
      }),
    );
  });
});

describe('octets that are no command packet', () => {
  it('give a DecodeError or a refusal, and nothing else', () => {
    const octets = octetsLike(CIPHERED, CC_ALONE, CIPHERED_ALONE);
    fc.assert(
      fc.property(octets, fc.constantFrom(KEYS, KEYS_MAC_4, NO_KEYS), (packet, by) => {
        decoded(() => open(packet, by));
        // With a right CPL more of them get past the first field.
        const cpl = Uint8Array.of(packet.length >> 8, packet.length & 0xff);
        decoded(() => open(concat(cpl, packet), by));
      }),
      { numRuns: 2000 },
    );
  });

  it('are not changed by being read', () => {
    for (const hex of [CIPHERED, CC_ALONE]) {
      const octets = fromHex(hex);
      open(octets);
      expect(toHex(octets)).toBe(hex);
    }
  });
});
