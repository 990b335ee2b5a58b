/**
 * Fills in the secrets that a trace leaves open, so that the card answers as it did then.
 *
 *     answer was '9000', '91XX'         the true value
 *     answer was '63CX', '6983'         another value (class A0: '9804', '9840')
 *     any other answer                  the true value if it is known, else 'FF'
 *     a new PIN                         one that differs from the present one; kept for later
 *     a new PIN, answer was '6A80'      eight times 'FF', which is no PIN
 *
 * @see docs/architecture.md, "Traces"; ETSI TS 102 221 §11.1.9 to §11.1.13
 * @module
 */

import { filled } from '../bytes/octets.ts';
import { commandOctets, type Pattern } from './model.ts';
import { DATA_OFFSET, PIN_OCTETS, type PinField, type PinSecrets, pinFields } from './secrets.ts';

const CLASS_A0 = 0xa0;
/** Present PIN when it is not known and a new one must be made up: '1234'. */
const UNKNOWN_PIN = Uint8Array.of(0x31, 0x32, 0x33, 0x34, 0xff, 0xff, 0xff, 0xff);

/** No PIN at all: it has no digit. */
const NO_PIN = filled(PIN_OCTETS, 0xff);

/** What the recorded answer tells of the secret. */
type Outcome = 'accepted' | 'wrong' | 'illegal' | 'other';

/** The PINs of the card as they are at this point of a replay. */
export class PinBook {
  readonly #secrets: PinSecrets;
  readonly #changed = new Map<number, Uint8Array>();

  /** @param secrets the PINs at the start; kept, not changed */
  constructor(secrets: PinSecrets) {
    this.#secrets = secrets;
  }

  /**
   * Makes the C-APDU that a recorded command stands for.
   *
   * @param command as recorded; `..` is a secret
   * @param response as recorded; tells whether the secret was right
   * @returns `undefined` when it was right, and is not known here
   */
  fill(command: Pattern, response: Pattern | undefined): Uint8Array | undefined {
    const octets = commandOctets(command);
    const outcome = outcomeOf(response);
    const fields = pinFields(octets[1]);
    // What lies behind the fields is a secret of which nothing is known.
    let isKnown = openOctets(command, fields.length).length === 0;
    for (const [index, field] of fields.entries()) {
      const open = openOctets(command, index);
      const first = open[0];
      if (first === undefined) continue;
      const value = this.#value(field, octets, outcome);
      if (value === undefined) isKnown = false;
      for (const at of open) octets[at] = value?.[(at - DATA_OFFSET) % PIN_OCTETS] ?? 0xff;
      const mustDiffer = field === 'new-pin' ? outcome !== 'illegal' : outcome === 'wrong';
      if (mustDiffer) octets[first] = another(octets[first]!);
    }
    return isKnown || outcome !== 'accepted' ? octets : undefined;
  }

  /** Remembers the PIN that a command has set, if the card has accepted it. */
  learn(command: Uint8Array, response: Uint8Array): void {
    const start = DATA_OFFSET + PIN_OCTETS * pinFields(command[1]).indexOf('new-pin');
    const isAccepted = isSuccess(response.at(-2));
    if (!isAccepted || start < DATA_OFFSET || command.length < start + PIN_OCTETS) return;
    this.#changed.set(referenceOf(command), command.slice(start, start + PIN_OCTETS));
  }

  #value(field: PinField, command: Uint8Array, outcome: Outcome): Uint8Array | undefined {
    const reference = referenceOf(command);
    if (field === 'unblock') return this.#secrets.unblock(reference);
    const present = this.#changed.get(reference) ?? this.#secrets.pin(reference);
    if (field === 'pin') return present;
    return outcome === 'illegal' ? NO_PIN : (present ?? UNKNOWN_PIN);
  }
}

/** Where a command is left open: in the field of this index, or behind all fields for the last. */
function openOctets(command: Pattern, field: number): number[] {
  const fields = pinFields(Number(command[1])).length;
  return command.flatMap((item, at) => {
    const index = Math.min(fields, Math.floor((at - DATA_OFFSET) / PIN_OCTETS));
    return item === '..' && index === field ? [at] : [];
  });
}

/** The next digit for a digit, so that a PIN stays a PIN; else an octet with another b1. */
function another(octet: number): number {
  const isDigit = octet >= 0x30 && octet <= 0x39;
  return isDigit ? 0x30 + ((octet - 0x30 + 1) % 10) : octet ^ 1;
}

/** Class A0 has numbers of its own: CHV1 is 01, or 00 to unblock it, and CHV2 is 02. */
function referenceOf(command: Uint8Array): number {
  const p2 = command[3]!;
  if (command[0] !== CLASS_A0) return p2;
  return p2 === 0x02 ? 0x81 : p2 === 0x00 ? 0x01 : p2;
}

function isSuccess(sw1: unknown): boolean {
  return sw1 === 0x90 || sw1 === 0x91;
}

function outcomeOf(response: Pattern | undefined): Outcome {
  const sw1 = response?.at(-2);
  const sw2 = response?.at(-1);
  if (sw2 === '...' || sw2 === undefined) return 'other';
  if (isSuccess(sw1)) return 'accepted';
  const hasTries = sw1 === 0x63 && (sw2 === '..' || (sw2 & 0xf0) === 0xc0);
  const isBlocked = sw1 === 0x69 && sw2 === 0x83;
  const isChvWrong = sw1 === 0x98 && (sw2 === 0x04 || sw2 === 0x40);
  if (sw1 === 0x6a && sw2 === 0x80) return 'illegal';
  return hasTries || isBlocked || isChvWrong ? 'wrong' : 'other';
}
