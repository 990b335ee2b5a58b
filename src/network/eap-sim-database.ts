/**
 * The EAP-SIM/AKA database of hostapd, as one who answers it: vectors and triplets of an AuC.
 *
 *     AKA-REQ-AUTH IMSI            AKA-RESP-AUTH IMSI RAND AUTN IK CK RES, or … IMSI FAILURE
 *     AKA-AUTS IMSI AUTS RAND      nothing; the next vector is behind SQN_MS
 *     SIM-REQ-AUTH IMSI MAXCHAL    SIM-RESP-AUTH IMSI Kc:SRES:RAND …, or … IMSI FAILURE
 *
 * One line of ASCII is one datagram, octets are hex. What an access point heard over the air stands
 * in such a line, so nothing but the three forms is read, and of a request that names no sound IMSI
 * nothing is said back. A sequence number counts once it is kept: before the vector is told.
 *
 * @see docs/eap-aka.md, "The lines"; RFC 4186 §10.9; RFC 4187 §10.8;
 *   3GPP TS 33.102 §6.3.5, §6.8.1.2
 * @module
 */

import { fromHex, toHex } from '../bytes/hex.ts';
import { type Imsi, imsi } from '../bytes/identity.ts';
import { gsmAnswer } from '../crypto/conversion.ts';
import {
  type AuthenticationVector,
  nextVector,
  resynchronise,
  type SubscriberAuthentication,
  type VectorOptions,
} from './auc.ts';
import type { IndexDomain } from './sequence-generation.ts';

/** The longest request has 86 octets: AKA-AUTS with an IMSI of 15 digits and a line feed. */
const REQUEST_OCTETS_MAX = 128;
/** EAP-SIM asks for two or three. */
const TRIPLETS_MAX = 3;
/** How many vectors of one subscriber may be on their way, so that an AUTS is for one of them. */
const CHALLENGES_MAX = 16;
/** CK and IK have this length in the database's lines, and RES no more. */
const KEY_OCTETS = 16;

const LINE_FEED = 0x0a;

/** Why a request is refused. */
export type DatabaseRefusal =
  /** More than 128 octets. */
  | 'too-long'
  /** A line feed that is not the last octet. */
  | 'several-lines'
  /** An octet that is no printable ASCII. */
  | 'not-text'
  /** None of the three. */
  | 'unknown-request'
  /** Another number of fields, or one that is no IMSI, no number, or hex of another length. */
  | 'malformed'
  /** Fewer than 1 or more than 3 triplets. */
  | 'max-chal-out-of-range'
  | 'imsi-unknown'
  /** AUTS for a RAND of which no vector is on its way. */
  | 'rand-unknown'
  | 'mac-s-wrong'
  | 'sqn-exhausted'
  /** RES, CK or IK of this algorithm is longer than EAP-AKA takes. */
  | 'vector-too-long'
  /** The sequence number could not be kept. */
  | 'not-kept';

/** The three requests. */
export type DatabaseCommand = 'AKA-REQ-AUTH' | 'AKA-AUTS' | 'SIM-REQ-AUTH';

/** Where the next vector of a subscriber counts from. */
export interface SequencePosition {
  /** SEQ of the newest vector. */
  readonly seqHe: number;
  /** IND of the next; with a domain, whose turn it is among its INDs. */
  readonly ind: number;
}

/** What became of a request. It holds no key, no RES and nothing that could not be read. */
export interface DatabaseEvent {
  /** What was asked, as far as it was one of the three. */
  readonly command?: DatabaseCommand;
  /** Whom it was about, as far as that is an IMSI. */
  readonly imsi?: Imsi;
  readonly outcome:
    | { readonly kind: 'vector' | 'resynchronised'; readonly position: SequencePosition }
    | { readonly kind: 'triplets'; readonly count: number; readonly position: SequencePosition }
    | { readonly kind: 'refused'; readonly reason: DatabaseRefusal };
}

/** A subscription that the AuC answers for. Treat as secret. */
export interface DatabaseSubscriber {
  readonly imsi: Imsi;
  readonly authentication: SubscriberAuthentication;
}

/** What a database needs. */
export interface EapSimDatabaseOptions {
  readonly subscribers: Iterable<DatabaseSubscriber>;
  /** Gives unpredictable octets, for RAND. */
  readonly random: (octets: number) => Uint8Array;
  /**
   * Keeps where the next vector counts from, so that it survives the end of the program.
   *
   * @returns false when it could not: the request is refused, and nothing has changed
   */
  readonly keep?: (imsi: Imsi, position: SequencePosition) => boolean;
  /** Tells the time in milliseconds, for subscribers whose SEQ is made of it. */
  readonly now?: () => number;
  /** Which INDs the vectors have; all when left out. */
  readonly domain?: IndexDomain;
  /** Hears of each request. Must not throw. */
  readonly onRequest?: (event: DatabaseEvent) => void;
}

type Request =
  | { readonly command: 'AKA-REQ-AUTH'; readonly imsi: Imsi }
  | { readonly command: 'SIM-REQ-AUTH'; readonly imsi: Imsi; readonly triplets: number }
  | {
      readonly command: 'AKA-AUTS';
      readonly imsi: Imsi;
      readonly auts: Uint8Array;
      readonly rand: Uint8Array;
    };

/** A request that is refused, and as much of it as was understood. */
interface Refused {
  readonly reason: DatabaseRefusal;
  readonly command?: DatabaseCommand;
  readonly imsi?: Imsi;
}

/** A vector that is on its way. */
interface Challenge {
  /** In hex. */
  readonly rand: string;
  readonly seq: number;
}

interface Subscriber {
  readonly authentication: SubscriberAuthentication;
  /** The newest last. */
  readonly challenges: readonly Challenge[];
}

const COMMANDS: ReadonlySet<string> = new Set<DatabaseCommand>([
  'AKA-REQ-AUTH',
  'AKA-AUTS',
  'SIM-REQ-AUTH',
]);

function isCommand(text: string): text is DatabaseCommand {
  return COMMANDS.has(text);
}

/** Why a datagram is not one line of text. */
function notALine(line: Uint8Array, octets: number): DatabaseRefusal | undefined {
  if (octets > REQUEST_OCTETS_MAX) return 'too-long';
  if (line.includes(LINE_FEED)) return 'several-lines';
  return line.some((octet) => octet < 0x20 || octet > 0x7e) ? 'not-text' : undefined;
}

const IMSI = /^[0-9]{6,15}$/;
const NUMBER = /^[0-9]{1,9}$/;
const AUTS = /^[0-9A-Fa-f]{28}$/;
const RAND = /^[0-9A-Fa-f]{32}$/;

function requestOf(datagram: Uint8Array): Request | Refused {
  const line = datagram.at(-1) === LINE_FEED ? datagram.subarray(0, -1) : datagram;
  const reason = notALine(line, datagram.length);
  if (reason !== undefined) return { reason };
  const [command = '', digits = '', ...fields] = String.fromCharCode(...line).split(' ');
  if (!isCommand(command)) return { reason: 'unknown-request' };
  if (!IMSI.test(digits)) return { command, reason: 'malformed' };
  const of = imsi(digits);
  const malformed: Refused = { command, imsi: of, reason: 'malformed' };
  const [first = '', second = ''] = fields;
  switch (command) {
    case 'AKA-REQ-AUTH':
      return fields.length === 0 ? { command, imsi: of } : malformed;
    case 'SIM-REQ-AUTH': {
      if (fields.length !== 1 || !NUMBER.test(first)) return malformed;
      const triplets = Number(first);
      if (triplets >= 1 && triplets <= TRIPLETS_MAX) return { command, imsi: of, triplets };
      return { command, imsi: of, reason: 'max-chal-out-of-range' };
    }
    case 'AKA-AUTS':
      if (fields.length !== 2 || !AUTS.test(first) || !RAND.test(second)) return malformed;
      return { command, imsi: of, auts: fromHex(first), rand: fromHex(second) };
  }
}

/**
 * Writes the answer to AKA-REQ-AUTH.
 *
 * @returns `undefined` for a vector that EAP-AKA has no room for, as TUAK makes them: RES of more
 *   than 16 octets, or CK or IK of any other number
 * @see docs/eap-aka.md, "The lines"; RFC 4187 §10.8
 */
export function akaResponse(of: Imsi, vector: AuthenticationVector): string | undefined {
  const { rand, autn, ik, ck, xres } = vector;
  if (xres.length > KEY_OCTETS || ck.length !== KEY_OCTETS || ik.length !== KEY_OCTETS) {
    return undefined;
  }
  return ['AKA-RESP-AUTH', of, ...[rand, autn, ik, ck, xres].map(toHex)].join(' ');
}

/** Writes a triplet: what a card of the same key answers in its GSM context. */
function tripletOf({ key }: SubscriberAuthentication, rand: Uint8Array): string {
  const { kc, sres } = gsmAnswer(key, rand);
  return [kc, sres, rand].map(toHex).join(':');
}

function positionOf({ seqHe, ind }: SubscriberAuthentication): SequencePosition {
  return { seqHe, ind };
}

/**
 * The AuC of some subscribers, asked line by line.
 *
 * An AUTS is for a vector of which the subscriber has not been heard, and is taken once: whoever
 * sends an old one again moves nothing, and one that comes late does not take the AuC back. What
 * was not taken has changed nothing.
 *
 * @see docs/eap-aka.md, "The lines"; 3GPP TS 33.102 §6.3.5
 */
export class EapSimDatabase {
  readonly #options: EapSimDatabaseOptions;
  readonly #subscribers = new Map<Imsi, Subscriber>();

  /** @throws {RangeError} an IMSI is there twice */
  constructor(options: EapSimDatabaseOptions) {
    this.#options = options;
    for (const { imsi: of, authentication } of options.subscribers) {
      if (this.#subscribers.has(of)) throw new RangeError(`imsi: ${of} is served`);
      this.#subscribers.set(of, { authentication, challenges: [] });
    }
  }

  /**
   * Answers a datagram, whatever is in it.
   *
   * @param datagram neither kept nor changed
   * @returns the datagram to send back, one line without a line feed; `undefined` for none. Secret
   * @see docs/eap-aka.md, "The lines"
   */
  answer(datagram: Uint8Array): Uint8Array | undefined {
    const request = requestOf(datagram);
    const line = 'reason' in request ? this.#refuse(request) : this.#serve(request);
    return line === undefined ? undefined : new TextEncoder().encode(line);
  }

  #serve(request: Request): string | undefined {
    const subscriber = this.#subscribers.get(request.imsi);
    if (subscriber === undefined) return this.#refuse({ ...request, reason: 'imsi-unknown' });
    switch (request.command) {
      case 'AKA-REQ-AUTH':
        return this.#vector(request, subscriber);
      case 'SIM-REQ-AUTH':
        return this.#triplets(request, request.triplets, subscriber);
      case 'AKA-AUTS':
        return this.#resynchronise(request, subscriber);
    }
  }

  #vector(request: Request, { authentication, challenges }: Subscriber): string | undefined {
    const made = nextVector(authentication, this.#options.random(16), this.#how());
    if (!made.ok) return this.#refuse({ ...request, reason: made.failure });
    const line = akaResponse(request.imsi, made.vector);
    if (line === undefined) return this.#refuse({ ...request, reason: 'vector-too-long' });
    const challenge = { rand: toHex(made.vector.rand), seq: made.next.seqHe };
    const onTheirWay = [...challenges, challenge].slice(-CHALLENGES_MAX);
    const next = { authentication: made.next, challenges: onTheirWay };
    if (!this.#keep(request.imsi, next)) return this.#refuse({ ...request, reason: 'not-kept' });
    this.#tell(request, { kind: 'vector', position: positionOf(made.next) });
    return line;
  }

  #triplets(request: Request, count: number, subscriber: Subscriber): string | undefined {
    let { authentication } = subscriber;
    const triplets: string[] = [];
    while (triplets.length < count) {
      const made = nextVector(authentication, this.#options.random(16), this.#how());
      if (!made.ok) return this.#refuse({ ...request, reason: made.failure });
      triplets.push(tripletOf(authentication, made.vector.rand));
      authentication = made.next;
    }
    const next = { ...subscriber, authentication };
    if (!this.#keep(request.imsi, next)) return this.#refuse({ ...request, reason: 'not-kept' });
    this.#tell(request, { kind: 'triplets', count, position: positionOf(authentication) });
    return ['SIM-RESP-AUTH', request.imsi, ...triplets].join(' ');
  }

  #resynchronise(
    request: Extract<Request, { readonly command: 'AKA-AUTS' }>,
    { authentication, challenges }: Subscriber,
  ): string | undefined {
    const { auts, rand } = request;
    const digits = toHex(rand);
    const challenge = challenges.find((of) => of.rand === digits);
    if (challenge === undefined) return this.#refuse({ ...request, reason: 'rand-unknown' });
    const result = resynchronise(authentication, { auts, rand }, this.#how());
    if (!result.ok) return this.#refuse({ ...request, reason: result.failure });
    const { seqHe: seqMs } = result.next;
    // The card was ahead of that vector, and the AuC has gone on: it does not go back.
    const isLate = seqMs >= challenge.seq && seqMs < authentication.seqHe;
    // The other vectors are from before: what is said of them later is old.
    const next = { authentication: isLate ? authentication : result.next, challenges: [] };
    if (!this.#keep(request.imsi, next)) return this.#refuse({ ...request, reason: 'not-kept' });
    const position = positionOf(next.authentication);
    this.#tell(request, { kind: 'resynchronised', position });
    return undefined;
  }

  #how(): VectorOptions {
    const { now, domain } = this.#options;
    return {
      ...(now === undefined ? {} : { atMs: now() }),
      ...(domain === undefined ? {} : { domain }),
    };
  }

  #keep(of: Imsi, next: Subscriber): boolean {
    const { keep } = this.#options;
    if (keep !== undefined && !keep(of, positionOf(next.authentication))) return false;
    this.#subscribers.set(of, next);
    return true;
  }

  #tell({ command, imsi: of }: Request, outcome: DatabaseEvent['outcome']): void {
    this.#options.onRequest?.({ command, imsi: of, outcome });
  }

  /** Tells of a refusal, and gives its line where the database has one. */
  #refuse({ command, imsi: of, reason }: Refused): string | undefined {
    this.#options.onRequest?.({
      ...(command === undefined ? {} : { command }),
      ...(of === undefined ? {} : { imsi: of }),
      outcome: { kind: 'refused', reason },
    });
    if (command === undefined || command === 'AKA-AUTS' || of === undefined) return undefined;
    return `${command.replace('REQ', 'RESP')} ${of} FAILURE`;
  }
}
