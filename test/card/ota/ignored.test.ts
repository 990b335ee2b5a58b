/**
 * What is no packet, or one whose lengths contradict its octets: not even its TAR can be believed,
 * so there is no PoR, whatever SPI2 would ask for.
 *
 * @see ETSI TS 102 225 §5.1; 3GPP TS 31.115 §4; 3GPP TS 23.040 §9.2.3.24
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.ts';
import { commandUserData, responseUserData } from '../../../src/ota/sms.ts';
import type { SwitchesProfile } from '../../../src/profile/profile.ts';
import {
  changed,
  countingCard,
  deliverOf,
  envelopeOf,
  type OtaCard,
  sealedFor,
  sendEnvelope,
  sendPacket,
} from '../support/ota-card.ts';
import { transmit } from '../support/proactive.ts';

const POLICIES: readonly SwitchesProfile['porPolicy'][] = ['plain', 'literal', 'hardened'];
/** A PoR always, with CC and ciphering. */
const GOOD = sealedFor('16', 0x19);

function expectNextAccepted(to: OtaCard): void {
  expect(sendPacket(to, sealedFor('16', 0x19, { cntr: 8 })).sw).toBe('6129');
  expect(to.executed.map(({ cntr }) => cntr)).toEqual([8]);
}

const deliver = deliverOf(commandUserData(GOOD));

describe.each<[string, Uint8Array]>([
  ['row 0: a message without a user data header', changed(deliver, 0, () => 0x04)],
  ['row 0: SMS-SUBMIT', changed(deliver, 0, () => 0x41)],
  ['row 0: SMS-STATUS-REPORT', changed(deliver, 0, () => 0x42)],
  ['row 0: a response packet', deliverOf(responseUserData(GOOD))],
  ['row 0: an element that nobody knows', deliverOf(changed(commandUserData(GOOD), 1, () => 0x6f))],
  ['row 0: an empty header', deliverOf(Uint8Array.of(0, ...GOOD))],
  [
    'row 0: a header that is longer than the message',
    deliverOf(changed(commandUserData(GOOD), 0, () => 0xff)),
  ],
  [
    'row 0: an element that is longer than the header',
    deliverOf(changed(commandUserData(GOOD), 2, () => 1)),
  ],
  ['row 0: no octets', new Uint8Array(0)],
  ['row 0: no user data', deliverOf(new Uint8Array(0))],
  ['row 1: a header and nothing else', deliverOf(fromHex('027000'))],
  ['row 1: one octet of a packet', deliverOf(fromHex('02700000'))],
  ['row 1: CPL of 0', deliverOf(fromHex('0270000000'))],
  ['row 1: a packet that ends with TAR', deliverOf(fromHex('02700000080d16191212b00010'))],
  ['row 1: CPL one less', deliverOf(commandUserData(changed(GOOD, 1, (cpl) => cpl - 1)))],
  ['row 1: CPL one more', deliverOf(commandUserData(changed(GOOD, 1, (cpl) => cpl + 1)))],
  ['row 1: CPL 256 more', deliverOf(commandUserData(changed(GOOD, 0, () => 1)))],
  ['row 1: CHL 0C', deliverOf(commandUserData(changed(GOOD, 2, () => 0x0c)))],
  ['row 1: CHL 00', deliverOf(commandUserData(changed(GOOD, 2, () => 0)))],
  ['row 1: CHL past the end', deliverOf(commandUserData(changed(GOOD, 2, () => 0x28)))],
])('%s', (_what, tpdu) => {
  it.each(POLICIES)('is no packet: 9000, no PoR, nothing done, in policy %s', (policy) => {
    const to = countingCard({ switches: { porPolicy: policy } });
    const { root } = to.card;
    expect(sendEnvelope(to, envelopeOf(tpdu))).toEqual({ sw: '9000', userData: undefined });
    expect(to.findings.filter(({ ok }) => !ok)).toHaveLength(1);
    expect(to.findings.at(-1)?.ok).toBe(false);
    expect(to.executed).toEqual([]);
    expect(to.card.root).toBe(root);
    expectNextAccepted(to);
    expect(to.faults).toEqual([]);
  });
});

describe('an ENVELOPE that makes no sense', () => {
  const good = envelopeOf(deliver);

  it.each<[string, Uint8Array, string]>([
    ['of another outer tag', changed(good, 5, () => 0xd7), '9000'],
    ['with an outer length one more', changed(good, 6, (length) => length + 1), '6a80'],
    ['with an outer length one less', changed(good, 6, (length) => length - 1), '6a80'],
    ['from the terminal', changed(good, 9, () => 0x82), '6a80'],
    ['to the terminal', changed(good, 10, () => 0x82), '6a80'],
    ['without TPDU', fromHex('80c2000006d10482028381'), '6a80'],
    ['without devices', fromHex('80c2000004d1028b00'), '6a80'],
    ['with an empty TPDU', fromHex('80c2000008d106820283818b00'), '9000'],
    ['without data', fromHex('80c20000'), '6700'],
    ['with Lc one more', changed(good, 4, (lc) => lc + 1), '6700'],
    ['with P1', changed(good, 2, () => 1), '6a86'],
    ['with P2', changed(good, 3, () => 1), '6a86'],
    ['of class 00', changed(good, 0, () => 0), '6d00'],
    ['on channel 1', changed(good, 0, () => 0x81), '6881'],
  ])('%s does nothing', (_what, envelope, sw) => {
    const to = countingCard();
    const { root } = to.card;
    expect(transmit(to, envelope)).toBe(sw);
    expect(transmit(to, '00C0000001')).toBe('6985');
    expect(to.executed).toEqual([]);
    expect(to.card.root).toBe(root);
    expectNextAccepted(to);
    expect(to.faults).toEqual([]);
  });
});
