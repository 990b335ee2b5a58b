import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { keySetOf } from '../../src/network/keys.ts';
import {
  type ChangeTo,
  type OtaOutcome,
  OtaServer,
  type SendResult,
} from '../../src/network/ota-server.ts';
import { CNTR_MAX } from '../../src/ota/counter.ts';
import { openCommandPacket, splitCommandPacket } from '../../src/ota/secured-packet.ts';
import { decodeSmsDeliver, decodeUserData } from '../../src/ota/sms.ts';
import { encodeSubscriptionCommand } from '../../src/ota/subscription-change.ts';
import { FakeCard } from './support/card.ts';
import { iccidOf, imsiOf, OTA, randomPair, seeded } from './support/world.ts';

const ICCID = iccidOf(0);
const PAIRS = [1, 2, 3].map((seed) => randomPair(seeded(seed), 3));
const KEYS = keySetOf(PAIRS[0]!.keySets[0]!);
const TO_B: ChangeTo = { to: 'MNO-B', imsi: imsiOf('MNO-B', 0), mncLength: 2, operatorData: {} };
const TO_C: ChangeTo = { to: 'MNO-C', imsi: imsiOf('MNO-C', 0), mncLength: 2, operatorData: {} };

function make(cntr = 0): { server: OtaServer; card: FakeCard } {
  const server = new OtaServer(OTA);
  server.add({ iccid: ICCID, index: 0, keys: KEYS, cntr });
  return { server, card: new FakeCard(ICCID, imsiOf('MNO-A', 0), PAIRS) };
}

function tpduOf(sent: SendResult): Uint8Array {
  if (!sent.ok) throw new Error(sent.refusal);
  return sent.message.tpdu;
}

/** Delivers a message and brings the report back. */
function answered(server: OtaServer, card: FakeCard, sent: SendResult): OtaOutcome {
  return server.receiveReport(ICCID, card.deliver(tpduOf(sent)));
}

const refusal = (sent: SendResult): string | undefined => (sent.ok ? undefined : sent.refusal);

describe('a message of the OTA server', () => {
  it('is an SMS-DELIVER to the card: SPI 1619, KIc and KID of the key version, AES', () => {
    const { server } = make(41);
    const sent = server.change(ICCID, TO_B);
    if (!sent.ok) throw new Error(sent.refusal);
    expect(sent.message.serviceCentre).toBe(OTA.serviceCentre);
    const deliver = decodeSmsDeliver(sent.message.tpdu);
    expect(deliver).toMatchObject({ originator: '4711', pid: 0x7f, dcs: 0xf6, hasHeader: true });
    const { elements, body } = decodeUserData(deliver.userData);
    expect(elements).toEqual([{ iei: 0x70, value: new Uint8Array(0) }]);
    const frame = splitCommandPacket(body);
    // CPL, CHL, SPI, KIc, KID, TAR.
    expect(toHex(frame.clear.subarray(3))).toBe('16193232bfff3b');
    const opened = openCommandPacket(frame, { ciphering: KEYS, checksum: KEYS });
    expect(opened).toMatchObject({ ok: true, packet: { cntr: 42 } });
    if (!opened.ok) throw new Error(opened.status);
    const { imsi, mncLength, operatorData } = TO_B;
    expect(opened.packet.data).toEqual(
      encodeSubscriptionCommand({ kind: 'change', guard: 0, imsi, mncLength, operatorData }),
    );
  });

  it('has a CNTR of its own, refused or lost ones included', () => {
    const { server } = make();
    const cntrs = [server.change(ICCID, TO_B), server.change(ICCID, TO_B), server.query(ICCID)]
      .map((sent) =>
        splitCommandPacket(decodeUserData(decodeSmsDeliver(tpduOf(sent)).userData).body),
      )
      .map((frame) => openCommandPacket(frame, { ciphering: KEYS, checksum: KEYS }))
      .map((opened) => opened.ok && opened.packet.cntr);
    expect(cntrs).toEqual([1, 2, 3]);
  });

  it('goes to the TAR that the operator’s cards have', () => {
    const server = new OtaServer({ ...OTA, tar: Uint8Array.of(1, 2, 3) });
    server.add({ iccid: ICCID, index: 0, keys: KEYS, cntr: 0 });
    const { body } = decodeUserData(decodeSmsDeliver(tpduOf(server.query(ICCID))).userData);
    expect(toHex(splitCommandPacket(body).tar)).toBe('010203');
  });

  it('is the last one with CNTR FFFFFFFFFF, and there is none after it', () => {
    const { server } = make(CNTR_MAX - 1);
    expect(server.query(ICCID).ok).toBe(true);
    const before = server.snapshot();
    expect(refusal(server.change(ICCID, TO_B))).toBe('cntr-exhausted');
    expect(server.refusalOfChange(ICCID, TO_B)).toBe('cntr-exhausted');
    expect(server.snapshot()).toEqual(before);
  });

  it('is not sent when it is too long, to nobody, or when no index follows', () => {
    const { server } = make();
    const before = server.snapshot();
    const spdi = Array.from({ length: 16 }, () => '001-01' as never);
    for (const operatorData of [
      { spdi, gid1: new Uint8Array(16), gid2: new Uint8Array(16) },
      {
        spdi,
        ehplmn: spdi,
        gid1: new Uint8Array(16),
        gid2: new Uint8Array(16),
        pnn: new Uint8Array(24),
      },
    ]) {
      expect(refusal(server.change(ICCID, { ...TO_B, operatorData }))).toBe('too-long');
      expect(server.refusalOfChange(ICCID, { ...TO_B, operatorData })).toBe('too-long');
    }
    for (const send of ['query', 'cancel'] as const) {
      expect(refusal(server[send](iccidOf(9)))).toBe('unknown-device');
    }
    expect(refusal(server.change(iccidOf(9), TO_B))).toBe('unknown-device');
    expect(server.snapshot()).toEqual(before);
    const last = new OtaServer(OTA);
    last.add({ iccid: ICCID, index: 254, keys: KEYS, cntr: 0 });
    expect(refusal(last.change(ICCID, TO_B))).toBe('no-index-left');
  });
});

describe('what the OTA server knows', () => {
  it('is confirmed by the PoR of a change, with index and pairs left', () => {
    const { server, card } = make();
    expect(answered(server, card, server.change(ICCID, TO_B))).toEqual({
      kind: 'confirmed',
      answer: { kind: 'change', sw: 0x9000, answer: { iccid: ICCID, index: 1, pairsLeft: 1 } },
    });
    expect(server.stateOf(ICCID)).toMatchObject({ state: 'sent', isConfirmed: true });
  });

  it('is nothing when no report comes, and the change may be repeated until one does', () => {
    const { server, card } = make();
    card.deliver(tpduOf(server.change(ICCID, TO_B)));
    expect(server.receiveReport(ICCID, undefined)).toEqual({ kind: 'unproven', why: 'no-report' });
    expect(server.stateOf(ICCID)).toMatchObject({ state: 'sent', isConfirmed: false });
    expect(answered(server, card, server.change(ICCID, TO_B))).toMatchObject({ kind: 'confirmed' });
    expect(server.stateOf(ICCID)).toMatchObject({ isConfirmed: true, attempts: 2 });
  });

  it.each([
    ['no-pairs-left', 0x6a84, 2, undefined],
    ['not-stored', 0x6581, 0, 0x6581],
    ['other', 0x6f00, 0, 0x6f00],
  ] as const)('is that a change was refused: %s', (reason, sw, active, failWith) => {
    const server = new OtaServer(OTA);
    const [keySet] = PAIRS[active]!.keySets;
    server.add({ iccid: ICCID, index: active, keys: keySetOf(keySet!), cntr: 0 });
    const card = new FakeCard(ICCID, imsiOf('MNO-A', 0), PAIRS);
    card.active = active;
    card.failWith = failWith;
    const outcome = answered(server, card, server.change(ICCID, TO_B));
    expect(outcome).toMatchObject({ kind: 'refused', reason, answer: { kind: 'change', sw } });
    expect(server.stateOf(ICCID)).toEqual({ state: 'plain' });
    expect(server.change(ICCID, TO_C).ok).toBe(true);
  });

  it('is not changed by a refusal if an earlier packet with the change may have been heard', () => {
    const { server, card } = make();
    tpduOf(server.change(ICCID, TO_B));
    card.failWith = 0x6581;
    const outcome = answered(server, card, server.change(ICCID, TO_B));
    expect(outcome).toMatchObject({ kind: 'refused', reason: 'not-stored' });
    expect(server.stateOf(ICCID)).toMatchObject({ state: 'sent', isConfirmed: false });
    expect(refusal(server.change(ICCID, TO_C))).toBe('change-outstanding');
  });

  it('is nothing more when the change has become effective and the old key opens nothing', () => {
    const { server, card } = make();
    card.deliver(tpduOf(server.change(ICCID, TO_B)));
    card.reset();
    const outcome = answered(server, card, server.change(ICCID, TO_B));
    expect(outcome).toEqual({ kind: 'unproven', why: 'no-checksum', status: 'rc-cc-ds-failed' });
    expect(server.stateOf(ICCID)).toMatchObject({ state: 'sent', isConfirmed: false });
  });

  it('is that the other IMSI must wait until the cancel is confirmed', () => {
    const { server, card } = make();
    answered(server, card, server.change(ICCID, TO_B));
    expect(refusal(server.change(ICCID, TO_C))).toBe('change-outstanding');
    expect(refusal(server.change(ICCID, { ...TO_B, to: 'MNO-C' }))).toBe('change-outstanding');
    const cancel = server.cancel(ICCID);
    expect(refusal(server.change(ICCID, TO_C))).toBe('change-outstanding');
    expect(answered(server, card, cancel)).toMatchObject({ kind: 'confirmed' });
    expect(card.staged).toBeUndefined();
    expect(server.stateOf(ICCID)).toEqual({ state: 'plain' });
    expect(answered(server, card, server.change(ICCID, TO_C))).toMatchObject({ kind: 'confirmed' });
    expect(card.staged?.imsi).toBe(TO_C.imsi);
  });

  it('is less after a cancel whose PoR is lost: the change is unconfirmed, to be listed', () => {
    const { server, card } = make();
    answered(server, card, server.change(ICCID, TO_B));
    card.deliver(tpduOf(server.cancel(ICCID)));
    server.receiveReport(ICCID, undefined);
    expect(server.stateOf(ICCID)).toMatchObject({ state: 'sent', isConfirmed: false });
    expect(refusal(server.change(ICCID, TO_C))).toBe('change-outstanding');
    server.list(ICCID);
    expect(server.stateOf(ICCID)).toMatchObject({ state: 'listed', isConfirmed: false });
    expect(answered(server, card, server.change(ICCID, TO_B))).toMatchObject({ kind: 'confirmed' });
    expect(server.stateOf(ICCID)).toMatchObject({ state: 'listed', isConfirmed: true });
  });

  it('is that a device is plain when cancel finds nothing and a query agrees', () => {
    for (const order of [
      ['cancel', 'query'],
      ['query', 'cancel'],
    ] as const) {
      const { server, card } = make();
      tpduOf(server.change(ICCID, TO_B));
      for (const [n, kind] of order.entries()) {
        expect(server.stateOf(ICCID)?.state).toBe('sent');
        const outcome = answered(server, card, server[kind](ICCID));
        expect(outcome.kind).toBe(kind === 'cancel' ? 'refused' : 'confirmed');
        expect(server.stateOf(ICCID)?.state).toBe(n === 0 ? 'sent' : 'plain');
      }
    }
  });

  it('is not that a device is plain if the change was sent again between cancel and query', () => {
    const { server, card } = make();
    tpduOf(server.change(ICCID, TO_B));
    answered(server, card, server.cancel(ICCID));
    tpduOf(server.change(ICCID, TO_B));
    answered(server, card, server.query(ICCID));
    expect(server.stateOf(ICCID)?.state).toBe('sent');
  });

  it('is not that a device is plain when a query shows the change staged', () => {
    const { server, card } = make();
    answered(server, card, server.change(ICCID, TO_B));
    const outcome = answered(server, card, server.query(ICCID));
    expect(outcome).toMatchObject({ answer: { answer: { active: 0, staged: 1, pairsLeft: 2 } } });
    expect(server.stateOf(ICCID)).toMatchObject({ state: 'sent', isConfirmed: true });
  });

  it('is not changed by a query of a plain device', () => {
    const { server, card } = make();
    expect(answered(server, card, server.query(ICCID))).toMatchObject({ kind: 'confirmed' });
    expect(server.stateOf(ICCID)).toEqual({ state: 'plain' });
    expect(refusal(server.cancel(ICCID))).toBe('no-change-sent');
  });

  it('is that a listed device gets the same change, and nothing else', () => {
    const { server, card } = make();
    answered(server, card, server.change(ICCID, TO_B));
    server.list(ICCID);
    const before = server.snapshot();
    expect(refusal(server.change(ICCID, TO_C))).toBe('listed-device');
    expect(refusal(server.change(ICCID, { ...TO_B, mncLength: 3 }))).toBe('listed-device');
    expect(refusal(server.cancel(ICCID))).toBe('listed-device');
    expect(refusal(server.query(ICCID))).toBe('listed-device');
    expect(() => server.list(ICCID)).toThrow(RangeError);
    expect(server.snapshot()).toEqual(before);
    expect(answered(server, card, server.change(ICCID, TO_B))).toMatchObject({ kind: 'confirmed' });
  });

  it('is that the answer to a cancel, late, does not free a device that is listed by now', () => {
    const { server, card } = make();
    answered(server, card, server.change(ICCID, TO_B));
    const report = card.deliver(tpduOf(server.cancel(ICCID)));
    server.list(ICCID);
    expect(server.receiveReport(ICCID, report)).toMatchObject({ kind: 'confirmed' });
    expect(server.stateOf(ICCID)?.state).toBe('listed');
    expect(refusal(server.change(ICCID, TO_C))).toBe('listed-device');
  });

  it('ends when the device has moved: nothing is sent, and its key is forgotten', () => {
    const { server, card } = make();
    answered(server, card, server.change(ICCID, TO_B));
    expect(() => server.giveUp(ICCID)).toThrow(RangeError);
    server.list(ICCID);
    server.giveUp(ICCID);
    expect(server.stateOf(ICCID)).toEqual({ state: 'moved', to: 'MNO-B' });
    for (const sent of [server.change(ICCID, TO_B), server.query(ICCID), server.cancel(ICCID)]) {
      expect(refusal(sent)).toBe('moved-device');
    }
    expect(server.refusalOfChange(ICCID, TO_B)).toBe('moved-device');
    server.add({ iccid: ICCID, index: 2, keys: KEYS, cntr: 0 });
    expect(server.stateOf(ICCID)).toEqual({ state: 'plain' });
    expect(() => server.add({ iccid: ICCID, index: 2, keys: KEYS, cntr: 0 })).toThrow(RangeError);
  });
});
