/**
 * Damaged packets through ENVELOPE: whatever happens to the octets of a packet on its way, the card
 * does not execute it, does not move a counter, and does not break.
 *
 * @see ETSI TS 102 225 §5.1
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { commandUserData } from '../../src/ota/sms.ts';
import { alterations, octetsLike, truncations } from '../ota/support/damage.ts';
import {
  countingCard,
  type Delivered,
  deliverOf,
  envelopeOf,
  type OtaCard,
  STORED,
  sealedFor,
  sendEnvelope,
  sendPacket,
  storedCounter,
} from './support/ota-card.ts';

/** A PoR always, with CC and ciphering. */
const SPI2 = 0x19;
const CIPHERED = sealedFor('16', SPI2);
const CC_ALONE = sealedFor('12', SPI2);

/** The PoR has RHL 0A, no RC/CC/DS; or there is none. */
function isPlainPor({ userData }: Delivered): boolean {
  return userData === undefined || userData.slice(10, 12) === '0a';
}

function expectUntouched(to: OtaCard): void {
  expect(to.executed).toEqual([]);
  expect(to.faults).toEqual([]);
  expect(storedCounter(to, 1)).toBe(STORED);
  sendPacket(to, CIPHERED);
  expect(to.executed).toHaveLength(1);
}

describe.each([
  ['CC and ciphering', CIPHERED],
  ['CC alone', CC_ALONE],
])('a packet with %s', (_what, packet) => {
  it('is ignored when it is cut short, wherever that is', () => {
    const to = countingCard();
    for (const part of truncations(packet)) {
      expect(sendPacket(to, part)).toEqual({ sw: '9000', userData: undefined });
    }
    expectUntouched(to);
  });

  it('is never executed with one octet changed, and has no PoR with a right CC', () => {
    const to = countingCard();
    for (const altered of alterations(packet)) {
      const delivered = sendPacket(to, altered);
      if (!isPlainPor(delivered)) expect.fail(`${toHex(altered)} got ${delivered.userData}`);
      if (to.executed.length > 0) expect.fail(`${toHex(altered)} was executed`);
    }
    expectUntouched(to);
  });

  it('is never executed with one octet changed by a card that answers literally', () => {
    const to = countingCard({ switches: { porPolicy: 'literal' } });
    for (const altered of alterations(packet)) {
      sendPacket(to, altered);
      if (to.executed.length > 0) expect.fail(`${toHex(altered)} was executed`);
    }
    expectUntouched(to);
  });
});

describe('any octets in a message for the card', () => {
  it('are no fault of the card, and are never executed', () => {
    const to = countingCard();
    const known = [CIPHERED, CC_ALONE].map((packet) => toHex(commandUserData(packet)));
    fc.assert(
      fc.property(octetsLike(...known), (octets) => {
        if (known.includes(toHex(octets))) return;
        sendEnvelope(to, envelopeOf(deliverOf(octets)));
        sendEnvelope(to, envelopeOf(octets));
        expect(to.faults).toEqual([]);
        expect(to.executed).toEqual([]);
      }),
      { numRuns: 2000 },
    );
    expectUntouched(to);
  });
});
