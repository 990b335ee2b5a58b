import { describe, expect, it } from 'vitest';
import type { DeliveryReport } from '../../src/air/short-message.ts';
import { keySetOf } from '../../src/network/keys.ts';
import {
  type ChangeTo,
  type OtaOutcome,
  OtaServer,
  type SendResult,
} from '../../src/network/ota-server.ts';
import { sealResponsePacket } from '../../src/ota/response-packet.ts';
import { splitCommandPacket } from '../../src/ota/secured-packet.ts';
import { decodeSmsDeliver, decodeUserData, responseUserData } from '../../src/ota/sms.ts';
import { encodeRemoteAnswer } from '../../src/ota/subscription-change.ts';
import { iccidOf, imsiOf, OTA, randomPair, seeded } from './support/world.ts';

const ICCID = iccidOf(0);
const KEYS = keySetOf(randomPair(seeded(1), 3).keySets[0]!);
const TO_B: ChangeTo = { to: 'MNO-B', imsi: imsiOf('MNO-B', 0), mncLength: 2, operatorData: {} };

function make(): { readonly server: OtaServer } {
  const server = new OtaServer(OTA);
  server.add({ iccid: ICCID, index: 0, keys: KEYS, cntr: 0 });
  return { server };
}

function tpduOf(sent: SendResult): Uint8Array {
  if (!sent.ok) throw new Error(sent.refusal);
  return sent.message.tpdu;
}

describe('a delivery report', () => {
  type Response = Parameters<typeof sealResponsePacket>[0];

  const CHANGED = encodeRemoteAnswer({
    sw: 0x9000,
    // ICCID of card 0, index 1, 1 pair left.
    data: Uint8Array.of(0x98, 0x99, 0x09, 0x01, 0, 0, 0, 0, 0, 0, 1, 1),
  });

  /** The report that a card would give, with some of it changed. */
  function report(
    sent: SendResult,
    change: Partial<Response> = {},
    inClear = false,
  ): DeliveryReport {
    const { body } = decodeUserData(decodeSmsDeliver(tpduOf(sent)).userData);
    const frame = splitCommandPacket(body);
    const keys = { ciphering: KEYS, checksum: KEYS };
    const input = { tar: frame.tar, cntr: 1, status: 'por-ok', data: CHANGED, ...change } as const;
    const packet = sealResponsePacket(input, inClear ? undefined : frame, keys);
    return { kind: 'ack', userData: responseUserData(packet!) };
  }

  it('is believed as the card gives it, be it an acknowledgement or an error', () => {
    for (const kind of ['ack', 'error'] as const) {
      const { server } = make();
      const right = report(server.change(ICCID, TO_B));
      expect(server.receiveReport(ICCID, { ...right, kind })).toMatchObject({ kind: 'confirmed' });
      expect(server.receiveReport(ICCID, right)).toEqual({ kind: 'unproven', why: 'nothing-sent' });
    }
  });

  it.each<[string, Partial<Response>, boolean, OtaOutcome]>([
    ['a success in clear', {}, true, { kind: 'unproven', why: 'no-checksum', status: 'por-ok' }],
    [
      'another TAR',
      { tar: Uint8Array.of(0, 0, 1) },
      false,
      { kind: 'unproven', why: 'wrong-tar', status: 'por-ok' },
    ],
    [
      'the CNTR of another packet',
      { cntr: 2 },
      false,
      { kind: 'unproven', why: 'wrong-cntr', status: 'por-ok' },
    ],
    [
      'a replay, refused',
      { status: 'cntr-low', data: new Uint8Array(0) },
      false,
      { kind: 'unproven', why: 'status', status: 'cntr-low' },
    ],
    [
      'an unknown TAR',
      { status: 'tar-unknown' },
      false,
      { kind: 'unproven', why: 'status', status: 'tar-unknown' },
    ],
    [
      'the answer of another card',
      { data: CHANGED.map((octet, at) => (at === 12 ? 0x10 : octet)) },
      false,
      { kind: 'unproven', why: 'wrong-answer', status: 'por-ok' },
    ],
    [
      'another index than the next',
      { data: CHANGED.map((octet, at) => (at === 13 ? 2 : octet)) },
      false,
      { kind: 'unproven', why: 'wrong-answer', status: 'por-ok' },
    ],
    [
      'no answer',
      { data: new Uint8Array(0) },
      false,
      { kind: 'unproven', why: 'wrong-answer', status: 'por-ok' },
    ],
    [
      'a refusal with data',
      { data: encodeRemoteAnswer({ sw: 0x6a84, data: Uint8Array.of(1) }) },
      false,
      { kind: 'unproven', why: 'wrong-answer', status: 'por-ok' },
    ],
  ])('proves nothing with %s', (_what, change, inClear, expected) => {
    const { server } = make();
    const wrong = report(server.change(ICCID, TO_B), change, inClear);
    const before = server.snapshot();
    expect(server.receiveReport(ICCID, wrong)).toEqual(expected);
    expect(server.snapshot()).toEqual(before);
  });

  it('proves nothing with one bit changed or cut short, and the right one is believed yet', () => {
    const { server } = make();
    const right = report(server.change(ICCID, TO_B));
    const before = JSON.stringify(server.snapshot());
    for (let bit = 0; bit < right.userData.length * 8; bit++) {
      const userData = right.userData.slice();
      userData[bit >> 3]! ^= 1 << (bit & 7);
      expect(server.receiveReport(ICCID, { kind: 'ack', userData }).kind).toBe('unproven');
    }
    for (let length = 0; length < right.userData.length; length++) {
      const userData = right.userData.slice(0, length);
      expect(server.receiveReport(ICCID, { kind: 'ack', userData })).toEqual({
        kind: 'unproven',
        why: 'no-response-packet',
      });
    }
    expect(JSON.stringify(server.snapshot())).toBe(before);
    expect(server.receiveReport(ICCID, right)).toMatchObject({ kind: 'confirmed' });
  });

  it('proves nothing about a packet that is not the last', () => {
    const { server } = make();
    const late = report(server.change(ICCID, TO_B));
    server.cancel(ICCID);
    expect(server.receiveReport(ICCID, late)).toMatchObject({ why: 'wrong-cntr' });
    expect(server.stateOf(ICCID)).toMatchObject({ state: 'sent', isConfirmed: false });
  });

  it('proves nothing when nothing was sent, or to nobody', () => {
    const { server } = make();
    const nothing = { kind: 'unproven', why: 'nothing-sent' };
    expect(server.receiveReport(ICCID, undefined)).toEqual(nothing);
    expect(server.receiveReport(iccidOf(9), undefined)).toEqual(nothing);
  });
});
