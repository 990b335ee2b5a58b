/**
 * Exchanges that were recorded with real cards: their packets are opened, and sealed again octet by
 * octet. What a card answers to them is in test/card/ota/vectors.test.ts.
 *
 * @see ETSI TS 102 225 §5.1, §5.2
 * @module
 */

import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { namedKey, otaKey } from '../../src/ota/key-set.ts';
import {
  openResponsePacket,
  responseStatusName,
  sealResponsePacket,
  verifiedResponse,
} from '../../src/ota/response-packet.ts';
import { type PacketKeys, sealCommandPacket } from '../../src/ota/secured-packet.ts';
import { commandUserData, responseUserData } from '../../src/ota/sms.ts';
import real from '../vectors/ota-real-cards.json' with { type: 'json' };
import { bothBy, NO_KEYS, open, type RealExchange, spiOf } from './support/packets.ts';
import { octet } from './support/public-vectors.ts';

const UDH = '027000'.length;
const ROWS = real.exchanges.map((of) => [of.name, of] as const);
const ANSWERED = ROWS.filter(([, of]) => of.status === '00');

function keysOf({ kid, cipheringKey, checksumKey }: RealExchange): PacketKeys {
  const algorithm = namedKey(octet(kid))!.algorithm;
  return bothBy({
    kvn: octet(kid) >> 4,
    cipheringKey: otaKey(algorithm, fromHex(cipheringKey)),
    checksumKey: otaKey(algorithm, fromHex(checksumKey)),
    macLength: 8,
  });
}

const securityOf = (of: RealExchange) => {
  return { spi: spiOf(of.spi), kic: octet(of.kic), kid: octet(of.kid) };
};

describe('the recorded exchanges', () => {
  it('are one with AES, one with 3DES, and its replay', () => {
    expect(ROWS.map(([, { kid }]) => namedKey(octet(kid))!.algorithm)).toEqual([
      'AES',
      '3DES',
      '3DES',
    ]);
  });

  it.each(ROWS)('have a command that is opened, and sealed again: %s', (_name, of) => {
    const opened = open(fromHex(of.userData.slice(UDH)), keysOf(of));
    if (!opened.ok) return expect.fail(opened.status);
    expect(toHex(opened.packet.data)).toBe(of.data);
    expect(toHex(opened.packet.tar)).toBe(of.tar);
    expect(opened.packet.cntr).toBe(Number.parseInt(of.cntr, 16));
    const sealed = sealCommandPacket(opened.packet, keysOf(of));
    expect(toHex(commandUserData(sealed))).toBe(of.userData);
  });

  it.each(ANSWERED)('have a PoR that is opened, verified and sealed again: %s', (_name, of) => {
    const octets = fromHex(of.responseUserData.slice(UDH));
    const packet = openResponsePacket(octets, securityOf(of), keysOf(of));
    expect(verifiedResponse(packet)).toBe(packet);
    expect(toHex(packet.data)).toBe(of.responseData);
    const status = responseStatusName(packet.status)!;
    const sealed = sealResponsePacket({ ...packet, status }, securityOf(of), keysOf(of))!;
    expect(toHex(responseUserData(sealed))).toBe(of.responseUserData);
  });

  it('have a refusal of the replay in clear, sealed again without keys', () => {
    const of = real.exchanges[2]!;
    const octets = fromHex(of.responseUserData.slice(UDH));
    const packet = openResponsePacket(octets, securityOf(of), keysOf(of));
    expect(packet).toMatchObject({ integrity: 'none', cntr: 0, status: 0x06 });
    expect(verifiedResponse(packet)).toBeUndefined();
    const status = 'unidentified-security-error';
    expect(sealResponsePacket({ ...packet, status }, undefined, NO_KEYS)).toEqual(octets);
  });

  it.each(ROWS)('are not opened by the keys of another card: %s', (_name, of) => {
    const other = { ...of, checksumKey: `${of.checksumKey.slice(0, -2)}10` };
    const opened = open(fromHex(of.userData.slice(UDH)), keysOf(other));
    expect(opened).toMatchObject({ ok: false, status: 'rc-cc-ds-failed' });
  });

  it.each(ROWS)('are refused with any octet of their ciphered part changed: %s', (_name, of) => {
    const packet = fromHex(of.userData.slice(UDH));
    for (let at = 10; at < packet.length; at++) {
      const damaged = packet.with(at, packet[at]! ^ 0x40);
      expect(open(damaged, keysOf(of))).toMatchObject({ ok: false, status: 'rc-cc-ds-failed' });
    }
  });
});
