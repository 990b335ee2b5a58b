/**
 * The decision table of the receiving entity, row by row: which status a packet gets, what its PoR
 * looks like in either policy and each PoR mode, and that nothing was executed and no counter
 * moved.
 *
 * @see ETSI TS 102 225 §5.1, §5.2; 3GPP TS 31.115 §4
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import type { OtaStep } from '../../src/card/finding.ts';
import { checksumOf, cipherOf } from '../../src/ota/key-set.ts';
import {
  RESPONSE_STATUS,
  type ResponseStatus,
  sealResponsePacket,
} from '../../src/ota/response-packet.ts';
import { commandUserData, responseUserData } from '../../src/ota/sms.ts';
import type { SwitchesProfile } from '../../src/profile/profile.ts';
import { bothBy, keySet, sealOdd, spiOf } from '../ota/support/packets.ts';
import {
  ANSWER,
  aesKeySet,
  changed,
  countingCard,
  deliverOf,
  envelopeOf,
  KEYS,
  KEYS_MAC_4,
  type OtaCard,
  octetHex,
  otaCard,
  STORED,
  STRICT_TAR,
  sealedFor,
  sendEnvelope,
  sendPacket,
  storedCounter,
  TAR,
  testApplet,
} from './support/ota-card.ts';

const CIPHER = cipherOf(0x12, KEYS.ciphering)!;
const CHECKSUM = checksumOf('cc', 0x12, KEYS.checksum)!;
const NO_DATA = new Uint8Array(0);

type Policy = SwitchesProfile['porPolicy'];
/** All that the card looks at, in its order. */
const STEPS: readonly OtaStep[] = [
  'sms',
  'header',
  'tar',
  'minimum-security',
  'keys',
  'ciphering',
  'checksum',
  'counter',
  'store-counter',
  'execute',
  'response',
];

const POLICIES: readonly Policy[] = ['plain', 'literal'];

/** b2 b1 of SPI2. */
const POR = { none: 0, always: 1, 'on-error': 2, reserved: 3 } as const;
type Por = keyof typeof POR;
const PORS = Object.keys(POR) as Por[];
/** The rest of SPI2: CC and ciphering of the PoR. */
const PROTECTED = 0x18;

/** Adds octets behind a packet, and has CPL count them. */
function longer(packet: Uint8Array, octets: number): Uint8Array {
  return changed(Uint8Array.of(...packet, ...new Uint8Array(octets)), 1, (cpl) => cpl + octets);
}

function wrongCc(packet: Uint8Array): Uint8Array {
  return changed(packet, -1, (octet) => octet ^ 1);
}

/** A packet whose PCNTR is more than a block, with a right CC or a wrong one. */
function withPcntr16(spi2: number, cntr: string, isRight = true): Uint8Array {
  const padded = '00A40004023F00 0000000000000000000000';
  const odd = { clear: `002815 16${octetHex(spi2)} 1212 ${TAR}`, counters: `${cntr}10`, padded };
  const wrong = (): Uint8Array => new Uint8Array(8);
  return sealOdd(odd, isRight ? CHECKSUM.compute : wrong, CIPHER.encrypt);
}

/** One row of the table, with the packet that it is about. */
interface Row {
  readonly what: string;
  readonly packet: (spi2: number) => Uint8Array;
  readonly step: OtaStep;
  readonly status: ResponseStatus;
  /** CNTR in the PoR: what was received, as far as it could be read. */
  readonly cntr: number;
  /** CNTR in a plain PoR where that is another. */
  readonly plainCntr?: number;
  /** Policy `literal` cannot protect the PoR: the keys that SPI2 asks for are not there. */
  readonly inClear?: true;
  /** The rest of SPI2, where the row is about it. */
  readonly spi2?: number;
  readonly stored?: string;
  readonly switches?: Partial<SwitchesProfile>;
  /** Commits cannot be stored while the packet is received. */
  readonly isLogFull?: true;
}

const ROWS: readonly Row[] = [
  {
    what: '1a: a digital signature',
    packet: (spi2) => changed(sealedFor('16', spi2), 3, (spi1) => spi1 | 3),
    step: 'header',
    status: 'unidentified-security-error',
    cntr: 6,
  },
  {
    what: '1a: CHL for a CC of 4 octets, where the key has 8',
    packet: (spi2) => sealedFor('16', spi2, {}, KEYS_MAC_4),
    step: 'header',
    status: 'unidentified-security-error',
    cntr: 6,
  },
  {
    what: '1a: CHL with a CC that SPI1 does not announce',
    packet: (spi2) => changed(sealedFor('16', spi2), 3, (spi1) => spi1 & ~3),
    step: 'header',
    status: 'unidentified-security-error',
    cntr: 6,
  },
  {
    what: '2: a TAR that nobody has',
    packet: (spi2) => sealedFor('16', spi2, { tar: fromHex('b00099') }),
    step: 'tar',
    status: 'tar-unknown',
    cntr: 6,
    plainCntr: 0,
  },
  {
    what: '3: no ciphering where the applet wants it',
    packet: (spi2) => sealedFor('12', spi2, { tar: fromHex(STRICT_TAR) }),
    step: 'minimum-security',
    status: 'insufficient-security-level',
    cntr: 6,
  },
  {
    what: '3: no CC where the applet wants it',
    packet: (spi2) => sealedFor('14', spi2, { tar: fromHex(STRICT_TAR) }),
    step: 'minimum-security',
    status: 'insufficient-security-level',
    cntr: 6,
  },
  {
    what: '4: KIc of a key set that the card does not have',
    packet: (spi2) => sealedFor('16', spi2, { kic: 0x32 }),
    step: 'keys',
    status: 'unidentified-security-error',
    cntr: 0,
    inClear: true,
  },
  {
    what: '4: KID of a key set that the card does not have',
    packet: (spi2) => sealedFor('16', spi2, { kid: 0x32 }),
    step: 'keys',
    status: 'unidentified-security-error',
    cntr: 6,
    inClear: true,
  },
  {
    what: '4: KIc of another algorithm than the key',
    packet: (spi2) => changed(sealedFor('16', spi2), 5, () => 0x15),
    step: 'keys',
    status: 'unidentified-security-error',
    cntr: 0,
    inClear: true,
  },
  {
    what: '4: KID of another algorithm than the key',
    packet: (spi2) => changed(sealedFor('16', spi2), 6, () => 0x15),
    step: 'keys',
    status: 'unidentified-security-error',
    cntr: 6,
    inClear: true,
  },
  {
    what: '4: a counter without a key set that it belongs to',
    packet: (spi2) => sealedFor('10', spi2, { kic: 0x30, kid: 0x30 }),
    spi2: 0x00,
    step: 'keys',
    status: 'unidentified-security-error',
    cntr: 6,
  },
  {
    what: '4: AES without a counter, on a card that does not take it',
    packet: (spi2) => sealedFor('06', spi2),
    switches: { aesWithoutCounter: false },
    step: 'keys',
    status: 'unidentified-security-error',
    cntr: 6,
  },
  {
    what: '5: a ciphered part that is no whole blocks',
    packet: (spi2) => longer(sealedFor('16', spi2), 1),
    step: 'ciphering',
    status: 'ciphering-error',
    cntr: 0,
  },
  {
    what: '6: a wrong CC of a ciphered packet',
    packet: (spi2) => wrongCc(sealedFor('16', spi2)),
    step: 'checksum',
    status: 'rc-cc-ds-failed',
    cntr: 6,
  },
  {
    what: '6: a wrong CC of a packet in clear',
    packet: (spi2) => wrongCc(sealedFor('12', spi2)),
    step: 'checksum',
    status: 'rc-cc-ds-failed',
    cntr: 6,
  },
  {
    what: '6a: a PCNTR of a whole block, with a right CC',
    packet: (spi2) => withPcntr16(spi2, '0000000006'),
    step: 'ciphering',
    status: 'ciphering-error',
    cntr: 6,
    plainCntr: 0,
  },
  {
    what: '7: the stored CNTR again',
    packet: (spi2) => sealedFor('16', spi2, { cntr: 5 }),
    step: 'counter',
    status: 'cntr-low',
    cntr: 5,
  },
  {
    what: '7: a CNTR of long ago, one step being asked for',
    packet: (spi2) => sealedFor('1e', spi2, { cntr: 1 }),
    step: 'counter',
    status: 'cntr-low',
    cntr: 1,
  },
  {
    what: '7: a CNTR two steps ahead, one being asked for',
    packet: (spi2) => sealedFor('1e', spi2, { cntr: 7 }),
    step: 'counter',
    status: 'cntr-high',
    cntr: 7,
  },
  {
    what: '7: a counter at its end',
    packet: (spi2) => sealedFor('16', spi2, { cntr: 0xffffffffff }),
    stored: 'ffffffffff',
    step: 'counter',
    status: 'cntr-blocked',
    cntr: 0xffffffffff,
  },
  {
    what: '8: a counter that cannot be stored',
    packet: (spi2) => sealedFor('16', spi2),
    isLogFull: true,
    step: 'store-counter',
    status: 'insufficient-memory',
    cntr: 6,
  },
];

function cardFor(row: Row, porPolicy: Policy, log = { isFull: row.isLogFull === true }): OtaCard {
  const { stored, switches } = row;
  return countingCard({
    stored,
    switches: { ...switches, porPolicy },
    log: { append: () => !log.isFull },
  });
}

function sealedPor(row: Row, packet: Uint8Array, isPlain: boolean): string {
  const { status, cntr } = row;
  const tar = packet.subarray(7, 10);
  const input = { tar, cntr: isPlain ? (row.plainCntr ?? cntr) : cntr, status, data: NO_DATA };
  const spi = spiOf(toHex(packet.subarray(3, 5)));
  const security = { spi, kic: packet[5]!, kid: packet[6]! };
  const isInClear = isPlain || row.inClear === true;
  return toHex(
    responseUserData(sealResponsePacket(input, isInClear ? undefined : security, KEYS)!),
  );
}

/** Sends a right packet, and sees it executed. A counter at its end lets in what has no counter. */
function expectNextAccepted(to: OtaCard): void {
  const spi1 = storedCounter(to, 1) === 'ffffffffff' ? '06' : '16';
  const next = sealedFor(spi1, PROTECTED + POR.always, { cntr: 8 });
  expect(sendPacket(to, next).sw).toBe('6129');
  expect(to.executed.map(({ cntr }) => cntr)).toEqual([8]);
}

describe.each(ROWS)('row $what', (row) => {
  const { status, step, stored = STORED, spi2 = PROTECTED } = row;

  describe.each(POLICIES)('in policy %s', (policy) => {
    it.each(PORS)('with a PoR %s is refused, and the next packet is not', (por) => {
      const log = { isFull: row.isLogFull === true };
      const to = cardFor(row, policy, log);
      const packet = row.packet(spi2 + POR[por]);
      const delivered = sendPacket(to, packet);
      if (por === 'none' || por === 'reserved') {
        expect(delivered).toEqual({ sw: '9000', userData: undefined });
      } else {
        const userData = sealedPor(row, packet, policy === 'plain');
        expect(delivered).toEqual({ sw: `61${octetHex(userData.length / 2)}`, userData });
      }
      const [failed, ...after] = to.findings.filter(({ ok }) => !ok);
      expect(failed?.step).toBe(step);
      expect(after.map((finding) => finding.step)).toEqual(['response']);
      expect(to.executed).toEqual([]);
      expect(storedCounter(to, 1)).toBe(stored);
      log.isFull = false;
      expectNextAccepted(to);
      expect(to.faults).toEqual([]);
    });
  });

  it('has in policy plain a PoR without a CC, and one with its status', () => {
    const packet = row.packet(spi2 + POR.always);
    const cntr = (row.plainCntr ?? row.cntr).toString(16).padStart(10, '0');
    const tar = toHex(packet.subarray(7, 10));
    const delivered = sendPacket(cardFor(row, 'plain'), packet);
    const code = octetHex(RESPONSE_STATUS[status]);
    expect(delivered.userData).toBe(`027100000b0a${tar}${cntr}00${code}`);
  });
});

/** The first octet of TP-UD after the UDH is CPL's; a packet with a right CC, ciphered, CNTR 6. */
const GOOD = sealedFor('16', PROTECTED + POR.always);

describe.each<[string, Uint8Array]>([
  [
    'row 0: a message without a user data header',
    changed(deliverOf(commandUserData(GOOD)), 0, () => 0x04),
  ],
  ['row 0: another TPDU', changed(deliverOf(commandUserData(GOOD)), 0, () => 0x42)],
  ['row 0: a response packet', deliverOf(responseUserData(GOOD))],
  ['row 0: an element that nobody knows', deliverOf(changed(commandUserData(GOOD), 1, () => 0x6f))],
  [
    'row 0: a header that is longer than the message',
    deliverOf(changed(commandUserData(GOOD), 0, () => 0xff)),
  ],
  ['row 0: no octets', new Uint8Array(0)],
  ['row 0: a header and nothing else', deliverOf(fromHex('027000'))],
  ['row 1: CPL one less', deliverOf(commandUserData(changed(GOOD, 1, (cpl) => cpl - 1)))],
  ['row 1: CPL one more', deliverOf(commandUserData(changed(GOOD, 1, (cpl) => cpl + 1)))],
  ['row 1: CPL 256 more', deliverOf(commandUserData(changed(GOOD, 0, () => 1)))],
  ['row 1: CHL 0C', deliverOf(commandUserData(changed(GOOD, 2, () => 0x0c)))],
  ['row 1: CHL 00', deliverOf(commandUserData(changed(GOOD, 2, () => 0)))],
  ['row 1: CHL past the end', deliverOf(commandUserData(changed(GOOD, 2, () => 0x28)))],
])('%s', (_what, tpdu) => {
  it.each(POLICIES)('is no packet: 9000, no PoR, nothing done, in policy %s', (policy) => {
    const to = countingCard({ switches: { porPolicy: policy } });
    expect(sendEnvelope(to, envelopeOf(tpdu))).toEqual({ sw: '9000', userData: undefined });
    expect(to.findings.filter(({ ok }) => !ok)).toHaveLength(1);
    expect(to.findings.at(-1)?.ok).toBe(false);
    expect(to.executed).toEqual([]);
    expect(storedCounter(to, 1)).toBe(STORED);
    expectNextAccepted(to);
    expect(to.faults).toEqual([]);
  });
});

describe('row 10: a right packet', () => {
  it.each(POLICIES.flatMap((policy) => PORS.map((por) => [policy, por] as const)))(
    'is executed once, in policy %s with a PoR %s',
    (policy, por) => {
      const to = countingCard({ switches: { porPolicy: policy } });
      const delivered = sendPacket(to, sealedFor('16', PROTECTED + POR[por]));
      const input = { tar: fromHex(TAR), cntr: 6, status: 'por-ok', data: ANSWER } as const;
      const security = { spi: spiOf(`16${octetHex(PROTECTED + POR[por])}`), kic: 0x12, kid: 0x12 };
      const answer = toHex(responseUserData(sealResponsePacket(input, security, KEYS)!));
      expect(delivered).toEqual(
        por === 'always'
          ? { sw: `61${octetHex(answer.length / 2)}`, userData: answer }
          : { sw: '9000', userData: undefined },
      );
      expect(to.executed.map(({ data }) => toHex(data))).toEqual(['00a40004023f00']);
      expect(storedCounter(to, 1)).toBe('0000000006');
      expect(to.findings.map(({ ok, step }) => ({ ok, step }))).toEqual(
        STEPS.map((step) => ({ ok: true, step })),
      );
    },
  );

  it('is executed when it meets the minimum of its applet exactly', () => {
    const to = countingCard();
    sendPacket(to, sealedFor('16', 0, { tar: fromHex(STRICT_TAR) }));
    expect(to.executed).toHaveLength(1);
  });

  it('is executed with the highest CNTR, and then none that has one', () => {
    const to = countingCard({ stored: 'fffffffffe' });
    const last = sealedFor('1e', PROTECTED + POR.always, { cntr: 0xffffffffff });
    expect(sendPacket(to, last).sw).toBe('6129');
    expect(storedCounter(to, 1)).toBe('ffffffffff');
    for (const spi1 of ['16', '1e']) {
      const again = sealedFor(spi1, PROTECTED + POR.always, { cntr: 0xffffffffff });
      expect(sendPacket(to, again).userData).toBe(`027100000b0a${TAR}ffffffffff0004`);
    }
    expect(to.executed).toHaveLength(1);
  });

  it('is executed from a sender whose name is a text', () => {
    const to = countingCard();
    const digits = toHex(deliverOf(commandUserData(GOOD)));
    const text = digits.replace('0c91947111325476', '09d0c8329bfd06');
    expect(text).not.toBe(digits);
    expect(sendEnvelope(to, envelopeOf(fromHex(text))).sw).toBe('6129');
    expect(to.executed).toHaveLength(1);
  });

  it('in clear without any security is executed by a card that wants a counter with AES', () => {
    const to = countingCard({ switches: { aesWithoutCounter: false } });
    sendPacket(to, sealedFor('00', 0, { kic: 0, kid: 0 }));
    expect(to.executed).toHaveLength(1);
    expect(storedCounter(to, 1)).toBe(STORED);
  });

  it('moves the counter though its applet breaks, so that it cannot be sent again', () => {
    const to = countingCard({
      answer: () => {
        throw new Error('the applet breaks');
      },
    });
    expect(sendPacket(to, GOOD)).toEqual({ sw: '6f00', userData: undefined });
    expect(to.faults).toHaveLength(1);
    expect(storedCounter(to, 1)).toBe('0000000006');
    expect(sendPacket(to, GOOD).userData).toBe(`027100000b0a${TAR}00000000060002`);
  });
});

describe('a packet with two faults', () => {
  const por = PROTECTED + POR.always;
  const nobody = { tar: fromHex('b00099') };
  const strict = { tar: fromHex(STRICT_TAR) };

  it.each<[string, ResponseStatus, Uint8Array]>([
    ['CHL before TAR', 'unidentified-security-error', sealedFor('16', por, nobody, KEYS_MAC_4)],
    ['TAR before the key', 'tar-unknown', sealedFor('16', por, { ...nobody, kic: 0x32 })],
    ['TAR before the CC', 'tar-unknown', wrongCc(sealedFor('16', por, nobody))],
    [
      'the minimum before the key',
      'insufficient-security-level',
      sealedFor('12', por, { ...strict, kid: 0x32 }),
    ],
    [
      'the minimum before the CC',
      'insufficient-security-level',
      wrongCc(sealedFor('12', por, strict)),
    ],
    [
      'the key before the blocks',
      'unidentified-security-error',
      longer(sealedFor('16', por, { kic: 0x32 }), 1),
    ],
    [
      'the key before the CC',
      'unidentified-security-error',
      wrongCc(sealedFor('16', por, { kid: 0x32 })),
    ],
    ['the blocks before CNTR', 'ciphering-error', longer(sealedFor('16', por, { cntr: 5 }), 1)],
    ['the CC before PCNTR', 'rc-cc-ds-failed', withPcntr16(por, '0000000006', false)],
    ['the CC before CNTR', 'rc-cc-ds-failed', wrongCc(sealedFor('16', por, { cntr: 5 }))],
    ['PCNTR before CNTR', 'ciphering-error', withPcntr16(por, '0000000005')],
  ])('is judged in the order of the table: %s', (_order, status, packet) => {
    const to = countingCard();
    const { userData = '' } = sendPacket(to, packet);
    expect(userData.slice(-2)).toBe(octetHex(RESPONSE_STATUS[status]));
    expect(to.executed).toEqual([]);
  });

  it('is judged in the order of the table: CNTR before the store', () => {
    const to = countingCard({ log: { append: () => false } });
    const { userData = '' } = sendPacket(to, sealedFor('16', por, { cntr: 5 }));
    expect(userData.slice(-2)).toBe('02');
  });
});

describe.each<[string, (por: number) => Uint8Array]>([
  ['that is ciphered and has a digital signature', (por) => sealedFor('16', 0x1c + por)],
  ['in clear with a digital signature', (por) => sealedFor('16', 0x0c + por)],
  [
    'with CC by a key that the card does not have',
    (por) => sealedFor('14', 0x08 + por, { kid: 0x32 }),
  ],
  [
    'ciphered by a key that the card does not have',
    (por) => sealedFor('12', 0x10 + por, { kic: 0x32 }),
  ],
])('row 4: a packet that may have a PoR %s', (_what, packet) => {
  it.each<Por>(['always', 'on-error'])('is refused before anything is done: PoR %s', (por) => {
    const to = countingCard({ switches: { porPolicy: 'literal' } });
    const { userData } = sendPacket(to, packet(POR[por]));
    expect(userData).toBe(`027100000b0a${TAR}00000000060006`);
    expect(to.executed).toEqual([]);
    expect(storedCounter(to, 1)).toBe(STORED);
    expectNextAccepted(to);
  });

  it('is executed when no PoR is sent', () => {
    const to = countingCard();
    sendPacket(to, packet(POR.none));
    expect(to.executed).toHaveLength(1);
  });
});

describe('the counter of a packet', () => {
  const keys = { kic: '00'.repeat(16), kid: '11'.repeat(16) };
  const keySets = [aesKeySet(1, keys, STORED), aesKeySet(2, keys, STORED)];
  const by = bothBy(keySet(keys.kic, keys.kid));
  const counters = (spi1: string): (string | undefined)[] => {
    const to = otaCard({ keySets, applets: [testApplet(TAR)] }, () => ANSWER);
    sendPacket(to, sealedFor(spi1, 0, { kic: 0x12, kid: 0x22 }, by));
    expect(to.executed).toHaveLength(1);
    return [storedCounter(to, 1), storedCounter(to, 2)];
  };

  it.each([
    ['KID with CC and ciphering', '16', [STORED, '0000000006']],
    ['KID with CC alone', '12', [STORED, '0000000006']],
    ['KIc with ciphering alone', '14', ['0000000006', STORED]],
    ['KIc without either', '10', ['0000000006', STORED]],
    ['neither with a counter that is not checked', '0e', [STORED, STORED]],
  ])('is that of the key set of %s', (_what, spi1, after) => {
    expect(counters(spi1)).toEqual(after);
  });
});
