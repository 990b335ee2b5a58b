/**
 * Procedures of the ME, without I/O: each yields what it needs next and receives the answer.
 *
 *     procedure ── transmit C-APDU ──▶ driver ──▶ card          R-APDU ──▶ procedure
 *               ── uplink message  ──▶        ──▶ network       downlink message
 *               ── register message──▶        ──▶ 5G network    its answer
 *               ── wait seconds    ──▶        ──▶ clock
 *
 * The same procedure runs against a card in this process, over a reader, and from a recorded trace:
 * only the driver differs. What a driver throws is thrown into the procedure.
 *
 * @see docs/architecture.md, "Procedures without I/O"
 * @module
 */

import type { DownlinkMessage, RadioNetwork, UplinkMessage } from '../air/attach.ts';
import type {
  FiveGNetwork,
  RegistrationDownlink,
  RegistrationUplink,
} from '../air/registration.ts';
import type { DeliveryReport, ShortMessageUp } from '../air/short-message.ts';
import type { CommandApdu } from '../apdu/command.ts';
import type { CardConnection, SynchronousCard } from '../apdu/connection.ts';
import type { ResponseApdu } from '../apdu/response.ts';
import { exchangeT0 } from '../apdu/t0.ts';
import { DecodeError } from '../bytes/errors.ts';

/** What a procedure needs next. */
export type MeRequest =
  /** An R-APDU for this C-APDU. */
  | { readonly kind: 'transmit'; readonly command: Uint8Array }
  /** The ATR of a reset. */
  | { readonly kind: 'reset' }
  /** The network's answer. */
  | { readonly kind: 'uplink'; readonly message: UplinkMessage }
  /** The answer of the 5G network. */
  | { readonly kind: 'register'; readonly message: RegistrationUplink }
  /** Whether the network took this short message. */
  | { readonly kind: 'submit'; readonly message: ShortMessageUp }
  /** Nothing: the report on a short message goes out now. */
  | { readonly kind: 'report'; readonly report: DeliveryReport }
  /** Nothing: time passes. */
  | { readonly kind: 'wait'; readonly seconds: number };

/**
 * Octets for `transmit` and `reset`, a message for `uplink` and `register`, a yes or no for
 * `submit`.
 */
export type MeAnswer = Uint8Array | DownlinkMessage | RegistrationDownlink | boolean | undefined;

/** A procedure that ends with a T. */
export type Procedure<T> = Generator<MeRequest, T, MeAnswer>;

/** Stands for the SW of an answer that has none; no card can send it over T=0. */
export const NO_STATUS_WORD = 0x0000;

const NONE = new Uint8Array(0);

function octetsOf(answer: MeAnswer): Uint8Array {
  if (answer instanceof Uint8Array) return answer;
  throw new TypeError('answer: expected a Uint8Array');
}

/**
 * Sends one C-APDU.
 *
 * @returns the R-APDU as it came
 */
export function* transmit(command: Uint8Array): Procedure<Uint8Array> {
  return octetsOf(yield { kind: 'transmit', command });
}

/**
 * Resets the card.
 *
 * @returns the ATR as it came
 */
export function* reset(): Procedure<Uint8Array> {
  return octetsOf(yield { kind: 'reset' });
}

function messageOf(answer: MeAnswer): DownlinkMessage | RegistrationDownlink {
  if (typeof answer === 'object' && 'kind' in answer) return answer;
  throw new TypeError('answer: expected a downlink message');
}

/** Sends one message to the network and takes its answer. */
export function* uplink(message: UplinkMessage): Procedure<DownlinkMessage> {
  const answer = messageOf(yield { kind: 'uplink', message });
  if (answer.kind !== 'registration-accept' && answer.kind !== 'registration-reject') return answer;
  throw new TypeError('answer: expected a downlink message');
}

/** Sends one message of a registration to the 5G network and takes its answer. */
export function* uplink5g(message: RegistrationUplink): Procedure<RegistrationDownlink> {
  const answer = messageOf(yield { kind: 'register', message });
  if (answer.kind !== 'attach-accept' && answer.kind !== 'attach-reject') return answer;
  throw new TypeError('answer: expected a message of a 5G network');
}

/**
 * Sends one short message.
 *
 * @returns false when the network did not take it
 */
export function* submit(message: ShortMessageUp): Procedure<boolean> {
  return (yield { kind: 'submit', message }) === true;
}

/** Lets the delivery report of a short message go out. */
export function* report(of: DeliveryReport): Procedure<void> {
  yield { kind: 'report', report: of };
}

/** Lets time pass. */
export function* wait(seconds: number): Procedure<void> {
  yield { kind: 'wait', seconds };
}

/**
 * Carries one command over T=0: '61XX' and '6CXX' are followed until the last SW.
 *
 * @returns all response data and the last SW; {@link NO_STATUS_WORD} when an answer had none
 * @see ETSI TS 102 221 §7.3.1.1
 */
export function* exchange(command: CommandApdu): Procedure<ResponseApdu> {
  const tpdus = exchangeT0(command);
  try {
    let step = tpdus.next();
    while (step.done !== true) step = tpdus.next(yield* transmit(step.value));
    return step.value;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return { data: NONE, sw: NO_STATUS_WORD };
  }
}

/** The ME's surroundings, apart from the card. */
export interface Surroundings {
  readonly network: RadioNetwork;
  /** Left out: there is no 5G here. */
  readonly fiveG?: FiveGNetwork | undefined;
  /** Takes an SMS-SUBMIT; false when the network does not. Left out: there is no such service. */
  readonly submit?: (message: ShortMessageUp) => boolean;
  /** Hears each delivery report when it goes out, before the card's next wish is looked at. */
  readonly report?: (report: DeliveryReport) => void;
  /** Virtual time. Left out: nobody counts it. */
  readonly clock?: { advance(seconds: number): void };
}

type NotForTheCard = Exclude<MeRequest, { readonly kind: 'transmit' | 'reset' }>;

function answerOf(request: NotForTheCard, world: Surroundings): MeAnswer {
  switch (request.kind) {
    case 'uplink':
      return world.network.uplink(request.message);
    case 'register':
      return world.fiveG?.register(request.message) ?? { kind: 'released' };
    case 'submit':
      return world.submit?.(request.message) ?? false;
    case 'report':
      world.report?.(request.report);
      return undefined;
    case 'wait':
      world.clock?.advance(request.seconds);
      return undefined;
  }
}

/**
 * Runs a procedure to its end, with a card in the same process.
 *
 * @throws what the procedure does not handle; a `ConnectionLost` of the card is offered to it first
 * @see docs/architecture.md, "Procedures without I/O"
 * @example
 * ```ts
 * import { createUicc, MobileEquipment, runProcedure } from 'vuicc';
 *
 * const me = new MobileEquipment({ pin: '1234' });
 * const network = { uplink: () => ({ kind: 'released' }) as const };
 * const boot = runProcedure(me.boot(), { card: createUicc(), network });
 * if (!boot.ok || boot.subscription.imsi !== '001010123456789') throw new Error('the test IMSI');
 * ```
 */
export function runProcedure<T>(
  procedure: Procedure<T>,
  world: Surroundings & { readonly card: SynchronousCard },
): T {
  let step = procedure.next();
  while (step.done !== true) {
    let answer: MeAnswer;
    try {
      const request = step.value;
      if (request.kind === 'transmit') answer = world.card.transmit(request.command);
      else if (request.kind === 'reset') answer = world.card.reset();
      else answer = answerOf(request, world);
    } catch (error) {
      step = procedure.throw(error);
      continue;
    }
    step = procedure.next(answer);
  }
  return step.value;
}

/**
 * Runs a procedure to its end, with a card that takes its time.
 *
 * @throws what the procedure does not handle; a `ConnectionLost` of the card is offered to it first
 * @see docs/architecture.md, "Procedures without I/O"
 * @example
 * ```ts
 * import { connect, createUicc, MobileEquipment, runProcedureAsync } from 'vuicc';
 *
 * const me = new MobileEquipment({ pin: '1234' });
 * const network = { uplink: () => ({ kind: 'released' }) as const };
 * const boot = await runProcedureAsync(me.boot(), { card: connect(createUicc()), network });
 * if (!boot.ok) throw new Error(boot.failure);
 * ```
 */
export async function runProcedureAsync<T>(
  procedure: Procedure<T>,
  world: Surroundings & { readonly card: CardConnection },
): Promise<T> {
  let step = procedure.next();
  while (step.done !== true) {
    let answer: MeAnswer;
    try {
      const request = step.value;
      if (request.kind === 'transmit') answer = await world.card.transmit(request.command);
      else if (request.kind === 'reset') answer = await world.card.reset();
      else answer = answerOf(request, world);
    } catch (error) {
      step = procedure.throw(error);
      continue;
    }
    step = procedure.next(answer);
  }
  return step.value;
}
