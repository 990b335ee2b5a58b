/**
 * Damaged messages through ENVELOPE: each octet changed to each other value, and each way to cut
 * short. The card executes nothing but what differs in an octet that is really free, moves no
 * counter else, and does not break.
 *
 * @see ETSI TS 102 225 §5.1; 3GPP TS 23.040 §9.2.2.1, §9.2.3.24; 3GPP TS 31.111 §7.1.1.1
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/bytes/hex.ts';
import { segmentPacket } from '../../../src/ota/segmentation.ts';
import { commandUserData, IEI } from '../../../src/ota/sms.ts';
import { octetsLike, truncations } from '../../ota/support/damage.ts';
import { envelopeFields, type FieldOctet } from '../support/envelope-fields.ts';
import {
  type Delivered,
  deliverOf,
  envelopeOf,
  type OtaCard,
  packetEnvelope,
  sendEnvelope,
} from '../support/ota-card.ts';
import { SHAPES, type Shape, sealShape, shapeCard, shapeOf } from '../support/shapes.ts';

const SIM_CLASS = 0xa0;

/** Tells whether an octet may have another value, and the packet is executed all the same. */
type IsFree = (octet: number, at: number) => boolean;

const always: IsFree = () => true;
/** Two digits: 'F' would end the number. */
const areDigits: IsFree = (octet) => (octet & 0x0f) !== 0x0f && octet >> 4 !== 0x0f;

/** What is free around every packet: the card does not look at it, or not at all of it. */
const FREE_AROUND: Readonly<Record<string, IsFree>> = {
  // Without the bit "comprehension required".
  'devices tag': (octet) => octet === 0x02,
  'TPDU tag': (octet) => octet === 0x0b,
  // The address of the service centre may be anything, but a TPDU, or no tag.
  'address tag': (octet) => ![0x00, 0x0b, 0x7f].includes(octet & 0x7f),
  address: always,
  // SMS-DELIVER with a header; the rest is the network's and the ME's.
  'first octet': (octet) => (octet & 0x43) === 0x40,
  'TP-PID': always,
  'TP-DCS': always,
  'TP-SCTS': always,
  'TP-UDL': always,
};

/** Who sends is looked at only where parts are joined. */
const FREE_SENDER: Readonly<Record<string, IsFree>> = {
  'TP-OA type': always,
  'TP-OA digits': areDigits,
};

/** What is free in a packet without any checksum or ciphering, PoR in clear; stored CNTR is 5. */
const FREE_UNPROTECTED: Readonly<Record<string, IsFree>> = {
  // Neither checksum nor ciphering; reserved bits are not looked at.
  SPI1: (octet) => (octet & 0x07) === 0,
  // A PoR cannot have a digital signature.
  SPI2: (octet) => (octet & 0x0c) !== 0x0c || [0, 3].includes(octet & 3),
  // The key set whose counter counts: the first, by its number or implicitly.
  KIc: (octet) => octet >> 4 <= 1,
  KID: always,
  // CNTR, higher than 5; PCNTR, none; data.
  body: (octet, at) => (at === 4 ? octet > 5 : at !== 5),
};

/** One ENVELOPE that is damaged, and those around it. */
interface Trial {
  readonly shape: Shape;
  readonly envelopes: readonly Uint8Array[];
  readonly damaged: number;
  readonly fields: readonly FieldOctet[];
  readonly free: Readonly<Record<string, IsFree>>;
}

function alone(what: string, more: Readonly<Record<string, IsFree>> = {}): Trial {
  const shape = shapeOf(what);
  const envelope = packetEnvelope(sealShape(shape, shape.por + 1));
  const fields = envelopeFields(envelope, 3, true);
  const free = { ...FREE_AROUND, ...FREE_SENDER, ...more };
  return { shape, envelopes: [envelope], damaged: 0, fields, free };
}

/** TP-UD of a packet in two parts. */
function twoParts(shape: Shape): Uint8Array[] {
  const packet = sealShape(shape, shape.por + 1, { data: new Uint8Array(150) });
  return segmentPacket(packet, { iei: IEI.commandPacket, reference: 7 });
}

function firstPart(): Uint8Array {
  return twoParts(shapeOf('AES'))[0]!;
}

/** A packet in two parts of which the first or the second is damaged. */
function joined(part: 1 | 2): Trial {
  const shape = shapeOf('AES');
  const envelopes = twoParts(shape).map((userData) => envelopeOf(deliverOf(userData)));
  const fields = envelopeFields(envelopes[part - 1]!, part === 1 ? 8 : 6, part === 1);
  // '70' may be another element, for the packet need not be announced; not one of a concatenation,
  // and no other security header.
  const isNoElement: IsFree = (octet, at) =>
    part === 1 && at === 6 && ![0x00, 0x08].includes(octet) && (octet & 0xf0) !== 0x70;
  return {
    shape,
    envelopes,
    damaged: part - 1,
    fields,
    free: { ...FREE_AROUND, UDH: isNoElement },
  };
}

/** The PoR has RHL 0A, no RC/CC/DS; or there is none. */
function isPlainPor({ userData }: Delivered): boolean {
  return userData === undefined || userData.slice(10, 12) === '0a';
}

/** Sends a trial with one octet changed, to a fresh card. Tells whether it was executed. */
function isExecuted(to: OtaCard, { envelopes, damaged }: Trial, envelope: Uint8Array): boolean {
  const { root } = to.card;
  to.card.reset();
  to.executed.length = 0;
  let isPlain = true;
  envelopes.forEach((other, n) => {
    const delivered = sendEnvelope(to, n === damaged ? envelope : other);
    isPlain &&= isPlainPor(delivered);
    if (delivered.sw === '6f00') throw new Error('6F00');
  });
  if (to.executed.length === 0) {
    if (to.card.root !== root) throw new Error('the card has changed');
    if (!isPlain) throw new Error('the PoR has a checksum');
  }
  to.card.rewind(root);
  return to.executed.length > 0;
}

function expectFreeAlone(trial: Trial): void {
  const { shape, envelopes, damaged, fields, free } = trial;
  const to = shapeCard(shape);
  const envelope = envelopes[damaged]!;
  expect(isExecuted(to, trial, envelope)).toBe(true);
  for (const [n, { field, at }] of fields.entries()) {
    for (let by = 1; by < 256; by++) {
      const octet = envelope[n]! ^ by;
      // ENVELOPE of class A0 brings packets to the card as well: test/card/gsm/toolkit.test.ts.
      if (field === 'CLA' && octet === SIM_CLASS) continue;
      const executed = isExecuted(to, trial, envelope.with(n, octet));
      if (executed === (free[field]?.(octet, at) ?? false)) continue;
      const was = executed ? 'was executed' : 'was not executed';
      expect.fail(`octet ${at} of ${field} as ${octet.toString(16)} ${was}`);
    }
  }
  expect(to.faults).toEqual([]);
}

describe('one octet of an ENVELOPE, changed to any other value', () => {
  it.each([
    ['AES', alone('AES')],
    ['3DES', alone('3DES with two keys')],
    ['CC in clear', alone('AES in clear, CC of 4 octets')],
    ['RC and ciphering', alone('RC of 4 octets, and 3DES')],
    ['RC in clear', alone('RC of 2 octets in clear')],
    ['a counter alone', alone('nothing', FREE_UNPROTECTED)],
    ['AES in two parts, the first damaged', joined(1)],
    ['AES in two parts, the second damaged', joined(2)],
  ])('leaves the packet executed where it is free and nowhere else: %s', (_what, trial) => {
    expectFreeAlone(trial);
  });
});

/** All ways to cut a message short, each with the lengths around it made right. */
function shortened(packet: Uint8Array): Uint8Array[] {
  const userData = commandUserData(packet);
  const deliver = deliverOf(userData);
  return [
    ...truncations(envelopeOf(deliver)),
    ...truncations(deliver).map(envelopeOf),
    ...truncations(userData).map((part) => envelopeOf(deliverOf(part))),
    ...truncations(packet).map(packetEnvelope),
  ];
}

describe.each(SHAPES.map((shape) => [shape.what, shape] as const))(
  'a packet with %s',
  (_, shape) => {
    it('is not executed when it is cut short, wherever that is', () => {
      const to = shapeCard(shape);
      const { root } = to.card;
      for (const envelope of shortened(sealShape(shape, shape.por + 1))) {
        const { sw, userData } = sendEnvelope(to, envelope);
        if (!/^(?:9000|6a80|6700)$/u.test(sw)) expect.fail(`${toHex(envelope)} got ${sw}`);
        expect(userData).toBeUndefined();
      }
      expect(to.executed).toEqual([]);
      expect(to.card.root).toBe(root);
      expect(to.faults).toEqual([]);
      sendEnvelope(to, packetEnvelope(sealShape(shape, shape.por + 1)));
      expect(to.executed).toHaveLength(1);
    });
  },
);

describe('any octets in a message for the card', () => {
  it('are no fault of the card, and are never executed', () => {
    const shape = shapeOf('AES');
    const to = shapeCard(shape);
    const { root } = to.card;
    const packets = [0x16, 0x12].map((spi1) => sealShape(shape, 0x19, { spi1 }));
    const known = [...packets.map(commandUserData), firstPart()].map(toHex);
    fc.assert(
      fc.property(octetsLike(...known), (octets) => {
        if (known.includes(toHex(octets)) || octets.length > 140) return;
        sendEnvelope(to, envelopeOf(deliverOf(octets)));
        sendEnvelope(to, envelopeOf(octets));
        expect(to.faults).toEqual([]);
        expect(to.executed).toEqual([]);
      }),
      { numRuns: 2000 },
    );
    expect(to.card.root).toBe(root);
    sendEnvelope(to, packetEnvelope(sealShape(shape, shape.por + 1)));
    expect(to.executed).toHaveLength(1);
  });

  it('are no fault of the card as any C-APDU, either', () => {
    const to = shapeCard(shapeOf('AES'));
    const { root } = to.card;
    // The second part never comes.
    const known = toHex(envelopeOf(deliverOf(firstPart())));
    fc.assert(
      fc.property(octetsLike(known), (octets) => {
        const response = toHex(to.card.transmit(octets));
        // Class A0 has no other word for what makes no sense.
        if (octets[0] !== SIM_CLASS) expect(response).not.toBe('6f00');
        expect(to.faults).toEqual([]);
      }),
      { numRuns: 2000 },
    );
    expect(to.executed).toEqual([]);
    expect(to.card.root).toBe(root);
  });
});
