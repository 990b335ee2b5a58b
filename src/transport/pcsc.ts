/**
 * A card in a PC/SC reader.
 *
 *     CardConnection ─▶ T=0: TPDU | T=1: C-APDU ─▶ PC/SC ─▶ reader ─▶ card
 *
 * Over T=0 a C-APDU becomes the TPDU that begins it: P3 '00' in case 1, no Le in case 4. What comes
 * back is the answer, '61XX' and '6CXX' too; whoever wants more asks for more.
 *
 * The reader is opened exclusively. Another program that sent a command in between, or a STATUS
 * only, would make '61XX' worthless and move the card's current file.
 *
 * @see ISO/IEC 7816-3 §10.3, §12.2; docs/pcsc.md
 * @module
 */

import { decodeCommandApdu } from '../apdu/command.ts';
import { type CardConnection, ConnectionLost } from '../apdu/connection.ts';
import { encodeTpdu } from '../apdu/t0.ts';
import { Turns } from '../apdu/turns.ts';
import { DecodeError } from '../bytes/errors.ts';
import { copyOf } from '../bytes/octets.ts';
import {
  loadSmartcardPackage,
  type PackageCard,
  type PackageContext,
  type PackageReader,
  PCSC,
  ReaderError,
  SCARD,
  type SmartcardPackage,
} from './smartcard-package.ts';

const ANY_PROTOCOL = SCARD.protocolT0 | SCARD.protocolT1;
/** 256 octets of data and SW; with extended lengths 65536 and SW. */
const SHORT_RESPONSE_MAX = 258;
const EXTENDED_RESPONSE_MAX = 65538;
const HEADER_OCTETS = 4;

/** Which reader, and how. */
export interface ReaderChoice {
  /** The name of a reader, or a part of it that only one has. Upper and lower case are the same. */
  readonly name: string;
}

/** A card in a reader. Resets are cold: the card loses its power. */
export interface PcscConnection extends CardConnection {
  /** The whole name of the reader. */
  readonly reader: string;
  /** What reader and card have agreed upon; may be another one after a reset. */
  readonly protocol: 'T=0' | 'T=1';
  /** Switches the card off and lets others have the reader. What follows is `ConnectionLost`. */
  close(): Promise<void>;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const REMEDIES: Readonly<Record<string, string>> = {
  [PCSC.noService]: 'pcscd does not run: start it (systemctl start pcscd)',
};

function serviceError(error: unknown): ReaderError {
  const text = textOf(error);
  return new ReaderError(`PC/SC: ${REMEDIES[text] ?? text}`);
}

const WITHOUT_CARD = 'it has no card: put one in';
const MUTE = 'its card does not answer a reset: is it the right way round?';

/** Why a reader that is there cannot be used. */
const NOT_CONNECTED: Readonly<Record<string, string>> = {
  ...REMEDIES,
  [PCSC.noCard]: WITHOUT_CARD,
  [PCSC.removed]: WITHOUT_CARD,
  [PCSC.inUse]: 'another program uses its card: end that program',
  [PCSC.unresponsive]: MUTE,
  [PCSC.unpowered]: MUTE,
};

function openContext({ Context }: SmartcardPackage): PackageContext {
  try {
    return new Context();
  } catch (error) {
    throw serviceError(error);
  }
}

function readersOf(context: PackageContext): readonly PackageReader[] {
  try {
    return context.listReaders();
  } catch (error) {
    throw serviceError(error);
  }
}

function listOf(readers: readonly PackageReader[]): string {
  return readers.map(({ name }) => `"${name}"`).join(', ');
}

function chooseReader(readers: readonly PackageReader[], wanted: string): PackageReader {
  const exact = readers.find(({ name }) => name === wanted);
  if (exact !== undefined) return exact;
  const part = wanted.toLowerCase();
  const matches = readers.filter(({ name }) => name.toLowerCase().includes(part));
  const [match] = matches;
  if (match !== undefined && matches.length === 1) return match;
  const found = matches.length === 0 ? 'no reader has this name' : 'several readers have this name';
  const there = listOf(matches.length === 0 ? readers : matches) || 'none';
  throw new ReaderError(`reader "${wanted}": ${found}; expected one of ${there}`);
}

/** Over T=0 a card cannot see Le of case 4; what is no C-APDU is sent as it is. */
function tpduOf(command: Uint8Array): Uint8Array {
  try {
    return encodeTpdu(decodeCommandApdu(command));
  } catch (error) {
    if (error instanceof DecodeError) return command;
    throw error;
  }
}

class Connection implements PcscConnection {
  readonly reader: string;
  /** Kept, because the package ends a context that nobody holds. */
  readonly #context: PackageContext;
  readonly #card: PackageCard;
  readonly #turns = new Turns();
  #isClosed = false;

  constructor(reader: string, context: PackageContext, card: PackageCard) {
    this.reader = reader;
    this.#context = context;
    this.#card = card;
  }

  get protocol(): 'T=0' | 'T=1' {
    return this.#card.protocol === SCARD.protocolT1 ? 'T=1' : 'T=0';
  }

  reset(): Promise<Uint8Array> {
    return this.#turns.take(async () => {
      await this.#ask(() =>
        this.#card.reconnect(SCARD.shareExclusive, ANY_PROTOCOL, SCARD.unpowerCard),
      );
      const { atr } = this.#card;
      if (atr === null) throw this.#lost(PCSC.removed);
      return Uint8Array.from(atr);
    });
  }

  async transmit(command: Uint8Array): Promise<Uint8Array> {
    if (command.length < HEADER_OCTETS) {
      throw new RangeError(`command: expected 4 octets or more, got ${command.length}`);
    }
    const octets = copyOf(command);
    return this.#turns.take(async () => {
      const sent = this.protocol === 'T=0' ? tpduOf(octets) : octets;
      const isExtended = sent.length > HEADER_OCTETS + 2 && sent[HEADER_OCTETS] === 0;
      const maxRecvLength = isExtended ? EXTENDED_RESPONSE_MAX : SHORT_RESPONSE_MAX;
      const options = { maxRecvLength, autoGetResponse: false } as const;
      const response = await this.#ask(() => this.#card.transmit(Array.from(sent), options));
      // A card that goes while it is asked answers with nothing, and that is no error to PC/SC.
      if (response.length < 2) throw this.#lost(PCSC.removed);
      return Uint8Array.from(response);
    });
  }

  close(): Promise<void> {
    return this.#turns.take(async () => {
      if (this.#isClosed) return;
      this.#isClosed = true;
      try {
        this.#card.disconnect(SCARD.unpowerCard);
      } catch {
        // The card or pcscd is gone: there is nothing left to switch off.
      }
      this.#context.close();
    });
  }

  async #ask<T>(exchange: () => Promise<T>): Promise<T> {
    if (this.#isClosed) throw this.#lost('the connection was closed');
    try {
      return await exchange();
    } catch (error) {
      throw this.#lost(textOf(error));
    }
  }

  #lost(reason: string): ConnectionLost {
    return new ConnectionLost(`reader "${this.reader}": ${reason}`);
  }
}

/** {@link listReaders} with this package. */
export function listReadersBy(smartcard: SmartcardPackage): readonly string[] {
  const context = openContext(smartcard);
  try {
    return readersOf(context).map(({ name }) => name);
  } finally {
    context.close();
  }
}

/** {@link openReader} with this package. */
export async function openReaderBy(
  smartcard: SmartcardPackage,
  { name }: ReaderChoice,
): Promise<PcscConnection> {
  const context = openContext(smartcard);
  let reader = name;
  try {
    const chosen = chooseReader(readersOf(context), name);
    reader = chosen.name;
    const card = await chosen.connect(SCARD.shareExclusive, ANY_PROTOCOL);
    const connection = new Connection(reader, context, card);
    await connection.reset();
    return connection;
  } catch (error) {
    context.close();
    if (error instanceof ReaderError) throw error;
    if (error instanceof ConnectionLost) throw new ReaderError(error.message);
    const text = textOf(error);
    throw new ReaderError(`reader "${reader}": ${NOT_CONNECTED[text] ?? text}`);
  }
}

/**
 * Tells the names of all readers, with or without a card.
 *
 * @throws {ReaderError} the package `smartcard` is missing, or pcscd does not run
 * @see docs/pcsc.md
 * @example
 * ```ts
 * import { listReaders, ReaderError } from 'vuicc/node';
 *
 * const readers: readonly string[] = await listReaders().catch((error: unknown) => {
 *   if (error instanceof ReaderError) return []; // No package, or no pcscd.
 *   throw error;
 * });
 * if (readers.includes('')) throw new Error('each reader has a name');
 * ```
 */
export async function listReaders(): Promise<readonly string[]> {
  return listReadersBy(await loadSmartcardPackage());
}

/**
 * Opens a reader for this program alone, and resets its card.
 *
 * Other programs get "sharing violation" until it is closed; while they have the card, it cannot be
 * opened. Works on the package `smartcard`, which has to be installed beside this one.
 *
 * @throws {ReaderError} the package is missing, pcscd does not run, none or several readers have
 *   the name (the message lists them), there is no card, or another program has it
 * @see docs/pcsc.md
 * @example
 * ```ts
 * import { openReader, ReaderError } from 'vuicc/node';
 *
 * try {
 *   const card = await openReader({ name: 'Virtual PCD 00 00' });
 *   await card.transmit(Uint8Array.of(0x00, 0xa4, 0x00, 0x0c, 0x02, 0x3f, 0x00));
 *   await card.close();
 * } catch (error) {
 *   if (!(error instanceof ReaderError)) throw error;
 * }
 * ```
 */
export async function openReader(choice: ReaderChoice): Promise<PcscConnection> {
  return openReaderBy(await loadSmartcardPackage(), choice);
}
