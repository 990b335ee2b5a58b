/**
 * How a PoR goes back: in the delivery report, by SMS-SUBMIT, or announced by 0B in the one and
 * sent by the other; and what becomes of short messages that the ME does not send.
 *
 * @see ETSI TS 102 225 §5.2; 3GPP TS 31.115 §4; 3GPP TS 31.111 §7.1.1.1; ETSI TS 102 223 §6.4
 * @module
 */

import { describe, expect, it } from 'vitest';
import { address } from '../../../src/bytes/address.ts';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { TAG } from '../../../src/cat/proactive-command.ts';
import { emptyReassembly, takePart } from '../../../src/ota/reassembly.ts';
import { openResponsePacket, type ResponsePacket } from '../../../src/ota/response-packet.ts';
import { responsePacketOf } from '../../../src/ota/sms.ts';
import { decodeSmsSubmit } from '../../../src/ota/sms-submit.ts';
import { findTlv } from '../../../src/tlv/comprehension.ts';
import { spiOf } from '../../ota/support/packets.ts';
import {
  type OtaCard,
  octetHex,
  packetEnvelope,
  sendEnvelope,
  sendPacket,
  storedCounter,
} from '../support/ota-card.ts';
import {
  EVERYTHING,
  fetchOffered,
  respond,
  STATUS,
  said,
  sentMessages,
  transmit,
  WITHOUT_MESSAGES,
} from '../support/proactive.ts';
import { keysOf, type ShapeParts, sealShape, shapeCard, shapeOf } from '../support/shapes.ts';

const SHAPE = shapeOf('AES');
/** CC and ciphering of the PoR, always: in the report, by SMS-SUBMIT. */
const REPORT = 0x19;
const SUBMIT = 0x39;

function octets(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, n) => n % 251);
}

/** A card whose applet answers so many octets. */
function answering(length: number, profile: string | undefined = EVERYTHING): OtaCard {
  const to = shapeCard(SHAPE, { answer: () => octets(length) });
  if (profile !== undefined) expect(transmit(to, profile)).toBe('9000');
  return to;
}

function packet(spi2: number, parts: ShapeParts = {}): Uint8Array {
  return packetEnvelope(sealShape(SHAPE, spi2, parts));
}

function open(userData: string, spi2 = REPORT): ResponsePacket {
  const security = { spi: spiOf(`16${octetHex(spi2)}`), kic: SHAPE.kic, kid: SHAPE.kid };
  return openResponsePacket(responsePacketOf(fromHex(userData)), security, keysOf(SHAPE));
}

/** Joins the short messages of an answer, in the order of the list, and opens the PoR. */
function openJoined(messages: readonly string[], spi2: number): ResponsePacket {
  let store = emptyReassembly();
  let whole: Uint8Array | undefined;
  for (const hex of messages) {
    const part = { originator: address('12345'), hasHeader: true, userData: fromHex(hex) };
    const taken = takePart(store, part);
    store = taken.store;
    whole = taken.message?.body;
  }
  expect(whole).toBeDefined();
  return open(`027100${toHex(whole!)}`, spi2);
}

describe('a PoR by SMS-SUBMIT', () => {
  it('is sent to whoever sent the command, as SEND SHORT MESSAGE', () => {
    const to = answering(5);
    const sw = transmit(to, packet(SUBMIT));
    const command = fetchOffered(to, sw);
    expect(command.details).toEqual({ number: 1, type: 0x13, qualifier: 0 });
    expect(command.destination).toBe(0x83);
    const submit = decodeSmsSubmit(findTlv(command.objects, TAG.smsTpdu)!);
    expect(submit).toMatchObject({
      destination: '+491711234567',
      pid: 0x7f,
      dcs: 0xf6,
      hasHeader: true,
    });
    const por = open(toHex(submit.userData), SUBMIT);
    expect(por).toMatchObject({ status: 0, cntr: 6, checksumOk: true, data: octets(5) });
    expect(respond(to, command)).toBe('9000');
    expect(transmit(to, STATUS)).toBe('9000');
    expect(transmit(to, '00C0000001')).toBe('6985');
  });

  it.each([
    [98, 1],
    [113, 1],
    [114, 2],
    [129, 2],
    [1000, 8],
    [4081, 31],
    [4096, 31],
  ])('of %d octets comes in %d messages', (length, count) => {
    const to = answering(length);
    const messages = sentMessages(to, transmit(to, packet(SUBMIT)));
    expect(messages).toHaveLength(count);
    for (const message of messages) expect(message.length).toBeLessThanOrEqual(280);
    const por = openJoined(messages, SUBMIT);
    expect(por).toMatchObject({ status: 0, checksumOk: true, data: octets(length) });
    expect(transmit(to, STATUS)).toBe('9000');
  });

  it('of more octets than the card answers is cut', () => {
    const to = answering(5000);
    const por = openJoined(sentMessages(to, transmit(to, packet(SUBMIT))), SUBMIT);
    expect(por.data).toEqual(octets(5000).subarray(0, 4096));
    expect(to.findings.filter(({ ok }) => !ok).map(({ step }) => step)).toEqual(['applet']);
  });

  it.each([
    ['on error', 0x3a, 6, '9000'],
    ['never', 0x38, 6, '9000'],
    ['in the reserved mode', 0x3b, 6, '9000'],
    ['on error, and there is one', 0x3a, 5, '91'],
    ['never, and there is one', 0x38, 5, '9000'],
  ])('that is wanted %s goes so', (_what, spi2, cntr, sw) => {
    const to = answering(5);
    expect(transmit(to, packet(spi2, { cntr })).slice(0, sw.length)).toBe(sw);
    expect(to.executed).toHaveLength(cntr === 6 ? 1 : 0);
  });

  it('is offered by T=1, too', () => {
    const to = shapeCard(SHAPE, { answer: () => octets(200), protocol: 'T=1' });
    transmit(to, EVERYTHING);
    const sw = transmit(to, Uint8Array.of(...packet(SUBMIT), 0));
    expect(openJoined(sentMessages(to, sw), SUBMIT).data).toEqual(octets(200));
  });
});

describe('a short message that the ME does not send', () => {
  it.each(['20', '2002', '21', '26'])(
    'with result %s is offered again at STATUS, and not before; 5 times in all',
    (result) => {
      const to = answering(5);
      let sw = transmit(to, packet(SUBMIT));
      for (let offer = 1; offer <= 5; offer++) {
        const command = fetchOffered(to, sw);
        expect(said(command)).toMatch(/^SMS 027100/u);
        expect(respond(to, command, result)).toBe('9000');
        expect(transmit(to, '00A4000C023F00')).toBe('9000');
        sw = transmit(to, STATUS);
      }
      expect(sw).toBe('9000');
      expect(transmit(to, '8012000000')).toBe('6985');
      expect(transmit(to, packet(SUBMIT, { cntr: 7 }))).toMatch(/^91/u);
    },
  );

  it.each(['30', '31', '32', '3526', '36', '39'])('with result %s is given up', (result) => {
    const to = answering(5);
    const command = fetchOffered(to, transmit(to, packet(SUBMIT)));
    expect(respond(to, command, result)).toBe('9000');
    expect(transmit(to, STATUS)).toBe('9000');
    expect(transmit(to, EVERYTHING)).toBe('9000');
    expect(transmit(to, STATUS)).toBe('9000');
  });

  it.each(['00', '01', '06'])('with result %s was sent', (result) => {
    const to = answering(5);
    const command = fetchOffered(to, transmit(to, packet(SUBMIT)));
    expect(respond(to, command, result)).toBe('9000');
    expect(transmit(to, STATUS)).toBe('9000');
  });

  it('and of which nothing that makes sense is heard is offered again at STATUS', () => {
    const to = answering(5);
    fetchOffered(to, transmit(to, packet(SUBMIT)));
    expect(transmit(to, '8014000003810301')).toBe('6a80');
    expect(transmit(to, STATUS)).toMatch(/^91/u);
  });

  it('and of which another command is said stays with the ME', () => {
    const to = answering(5);
    const command = fetchOffered(to, transmit(to, packet(SUBMIT)));
    const { details } = command;
    const other = { ...command, details: { ...details, number: details.number + 1 } };
    expect(respond(to, other)).toBe('6a80');
    expect(transmit(to, STATUS)).toBe('9000');
    expect(respond(to, command)).toBe('9000');
  });

  it('and of which nothing is heard is offered again after TERMINAL PROFILE, at STATUS', () => {
    const to = answering(5);
    const command = said(fetchOffered(to, transmit(to, packet(SUBMIT))));
    expect(transmit(to, STATUS)).toBe('9000');
    expect(transmit(to, EVERYTHING)).toBe('9000');
    expect(said(fetchOffered(to, transmit(to, STATUS)))).toBe(command);
  });

  it('lets the parts behind it go first', () => {
    const to = answering(300);
    const first = fetchOffered(to, transmit(to, packet(SUBMIT)));
    const others = sentMessages(to, respond(to, first, '20'));
    expect(others).toHaveLength(2);
    const [again] = sentMessages(to, transmit(to, STATUS));
    expect(`SMS ${again}`).toBe(said(first));
    expect(openJoined([...others, again!], SUBMIT).data).toEqual(octets(300));
  });

  it('is forgotten by a reset', () => {
    const to = answering(300);
    expect(transmit(to, packet(SUBMIT))).toMatch(/^91/u);
    to.card.reset();
    expect(transmit(to, EVERYTHING)).toBe('9000');
    expect(transmit(to, STATUS)).toBe('9000');
  });
});

describe('an ME that sends no short messages', () => {
  it.each([
    ['without TERMINAL PROFILE', undefined],
    ['without the facility', WITHOUT_MESSAGES],
    ['with a TERMINAL PROFILE of 3 octets', '8010000003FFFFFF'],
  ])('%s gets the PoR in the report, as much as that holds', (_what, profile) => {
    for (const spi2 of [SUBMIT, REPORT]) {
      const to = shapeCard(SHAPE, {
        answer: ({ responseMax }) => {
          expect(responseMax).toBe(97);
          return octets(98);
        },
      });
      if (profile !== undefined) transmit(to, profile);
      const { sw, userData } = sendPacket(to, sealShape(SHAPE, spi2));
      expect(sw).toBe('6179');
      expect(open(userData!, spi2)).toMatchObject({ status: 0, data: octets(97) });
      expect(transmit(to, STATUS)).toBe('9000');
      expect(to.faults).toEqual([]);
    }
  });

  it('gets the refusal in the report', () => {
    const to = answering(5, WITHOUT_MESSAGES);
    const { userData } = sendPacket(to, sealShape(SHAPE, SUBMIT, { cntr: 5 }));
    expect(userData).toBe('027100000b0ab0001000000000050002');
  });
});

describe('a PoR that is longer than a report', () => {
  it.each([
    ['CC and ciphering', 'AES', 97],
    ['CC of 4 octets', 'AES in clear, CC of 4 octets', 108],
    ['3DES', '3DES with two keys', 97],
    ['RC and ciphering', 'RC of 4 octets, and 3DES', 101],
    ['nothing', 'nothing', 112],
  ])('is not one up to 128 octets of TP-UD, and is one from there on: %s', (_what, name, most) => {
    const shape = shapeOf(name);
    for (const [length, isLong] of [
      [most, false],
      [most + 1, true],
    ] as const) {
      const to = shapeCard(shape, { answer: () => octets(length) });
      transmit(to, EVERYTHING);
      const { sw, userData } = sendPacket(to, sealShape(shape, shape.por + 1));
      expect(sw.startsWith('61')).toBe(true);
      const security = {
        spi: spiOf(`16${octetHex(shape.por + 1)}`),
        kic: shape.kic,
        kid: shape.kid,
      };
      const end = userData!.slice(-4);
      const report = fromHex(isLong ? userData!.slice(0, -4) : userData!);
      const por = openResponsePacket(responsePacketOf(report), security, keysOf(shape));
      expect(por).toMatchObject({ status: isLong ? 0x0b : 0, cntr: 6 });
      expect(por.data).toHaveLength(isLong ? 0 : length);
      if (!isLong) continue;
      expect(end).toMatch(/^91/u);
      expect(sentMessages(to, end)).toHaveLength(1);
    }
  });

  it('is announced by 0B, with CC and ciphering, and sent when that was collected', () => {
    const to = answering(300);
    const sw = transmit(to, packet(REPORT));
    expect(sw).toBe('6119');
    const collected = transmit(to, '00C0000019');
    const report = open(collected.slice(0, -4));
    expect(report).toMatchObject({ status: 0x0b, cntr: 6, checksumOk: true });
    expect(report.data).toHaveLength(0);
    const por = openJoined(sentMessages(to, collected), REPORT);
    expect(por).toMatchObject({ status: 0, cntr: 6, checksumOk: true, data: octets(300) });
  });

  it('comes in the same R-APDU with T=1', () => {
    const to = shapeCard(SHAPE, { answer: () => octets(300), protocol: 'T=1' });
    transmit(to, EVERYTHING);
    const response = transmit(to, Uint8Array.of(...packet(REPORT), 0));
    expect(open(response.slice(0, -4)).status).toBe(0x0b);
    expect(openJoined(sentMessages(to, response), REPORT).data).toEqual(octets(300));
  });

  it('says 0B in every policy: the packet was executed', () => {
    for (const porPolicy of ['plain', 'literal', 'hardened'] as const) {
      const to = shapeCard(SHAPE, { answer: () => octets(300), switches: { porPolicy } });
      transmit(to, EVERYTHING);
      const { userData } = sendEnvelope(to, packet(REPORT));
      expect(open(userData!.slice(0, -4)).status).toBe(0x0b);
    }
  });
});

describe('an ME that fetches nothing', () => {
  it('is given no more short messages after a while, but reports', () => {
    const to = answering(5);
    const ways = Array.from({ length: 300 }, (_, n) => {
      return sendPacket(to, sealShape(SHAPE, SUBMIT, { cntr: 6 + n }));
    });
    const submitted = ways.filter(({ userData }) => userData === undefined);
    expect(submitted.length).toBe(65);
    const reported = ways.slice(65);
    for (const { userData } of reported) {
      expect(open(userData!.replace(/91..$/u, ''), SUBMIT).status).toBe(0);
    }
    expect(to.executed).toHaveLength(300);
    expect(storedCounter(to, 1)).toBe((305).toString(16).padStart(10, '0'));
    expect(sentMessages(to, transmit(to, STATUS))).toHaveLength(65);
    expect(to.faults).toEqual([]);
  });

  it('has references that tell two answers apart, though both have CNTR 0', () => {
    const to = answering(200);
    const sent = packet(SUBMIT, { spi1: 0x06, cntr: 0 });
    transmit(to, sent);
    const messages = sentMessages(to, transmit(to, sent));
    expect(messages.map((message) => message.slice(0, 4))).toEqual([
      '0700',
      '0500',
      '0700',
      '0500',
    ]);
    const [one, two, three, four] = messages.map((message) => message.slice(6, 8));
    expect([one, three]).toEqual([two, four]);
    expect(one).not.toBe(three);
  });

  it('has at most 95 of them waiting when they are long, each with a number of its own', () => {
    const to = answering(4096);
    const numbers: number[] = [];
    for (let n = 0; n < 5; n++) transmit(to, packet(SUBMIT, { cntr: 6 + n }));
    for (let sw = transmit(to, STATUS); sw.startsWith('91'); ) {
      const command = fetchOffered(to, sw);
      numbers.push(command.details.number);
      sw = respond(to, command);
    }
    expect(numbers).toHaveLength(93);
    expect(new Set(numbers).size).toBe(93);
    expect(Math.max(...numbers)).toBeLessThanOrEqual(254);
  });
});
