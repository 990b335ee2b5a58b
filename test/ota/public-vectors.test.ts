/**
 * The cases of test/vectors/ota-public.json, packet by packet: sealed to the same octets, and
 * opened to the same fields. The file says which other programs agree on each.
 *
 * @see ETSI TS 102 225 §5.1, §5.2; 3GPP TS 31.115 §4
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import {
  decodeEnvelope,
  decodeSmsPpDownload,
  encodeSmsPpDownload,
} from '../../src/cat/envelope.ts';
import {
  openResponsePacket,
  type ResponseSecurity,
  responseStatusName,
  sealResponsePacket,
  verifiedResponse,
} from '../../src/ota/response-packet.ts';
import {
  openCommandPacket,
  type PacketKeys,
  readCommandBody,
  sealCommandPacket,
  splitCommandPacket,
} from '../../src/ota/secured-packet.ts';
import {
  commandUserData,
  decodeSmsDeliver,
  decodeUserData,
  encodeSmsDeliver,
  responseUserData,
} from '../../src/ota/sms.ts';
import { NO_KEYS, spiOf } from './support/packets.ts';
import {
  CASES,
  type Case,
  keysOf,
  keysOfSequence,
  octet,
  type ResponseVector,
  SEQUENCES,
} from './support/public-vectors.ts';

/** C-APDU of an ENVELOPE: class 80, one octet of Lc. */
const ENVELOPE_HEADER = 10;

/** Tells the two cases whose last octet was changed after the packet was sealed. */
function isDamaged({ id }: Case): boolean {
  return id === 'pub-x14' || id === 'pub-x15';
}

function sealed(of: Case): string {
  const input = {
    spi: spiOf(of.spi),
    kic: octet(of.kic),
    kid: octet(of.kid),
    tar: fromHex(of.tar),
    cntr: Number.parseInt(of.cntr, 16),
    data: fromHex(of.securedData),
  };
  return toHex(sealCommandPacket(input, keysOf(of)));
}

function securityOf(of: Case): ResponseSecurity {
  return { spi: spiOf(of.spi), kic: octet(of.kic), kid: octet(of.kid) };
}

function sealedResponse(
  of: Case,
  response: ResponseVector,
  security: ResponseSecurity | undefined,
  keys: PacketKeys,
): string {
  const input = {
    tar: fromHex(of.tar),
    cntr: Number.parseInt(response.cntr, 16),
    status: responseStatusName(octet(response.status))!,
    data: fromHex(of.response.executedResult),
  };
  return toHex(sealResponsePacket(input, security, keys)!);
}

const IDS = CASES.map((of) => [of.id, of] as const);
const DAMAGED = IDS.filter(([, of]) => isDamaged(of));
const INTACT = IDS.filter(([, of]) => !isDamaged(of));
const ONE_MESSAGE = IDS.filter(([, of]) => of.smsDeliver.length === 1);
const ANSWERED = IDS.filter(([, of]) => of.response.sent);
const REFUSED = IDS.filter(([, of]) => of.response.plainVariant !== undefined);

describe(`the ${CASES.length} public vectors`, () => {
  it('are 93, in every group', () => {
    const count = (group: string): number => CASES.filter((of) => of.group === group).length;
    expect(CASES).toHaveLength(93);
    expect(count('matrix')).toBe(72);
    expect(count('error')).toBe(8);
    expect(count('concat')).toBe(7);
  });

  it.each(INTACT)('%s is sealed to its command packet', (_id, of) => {
    expect(sealed(of)).toBe(of.commandPacket);
  });

  it.each(INTACT)('%s is opened to its fields', (_id, of) => {
    const frame = splitCommandPacket(fromHex(of.commandPacket));
    const body = readCommandBody(frame, keysOf(of))!;
    expect(body.checksumOk).toBe(of.integrity === 'none' ? undefined : true);
    expect(body.pcntr).toBe(of.pcntr);
    expect(toHex(body.checksum)).toBe(of.checksum);
    expect(of.plainPacket.endsWith(toHex(body.padded))).toBe(true);
    const opened = openCommandPacket(frame, keysOf(of));
    if (!opened.ok) expect.fail(opened.status);
    else {
      expect(opened.packet.cntr).toBe(Number.parseInt(of.cntr, 16));
      expect(toHex(opened.packet.data)).toBe(of.securedData);
      expect(toHex(opened.packet.tar)).toBe(of.tar);
    }
  });

  it.each(DAMAGED)(
    '%s is its sealed packet with another last octet, and its CC is wrong',
    (_id, of) => {
      expect(sealed(of).slice(0, -2)).toBe(of.commandPacket.slice(0, -2));
      expect(sealed(of)).not.toBe(of.commandPacket);
      const opened = openCommandPacket(splitCommandPacket(fromHex(of.commandPacket)), keysOf(of));
      const cntr = Number.parseInt(of.cntr, 16);
      expect(opened).toEqual({ ok: false, status: 'rc-cc-ds-failed', cntr });
    },
  );

  it.each(ONE_MESSAGE)('%s is carried by its user data, SMS-DELIVER and ENVELOPE', (_id, of) => {
    const userData = commandUserData(fromHex(of.commandPacket));
    expect(toHex(userData)).toBe(of.tpUserData[0]);
    const message = decodeSmsDeliver(fromHex(of.smsDeliver[0]!));
    expect(toHex(decodeUserData(message.userData).body)).toBe(of.commandPacket);
    const tpdu = encodeSmsDeliver({ ...message, userData });
    expect(toHex(tpdu)).toBe(of.smsDeliver[0]);
    const envelope = fromHex(of.envelopeApdus[0]!.slice(ENVELOPE_HEADER));
    const { serviceCentre } = decodeSmsPpDownload(decodeEnvelope(envelope));
    expect(encodeSmsPpDownload({ serviceCentre, tpdu })).toEqual(envelope);
  });
});

describe(`the ${ANSWERED.length} response packets of public vectors`, () => {
  it.each(ANSWERED)('%s is sealed to its response packet', (_id, of) => {
    const response = of.response as ResponseVector;
    const packet = sealedResponse(of, response, securityOf(of), keysOf(of));
    expect(packet).toBe(response.responsePacket);
    expect(toHex(responseUserData(fromHex(packet)))).toBe(response.withUdh);
  });

  it.each(ANSWERED)('%s is opened to status, counter and result', (_id, of) => {
    const response = of.response as ResponseVector;
    const packet = openResponsePacket(fromHex(response.responsePacket), securityOf(of), keysOf(of));
    expect(packet.status).toBe(octet(response.status));
    expect(packet.cntr).toBe(Number.parseInt(response.cntr, 16));
    expect(packet.pcntr).toBe(response.pcntr);
    expect(toHex(packet.checksum)).toBe(response.checksum);
    expect(packet.checksumOk).toBe(of.por.security === 'none' ? undefined : true);
    expect(verifiedResponse(packet) !== undefined).toBe(of.por.security === 'cc');
    expect(toHex(packet.data)).toBe(of.response.executedResult);
  });

  it.each(REFUSED)('%s has a plain variant that is sealed and read without keys', (_id, of) => {
    const plain = of.response.plainVariant!;
    expect(sealedResponse(of, plain, undefined, NO_KEYS)).toBe(plain.responsePacket);
    const packet = openResponsePacket(fromHex(plain.responsePacket), securityOf(of), keysOf(of));
    expect(packet.checksumOk).toBeUndefined();
    expect(packet.status).toBe(octet(plain.status));
    expect(packet.cntr).toBe(Number.parseInt(plain.cntr, 16));
  });
});

describe.each(SEQUENCES.map((sequence) => [sequence.id, sequence] as const))(
  'the public sequence %s',
  (_id, sequence) => {
    const { tar, steps } = sequence;
    const [first] = steps.map(({ commandPacket }) => splitCommandPacket(fromHex(commandPacket)));
    const security = { spi: first!.spi, kic: first!.kic, kid: first!.kid };
    const keys = keysOfSequence(sequence);

    it.each(steps.map((step, n) => [n + 1, step] as const))(
      'has in step %i packets that are opened, and sealed again',
      (_n, step) => {
        const opened = openCommandPacket(splitCommandPacket(fromHex(step.commandPacket)), keys);
        if (!opened.ok) return expect.fail(opened.status);
        expect(opened.packet.cntr).toBe(Number.parseInt(step.cntr, 16));
        expect(toHex(sealCommandPacket(opened.packet, keys))).toBe(step.commandPacket);
        const octets = fromHex(step.expectedResponseWithUdh.slice(6));
        const response = openResponsePacket(octets, security, keys);
        expect(response).toMatchObject({ checksumOk: true, status: octet(step.expectedStatus) });
        expect(toHex(response.tar)).toBe(tar);
        const status = responseStatusName(response.status)!;
        expect(sealResponsePacket({ ...response, status }, security, keys)).toEqual(octets);
      },
    );
  },
);
