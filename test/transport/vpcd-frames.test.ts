/**
 * Frames of the virtual reader, whole and in pieces.
 *
 * @see docs/specs.md, "vpcd"
 * @module
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat } from '../../src/bytes/octets.ts';
import {
  decodeVpcdRequest,
  encodeVpcdFrame,
  PAYLOAD_MAX,
  VpcdFrameReader,
} from '../../src/transport/vpcd-frames.ts';

const payloads = fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 12 });

/** Payloads in hex, since views do not outlive the call that gives them. */
function taken(reader: VpcdFrameReader, chunks: readonly Uint8Array[]): string[] {
  const all: string[] = [];
  for (const chunk of chunks) reader.push(chunk, (payload) => all.push(toHex(payload)));
  return all;
}

function cutAt(stream: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = places.map((place) => place % (stream.length + 1)).sort((a, b) => a - b);
  return [...ends, stream.length].map((end, n) => stream.subarray(n === 0 ? 0 : ends[n - 1], end));
}

describe('a stream of frames', () => {
  it('gives the same payloads wherever it is cut', () => {
    fc.assert(
      fc.property(payloads, fc.array(fc.nat(), { maxLength: 20 }), (sent, places) => {
        const chunks = cutAt(concat(...sent.map(encodeVpcdFrame)), places);
        expect(taken(new VpcdFrameReader(), chunks)).toEqual(sent.map(toHex));
      }),
    );
  });

  it('gives the same payloads octet by octet, and in one piece', () => {
    fc.assert(
      fc.property(payloads, (sent) => {
        const stream = concat(...sent.map(encodeVpcdFrame));
        const octets = Array.from(stream, (octet) => Uint8Array.of(octet));
        expect(taken(new VpcdFrameReader(), octets)).toEqual(sent.map(toHex));
        expect(taken(new VpcdFrameReader(), [stream])).toEqual(sent.map(toHex));
      }),
    );
  });

  it('is, of any octets, the frames that it spells: written again they are its beginning', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), (stream, place) => {
        const short = stream.map((octet, at) => (at % 3 === 0 ? 0 : octet));
        const found = taken(new VpcdFrameReader(), cutAt(short, [place]));
        const again = concat(...found.map((hex) => encodeVpcdFrame(fromHex(hex))));
        expect(toHex(short.subarray(0, again.length))).toBe(toHex(again));
        const rest = short.subarray(again.length);
        // What is left is the beginning of one frame, and no whole one.
        expect(rest.length < 2 || rest.length < 2 + rest[0]! * 256 + rest[1]!).toBe(true);
      }),
    );
  });

  it('gives a frame only when its last octet is there', () => {
    const frame = encodeVpcdFrame(fromHex('80F2000C00'));
    for (let cut = 0; cut < frame.length; cut++) {
      const reader = new VpcdFrameReader();
      expect(taken(reader, [frame.subarray(0, cut)])).toEqual([]);
      expect(taken(reader, [frame.subarray(cut)])).toEqual(['80f2000c00']);
    }
  });

  it('has frames of 0 and of 65535 octets, before and behind others', () => {
    const longest = new Uint8Array(PAYLOAD_MAX).fill(0xa5);
    const sent = [new Uint8Array(0), longest, new Uint8Array(0), Uint8Array.of(4), longest];
    const stream = concat(...sent.map(encodeVpcdFrame));
    for (const places of [[], [1], [2], [3, 4], [65_538], [65_539, 65_540], [70_000]]) {
      expect(taken(new VpcdFrameReader(), cutAt(stream, places))).toEqual(sent.map(toHex));
    }
  });

  it('goes on behind a chunk without octets', () => {
    const none = new Uint8Array(0);
    const chunks = [none, fromHex('00'), none, fromHex('0204'), none, fromHex('05'), none];
    expect(taken(new VpcdFrameReader(), chunks)).toEqual(['0405']);
  });

  it('does not keep a chunk: the next one may be put in its place', () => {
    const buffer = new Uint8Array(3);
    const reader = new VpcdFrameReader();
    const found = ['000411', '222233', '000000', '010400'].flatMap((hex) => {
      buffer.set(fromHex(hex));
      return taken(reader, [buffer]);
    });
    expect(found).toEqual(['11222233', '', '04']);
  });
});

describe('the beginning of a frame', () => {
  it.each(['00', '0005', '000580F2', 'FFFF00'])('%s is forgotten', (hex) => {
    const reader = new VpcdFrameReader();
    expect(taken(reader, [fromHex(hex)])).toEqual([]);
    reader.clear();
    expect(taken(reader, [fromHex('000104')])).toEqual(['04']);
  });

  it('is not forgotten by itself', () => {
    const reader = new VpcdFrameReader();
    expect(taken(reader, [fromHex('0005'), fromHex('000104')])).toEqual([]);
    expect(taken(reader, [fromHex('FFFF')])).toEqual(['000104ffff']);
  });
});

describe('a frame', () => {
  it('is the length in two octets and the payload', () => {
    expect(toHex(encodeVpcdFrame(fromHex('9000')))).toBe('00029000');
    expect(toHex(encodeVpcdFrame(new Uint8Array(0)))).toBe('0000');
    expect(toHex(encodeVpcdFrame(new Uint8Array(0x102)).subarray(0, 3))).toBe('010200');
    expect(toHex(encodeVpcdFrame(new Uint8Array(PAYLOAD_MAX)).subarray(0, 3))).toBe('ffff00');
  });

  it('holds a copy', () => {
    const payload = fromHex('9000');
    const frame = encodeVpcdFrame(payload);
    payload.fill(0);
    expect(toHex(frame)).toBe('00029000');
  });

  it.each([PAYLOAD_MAX + 1, 0x20000])('has no length for %i octets', (octets) => {
    expect(() => encodeVpcdFrame(new Uint8Array(octets))).toThrow(
      new RangeError(`payload: expected at most 65535 octets, got ${octets}`),
    );
  });
});

describe('a payload from the reader', () => {
  const CONTROLS = new Map([
    [0, 'power-off'],
    [1, 'power-on'],
    [2, 'reset'],
    [4, 'atr'],
  ]);

  it('of one octet is one of four controls, or unknown', () => {
    for (let octet = 0; octet < 0x100; octet++) {
      const kind = CONTROLS.get(octet);
      const wanted = kind === undefined ? { kind: 'unknown', octet } : { kind };
      expect(decodeVpcdRequest(Uint8Array.of(octet))).toEqual(wanted);
    }
  });

  it('without octets is unknown', () => {
    expect(decodeVpcdRequest(new Uint8Array(0))).toEqual({ kind: 'unknown', octet: undefined });
  });

  it('of more octets is an APDU, also when it begins like a control', () => {
    const longer = fc.uint8Array({ minLength: 2, maxLength: 300 });
    fc.assert(
      fc.property(longer, fc.constantFrom(0, 1, 2, 4, 0x80), (payload, first) => {
        payload[0] = first;
        const request = decodeVpcdRequest(payload);
        expect(request).toEqual({ kind: 'apdu', command: payload });
      }),
    );
  });
});
