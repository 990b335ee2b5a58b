/**
 * What vsmartcard's virtual reader, vpcd, and its card say to each other over TCP. In octets:
 *
 *     frame    length 2 | payload         in both directions
 *     payload  of 1 octet, from the reader: '00' power off, '01' power on, '02' reset, '04' get ATR
 *              any other: C-APDU from the reader, R-APDU or ATR from the card
 *
 * Only an APDU and "get ATR" are answered. No APDU has 1 octet, so nothing is said twice.
 *
 * @see docs/specs.md, "vpcd"; the protocol has no document but its program
 * @module
 */

/** The longest payload. */
export const PAYLOAD_MAX = 0xffff;

const LENGTH_OCTETS = 2;

/** What a reader asks for. */
export type VpcdRequest =
  | { readonly kind: 'power-off' | 'power-on' | 'reset' | 'atr' }
  | { readonly kind: 'apdu'; readonly command: Uint8Array }
  /** Nothing that the protocol knows: no octets, or another octet. */
  | { readonly kind: 'unknown'; readonly octet: number | undefined };

const CONTROLS: Readonly<Record<number, 'power-off' | 'power-on' | 'reset' | 'atr'>> = {
  0: 'power-off',
  1: 'power-on',
  2: 'reset',
  4: 'atr',
};

/** Reads a payload; whatever the octets are, it is something. */
export function decodeVpcdRequest(payload: Uint8Array): VpcdRequest {
  if (payload.length > 1) return { kind: 'apdu', command: payload };
  const [octet] = payload;
  const control = octet === undefined ? undefined : CONTROLS[octet];
  return control === undefined ? { kind: 'unknown', octet } : { kind: control };
}

/**
 * Writes a frame, length and payload in one piece: two writes would cost a reader 40 ms.
 *
 * @returns a `Buffer` of Node's pool, as a socket takes it without making another view
 * @throws {RangeError} the payload has more than 65535 octets
 */
export function encodeVpcdFrame(payload: Uint8Array): Buffer {
  if (payload.length > PAYLOAD_MAX) {
    throw new RangeError(`payload: expected at most ${PAYLOAD_MAX} octets, got ${payload.length}`);
  }
  const frame = Buffer.allocUnsafe(LENGTH_OCTETS + payload.length);
  frame[0] = payload.length >> 8;
  frame[1] = payload.length & 0xff;
  frame.set(payload, LENGTH_OCTETS);
  return frame;
}

/** Where the frame that begins at `at` ends; infinity while its length is not there. */
function frameEnd(octets: Uint8Array, at: number): number {
  if (octets.length - at < LENGTH_OCTETS) return Number.POSITIVE_INFINITY;
  return at + LENGTH_OCTETS + octets[at]! * 256 + octets[at + 1]!;
}

/** Puts frames together from a stream that is cut anywhere. */
export class VpcdFrameReader {
  /** The beginning of a frame; the longest frame has room. */
  readonly #octets = new Uint8Array(LENGTH_OCTETS + PAYLOAD_MAX);
  #length = 0;

  /**
   * Takes what has arrived. A frame that is there as a whole, as they mostly are, is not copied.
   *
   * @param chunk any octets; not kept
   * @param take gets each whole payload: a view, valid until it returns
   */
  push(chunk: Uint8Array, take: (payload: Uint8Array) => void): void {
    let at = this.#complete(chunk, take);
    for (let end = frameEnd(chunk, at); end <= chunk.length; end = frameEnd(chunk, at)) {
      const payload = chunk.subarray(at + LENGTH_OCTETS, end);
      at = end;
      take(payload);
    }
    if (at < chunk.length) this.#fill(chunk, at, this.#octets.length);
  }

  /** Forgets the beginning of a frame: the other end is gone. */
  clear(): void {
    this.#length = 0;
  }

  /** Ends the frame that has begun, if one has; gives where the next one begins. */
  #complete(chunk: Uint8Array, take: (payload: Uint8Array) => void): number {
    let at = 0;
    while (this.#length > 0 && at < chunk.length) {
      at += this.#fill(chunk, at, this.#wanted());
      // A frame of no octets is whole with its length.
      if (this.#length >= LENGTH_OCTETS && this.#length === this.#wanted()) {
        const payload = this.#octets.subarray(LENGTH_OCTETS, this.#length);
        this.#length = 0;
        take(payload);
      }
    }
    return at;
  }

  /** Octets of the frame as far as they are known: its length, then all of it. */
  #wanted(): number {
    if (this.#length < LENGTH_OCTETS) return LENGTH_OCTETS;
    return LENGTH_OCTETS + this.#octets[0]! * 256 + this.#octets[1]!;
  }

  #fill(chunk: Uint8Array, from: number, wanted: number): number {
    const count = Math.min(wanted - this.#length, chunk.length - from);
    this.#octets.set(chunk.subarray(from, from + count), this.#length);
    this.#length += count;
    return count;
  }
}
