/**
 * Recorded and published packets through ENVELOPE: the octets on the card's interface over T=0, its
 * status words included. test/vectors/ota-public.json says what each field is, and who agrees.
 *
 * @see ETSI TS 102 225 §5.1, §5.2; ETSI TS 102 226 §5; 3GPP TS 31.111 §7.1.1.1
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { decodeSmsSubmit } from '../../../src/ota/sms-submit.ts';
import type { KeySetProfile } from '../../../src/profile/profile.ts';
import { CASES, type Case, octet, SEQUENCES } from '../../ota/support/public-vectors.ts';
import real from '../../vectors/ota-real-cards.json' with { type: 'json' };
import {
  deliverOf,
  envelopeOf,
  type OtaCard,
  otaCard,
  sendEnvelope,
  storedCounter,
  testApplet,
} from '../support/ota-card.ts';
import { cardFor, keySetOf, VectorCard } from '../support/vector-card.ts';

/** The octet of a concatenation element that is the sender's choice. */
const REFERENCE = /^(050003|070003)../;

function withoutReference(userData: string): string {
  return userData.replace(REFERENCE, '$1..');
}

function kvnOf(of: Case): number {
  return octet(of.kic) >> 4;
}

function isRefused({ response }: Case): boolean {
  return response.plainVariant !== undefined;
}

function rows(cases: readonly Case[]): (readonly [string, Case])[] {
  return cases.map((of) => [of.id, of]);
}

/** Sends all parts. Gives the SW of the last one. */
function deliver(card: VectorCard, of: Case): string {
  const sw = of.envelopeApdus.map((envelope) => card.send(envelope));
  for (const part of sw.slice(0, -1)) expect(part).toBe('9000');
  return sw.at(-1)!;
}

const EXECUTED = CASES.filter((of) => !isRefused(of));
const REPORTED = EXECUTED.filter(({ response }) => response.smsSubmit === undefined);
const SUBMITTED = EXECUTED.filter(({ response }) => response.smsSubmit !== undefined);
const REFUSED = CASES.filter(isRefused);

describe(`the ${CASES.length} public vectors through ENVELOPE`, () => {
  it('are 63 that answer in the report or not at all, 22 by SMS-SUBMIT, 8 refused', () => {
    expect([REPORTED.length, SUBMITTED.length, REFUSED.length]).toEqual([63, 22, 8]);
  });

  it.each(rows(REPORTED))('%s is executed and answered octet by octet', (_id, of) => {
    const card = cardFor(of);
    const { response } = of;
    expect(deliver(card, of)).toBe(response.envelopeSw);
    const collected = card.send(response.getResponse ?? '00c0000001');
    expect(collected).toBe(response.getResponseData ?? '6985');
    expect(card.counter(kvnOf(of))).toBe(of.storedCounterAfter);
    expect(card.faults).toEqual([]);
  });

  it.each(rows(SUBMITTED))('%s is executed and answered by SMS-SUBMIT', (_id, of) => {
    const card = cardFor(of);
    const sw = deliver(card, of);
    expect(sw).toMatch(/^91/);
    const wanted = of.response.smsSubmit!.map((tpdu) => {
      return withoutReference(toHex(decodeSmsSubmit(fromHex(tpdu)).userData));
    });
    expect(card.sentMessages(sw).map(withoutReference)).toEqual(wanted);
    expect(card.counter(kvnOf(of))).toBe(of.storedCounterAfter);
    expect(card.send('80F2000C00')).toBe('9000');
    expect(card.faults).toEqual([]);
  });

  it.each(rows(REFUSED))('%s is refused in the words of policy literal', (_id, of) => {
    const card = cardFor(of, 'literal');
    const before = card.snapshot();
    expect(deliver(card, of)).toBe(of.response.envelopeSw);
    expect(card.send(of.response.getResponse!)).toBe(of.response.getResponseData);
    expect(card.snapshot()).toBe(before);
  });

  it.each([
    ...REFUSED.map((of) => ['plain', of.id, of, of.response.plainVariant!] as const),
    ...REFUSED.map((of) => ['hardened', of.id, of, of.response.plain06Variant!] as const),
  ])('in policy %s, %s is refused in the words of that policy', (policy, _id, of, variant) => {
    const card = cardFor(of, policy);
    const before = card.snapshot();
    expect(deliver(card, of)).toBe('6110');
    expect(card.send('00c0000010')).toBe(`${variant.withUdh}9000`);
    expect(card.snapshot()).toBe(before);
  });

  it.each(rows(EXECUTED.filter(({ kidKey }) => kidKey !== '')))(
    '%s is not executed by a card with another checksum key',
    (_id, of) => {
      const last = of.kidKey.endsWith('ee') ? '11' : 'ee';
      const card = cardFor({ ...of, kidKey: of.kidKey.slice(0, -2) + last });
      const before = card.snapshot();
      deliver(card, of);
      expect(card.snapshot()).toBe(before);
    },
  );
});

describe.each(SEQUENCES.map((of) => [of.id, of] as const))('the sequence %s', (_id, of) => {
  const first = of.steps[0]!.commandPacket;
  const kvn = octet(first.slice(10, 12)) >> 4;

  it('goes through one card, each PoR octet by octet', () => {
    const keySet = keySetOf({ ...of, integrityLength: 8 }, kvn, of.storedCounterInitially);
    const card = new VectorCard({
      keySets: [keySet],
      tar: of.tar,
      switches: { porPolicy: 'literal' },
    });
    for (const step of of.steps) {
      const before = card.snapshot();
      const sw = card.send(step.envelopeApdu);
      const collected = card.send(`00c00000${sw.slice(2)}`);
      expect(collected).toBe(`${step.expectedResponseWithUdh}9000`);
      expect(card.counter(kvn)).toBe(step.storedCounterAfter);
      if (step.expectedStatus !== '00') expect(card.snapshot()).toBe(before);
    }
    expect(of.steps.filter(({ expectedStatus }) => expectedStatus === '00')).not.toHaveLength(0);
  });
});

describe('recorded exchanges of real cards', () => {
  const [aes, tripleDes, replay] = real.exchanges;

  function cardOf(
    of: (typeof real.exchanges)[number],
    cntr: string,
    switches: Parameters<typeof otaCard>[0]['switches'] = {},
  ): OtaCard {
    const type = of.kid.endsWith('2') ? 'AES' : '3DES';
    const keySet: KeySetProfile = {
      kvn: octet(of.kid) >> 4,
      kic: { type, key: of.cipheringKey },
      kid: { type, key: of.checksumKey },
      cntr,
    };
    return otaCard({ keySets: [keySet], applets: [testApplet(of.tar)], switches }, () =>
      fromHex(of.responseData),
    );
  }

  const send = (to: OtaCard, of: (typeof real.exchanges)[number]) =>
    sendEnvelope(to, envelopeOf(deliverOf(fromHex(of.userData))));

  it('AES has the same PoR from this card, as often as it is sent: it has no counter', () => {
    const to = cardOf(aes!, '0000000000');
    for (let n = 1; n <= 3; n++) {
      expect(send(to, aes!)).toEqual({ sw: '6129', userData: aes!.responseUserData });
      expect(to.executed.map(({ data }) => toHex(data))).toEqual(Array(n).fill(aes!.data));
    }
    expect(storedCounter(to, 2)).toBe('0000000000');
  });

  it('AES is refused with 06 by a card that wants a counter with AES', () => {
    const to = cardOf(aes!, '0000000000', { aesWithoutCounter: false });
    const refusal = '027100000b0ab0001100000000000006';
    expect(send(to, aes!)).toEqual({ sw: '6110', userData: refusal });
    expect(to.executed).toEqual([]);
  });

  it('3DES has the same PoR from this card, and its replay the same refusal when hardened', () => {
    const to = cardOf(tripleDes!, '0000000000', { porPolicy: 'hardened' });
    expect(send(to, tripleDes!).userData).toBe(tripleDes!.responseUserData);
    expect(to.executed.map(({ data }) => toHex(data))).toEqual([tripleDes!.data]);
    expect(storedCounter(to, 1)).toBe('0000000064');
    expect(send(to, replay!)).toEqual({ sw: '6110', userData: replay!.responseUserData });
    expect(to.executed).toHaveLength(1);
    expect(storedCounter(to, 1)).toBe('0000000064');
  });

  it('3DES is not executed by a card with keys of another length or kind', () => {
    for (const type of ['AES', 'DES'] as const) {
      const key = type === 'DES' ? '00'.repeat(8) : tripleDes!.checksumKey;
      const keySet = { kvn: 1, kic: { type, key }, kid: { type, key }, cntr: '0000000000' };
      const parts = { keySets: [keySet], applets: [testApplet(tripleDes!.tar)] };
      const to = otaCard(parts, () => new Uint8Array(0));
      expect(send(to, tripleDes!).userData).toBe('027100000b0ab0001000000000000006');
      expect(to.executed).toEqual([]);
    }
  });
});
