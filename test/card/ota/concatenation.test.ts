/**
 * Packets in several short messages, as the card receives them: in any order, mixed with others,
 * again, over a reset, and never finished.
 *
 * @see 3GPP TS 23.040 §9.2.3.24; 3GPP TS 31.115 §4
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../../src/bytes/hex.ts';
import { cardApplets } from '../../../src/card/ota/applet-run.ts';
import { OtaReceiver } from '../../../src/card/ota/receiver.ts';
import { newSession } from '../../../src/card/session.ts';
import { CardMemory } from '../../../src/card/store/card-memory.ts';
import { usimKeys } from '../../../src/card/usim-keys.ts';
import { REASSEMBLY_LIMITS } from '../../../src/ota/reassembly.ts';
import { segmentPacket } from '../../../src/ota/segmentation.ts';
import { decodeUserData, encodeUserData, IEI } from '../../../src/ota/sms.ts';
import type { SwitchesProfile } from '../../../src/profile/profile.ts';
import {
  changed,
  deliverOf,
  envelopeOf,
  type OtaCard,
  type Sender,
  sendEnvelope,
  storedCounter,
} from '../support/ota-card.ts';
import { EVERYTHING, transmit } from '../support/proactive.ts';
import { sealShape, shapeCard, shapeOf } from '../support/shapes.ts';

const SHAPE = shapeOf('AES');
const POR = SHAPE.por + 1;
const NOTHING = { sw: '9000', userData: undefined };

type Cut = Partial<Parameters<typeof segmentPacket>[1]>;

/** TP-UD of a packet in several parts: 4 of them with 450 octets of data. */
function parts(cut: Cut = {}, octets = 450, cntr = 6, spi2 = POR): Uint8Array[] {
  const data = Uint8Array.from({ length: octets }, (_, n) => n % 251);
  const packet = sealShape(SHAPE, spi2, { data, cntr });
  return segmentPacket(packet, { iei: IEI.commandPacket, reference: 7, ...cut });
}

function card(switches: Partial<SwitchesProfile> = {}): OtaCard {
  return shapeCard(SHAPE, { switches });
}

function send(
  to: OtaCard,
  userData: Uint8Array,
  from: Sender = {},
): ReturnType<typeof sendEnvelope> {
  return sendEnvelope(to, envelopeOf(deliverOf(userData, from)));
}

/** Sends parts that must not make a whole. */
function sendInVain(to: OtaCard, all: readonly Uint8Array[], from: Sender = {}): void {
  const before = to.executed.length;
  for (const part of all) expect(send(to, part, from)).toEqual(NOTHING);
  expect(to.executed).toHaveLength(before);
  expect(to.faults).toEqual([]);
}

/** Sends a last part: the packet is executed. */
function sendLast(to: OtaCard, part: Uint8Array, from: Sender = {}): void {
  const before = to.executed.length;
  expect(send(to, part, from).userData).toMatch(/^027100/u);
  expect(to.executed).toHaveLength(before + 1);
  expect(to.faults).toEqual([]);
}

describe('the parts of a packet', () => {
  it.each([
    ['8 bits', { width: 8 }],
    ['16 bits', { width: 16, reference: 0x0107 }],
    ['8 bits, the packet announced first', { width: 8, packetElementFirst: true }],
  ] as const)('come in any order, with a reference of %s', (_what, cut) => {
    const all = parts(cut);
    expect(all).toHaveLength(4);
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: 4 }), (order) => {
        const to = card();
        sendInVain(to, order.slice(0, -1));
        sendLast(to, order.at(-1)!);
        expect(to.executed[0]?.data).toHaveLength(450);
      }),
      { numRuns: 24 },
    );
  });

  it('may be 31, in any order', () => {
    const all = parts({}, 4096);
    expect(all).toHaveLength(31);
    const to = card();
    sendInVain(to, all.slice(1).reverse());
    sendLast(to, all[0]!);
    expect(to.executed[0]?.data).toHaveLength(4096);
  });

  it('may be one that says so', () => {
    const packet = sealShape(SHAPE, POR);
    const elements = [
      { iei: IEI.concatenation8, value: Uint8Array.of(7, 1, 1) },
      { iei: IEI.commandPacket, value: new Uint8Array(0) },
    ];
    sendLast(card(), encodeUserData({ elements, body: packet }));
  });

  it('may come twice, and are executed once', () => {
    const [one, two, three, four] = parts();
    const to = card();
    sendInVain(to, [one!, two!, one!, one!, three!, two!]);
    sendLast(to, four!);
    sendInVain(to, [four!, three!, two!]);
    const again = send(to, one!);
    expect(again.userData).toMatch(/0002$/u);
    expect(to.executed).toHaveLength(1);
  });

  it('may have elements that nobody knows, in front and behind', () => {
    const unknown = { iei: 0x22, value: fromHex('0102') };
    const packet = sealShape(SHAPE, POR, { data: new Uint8Array(280) });
    const total = Math.ceil(packet.length / 120);
    const all = Array.from({ length: total }, (_, n) => {
      const part = { iei: IEI.concatenation8, value: Uint8Array.of(9, total, n + 1) };
      const announced = n === 0 ? [{ iei: IEI.commandPacket, value: new Uint8Array(0) }] : [];
      const elements = [unknown, part, ...announced, unknown];
      return encodeUserData({ elements, body: packet.subarray(n * 120, n * 120 + 120) });
    });
    const to = card();
    sendInVain(to, all.slice(0, -1));
    sendLast(to, all.at(-1)!);
  });
});

describe('parts of several packets', () => {
  const [one, two, three, four] = parts();

  it('of two senders with the same reference are kept apart', () => {
    const to = card();
    const other = { originator: '+4917155555' };
    const [first, ...more] = parts({}, 450, 7);
    sendInVain(to, [one!, three!]);
    sendInVain(to, [first!, more[0]!, more[1]!], other);
    sendInVain(to, [two!]);
    sendLast(to, four!);
    sendLast(to, more[2]!, other);
    expect(to.executed.map(({ cntr }) => cntr)).toEqual([6, 7]);
  });

  it('of one sender with references 7 of 8 and of 16 bits are kept apart', () => {
    const to = card();
    const wide = parts({ width: 16 }, 450, 7);
    sendInVain(to, [one!, wide[0]!, two!, wide[1]!, three!, wide[2]!]);
    sendLast(to, four!);
    sendLast(to, wide[3]!);
  });

  it('of one sender with two references are kept apart', () => {
    const to = card();
    const later = parts({ reference: 8 }, 450, 7);
    sendInVain(to, [later[3]!, one!, later[2]!, two!, later[1]!, three!]);
    sendLast(to, four!);
    sendLast(to, later[0]!);
  });

  it('are given up for a later message with the same reference: the newer is whole', () => {
    const to = card();
    const later = parts({}, 450, 9);
    sendInVain(to, [one!, two!, three!, later[0]!, later[1]!, later[2]!]);
    sendLast(to, later[3]!);
    expect(to.executed.map(({ cntr }) => cntr)).toEqual([9]);
    sendInVain(to, [four!]);
  });

  it('are given up for one of another total', () => {
    const to = card();
    const shorter = parts({}, 300, 9);
    expect(shorter).toHaveLength(3);
    sendInVain(to, [one!, two!, three!, shorter[0]!, shorter[1]!, four!]);
    sendInVain(to, [shorter[2]!, one!, two!, three!]);
    sendLast(to, four!);
    expect(to.executed.map(({ cntr }) => cntr)).toEqual([6]);
  });

  it('do not disturb a message of its own', () => {
    const to = card();
    sendInVain(to, [one!, two!, three!]);
    const [alone] = segmentPacket(sealShape(SHAPE, POR, { cntr: 6 }), {
      iei: IEI.commandPacket,
      reference: 7,
    });
    sendLast(to, alone!);
    expect(send(to, four!).userData).toMatch(/0002$/u);
    expect(storedCounter(to, 1)).toBe('0000000006');
  });
});

describe('a part that makes no sense: one with', () => {
  const all = parts();
  /** The octets of the element: 05 00 03 reference total number. */
  const at = { length: 2, total: 4, number: 5 };

  it.each([
    ['number 0', changed(all[1]!, at.number, () => 0)],
    ['number 5 of 4', changed(all[1]!, at.number, () => 5)],
    ['a total of 0', changed(all[1]!, at.total, () => 0)],
    ['an element of 2 octets', changed(all[1]!, at.length, () => 2)],
    ['an element of 4 octets', changed(all[1]!, at.length, () => 4)],
    ['a header cut short', all[1]!.slice(0, 4)],
    ['no octets', new Uint8Array(0)],
  ])('%s is ignored, and the others make a whole', (_what, odd) => {
    const to = card();
    sendInVain(to, [all[0]!, odd, all[1]!, odd, all[2]!]);
    sendLast(to, all[3]!);
  });

  it('other octets makes no packet with a right checksum', () => {
    const to = card();
    const { root } = to.card;
    sendInVain(to, [all[0]!, changed(all[1]!, -1, (octet) => octet ^ 1), all[2]!]);
    expect(send(to, all[3]!).userData).toMatch(/^027100000b0a.{18}01$/u);
    expect(to.executed).toEqual([]);
    expect(to.card.root).toBe(root);
  });
});

describe('a part that is not the last', () => {
  it('is answered with 91XX when something is offered, and with nothing else', () => {
    const to = card();
    transmit(to, EVERYTHING);
    const submit = parts({}, 7, 6, POR | 0x20);
    expect(submit).toHaveLength(1);
    expect(send(to, submit[0]!).sw).toMatch(/^91/u);
    const [one] = parts({}, 450, 8);
    const { sw, userData } = send(to, one!);
    expect(sw).toMatch(/^91/u);
    expect(userData).toBeUndefined();
  });
});

describe('parts over a reset', () => {
  it.each([
    ['a reset', (to: OtaCard) => to.card.reset()],
    [
      'a loss of power',
      (to: OtaCard) => {
        to.card.powerOff();
        to.card.reset();
      },
    ],
  ])('are lost by %s', (_what, happens) => {
    const to = card();
    const all = parts();
    sendInVain(to, all.slice(0, 3));
    happens(to);
    sendInVain(to, [all[3]!]);
    sendInVain(to, all.slice(1, 3));
    sendLast(to, all[0]!);
  });
});

describe('messages that are never finished', () => {
  it('take no more room than there is, though there be 10,000', () => {
    const to = card();
    const memory = new CardMemory(to.card.image, to.card.root, undefined);
    const receiver = new OtaReceiver(memory, usimKeys(), cardApplets({}, undefined), undefined);
    const session = newSession('T=0');
    const [long] = parts({}, 4096);
    for (let n = 0; n < 10_000; n++) {
      const part = changed(long!, 3, () => n % 256);
      const originator = `+49171${n}`;
      receiver.receive(deliverOf(part, { originator }), session);
      const { messages } = session.reassembly;
      expect(messages.length).toBeLessThanOrEqual(REASSEMBLY_LIMITS.messages);
    }
    const { messages } = session.reassembly;
    expect(REASSEMBLY_LIMITS).toEqual({ messages: 8, octets: 255 * 140 });
    expect(messages.map((message) => message.parts.size)).toEqual(Array(8).fill(1));
    expect(messages.reduce((sum, { octets }) => sum + octets, 0)).toBe(8 * 140);
  });

  it('take no more octets than the longest message has, each of them long', () => {
    const to = card();
    for (let reference = 0; reference < 20; reference++) {
      const all = Array.from({ length: 254 }, (_, n) =>
        encodeUserData({
          elements: [{ iei: IEI.concatenation8, value: Uint8Array.of(reference, 255, n + 1) }],
          body: new Uint8Array(134),
        }),
      );
      sendInVain(to, all);
    }
    const [one, ...more] = parts();
    sendInVain(to, [one!, ...more.slice(0, -1)]);
    sendLast(to, more.at(-1)!);
  });

  it('do not keep a good one out, and the oldest is the one that is given up', () => {
    const to = card();
    const all = parts();
    sendInVain(to, all.slice(0, 3));
    for (let n = 0; n < 7; n++) sendInVain(to, [all[0]!], { originator: `+4930${n}` });
    sendLast(to, all[3]!);

    const later = parts({}, 450, 9);
    sendInVain(to, later.slice(0, 3));
    for (let n = 0; n < 8; n++) sendInVain(to, [all[0]!], { originator: `+4940${n}` });
    sendInVain(to, [later[3]!]);
    expect(to.findings.some(({ found }) => found.includes('given up'))).toBe(true);
    sendInVain(to, later.slice(0, 2));
    sendLast(to, later[2]!);
  });
});

describe('a packet that no element announces', () => {
  const silent = (all: readonly Uint8Array[], iei = 0x22): Uint8Array[] =>
    all.map((userData) => {
      const { elements, body } = decodeUserData(userData);
      const others = elements.map((element) =>
        element.iei === IEI.commandPacket ? { ...element, iei } : element,
      );
      return encodeUserData({ elements: others, body });
    });

  it('is taken in several parts by a lenient card', () => {
    const to = card();
    const all = silent(parts());
    sendInVain(to, all.slice(0, 3));
    sendLast(to, all[3]!);
  });

  it.each<[string, Partial<SwitchesProfile>, readonly Uint8Array[], Sender]>([
    ['by a strict card', { unannouncedPackets: false }, silent(parts()), {}],
    ['of another TP-PID', {}, silent(parts()), { pid: 0x00 }],
    ['that is said to be a response', {}, silent(parts(), IEI.responsePacket), {}],
    ['that is said to be something of another toolkit', {}, silent(parts(), 0x7f), {}],
    ['in one message', {}, silent(parts({}, 7)), {}],
  ])('%s is ignored', (_what, switches, all, from) => {
    const to = card(switches);
    const { root } = to.card;
    sendInVain(to, all, from);
    expect(to.card.root).toBe(root);
    const announced = parts({ reference: 8 });
    sendInVain(to, announced.slice(0, 3));
    sendLast(to, announced[3]!);
  });

  it('is not announced by a part behind the first, to a strict card', () => {
    const [one, two] = parts({}, 200);
    const { elements, body } = decodeUserData(two!);
    const late = encodeUserData({
      elements: [...elements, { iei: IEI.commandPacket, value: new Uint8Array(0) }],
      body,
    });
    const to = card({ unannouncedPackets: false });
    sendInVain(to, [silent([one!])[0]!, late]);
  });
});
