/**
 * A Buffer of Node.js is a Uint8Array whose `slice` copies nothing; nobody may notice.
 *
 * @see docs/architecture.md, "Octets"
 * @module
 */

import { describe, expect, it } from 'vitest';
import { connect, type Exchange, traced } from '../../src/apdu/connection.ts';
import { guardedPins } from '../../src/apdu/pin-guard.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { copyOf } from '../../src/bytes/octets.ts';
import { ByteReader } from '../../src/bytes/reader.ts';
import { createUicc } from '../../src/card/uicc.ts';
import { splitCommandPacket } from '../../src/ota/secured-packet.ts';
import { gsmtapPackets } from '../../src/trace/gsmtap.ts';

const buffer = (hex: string): Buffer => Buffer.from(fromHex(hex));
const CHANGE_PIN = '0024000110 31323334FFFFFFFF 34333231FFFFFFFF';
const NEW_PIN = '0020000108 34333231FFFFFFFF';

describe('a Buffer', () => {
  it('is read as octets that are the reader’s own', () => {
    const octets = buffer('0102030405');
    const reader = new ByteReader(octets, 'octets');
    const parts = [reader.take(2, 'two'), reader.enter(2, 'two more').rest(), reader.rest()];
    octets.fill(0);
    expect(parts.map(toHex)).toEqual(['0102', '0304', '05']);
    expect(parts.map((part) => part.constructor)).toEqual([Uint8Array, Uint8Array, Uint8Array]);
  });

  it('is copied into octets', () => {
    const octets = buffer('0102');
    const copy = copyOf(octets);
    octets.fill(0);
    expect(copy).toEqual(Uint8Array.of(1, 2));
  });

  it('with a command is not kept by the card', () => {
    const card = createUicc();
    card.reset();
    const command = buffer(CHANGE_PIN);
    expect(toHex(card.transmit(command))).toBe('9000');
    command.fill(0);
    expect(toHex(card.transmit(fromHex(NEW_PIN)))).toBe('9000');
  });

  it('with a command is copied for an observer', () => {
    const seen: Exchange[] = [];
    const card = traced(createUicc(), (exchange) => seen.push(exchange));
    card.reset();
    const command = buffer('80F2000C00');
    card.transmit(command);
    command.fill(0);
    expect(seen[1]).toMatchObject({ command: fromHex('80F2000C00') });
  });

  it('with a PIN is left as it is by a capture', () => {
    const command = buffer(NEW_PIN);
    const [packet] = gsmtapPackets({ kind: 'apdu', command, response: fromHex('9000') });
    expect(toHex(packet!)).not.toContain('34333231');
    expect(command).toEqual(buffer(NEW_PIN));
  });

  it('is asked about by the guard as it was when it was given', async () => {
    const card = guardedPins(connect(createUicc()));
    await card.reset();
    const command = buffer('0020000108 31323334FFFFFFFF');
    const answer = card.transmit(command);
    command.fill(0);
    expect(toHex(await answer)).toBe('9000');
  });

  it('with a packet is not kept by what was read of it', () => {
    const packet = buffer('000f 0d 0000 00 00 b00010 0000000000 00 a0');
    const frame = splitCommandPacket(packet);
    const before = toHex(frame.clear);
    packet.fill(0);
    expect(toHex(frame.clear)).toBe(before);
  });
});
