/**
 * The UICC: a card in the same process, octets in and octets out.
 *
 *     memory     what it remembers, changed by commits
 *     session    what it knows until the next reset
 *     parts      what its commands work on
 *
 * Synchronous, and without clock, files or randomness: whatever it needs arrives as an argument.
 *
 * @see ETSI TS 102 221 §10, §11
 * @module
 */

import type { CommitLog, KeptState } from '../apdu/commit-log.ts';
import type { ReaderCard } from '../apdu/connection.ts';
import { encodeResponseApdu } from '../apdu/response.ts';
import { SW } from '../apdu/status-words.ts';
import { type AuthenticationAlgorithms, expectAlgorithm } from '../crypto/algorithms.ts';
import { DEFAULT_PROFILE } from '../profile/default-profile.ts';
import type { CardProfile } from '../profile/profile.ts';
import { type CardParts, dispatch } from './dispatch.ts';
import { makeImage } from './image.ts';
import type { CardImage, CardRoot } from './memory.ts';
import type { AppletKinds } from './ota/applet.ts';
import { cardApplets } from './ota/applet-run.ts';
import type { Finding, FindingListener } from './ota/finding.ts';
import { OtaReceiver } from './ota/receiver.ts';
import { type CardSession, newSession } from './session.ts';
import { CardMemory } from './store/card-memory.ts';
import { rootOf } from './store/kept-state.ts';
import { activateStagedChange } from './subscription/activation.ts';
import { usimKeys } from './usim-keys.ts';

/** What a card may be given beside its image. All of it is optional. */
export interface UiccOptions {
  /** What the card remembers; the image's own when left out. */
  readonly root?: CardRoot;
  /** Where commits are stored before they count. */
  readonly log?: CommitLog;
  /**
   * Gives as many octets as asked for, 1 to 256, that nobody can foretell: what GET CHALLENGE
   * answers, the token of SUSPEND UICC, and the ephemeral key of a SUCI of profile A or B. Without
   * it these commands are refused with '6985'.
   */
  readonly random?: (octets: number) => Uint8Array;
  /** Authentication algorithms beside MILENAGE, TUAK and XOR, by their names in the profile. */
  readonly algorithms?: AuthenticationAlgorithms;
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

const NONE = new Uint8Array(0);
const REFUSED = { data: NONE, sw: SW.technicalProblem };
const NOT_STORED = { data: NONE, sw: SW.memoryProblem };

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
export class Uicc implements ReaderCard {
  readonly #memory: CardMemory;
  readonly #options: UiccOptions;
  #session: CardSession | undefined;
  /** Waits for the first command behind a reset. */
  #suspended: CardSession | undefined;
  #parts: CardParts;

  /**
   * @param image shared with other cards; never changed
   * @throws {RangeError} a pair has an algorithm that is not among `options.algorithms`
   */
  constructor(image: CardImage, options: UiccOptions = {}) {
    const { entries } = options.root ?? image.root;
    for (const { algorithm } of entries) expectAlgorithm(algorithm, options.algorithms ?? {});
    this.#memory = new CardMemory(image, options.root ?? image.root, options.log);
    this.#options = options;
    this.#parts = this.#makeParts();
  }

  /** What the card remembers now; a value that may be kept. Secret. */
  get root(): CardRoot {
    return this.#memory.root;
  }

  /** What the card shares with others. */
  get image(): CardImage {
    return this.#memory.image;
  }

  /** The ATR, without a reset. */
  get atr(): Uint8Array {
    return this.#memory.image.atr.slice();
  }

  /**
   * Goes back to what the card was; it is powered off afterwards, and no session is suspended: it
   * was one of another past.
   */
  rewind(root: CardRoot): void {
    this.powerOff();
    this.#suspended = undefined;
    this.#memory.rewind(root);
  }

  /**
   * Takes the power away: all that is not committed is gone, but for a session that the terminal
   * has suspended.
   *
   * @see ETSI TS 102 221 §11.1.22
   */
  powerOff(): void {
    this.#endSession();
    this.#parts = this.#makeParts();
  }

  /**
   * Resets the card, or powers it on. A staged change of subscription becomes effective; if that
   * cannot be stored, the ATR comes all the same. A session that is suspended stays so until the
   * first command.
   *
   * @returns the ATR
   * @see ETSI TS 102 221 §6.2, §6.3
   */
  reset(): Uint8Array {
    const before = this.#memory.root;
    this.#endSession();
    this.#session = newSession(this.#memory.image.protocol);
    try {
      activateStagedChange(this.#memory);
    } catch (error) {
      // The ATR comes all the same, and the change stays staged.
      this.#options.onFault?.(error);
    }
    if (!this.#isCertain(before)) this.#memory.rewind(before);
    return this.atr;
  }

  /**
   * Answers one C-APDU.
   *
   * @param command any octets; neither kept nor changed
   * @returns R-APDU. '6F00' before the first reset, and for a fault of this program
   * @see ETSI TS 102 221 §10
   */
  transmit(command: Uint8Array): Uint8Array {
    const before = this.#memory.root;
    const response = this.#answer(command);
    if (this.#isCertain(before)) return response;
    this.rewind(before);
    return encodeResponseApdu(NOT_STORED);
  }

  #answer(command: Uint8Array): Uint8Array {
    const session = this.#session;
    if (session === undefined) return encodeResponseApdu(REFUSED);
    try {
      return this.#suspended === undefined
        ? dispatch(command, session, this.#parts)
        : this.#answerFirst(command, session, this.#suspended);
    } catch (error) {
      this.#options.onFault?.(error);
      return encodeResponseApdu(REFUSED);
    }
  }

  /** The first command behind a reset resumes the session that was suspended, or ends it. */
  #answerFirst(command: Uint8Array, session: CardSession, suspended: CardSession): Uint8Array {
    this.#suspended = undefined;
    const response = dispatch(command, session, { ...this.#parts, suspended });
    if (suspended.resumeToken === undefined) this.#session = suspended;
    return response;
  }

  #endSession(): void {
    if (this.#session?.resumeToken !== undefined) this.#suspended = this.#session;
    this.#session = undefined;
  }

  /** Every commit makes another root, so without one there is nothing to make sure of. */
  #isCertain(before: CardRoot): boolean {
    if (this.#memory.root === before) return true;
    try {
      return this.#memory.flush();
    } catch (error) {
      this.#options.onFault?.(error);
      return false;
    }
  }

  /** Expanded keys are not kept over a loss of power. */
  #makeParts(): CardParts {
    const memory = this.#memory;
    const keys = usimKeys(this.#options.algorithms ?? {});
    const listener = this.#listener();
    const applets = cardApplets(this.#options.applets ?? {}, listener);
    const messages = new OtaReceiver(memory, keys, applets, listener);
    return { memory, usimKeys: keys, messages, random: this.#options.random };
  }

  #listener(): FindingListener | undefined {
    const { onFinding, onFault } = this.#options;
    // Whoever listens must not change what happens: an error of his is a fault to tell, no more.
    return (
      onFinding &&
      ((finding: Finding): void => {
        try {
          onFinding(finding);
        } catch (error) {
          onFault?.(error);
        }
      })
    );
  }
}

/**
 * Makes a card from a profile.
 *
 * @param profile one that `checkProfile` has accepted; the built-in test profile when left out
 * @throws {RangeError} a pair has an algorithm that is not among `options.algorithms`
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

/**
 * Makes a card again that was kept.
 *
 * @param image the one that it was kept with
 * @param store what it remembered, and where its commits go from now on; kept
 * @throws {DecodeError} what was kept is of another card
 * @throws {RangeError} a pair has an algorithm that is not among `options.algorithms`
 * @see docs/architecture.md, "State on disk"
 * @example
 * ```ts
 * import { createUicc, restoreUicc } from 'vuicc';
 *
 * const { image } = createUicc();
 * const commits: Uint8Array[] = [];
 * const store = {
 *   kept: { base: undefined, commits },
 *   append: (commit: Uint8Array) => commits.push(commit) > 0,
 * };
 * restoreUicc(image, store).reset();
 * ```
 */
export function restoreUicc(
  image: CardImage,
  store: CommitLog & { readonly kept: KeptState },
  options: Omit<UiccOptions, 'root' | 'log'> = {},
): Uicc {
  return new Uicc(image, { ...options, root: rootOf(image, store.kept), log: store });
}
