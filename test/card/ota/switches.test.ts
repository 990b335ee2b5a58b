/**
 * Which keys a packet may name, and how: key version 0 and algorithm 0, key sets of different
 * versions, keys of another length than their name says, and the switches of a strict card.
 *
 * @see ETSI TS 102 225 §5.1.2, §5.1.3
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.ts';
import { type PacketKeys, sealCommandPacket } from '../../../src/ota/secured-packet.ts';
import type {
  KeySetProfile,
  OtaKeyProfile,
  SwitchesProfile,
} from '../../../src/profile/profile.ts';
import { packetOf } from '../../ota/support/packets.ts';
import {
  ANSWER,
  type OtaCard,
  octetHex,
  otaCard,
  STORED,
  sendPacket,
  storedCounter,
  TAR,
  testApplet,
} from '../support/ota-card.ts';
import { expandedKeys, sealShape, shapeCard, shapeOf } from '../support/shapes.ts';

/** Status 06 in clear. CNTR is told as far as it could be read. */
const REFUSED = new RegExp(`^027100000b0a${TAR}000000000[06]0006$`, 'u');
const AES: OtaKeyProfile = { type: 'AES', key: '00'.repeat(15).concat('01') };
const OTHER_AES: OtaKeyProfile = { type: 'AES', key: '00'.repeat(15).concat('02') };
const TRIPLE: OtaKeyProfile = { type: '3DES', key: '0123456789abcdeffedcba9876543210' };
const DES: OtaKeyProfile = { type: 'DES', key: '0123456789abcdef' };

function set(kvn: number, kic: OtaKeyProfile, kid: KeySetProfile['kid'] = kic): KeySetProfile {
  return { kvn, kic, kid, cntr: STORED };
}

function cardWith(
  keySets: readonly KeySetProfile[],
  switches: Partial<SwitchesProfile> = {},
): OtaCard {
  return otaCard({ keySets, applets: [testApplet(TAR)], switches }, () => ANSWER);
}

/** SPI, KIc and KID of a packet with CNTR 6. */
interface Named {
  readonly spi: string;
  readonly kic: number;
  readonly kid: number;
}

/** Seals a packet by the keys of two sets, whatever the octets name. */
function sealBy(
  { spi, kic, kid }: Named,
  ciphering: KeySetProfile,
  checksum: KeySetProfile = ciphering,
): Uint8Array {
  const keys: PacketKeys = {
    ciphering: expandedKeys(ciphering),
    checksum: expandedKeys(checksum),
  };
  return sealCommandPacket(packetOf(spi, { kic, kid, cntr: 6, tar: fromHex(TAR) }), keys);
}

function expectExecuted(to: OtaCard, packet: Uint8Array): void {
  const { userData } = sendPacket(to, packet);
  expect(to.executed).toHaveLength(1);
  expect(userData ?? '').not.toMatch(REFUSED);
  expect(to.faults).toEqual([]);
}

/** Sees that a packet is refused with 06 for its keys. */
function expectRefused(to: OtaCard, packet: Uint8Array): void {
  const { root } = to.card;
  const { userData } = sendPacket(to, packet);
  expect(userData).toMatch(REFUSED);
  expect(to.findings.find(({ ok }) => !ok)?.step).toMatch(/^(?:keys|header)$/u);
  expect(to.executed).toEqual([]);
  expect(to.card.root).toBe(root);
  expect(to.faults).toEqual([]);
}

describe('key version 0', () => {
  const first = set(3, AES);
  const second = set(1, OTHER_AES);
  const named = { spi: '1619', kic: 0x02, kid: 0x02 };

  it('is the first key set, and its counter moves', () => {
    const to = cardWith([first, second]);
    expectExecuted(to, sealBy(named, first));
    expect([storedCounter(to, 3), storedCounter(to, 1)]).toEqual(['0000000006', STORED]);
  });

  it('is no other key set', () => {
    const to = cardWith([first, second]);
    const { userData } = sendPacket(to, sealBy(named, second));
    expect(userData).toMatch(/0001$/u);
    expect(to.executed).toEqual([]);
  });

  it('is the key set of version 0 where there is one', () => {
    const own = set(0, OTHER_AES);
    const to = cardWith([first, own]);
    expectExecuted(to, sealBy(named, own));
    expect([storedCounter(to, 0), storedCounter(to, 3)]).toEqual(['0000000006', STORED]);
  });

  it('has one counter with the same set by its number', () => {
    const to = cardWith([first, second]);
    expectExecuted(to, sealBy(named, first));
    const again = sealBy({ ...named, kic: 0x32, kid: 0x32 }, first);
    expect(sendPacket(to, again).userData).toMatch(/0002$/u);
    expect(to.executed).toHaveLength(1);
  });

  it('names nothing on a card without key sets, which lets in what needs none', () => {
    expectRefused(cardWith([]), sealBy(named, first));
    expectExecuted(cardWith([]), sealBy({ spi: '0001', kic: 0, kid: 0 }, first));
  });
});

describe('algorithm 0', () => {
  it.each([
    ['AES', AES],
    ['3DES', TRIPLE],
    ['DES', DES],
  ])('is that of the key: %s', (_what, key) => {
    const keySet = set(1, key);
    expectExecuted(cardWith([keySet]), sealBy({ spi: '1619', kic: 0x10, kid: 0x10 }, keySet));
  });

  it('is for RC that of 4 octets', () => {
    const keySet = set(1, AES);
    expectExecuted(cardWith([keySet]), sealBy({ spi: '1101', kic: 0x10, kid: 0x10 }, keySet));
  });
});

describe('a key', () => {
  const of = (type: OtaKeyProfile['type'], octets: number): OtaKeyProfile => {
    return {
      type,
      key: '0123456789abcdef1032547698badcfe89abcdef01234567'.repeat(2).slice(0, octets * 2),
    };
  };

  it.each([
    ['AES of 16 octets', of('AES', 16), 2],
    ['AES of 24 octets', of('AES', 24), 2],
    ['AES of 32 octets', of('AES', 32), 2],
    ['3DES of 16 octets', of('3DES', 16), 5],
    ['3DES of 24 octets', of('3DES', 24), 9],
    ['DES', of('DES', 8), 1],
  ])('of %s has one name, and is found by no other', (_what, key, right) => {
    const keySet = set(1, key);
    for (let nibble = 1; nibble < 16; nibble++) {
      const packet = sealBy({ spi: '1619', kic: 0x10, kid: 0x10 }, keySet);
      const named = packet.with(5, 0x10 | nibble).with(6, 0x10 | nibble);
      if (nibble === right) continue;
      expectRefused(cardWith([keySet]), named);
    }
    const name = 0x10 | right;
    expectExecuted(cardWith([keySet]), sealBy({ spi: '1619', kic: name, kid: name }, keySet));
  });

  it.each([
    [4, 8],
    [8, 4],
  ] as const)('with a CMAC of %d octets takes none of %d', (has, sent) => {
    const keySet = set(1, AES, { ...AES, macLength: has });
    const packet = sealBy(
      { spi: '1619', kic: 0x12, kid: 0x12 },
      set(1, AES, { ...AES, macLength: sent }),
    );
    expectRefused(cardWith([keySet]), packet);
  });
});

describe('KIc and KID of different key sets', () => {
  const one = set(1, AES);
  const two = set(2, OTHER_AES);
  const strict = { differentKeySets: false };

  it('are taken, and the counter is that of KID', () => {
    const to = cardWith([one, two]);
    expectExecuted(to, sealBy({ spi: '1619', kic: 0x12, kid: 0x22 }, one, two));
    expect([storedCounter(to, 1), storedCounter(to, 2)]).toEqual([STORED, '0000000006']);
  });

  it.each([
    ['CC and ciphering', '1601'],
    ['CC, and ciphering of the PoR', '1219'],
    ['ciphering, and CC of the PoR', '1409'],
  ])('are refused by a strict card for %s', (_what, spi) => {
    expectRefused(cardWith([one, two], strict), sealBy({ spi, kic: 0x12, kid: 0x22 }, one, two));
  });

  it.each([
    ['CC alone', '1209'],
    ['ciphering alone', '1411'],
    ['CC, and a PoR that is not sent', '1218'],
    ['neither', '0001'],
  ])('are taken by a strict card for %s: only one is used', (_what, spi) => {
    expectExecuted(cardWith([one, two], strict), sealBy({ spi, kic: 0x12, kid: 0x22 }, one, two));
  });

  it('are the same set by its number and by 0, for a strict card, too', () => {
    const to = cardWith([one, two], strict);
    expectExecuted(to, sealBy({ spi: '1619', kic: 0x02, kid: 0x12 }, one));
    expectRefused(
      cardWith([one, two], strict),
      sealBy({ spi: '1619', kic: 0x02, kid: 0x22 }, one, two),
    );
  });
});

describe('AES in the counter modes 00 and 01', () => {
  const keySet = set(1, AES);
  const strict = { aesWithoutCounter: false };

  it.each(['0601', '0e01', '0201', '0a01', '0401', '0c01', '0009', '0011', '0809'])(
    'is taken with SPI %s, and refused by a strict card',
    (spi) => {
      const packet = sealBy({ spi, kic: 0x12, kid: 0x12 }, keySet);
      expectExecuted(cardWith([keySet]), packet);
      expectRefused(cardWith([keySet], strict), packet);
    },
  );

  it.each(['1601', '1e19', '1209', '1411', '0001', '0801', '0008', '0101'])(
    'is no matter with SPI %s: there is a counter, or no AES',
    (spi) => {
      const kid = spi === '0101' ? 0x15 : 0x12;
      expectExecuted(cardWith([keySet], strict), sealBy({ spi, kic: 0x12, kid }, keySet));
    },
  );

  it('is no matter for 3DES', () => {
    const triple = set(1, TRIPLE);
    const packet = sealBy({ spi: '0619', kic: 0x15, kid: 0x15 }, triple);
    expectExecuted(cardWith([triple], strict), packet);
  });
});

describe('single DES', () => {
  const strict = { singleDes: false };

  it.each([
    ['in CBC', '1601', 0x11, set(1, DES)],
    ['in ECB', '1601', 0x1d, set(1, DES)],
    ['for the checksum alone', '1601', 0x12, set(1, AES, DES)],
    ['for the checksum of the PoR alone', '1409', 0x12, set(1, AES, DES)],
    ['for the ciphering of the PoR alone', '1011', 0x11, set(1, DES)],
  ] as const)('%s is taken, and refused by a strict card', (_what, spi, kic, keySet) => {
    const packet = sealBy({ spi, kic, kid: 0x11 }, keySet);
    expectExecuted(cardWith([keySet]), packet);
    expectRefused(cardWith([keySet], strict), packet);
  });

  it('that is there and not used is no matter', () => {
    const keySet = set(1, AES, DES);
    expectExecuted(
      cardWith([keySet], strict),
      sealBy({ spi: '1401', kic: 0x12, kid: 0x11 }, keySet),
    );
  });

  it.each(['3DES with two keys', '3DES with three keys', 'AES'])('is not %s', (what) => {
    const shape = shapeOf(what);
    const to = shapeCard(shape, { switches: strict });
    sendPacket(to, sealShape(shape, shape.por + 1));
    expect(to.executed).toHaveLength(1);
  });

  it('is not RC by the number 1', () => {
    const shape = shapeOf('RC of 2 octets in clear');
    expect(octetHex(shape.kid)).toBe('11');
    const to = shapeCard(shape, { switches: strict });
    sendPacket(to, sealShape(shape, 0x05));
    expect(to.executed).toHaveLength(1);
  });
});
