/**
 * A card in a slot of vsmartcard's virtual reader, so that every PC/SC program can use it.
 *
 *     program ── PC/SC ──▶ pcscd, vpcd (listens) ◀── TCP ── the card (connects)
 *
 * The reader goes, and the card loses its power; the reader comes back, and so does the card. The
 * ATR is told without a reset, since pcscd asks for it again and again to see whether a card is
 * there.
 *
 * @see docs/pcsc.md; docs/specs.md, "vpcd"
 * @module
 */

import { connect, type Socket } from 'node:net';
import type { ReaderCard } from '../apdu/connection.ts';
import { decodeVpcdRequest, encodeVpcdFrame, VpcdFrameReader } from './vpcd-frames.ts';

/** The port of slot 0; slot n has the n-th behind it. */
export const VPCD_PORT = 35963;

/** How long the card waits before it looks for the reader again. */
const RETRY_MS = 250;
/** Room for what arrives at once; longer frames come in several pieces. */
const CHUNK_OCTETS = 0x4000;

/** What becomes of the link to a reader. */
export type VpcdEvent =
  | { readonly kind: 'inserted' }
  /** The reader is not there, or no longer; the card tries again. `reason` as from the system. */
  | { readonly kind: 'waiting'; readonly reason: string }
  /** A frame that the protocol does not know; it is not answered. */
  | { readonly kind: 'unknown-frame'; readonly octet: number | undefined };

/** Where the reader is, and whom to tell. */
export interface VpcdOptions {
  readonly host: string;
  readonly port: number;
  /** Hears of each change, and of a reader that stays away once. Must not throw. */
  readonly onEvent?: (event: VpcdEvent) => void;
}

/** A card that is in a reader, or waits for one. */
export interface VpcdSlot {
  /** Takes the card out, and switches it off. */
  close(): void;
}

/**
 * Answers a payload of the reader.
 *
 * @param payload a view; not kept
 * @returns the payload to send; `undefined` when there is no answer
 */
function answer(
  card: ReaderCard,
  payload: Uint8Array,
  tell: (event: VpcdEvent) => void,
): Uint8Array | undefined {
  const request = decodeVpcdRequest(payload);
  switch (request.kind) {
    case 'apdu':
      return card.transmit(request.command);
    case 'atr':
      return card.atr;
    case 'power-off':
      card.powerOff();
      return undefined;
    // Who switches on a card that is on wants it as it is after a cold reset.
    case 'power-on':
    case 'reset':
      card.reset();
      return undefined;
    case 'unknown':
      tell({ kind: 'unknown-frame', octet: request.octet });
      return undefined;
  }
}

class Slot implements VpcdSlot {
  readonly #card: ReaderCard;
  readonly #options: VpcdOptions;
  readonly #frames = new VpcdFrameReader();
  readonly #buffer = new Uint8Array(CHUNK_OCTETS);
  #socket: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  /** A reader that stays away is told once. */
  #lastWaiting: string | undefined;

  constructor(card: ReaderCard, options: VpcdOptions) {
    this.#card = card;
    this.#options = options;
    this.#connect();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#socket?.destroy();
    this.#card.powerOff();
  }

  #connect(): void {
    const { host, port } = this.#options;
    const buffer = this.#buffer;
    let reason = 'the reader has gone';
    const callback = (octets: number): boolean => this.#receive(socket, buffer.subarray(0, octets));
    const socket = connect({ host, port, noDelay: true, onread: { buffer, callback } });
    this.#socket = socket;
    socket.on('connect', () => {
      this.#lastWaiting = undefined;
      this.#tell({ kind: 'inserted' });
    });
    socket.on('error', (error) => {
      reason = 'code' in error ? String(error.code) : error.message;
    });
    socket.on('drain', () => socket.resume());
    socket.on('close', () => this.#lost(reason));
  }

  /** Gives false when the reader takes nothing: then it need not send either. */
  #receive(socket: Socket, chunk: Uint8Array): boolean {
    this.#frames.push(chunk, (payload) => {
      // Who hears of a frame may take the card out, and the next frame is for nobody.
      if (this.#isClosed) return;
      const response = answer(this.#card, payload, this.#tell);
      if (response !== undefined) socket.write(encodeVpcdFrame(response));
    });
    return !socket.writableNeedDrain;
  }

  #lost(reason: string): void {
    if (this.#isClosed) return;
    this.#frames.clear();
    this.#card.powerOff();
    // Before it is told, as who hears of it may take the card out.
    this.#timer = setTimeout(() => this.#connect(), RETRY_MS);
    if (reason !== this.#lastWaiting) this.#tell({ kind: 'waiting', reason });
    this.#lastWaiting = reason;
  }

  readonly #tell = (event: VpcdEvent): void => this.#options.onEvent?.(event);
}

/**
 * Puts a card into a slot, and keeps it there: over restarts of pcscd, until it is taken out.
 *
 * @param card kept
 * @see docs/pcsc.md
 * @example
 * ```ts
 * import { createUicc } from 'vuicc';
 * import { insertCard, VPCD_PORT } from 'vuicc/node';
 *
 * const slot = insertCard(createUicc(), { host: '127.0.0.1', port: VPCD_PORT });
 * slot.close();
 * ```
 */
export function insertCard(card: ReaderCard, options: VpcdOptions): VpcdSlot {
  return new Slot(card, options);
}
