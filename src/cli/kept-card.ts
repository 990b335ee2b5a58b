/**
 * The card of a subcommand: of a profile, and kept in a state file if one is named.
 *
 * @see docs/architecture.md, "State on disk"
 * @module
 */

import { randomBytes } from 'node:crypto';
import { Option } from 'commander';
import { DecodeError } from '../bytes/errors.ts';
import { makeImage } from '../card/image.ts';
import type { AskedCard } from '../card/ota/explanation.ts';
import { imageDigest, rootOf } from '../card/store/kept-state.ts';
import { restoreUicc, Uicc, type UiccOptions } from '../card/uicc.ts';
import type { CardProfile } from '../profile/profile.ts';
import { StateFileError } from '../transport/locked-file.ts';
import {
  type Durability,
  openStateFile,
  readStateFile,
  type StateFile,
} from '../transport/state-file.ts';
import { tellProblem, UsageError } from './output.ts';

/** A card, and where it is kept. */
export interface KeptCard {
  readonly card: Uicc;
  /** Switches the card off and lets go of its file. */
  close(): void;
}

/** What `--durability` may be, in the help of every subcommand that has it. */
export function durabilityOption(): Option {
  return new Option('--durability <how>', 'what is certain when an answer leaves')
    .choices(['commit', 'none'])
    .default('commit');
}

/** How a state file works, for the help. */
export const STATE_HELP = `
--state keeps what the card changes in FILE, which is made when it is not there; one process at a
time may use it, and only with the profile that it was made with. With "--durability commit" each
change is on the disk before the answer leaves, and survives a loss of power; with "none" it
survives the end of this program in whatever way, and costs a tenth and less.
`;

/** What a state file that cannot be used, or holds what it should not, says on stderr. */
export function usageError(file: string, error: unknown): unknown {
  if (error instanceof StateFileError) return new UsageError(error.message);
  if (error instanceof DecodeError) return new UsageError(`${file}: ${error.message}`);
  return error;
}

/** What GET CHALLENGE answers. */
function random(octets: number): Uint8Array {
  return Uint8Array.from(randomBytes(octets));
}

/**
 * Makes a card, or goes on with the one in a state file.
 *
 * @throws {UsageError} the state file cannot be used
 */
export function openCard(
  profile: CardProfile,
  { state, durability }: { readonly state?: string; readonly durability?: Durability },
  others: UiccOptions = {},
): KeptCard {
  const options = { random, ...others };
  const image = makeImage(profile);
  if (state === undefined) {
    const card = new Uicc(image, options);
    return { card, close: () => card.powerOff() };
  }
  let file: StateFile | undefined;
  try {
    const how = durability === undefined ? {} : { durability };
    file = openStateFile(state, imageDigest(image), { ...how, onProblem: tellProblem });
    const card = restoreUicc(image, file, options);
    const opened = file;
    return {
      card,
      close: () => {
        card.powerOff();
        opened.close();
      },
    };
  } catch (error) {
    file?.close();
    throw usageError(state, error);
  }
}

/**
 * Gives what a card remembers as a state file has it, to be asked and not to be used: nothing is
 * changed, and no algorithm of a pair is needed.
 *
 * @throws {UsageError} the state file cannot be read
 */
export function readCard(profile: CardProfile, state: string | undefined): AskedCard {
  const image = makeImage(profile);
  if (state === undefined) return { image, root: image.root };
  try {
    return { image, root: rootOf(image, readStateFile(state, imageDigest(image))) };
  } catch (error) {
    throw usageError(state, error);
  }
}
