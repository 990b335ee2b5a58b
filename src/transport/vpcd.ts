/**
 * A card in a slot of vsmartcard's virtual reader, so that every PC/SC program can use it.
 *
 *     program ── PC/SC ──▶ pcscd, vpcd (listens) ◀── TCP ── the card (connects)
 *
 * The reader goes, and the card loses its power; the reader comes back, and so does the card. The
 * ATR is told without a reset, since pcscd asks for it again and again to see whether a card is
 * there. A card that gives no answer sends no frame. While an answer is late the card hears of
 * power and resets, which end its wait; what else comes is answered behind it.
 *
 * @see docs/pcsc.md; docs/specs.md, "vpcd"
 * @module
 */

import { connect, type Socket } from 'node:net';
import { ConnectionLost, type ReaderCard } from '../apdu/connection.ts';
import { copyOf } from '../bytes/octets.ts';
import {
  decodeVpcdRequest,
  encodeVpcdFrame,
  VpcdFrameReader,
  type VpcdRequest,
} from './vpcd-frames.ts';

/** The port of slot 0; slot n has the n-th behind it. */
export const VPCD_PORT = 35963;

/** How long the card waits before it looks for the reader again. */
const RETRY_MS = 250;
/** A peer that means nothing so often is no reader. */
const UNKNOWN_FRAMES_MAX = 100;
/** Nor is one that sends so much while it waits for an answer. */
const WAITING_FRAMES_MAX = 100;
/** Room for what arrives at once; longer frames come in several pieces. */
const CHUNK_OCTETS = 0x4000;

/** What becomes of the link to a reader. */
export type VpcdEvent =
  | { readonly kind: 'inserted' }
  /** The reader is not there, or no longer; the card tries again. `reason` as from the system. */
  | { readonly kind: 'waiting'; readonly reason: string }
  /** A frame that the protocol does not know, the first of a connection; it is not answered. */
  | { readonly kind: 'unknown-frame'; readonly octet: number | undefined };

/** Where the reader is, and whom to tell. */
export interface VpcdOptions {
  readonly host: string;
  readonly port: number;
  /** Hears of each change, and of a reader that stays away once. Must not throw. */
  readonly onEvent?: (event: VpcdEvent) => void;
  /** Asked behind each R-APDU: in how many milliseconds it is sent, 0 or more. Must not throw. */
  readonly lateMs?: () => number;
}

/** A card that is in a reader, or waits for one. */
export interface VpcdSlot {
  /** Takes the card out, and switches it off. */
  close(): void;
}

/** Gives nothing when the card gives no answer. */
function unlessMute(transmit: () => Uint8Array): Uint8Array | undefined {
  try {
    return transmit();
  } catch (error) {
    if (error instanceof ConnectionLost) return undefined;
    throw error;
  }
}

/** Does what a reader asks for; gives the payload to send, if there is an answer. */
function answer(
  card: ReaderCard,
  request: Exclude<VpcdRequest, { readonly kind: 'unknown' }>,
): Uint8Array | undefined {
  switch (request.kind) {
    case 'apdu':
      return unlessMute(() => card.transmit(request.command));
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
  /** Why the last connection ended or was not made; a reader that stays away is told once. */
  #lastWaiting: string | undefined;
  /** Whether who is connected has been told, and whether it speaks as a reader does. */
  #isInserted = false;
  #isReader = true;
  #unknownFrames = 0;
  /** Sends the answer that is late; `undefined` when none is. */
  #lateTimer: NodeJS.Timeout | undefined;
  /** Payloads that wait behind it. */
  #waiting: Uint8Array[] = [];

  constructor(card: ReaderCard, options: VpcdOptions) {
    this.#card = card;
    this.#options = options;
    this.#connect();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#forgetLate();
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
      this.#unknownFrames = 0;
      // Something that never said a word of a reader is believed when it does.
      if (this.#isReader) this.#inserted();
      this.#isReader = false;
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
      if (this.#isClosed || socket.destroyed) return;
      this.#take(socket, payload);
      const isTooMuch = this.#waiting.length > WAITING_FRAMES_MAX;
      if (isTooMuch || this.#unknownFrames > UNKNOWN_FRAMES_MAX) socket.destroy();
    });
    return !socket.writableNeedDrain;
  }

  /** Answers a payload, now or later. @param payload a view; not kept */
  #take(socket: Socket, payload: Uint8Array): void {
    const request = decodeVpcdRequest(payload);
    const { kind } = request;
    if (kind === 'power-off' || kind === 'power-on' || kind === 'reset') this.#forgetLate();
    if (this.#lateTimer !== undefined) {
      this.#waiting.push(copyOf(payload));
      return;
    }
    const response = this.#answer(request);
    if (response === undefined) return;
    const lateMs = kind === 'apdu' ? (this.#options.lateMs?.() ?? 0) : 0;
    const send = (): boolean => socket.write(encodeVpcdFrame(response));
    if (lateMs === 0) send();
    else this.#lateTimer = setTimeout(() => this.#sendLate(socket, send), lateMs);
  }

  #sendLate(socket: Socket, send: () => void): void {
    const payloads = this.#waiting;
    this.#forgetLate();
    if (socket.destroyed) return;
    send();
    for (const payload of payloads) {
      if (this.#isClosed || socket.destroyed) return;
      this.#take(socket, payload);
    }
  }

  /** The answer that is late is not sent, and what waits behind it is not heard. */
  #forgetLate(): void {
    clearTimeout(this.#lateTimer);
    this.#lateTimer = undefined;
    this.#waiting = [];
  }

  /** Gives the payload to send; `undefined` when there is no answer. */
  #answer(request: VpcdRequest): Uint8Array | undefined {
    if (request.kind === 'unknown') {
      if (this.#unknownFrames++ === 0) this.#tell({ kind: 'unknown-frame', octet: request.octet });
      return undefined;
    }
    this.#isReader = true;
    if (!this.#isInserted) this.#inserted();
    return answer(this.#card, request);
  }

  #inserted(): void {
    this.#isInserted = true;
    this.#lastWaiting = undefined;
    this.#tell({ kind: 'inserted' });
  }

  #lost(reason: string): void {
    if (this.#isClosed) return;
    this.#forgetLate();
    this.#frames.clear();
    this.#card.powerOff();
    this.#isInserted = false;
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
