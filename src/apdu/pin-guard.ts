/**
 * A guard before the last try of a PIN: a card that can be lost is not lost by a test.
 *
 *     command with a PIN ─▶ how many tries are left?  2 or more ─▶ the card
 *                                                     1, 0, not known ─▶ LastTryRefused
 *
 *     VERIFY, CHANGE, DISABLE, ENABLE PIN   0X 20 00 P2 00   '63CX': X tries of the PIN
 *     UNBLOCK PIN                           0X 2C 00 P2 00   '63CX': X tries of the UNBLOCK PIN
 *     any of them, class A0                 A0 F2 00 00 16   octets 19 to 22 of the response
 *
 * Only '63CX' proves a number. '9000' does not: some cards say so of a PIN that is disabled, and
 * that ENABLE PIN may still have used the tries of. Class A0 has no question of its own, since
 * VERIFY CHV without data is an error there; the response of STATUS tells the tries of both CHVs.
 * Where no question can be put (a chain of commands, secure messaging, a class of which nothing is
 * known), the number is not known.
 *
 * ENVELOPE is not looked into: a card opens it itself, and nobody else can.
 *
 * @see ETSI TS 102 221 §9.5, §11.1.9 to §11.1.13; 3GPP TS 51.011 (STATUS, CHV status)
 * @module
 */

import { toHex } from '../bytes/hex.ts';
import { copyOf } from '../bytes/octets.ts';
import { decodeClassByte } from './class-byte.ts';
import type { CardConnection } from './connection.ts';
import { instructionOf } from './instructions.ts';
import { decodeResponseApdu, type ResponseApdu } from './response.ts';
import { SW } from './status-words.ts';
import { Turns } from './turns.ts';

const VERIFY = 0x20;
const UNBLOCK = 0x2c;
/** CHANGE, DISABLE and ENABLE PIN. */
const BY_PIN: readonly number[] = [VERIFY, 0x24, 0x26, 0x28];

/** One wrong try may be made as long as another is left behind it. */
const TRIES_MIN = 2;

/** The response of STATUS, class A0, as far as the CHVs. */
const STATUS_OCTETS = 22;
const STATUS_A0 = Uint8Array.of(0xa0, 0xf2, 0x00, 0x00, STATUS_OCTETS);
/** Where that response tells the tries of a CHV by P2, counted from 0. CHV1 is 00 for UNBLOCK. */
const CHV_STATUS: Readonly<Record<number, number>> = { 0x01: 18, 0x02: 20 };
const UNBLOCK_STATUS: Readonly<Record<number, number>> = { 0x00: 19, 0x02: 21 };
/** b8 of a CHV status: there is such a CHV. */
const IS_INITIALISED = 0x80;

/**
 * A command was not sent to the card, because it could have used the last try of a PIN.
 *
 * @see ETSI TS 102 221 §9.5
 * @example
 * ```ts
 * import { connect, createUicc, fromHex, guardedPins, LastTryRefused } from 'vuicc';
 *
 * const card = guardedPins(connect(createUicc()));
 * await card.reset();
 * const wrong = fromHex('0020000108 30303030FFFFFFFF');
 * try {
 *   for (let n = 0; n < 3; n++) await card.transmit(wrong);
 *   throw new Error('not refused');
 * } catch (error) {
 *   if (!(error instanceof LastTryRefused) || error.triesLeft !== 1) throw error;
 * }
 * ```
 */
export class LastTryRefused extends Error {
  /** P2 of the command: '01' PIN1, '81' PIN2, '0A' ADM1 … */
  readonly reference: number;
  /** How many tries are left; `undefined` when the card did not tell. */
  readonly triesLeft: number | undefined;

  constructor(message: string, reference: number, triesLeft: number | undefined) {
    super(message);
    this.name = 'LastTryRefused';
    this.reference = reference;
    this.triesLeft = triesLeft;
  }
}

/** What {@link guardedPins} may be told. */
export interface PinGuardOptions {
  /** Sends everything: there is no guard then. */
  readonly allowLastTry?: boolean;
}

/** A command that may use a try. */
interface PinCommand {
  readonly cla: number;
  readonly ins: number;
  readonly p2: number;
}

/**
 * Finds out whether a command may use a try. One without data does not: it is a question, or the
 * card finds its length wrong. One of which Lc and data disagree is taken for one that may.
 */
function pinCommandOf(command: Uint8Array): PinCommand | undefined {
  const [cla = 0, ins = 0, , p2 = 0, p3 = 0] = command;
  if (!BY_PIN.includes(ins) && ins !== UNBLOCK) return undefined;
  const isEmpty = command.length < 5 || (command.length === 5 && p3 === 0);
  return isEmpty ? undefined : { cla, ins, p2 };
}

/** The command that asks for the tries; `undefined` when there is none. */
function questionFor({ cla, ins, p2 }: PinCommand): Uint8Array | undefined {
  const classByte = decodeClassByte(cla);
  if (classByte === undefined) return undefined;
  if (classByte.commands === 'gsm') return STATUS_A0.slice();
  if (classByte.isChained || classByte.hasSecureMessaging) return undefined;
  return Uint8Array.of(cla, ins === UNBLOCK ? UNBLOCK : VERIFY, 0, p2, 0);
}

/** Reads the tries out of the response of STATUS, class A0. */
function chvTries({ ins, p2 }: PinCommand, { data, sw }: ResponseApdu): number | undefined {
  const isOk = sw === SW.ok || sw >> 8 === 0x91;
  const at = (ins === UNBLOCK ? UNBLOCK_STATUS : CHV_STATUS)[p2];
  if (!isOk || data.length < STATUS_OCTETS || at === undefined) return undefined;
  const status = data[at] ?? 0;
  return (status & IS_INITIALISED) === 0 ? undefined : status & 0x0f;
}

function triesOf(command: PinCommand, response: ResponseApdu): number | undefined {
  if (decodeClassByte(command.cla)?.commands === 'gsm') return chvTries(command, response);
  const { data, sw } = response;
  if (data.length > 0) return undefined;
  if (sw === SW.blocked) return 0;
  return sw >> 4 === 0x63c ? sw & 0x0f : undefined;
}

function octet(value: number): string {
  return toHex(Uint8Array.of(value)).toUpperCase();
}

/** What the card has said, or why it was not asked. */
function foundText(tries: number | undefined, response: ResponseApdu | undefined): string {
  if (tries === 0) return 'no try is left';
  if (tries === 1) return '1 try is left';
  if (response === undefined) return 'in this class nobody can ask how many tries are left';
  const sw = octet(response.sw >> 8) + octet(response.sw & 0xff);
  return `the card does not tell how many tries are left (its answer was '${sw}')`;
}

function refusal(
  { ins, p2 }: PinCommand,
  tries: number | undefined,
  response: ResponseApdu | undefined,
): LastTryRefused {
  const command = `${instructionOf(ins)?.name ?? octet(ins)} ${octet(p2)}`;
  const remedy = 'to send it all the same, allow the last try (allowLastTry, or --last-try)';
  const message = `${command} was not sent: ${foundText(tries, response)}; ${remedy}`;
  return new LastTryRefused(message, p2, tries);
}

async function expectTries(card: CardConnection, command: PinCommand): Promise<void> {
  const question = questionFor(command);
  const octets = question && (await card.transmit(question));
  const response = octets && octets.length >= 2 ? decodeResponseApdu(octets) : undefined;
  const tries = response && triesOf(command, response);
  if (tries === undefined || tries < TRIES_MIN) throw refusal(command, tries, response);
}

/**
 * Keeps commands from a card that could use the last try of a PIN or UNBLOCK PIN.
 *
 * Before each that could use a try it asks the card, on the same channel, how many there are; all
 * else goes to the card as it is. Commands take turns, so nothing comes between question and PIN.
 *
 * @param card kept
 * @returns the connection with the guard; with `allowLastTry` the connection itself. Its
 *   `transmit` rejects with {@link LastTryRefused} when one try or none is left, or nobody knows
 * @see ETSI TS 102 221 §9.5, §11.1.9 to §11.1.13
 * @example
 * ```ts
 * import { connect, createUicc, fromHex, guardedPins, toHex } from 'vuicc';
 *
 * const card = guardedPins(connect(createUicc()));
 * await card.reset();
 * const response = await card.transmit(fromHex('0020000108 31323334FFFFFFFF')); // three are left
 * if (toHex(response) !== '9000') throw new Error(toHex(response));
 * ```
 */
export function guardedPins(card: CardConnection, options: PinGuardOptions = {}): CardConnection {
  if (options.allowLastTry === true) return card;
  const turns = new Turns();
  return {
    reset: () => turns.take(() => card.reset()),
    transmit(command) {
      // A copy: whoever changes it while the card is asked must not change what is sent.
      const octets = copyOf(command);
      const presented = pinCommandOf(octets);
      return turns.take(async () => {
        if (presented !== undefined) await expectTries(card, presented);
        return card.transmit(octets);
      });
    },
  };
}
