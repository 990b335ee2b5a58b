/**
 * Recorded and published packets through ENVELOPE: the octets on the card's interface over T=0, its
 * status words included. test/vectors/ota-public.json says what each field is; the answers of
 * remote file management are given to the test's own applet.
 *
 * @see ETSI TS 102 225 §5.1, §5.2; 3GPP TS 31.111 §7.1.1.1
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { openResponsePacket } from '../../src/ota/response-packet.ts';
import { REAL, spiOf } from '../ota/support/packets.ts';
import {
  AES_CARD_CASES,
  AES_SEQUENCE,
  type Case,
  keysOf,
  octet,
} from '../ota/support/public-vectors.ts';
import {
  aesKeySet,
  deliverOf,
  envelopeOf,
  type OtaCard,
  otaCard,
  sendEnvelope,
  storedCounter,
  testApplet,
} from './support/ota-card.ts';

/** A key that no packet of a case uses. */
const UNUSED = 'ee'.repeat(16);
/** Where the applet is when a case asks for a TAR that nobody has. */
const OTHER_TAR = 'b0ffff';

function cardFor(of: Case, porPolicy: 'plain' | 'literal' = 'plain'): OtaCard {
  const keys = { kic: of.kicKey === '' ? UNUSED : of.kicKey, kid: of.kidKey };
  const macLength = of.integrityLength === 4 ? 4 : 8;
  const keySet = aesKeySet(octet(of.kic) >> 4, keys, of.storedCounterBefore, macLength);
  const applet = testApplet(of.response.status === '09' ? OTHER_TAR : of.tar, of.msl);
  const parts = { keySets: [keySet], applets: [applet], switches: { porPolicy } };
  return otaCard(parts, () => fromHex(of.response.executedResult));
}

function isRefused({ response }: Case): boolean {
  return response.plainVariant !== undefined;
}

const EXECUTED = AES_CARD_CASES.filter((of) => !isRefused(of)).map((of) => [of.id, of] as const);
const REFUSED = AES_CARD_CASES.filter(isRefused).map((of) => [of.id, of] as const);

describe(`the ${AES_CARD_CASES.length} public vectors with CC by AES in one short message`, () => {
  it('are 9 that are executed and 4 that are refused', () => {
    expect(EXECUTED.map(([id]) => id.slice(4)).join(' ')).toBe(
      'm121 m122 m140 m160 m178 x01 x10 x11 x12',
    );
    expect(REFUSED.map(([id]) => id.slice(4)).join(' ')).toBe('x14 x16 x18 x20');
  });

  it.each(EXECUTED)('%s is executed once and answered octet by octet', (_id, of) => {
    const to = cardFor(of);
    const { response } = of;
    expect(toHex(to.card.transmit(fromHex(of.envelopeApdus[0]!)))).toBe(response.envelopeSw);
    const getResponse = fromHex(response.getResponse ?? '00c0000001');
    expect(toHex(to.card.transmit(getResponse))).toBe(response.getResponseData ?? '6985');
    expect(to.executed.map(({ data }) => toHex(data))).toEqual([of.securedData]);
    expect(storedCounter(to, octet(of.kid) >> 4)).toBe(of.storedCounterAfter);
    expect(to.faults).toEqual([]);
  });

  it.each(REFUSED)('%s is refused in the words of policy literal', (_id, of) => {
    const to = cardFor(of, 'literal');
    const { response } = of;
    expect(toHex(to.card.transmit(fromHex(of.envelopeApdus[0]!)))).toBe(response.envelopeSw);
    const collected = to.card.transmit(fromHex(response.getResponse!));
    expect(toHex(collected)).toBe(response.getResponseData);
    expect(to.executed).toEqual([]);
    expect(storedCounter(to, octet(of.kid) >> 4)).toBe(of.storedCounterAfter);
  });

  it.each(REFUSED)('%s is refused in the words of policy plain', (_id, of) => {
    const to = cardFor(of);
    const { withUdh } = of.response.plainVariant!;
    const delivered = sendEnvelope(to, fromHex(of.envelopeApdus[0]!));
    expect(delivered).toEqual({ sw: '6110', userData: withUdh });
    expect(to.executed).toEqual([]);
    expect(storedCounter(to, octet(of.kid) >> 4)).toBe(of.storedCounterAfter);
  });

  it.each(EXECUTED)('%s is not executed by a card with other keys', (_id, of) => {
    const to = cardFor({ ...of, kidKey: UNUSED.slice(0, of.kidKey.length) });
    sendEnvelope(to, fromHex(of.envelopeApdus[0]!));
    expect(to.executed).toEqual([]);
    expect(storedCounter(to, octet(of.kid) >> 4)).toBe(of.storedCounterBefore);
  });
});

describe('the public sequence pub-seq1', () => {
  const { tar, kicKey, kidKey, steps, storedCounterInitially } = AES_SEQUENCE;
  const keySet = aesKeySet(1, { kic: kicKey, kid: kidKey }, storedCounterInitially);
  const security = { spi: spiOf('1609'), kic: 0x12, kid: 0x12 };
  const keys = keysOf({ ...AES_CARD_CASES[0]!, kid: '12', kicKey, kidKey, integrityLength: 8 });

  /** What remote file management answered, cut out of the PoR. */
  function resultOf(withUdh: string): Uint8Array {
    return openResponsePacket(fromHex(withUdh.slice(6)), security, keys).data;
  }

  it('has 8 steps, of which 3 are executed', () => {
    const statuses = steps.map(({ expectedStatus }) => expectedStatus);
    expect(statuses.join(' ')).toBe('02 02 00 02 00 02 02 00');
  });

  it('goes through one card, each PoR octet by octet', () => {
    const done = steps.find(({ expectedStatus }) => expectedStatus === '00')!;
    const answer = resultOf(done.expectedResponseWithUdh);
    expect(toHex(answer)).toBe('02900098941000000000001032');
    const parts = { keySets: [keySet], applets: [testApplet(tar)] };
    const to = otaCard({ ...parts, switches: { porPolicy: 'literal' } }, () => answer);
    let executed = 0;
    for (const step of steps) {
      const { userData } = sendEnvelope(to, fromHex(step.envelopeApdu));
      expect(userData).toBe(step.expectedResponseWithUdh);
      expect(storedCounter(to, 1)).toBe(step.storedCounterAfter);
      if (step.expectedStatus === '00') executed++;
      expect(to.executed).toHaveLength(executed);
    }
    expect(executed).toBe(3);
  });
});

describe('the recorded exchange of a real card', () => {
  const keySet = aesKeySet(2, { kic: REAL.cipheringKey, kid: REAL.checksumKey });
  const parts = { keySets: [keySet], applets: [testApplet(REAL.tar)] };
  const envelope = envelopeOf(deliverOf(fromHex(REAL.userData)));
  const answer = (): Uint8Array => fromHex(REAL.responseData);

  it('has the same PoR from this card', () => {
    const to = otaCard({ ...parts, switches: { aesWithoutCounter: true } }, answer);
    expect(sendEnvelope(to, envelope)).toEqual({ sw: '6129', userData: REAL.responseUserData });
    expect(to.executed.map(({ data }) => toHex(data))).toEqual([REAL.data]);
    expect(storedCounter(to, 2)).toBe('0000000000');
  });

  it('is executed as often as it is sent, for it has no counter', () => {
    const to = otaCard({ ...parts, switches: { aesWithoutCounter: true } }, answer);
    for (let n = 1; n <= 3; n++) {
      expect(sendEnvelope(to, envelope).userData).toBe(REAL.responseUserData);
      expect(to.executed).toHaveLength(n);
    }
  });

  it('is refused with 06 by a card that wants a counter with AES', () => {
    const to = otaCard({ ...parts, switches: { aesWithoutCounter: false } }, answer);
    const refusal = '027100000b0ab0001100000000000006';
    expect(sendEnvelope(to, envelope)).toEqual({ sw: '6110', userData: refusal });
    expect(to.executed).toEqual([]);
  });
});
