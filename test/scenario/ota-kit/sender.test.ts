import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.ts';
import { DEFAULT_PROFILE } from '../../../src/profile/default-profile.ts';
import type { CardProfile, KeySetProfile } from '../../../src/profile/profile.ts';
import type { OtaResult } from '../../../src/scenario/ota-kit/result.ts';
import type { OtaOptions } from '../../../src/scenario/ota-kit/sender.ts';
import { otaTestCard } from '../../../src/scenario/ota-kit/test-card.ts';

/** SELECT EF_ICCID. */
const SELECT = '00A40000022FE2';
const TAR = 'A00000';
const DIGITS = '000102030405060708090A0B0C0D0E0F1011121314151617';

function keySet(kvn: number, type: '3DES' | 'DES', octets: number): KeySetProfile {
  const key = { type, key: DIGITS.slice(0, 2 * octets) } as const;
  return { kvn, kic: key, kid: key, cntr: '0000000000' };
}

/** Key set 1 AES, 2 and 4 3DES with two and three keys, 3 DES. */
function profile(): CardProfile {
  const [first, ...others] = DEFAULT_PROFILE.keyTable.entries;
  const more = [keySet(2, '3DES', 16), keySet(3, 'DES', 8), keySet(4, '3DES', 24)];
  const entry = { ...first!, keySets: [...first!.keySets, ...more] };
  return { ...DEFAULT_PROFILE, keyTable: { active: 0, entries: [entry, ...others] } };
}

/** Sends to an applet that takes an RC. */
function send(options: OtaOptions): OtaResult {
  const install = [{ tar: TAR, kind: 'remote-file-management' }];
  return otaTestCard({ profile: profile(), install }).ota(SELECT, {
    tar: TAR,
    ...options,
  });
}

describe('KID that is left out serves all that SPI asks for', () => {
  it.each([
    // AES: CRC-32 for an RC alone; beside a CC what is implicit.
    [1, '1105', '15'],
    [1, '1100', '15'],
    [1, '1204', '12'],
    [1, '1205', '10'],
    [1, '1109', '10'],
    [1, '1119', '10'],
    // 3DES with two keys and DES share their nibble with a CRC.
    [2, '1119', '25'],
    [3, '1105', '31'],
    // 3DES with three keys does not.
    [4, '1105', '45'],
    [4, '1109', '40'],
  ])('key set %i, SPI %s: KID %s (TS 102 225 §5.1.3)', (number, spi, kid) => {
    const result = send({ keySet: number, spi });
    expect(result).toMatchObject({ isExecuted: true, verdict: 'por-ok' });
    expect(result.packet.slice(12, 14)).toBe(kid);
    expect(result.por?.checksumOk ?? true).toBe(true);
  });

  it('and is what a test says when it is not', () => {
    const result = send({ spi: '1105', kid: '11' });
    expect(result).toMatchObject({ isExecuted: true, isProven: false, por: { integrity: 'rc' } });
    expect(result.packet.slice(12, 14)).toBe('11');
  });

  it('but an applet that asks for a CC refuses an RC', () => {
    expect(send({ spi: '1105', tar: 'B00000' }).verdict).toBe('insufficient-security-level');
  });
});

describe('KID that does not serve is refused, with those that do', () => {
  it.each([
    [1, '1105', '12', `'10', '11', '15' for RC`],
    [1, '1119', '12', `'10', '11', '15' for RC and '10', '12' for CC`],
    [1, '1119', '15', `'10', '11', '15' for RC and '10', '12' for CC`],
    [1, '1215', '29', `'20', '22' for CC and '20', '21', '25' for RC`],
    [3, '1119', '35', `'30', '31', '35' for RC and '30', '31' for CC`],
    [4, '1109', '45', `'40', '41', '45' for RC and '40', '49' for CC`],
  ])('key set %i, SPI %s, KID %s', (number, spi, kid, expected) => {
    expect(() => send({ keySet: number, spi, kid })).toThrow(
      new RangeError(`kid: expected ${expected}, got '${kid}'`),
    );
  });
});

describe('what the sender has sent', () => {
  it('is told as octets: the packet, and the short messages around it', () => {
    const { packet, messages } = otaTestCard().ota(SELECT, { spi: '1601' });
    expect(messages).toEqual([`027000${packet}`]);
    const plain = otaTestCard().ota(SELECT, { spi: '1201' });
    expect(plain.packet.endsWith(SELECT.toLowerCase())).toBe(true);
    expect(toHex(plain.por!.tar)).toBe('b00000');
  });
});
