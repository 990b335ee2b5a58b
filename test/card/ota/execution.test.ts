/**
 * A packet against which nothing is to be said, and one against which there is more than one thing:
 * what is executed, in which order the card finds fault, and whose counter a packet moves.
 *
 * @see ETSI TS 102 225 §5.1, §5.2; 3GPP TS 31.115 §4
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import type { OtaStep } from '../../../src/card/ota/finding.ts';
import { checksumOf, cipherOf } from '../../../src/ota/key-set.ts';
import {
  RESPONSE_STATUS,
  type ResponseStatus,
  sealResponsePacket,
} from '../../../src/ota/response-packet.ts';
import { commandUserData, responseUserData } from '../../../src/ota/sms.ts';
import type { SwitchesProfile } from '../../../src/profile/profile.ts';
import { bothBy, keySet, sealOdd, spiOf } from '../../ota/support/packets.ts';
import {
  ANSWER,
  aesKeySet,
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
} from '../support/ota-card.ts';
import { longer, tampered } from '../support/refusal-rows.ts';

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

const POLICIES: readonly SwitchesProfile['porPolicy'][] = ['plain', 'literal', 'hardened'];

/** b2 b1 of SPI2. */
const POR = { none: 0, always: 1, 'on-error': 2, reserved: 3 } as const;
type Por = keyof typeof POR;
const PORS = Object.keys(POR) as Por[];
/** The rest of SPI2: CC and ciphering of the PoR. */
const PROTECTED = 0x18;

const CIPHER = cipherOf(0x12, KEYS.ciphering)!;
const CHECKSUM = checksumOf('cc', 0x12, KEYS.checksum)!;

/** A packet whose PCNTR is more than a block, with a right CC or a wrong one. */
function withPcntr16(spi2: number, cntr: string, isRight = true): Uint8Array {
  const padded = '00A40004023F00 0000000000000000000000';
  const odd = { clear: `002815 16${octetHex(spi2)} 1212 ${TAR}`, counters: `${cntr}10`, padded };
  const wrong = (): Uint8Array => new Uint8Array(8);
  return sealOdd(odd, isRight ? CHECKSUM.compute : wrong, CIPHER.encrypt);
}

/** Sends a right packet, and sees it executed. */
function expectNextAccepted(to: OtaCard): void {
  const next = sealedFor('16', PROTECTED + POR.always, { cntr: 8 });
  expect(sendPacket(to, next).sw).toBe('6129');
  expect(to.executed.map(({ cntr }) => cntr)).toEqual([8]);
}

/** A PoR always; CNTR 6. */
const GOOD = sealedFor('16', PROTECTED + POR.always);

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
    ['TAR before the CC', 'tar-unknown', tampered(sealedFor('16', por, nobody))],
    [
      'the minimum before the key',
      'insufficient-security-level',
      sealedFor('12', por, { ...strict, kid: 0x32 }),
    ],
    [
      'the minimum before the CC',
      'insufficient-security-level',
      tampered(sealedFor('12', por, strict)),
    ],
    [
      'the key before the blocks',
      'unidentified-security-error',
      longer(sealedFor('16', por, { kic: 0x32 }), 1),
    ],
    [
      'the key before the CC',
      'unidentified-security-error',
      tampered(sealedFor('16', por, { kid: 0x32 })),
    ],
    ['the blocks before CNTR', 'ciphering-error', longer(sealedFor('16', por, { cntr: 5 }), 1)],
    ['the CC before PCNTR', 'rc-cc-ds-failed', withPcntr16(por, '0000000006', false)],
    ['the CC before CNTR', 'rc-cc-ds-failed', tampered(sealedFor('16', por, { cntr: 5 }))],
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
  const counters = (spi1: string, kid = 0x22): (string | undefined)[] => {
    const to = otaCard({ keySets, applets: [testApplet(TAR)] }, () => ANSWER);
    sendPacket(to, sealedFor(spi1, 0, { kic: 0x12, kid }, by));
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

  it.each(['11', '15'])('is that of the key set of KID with an RC, by SPI1 %s', (spi1) => {
    expect(counters(spi1, 0x25)).toEqual([STORED, '0000000006']);
  });
});

describe('what is said of a packet that is executed', () => {
  const says = (spi1: string): Record<string, string> => {
    const to = countingCard({});
    sendPacket(to, sealedFor(spi1, 0));
    const said = to.findings.map(({ step, expected, found }) => [step, `${expected}: ${found}`]);
    return Object.fromEntries(said);
  };

  it.each([
    [
      '00',
      'no ciphering, and PCNTR 0: so it is',
      'no checksum: none',
      'nothing to store: nothing stored',
    ],
    ['04', 'whole blocks: so it is', 'no checksum: none', 'nothing to store: nothing stored'],
    [
      '12',
      'no ciphering, and PCNTR 0: so it is',
      'cc over CPL to the padding: right',
      'stored: stored',
    ],
  ])('speaks of what SPI1 %s has', (spi1, ciphering, checksum, counter) => {
    const said = says(spi1);
    expect(said).toMatchObject({ ciphering, checksum, 'store-counter': counter });
  });
});

describe('octets that make no sense', () => {
  const findings = (deliver: Uint8Array): string[] => {
    const to = countingCard({});
    sendEnvelope(to, envelopeOf(deliver));
    return to.findings.map(({ step, ok, expected }) => `${step} ${ok}: ${expected}`);
  };

  it('are told of the short message when its lengths are wrong', () => {
    const deliver = deliverOf(commandUserData(GOOD));
    expect(findings(deliver.slice(0, 8))).toEqual(['sms false: a short message whose lengths fit']);
  });

  it('are told of the header when the packet has the wrong lengths', () => {
    const deliver = deliverOf(commandUserData(GOOD.slice(0, -1)));
    expect(findings(deliver).at(-1)).toBe('header false: a packet whose lengths fit');
  });
});
