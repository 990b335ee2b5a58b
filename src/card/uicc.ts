/**
 * The UICC: a card in the same process, octets in and octets out.
 *
 *     C-APDU ─▶ class, channel, instruction ─▶ P1 P2 ─▶ length ─▶ the command ─▶ R-APDU
 *
 * Synchronous, and without clock, files or randomness: whatever it needs arrives as an argument.
 * The order of the checks is the order in which the card finds fault.
 *
 * @see ETSI TS 102 221 §10, §11
 * @module
 */

import { decodeClassByte } from '../apdu/class-byte.ts';
import { type CommandApdu, decodeCommandApdu } from '../apdu/command.ts';
import type { CommitLog } from '../apdu/commit-log.ts';
import type { SynchronousCard } from '../apdu/connection.ts';
import type { StatusWord } from '../apdu/response.ts';
import { SW } from '../apdu/status-words.ts';
import { DecodeError } from '../bytes/errors.ts';
import { offeredCommand } from '../cat/session.ts';
import { DEFAULT_PROFILE } from '../profile/default-profile.ts';
import type { CardProfile } from '../profile/profile.ts';
import type { AppletKinds } from './applet.ts';
import { CardMemory } from './card-memory.ts';
import { asksForAll, type CommandContext, type CommandRow, LE_ALL, type Reply } from './command.ts';
import { findCommand } from './command-table.ts';
import type { Finding, FindingListener } from './finding.ts';
import { makeImage } from './image.ts';
import type { CardImage, CardRoot } from './memory.ts';
import { OtaReceiver } from './ota-receiver.ts';
import { type CardSession, newSession } from './session.ts';
import { activateStagedChange } from './subscription/activation.ts';
import { subscriptionChange } from './subscription/applet.ts';
import { type UsimKeys, usimKeys } from './usim-keys.ts';

/** What a card may be given beside its image. All of it is optional. */
export interface UiccOptions {
  /** What the card remembers; the image's own when left out. */
  readonly root?: CardRoot;
  /** Where commits are stored before they count. */
  readonly log?: CommitLog;
  /** Logic for further kinds of applets. */
  readonly applets?: AppletKinds;
  /** Hears of every step of a secured packet. */
  readonly onFinding?: FindingListener;
  /**
   * Hears of faults of this program, which the card answers with '6F00', and of errors of
   * `onFinding`. Must not throw.
   */
  readonly onFault?: (error: unknown) => void;
}

const GET_RESPONSE = 0xc0;
const STATUS = 0xf2;
const NO_DATA = new Uint8Array(0);

function response(data: Uint8Array, sw: StatusWord): Uint8Array {
  const octets = new Uint8Array(data.length + 2);
  octets.set(data);
  octets[data.length] = sw >> 8;
  octets[data.length + 1] = sw;
  return octets;
}

/** A C-APDU as far as it can be read: its header counts even when its length makes no sense. */
interface Parsed {
  readonly command: CommandApdu;
  readonly hasLength: boolean;
}

function parse(octets: Uint8Array): Parsed | undefined {
  try {
    return { command: decodeCommandApdu(octets), hasLength: true };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
  }
  if (octets.length < 4) return undefined;
  const [cla = 0, ins = 0, p1 = 0, p2 = 0] = octets;
  // Some modems send STATUS with an Le of two octets; it asks for everything.
  const isLongLe = ins === STATUS && octets.length === 7 && octets[4] === 0;
  return {
    command: { cla, ins, p1, p2, data: NO_DATA, ne: isLongLe ? 256 : 0 },
    hasLength: isLongLe,
  };
}

/**
 * One card. Answers every C-APDU with a well-formed R-APDU, whatever the octets.
 *
 * @see ETSI TS 102 221 §10, §11
 * @example
 * ```ts
 * import { createUicc, fromHex, toHex } from 'vuicc';
 *
 * const card = createUicc();
 * card.reset();
 * const response = card.transmit(fromHex('00A40804022FE2'));
 * if (toHex(response) !== '6119') throw new Error(`SELECT EF_ICCID: ${toHex(response)}`);
 * ```
 */
export class Uicc implements SynchronousCard {
  readonly #memory: CardMemory;
  readonly #applets: AppletKinds;
  readonly #options: UiccOptions;
  #session: CardSession | undefined;
  #keys: UsimKeys = usimKeys();
  #ota: OtaReceiver;

  /** @param image shared with other cards; never changed */
  constructor(image: CardImage, options: UiccOptions = {}) {
    this.#memory = new CardMemory(image, options.root ?? image.root, options.log);
    this.#applets = { 'subscription-change': subscriptionChange, ...options.applets };
    this.#options = options;
    this.#ota = this.#receiver();
  }

  /** What the card remembers now; a value that may be kept. Secret. */
  get root(): CardRoot {
    return this.#memory.root;
  }

  /** What the card shares with others. */
  get image(): CardImage {
    return this.#memory.image;
  }

  /** Goes back to what the card was; it is powered off afterwards. */
  rewind(root: CardRoot): void {
    this.powerOff();
    this.#memory.rewind(root);
  }

  /** Takes the power away: all that is not committed is gone. */
  powerOff(): void {
    this.#session = undefined;
    this.#keys = usimKeys();
    this.#ota = this.#receiver();
  }

  /**
   * Resets the card, or powers it on. A staged change of subscription becomes effective; if that
   * cannot be stored, the ATR comes all the same.
   *
   * @returns the ATR
   * @see ETSI TS 102 221 §6.2, §6.3
   */
  reset(): Uint8Array {
    this.#session = newSession();
    try {
      activateStagedChange(this.#memory);
    } catch (error) {
      // The ATR comes all the same, and the change stays staged.
      this.#options.onFault?.(error);
    }
    return this.#memory.image.atr.slice();
  }

  /**
   * Answers one C-APDU.
   *
   * @param command any octets; neither kept nor changed
   * @returns R-APDU. '6F00' before the first reset, and for a fault of this program
   * @see ETSI TS 102 221 §10
   */
  transmit(command: Uint8Array): Uint8Array {
    const session = this.#session;
    if (session === undefined) return response(NO_DATA, SW.technicalProblem);
    try {
      return this.#process(command, session);
    } catch (error) {
      this.#options.onFault?.(error);
      return response(NO_DATA, SW.technicalProblem);
    }
  }

  #receiver(): OtaReceiver {
    const { onFinding, onFault } = this.#options;
    // Whoever listens must not change what happens: an error of his is a fault to tell, no more.
    const listener =
      onFinding &&
      ((finding: Finding): void => {
        try {
          onFinding(finding);
        } catch (error) {
          onFault?.(error);
        }
      });
    return new OtaReceiver(this.#memory, this.#keys, this.#applets, listener);
  }

  #process(octets: Uint8Array, session: CardSession): Uint8Array {
    const parsed = parse(octets);
    if (parsed === undefined) {
      session.pending = undefined;
      return response(NO_DATA, SW.wrongLength);
    }
    const { command, hasLength } = parsed;
    const found = this.#route(command, session);
    // Only GET RESPONSE collects; any other command lets the response go, refused or not.
    if (command.ins !== GET_RESPONSE || typeof found === 'number') session.pending = undefined;
    if (typeof found === 'number') return response(NO_DATA, found);
    const { row, channel } = found;
    if (!row.mayHaveP1P2(command.p1, command.p2)) return response(NO_DATA, SW.wrongP1P2);
    if (!hasLength || !row.mayHaveLc(command.data.length)) return response(NO_DATA, SW.wrongLength);
    const card: CommandContext = {
      memory: this.#memory,
      session,
      ota: this.#ota,
      usimKeys: this.#keys,
      channel,
    };
    return this.#finish(row.handle(card, command), command, card);
  }

  /** Finds the command by class, channel and instruction, or the SW that refuses it. */
  #route(
    { cla, ins }: CommandApdu,
    session: CardSession,
  ): { readonly row: CommandRow; readonly channel: number } | StatusWord {
    const classByte = decodeClassByte(cla);
    // Chains of commands and the commands of TS 51.011 are not supported.
    if (classByte === undefined || classByte.commands === 'gsm' || classByte.isChained) {
      return SW.classNotSupported;
    }
    if (classByte.hasSecureMessaging) return SW.secureMessagingNotSupported;
    const { channel } = classByte;
    if (session.channels[channel] === undefined) return SW.channelNotSupported;
    const row = findCommand(classByte.commands, ins);
    if (row === undefined) return SW.instructionNotSupported;
    if (row.basicChannelOnly === true && channel !== 0) return SW.classNotSupported;
    return { row, channel };
  }

  /** Gives a reply the form that the transport protocol wants, and '91XX' in place of '9000'. */
  #finish(reply: Reply, { ne }: CommandApdu, card: CommandContext): Uint8Array {
    const { session, channel, memory } = card;
    const isT0 = memory.image.protocol === 'T=0';
    switch (reply.kind) {
      case 'done':
        return response(NO_DATA, this.#ok(session));
      case 'refused':
        return response(NO_DATA, reply.sw);
      case 'part':
        return response(reply.data, 0x6100 + (Math.min(reply.left, 256) % 256));
      case 'outgoing': {
        const { data, fewer } = reply;
        const wanted = ne === 0 ? LE_ALL : ne;
        if (asksForAll(card, ne, data.length)) return response(data, this.#ok(session));
        if (fewer && wanted < data.length) {
          return response(data.subarray(0, wanted), this.#ok(session));
        }
        return response(NO_DATA, 0x6c00 + (data.length % 256));
      }
      case 'answer': {
        const { data, releasesCommands } = reply;
        session.pending = { channel, data, collected: 0, releasesCommands };
        if (!isT0 && ne >= data.length) return this.#collect(card);
        return response(NO_DATA, 0x6100 + (data.length % 256));
      }
    }
  }

  /** T=1 carries the answer in the same R-APDU. */
  #collect(card: CommandContext): Uint8Array {
    const all = card.session.pending?.data.length ?? 0;
    const row = findCommand('interindustry', GET_RESPONSE);
    if (row === undefined) throw new Error('GET RESPONSE is not in the table');
    const command = { cla: 0, ins: GET_RESPONSE, p1: 0, p2: 0, data: NO_DATA, ne: all };
    return this.#finish(row.handle(card, command), command, card);
  }

  #ok(session: CardSession): StatusWord {
    const offered = offeredCommand(session.toolkit);
    return offered === undefined ? SW.ok : 0x9100 + (offered.octets.length % 256);
  }
}

/**
 * Makes a card from a profile.
 *
 * @param profile one that `checkProfile` has accepted; the built-in test profile when left out
 * @see docs/profile.md
 * @example
 * ```ts
 * import { createUicc, toHex } from 'vuicc';
 *
 * if (!toHex(createUicc().reset()).startsWith('3b')) throw new Error('an ATR begins with 3B');
 * ```
 */
export function createUicc(
  profile: CardProfile = DEFAULT_PROFILE,
  options: UiccOptions = {},
): Uicc {
  return new Uicc(makeImage(profile), options);
}
