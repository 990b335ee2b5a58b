/**
 * The card that the suite is run on.
 *
 *     (nothing)        the emulator, in process: a new card for each row
 *     CARD=pcsc:NAME   the card in a PC/SC reader; NAME is a part of the reader's name
 *
 * Another card has to have the keys, PINs and files of the built-in profile, EF_ACM and
 * EF_IMSConfigData, all as they are when a card is new: tries of PINs, contents of files, sequence
 * numbers. It announces four logical channels in its ATR, whose numbers it assigns.
 *
 * A row begins with a reset, so it may leave behind whatever a reset clears. Nobody can make a card
 * in a reader new again, so what leaves more than that is left out there, by name: the emulator
 * finds out which rows these are. Between the rows and a card in a reader stands the guard of its
 * PINs: a card that is not as it should be fails, and is not lost.
 *
 * @see docs/profile.md
 * @module
 */

import { isDeepStrictEqual } from 'node:util';
import { type CardConnection, connect } from '../../src/apdu/connection.ts';
import { guardedPins, LastTryRefused } from '../../src/apdu/pin-guard.ts';
import { fromHex } from '../../src/bytes/hex.ts';
import { findNode } from '../../src/card/memory.ts';
import { createUicc, type Uicc } from '../../src/card/uicc.ts';
import type { CardProfile } from '../../src/profile/profile.ts';
import { seededRandomness } from '../../src/scenario/randomness.ts';
import { openReader, type PcscConnection } from '../../src/transport/pcsc.ts';
import { EF_ACM, EF_OBJECTS, withChannels, withFiles } from '../card/support/test-card.ts';
import type { Row } from './row.ts';

/** A card by its name, and how to get one. */
export interface CardUnderTest {
  readonly name: string;
  /** Gives a card that nobody has used, or on which no use has left a trace; not reset yet. */
  make(): Promise<CardConnection>;
  /** Why a row cannot be run on this card; `undefined` when it can. */
  leavesOut(row: Row): Promise<string | undefined>;
  /** Lets go of the card until the next `make`. */
  close(): Promise<void>;
}

/** What the rows are written for. */
export const CONFORMANCE_PROFILE: CardProfile = withChannels(0x13, withFiles([EF_ACM, EF_OBJECTS]));

/** Octets that differ each time and are the same in each run. */
export function conformanceDice(): (octets: number) => Uint8Array {
  return seededRandomness('conformance');
}

/**
 * All that a card remembers; a file that was written with what it held has not changed, nor a
 * directory from which what was created is gone.
 */
function memoryOf({ image, root }: Uicc): unknown {
  const files = Array.from(root.files, (_, file) => findNode(image, root, file));
  return { ...root, files };
}

/** Runs a row on a new emulator, with whatever stands before it. */
async function rehearse(
  { steps }: Row,
  guard: (card: CardConnection) => CardConnection,
): Promise<Uicc> {
  const uicc = createUicc(CONFORMANCE_PROFILE, { random: conformanceDice() });
  const card = guard(connect(uicc));
  await card.reset();
  for (const step of steps) {
    const command = 'ask' in step ? step.ask : step.send;
    if (command === 'reset') await card.reset();
    else await card.transmit(fromHex(command));
  }
  await card.reset();
  return uicc;
}

/**
 * Tells why a row must not be run on a card that cannot be made anew; the emulator has found out.
 *
 * @returns `undefined` when the card is afterwards as it was
 */
export async function reasonAgainst(row: Row): Promise<string | undefined> {
  const fresh = createUicc(CONFORMANCE_PROFILE);
  const used = await rehearse(row, (card) => card);
  if (!isDeepStrictEqual(memoryOf(used), memoryOf(fresh))) return 'they change the card';
  try {
    await rehearse(row, guardedPins);
    return undefined;
  } catch (error) {
    if (error instanceof LastTryRefused) return 'nobody can tell how many tries of a PIN they use';
    throw error;
  }
}

const EMULATOR: CardUnderTest = {
  name: 'the emulator',
  make: async () => connect(createUicc(CONFORMANCE_PROFILE, { random: conformanceDice() })),
  leavesOut: async () => undefined,
  close: async () => undefined,
};

function cardInReader(name: string): CardUnderTest {
  let opened: PcscConnection | undefined;
  return {
    name: `the card in reader "${name}"`,
    async make() {
      opened ??= await openReader({ name });
      return guardedPins(opened);
    },
    leavesOut: reasonAgainst,
    async close() {
      await opened?.close();
      opened = undefined;
    },
  };
}

/**
 * Gives the card that a value of CARD names.
 *
 * @throws {Error} it names none
 */
export function cardUnderTest(name: string | undefined): CardUnderTest {
  if (name === undefined || name === '') return EMULATOR;
  const reader = /^pcsc:(?<reader>.+)$/u.exec(name)?.groups?.reader;
  if (reader === undefined) throw new Error(`CARD: expected pcsc:NAME, got ${name}`);
  return cardInReader(reader);
}

/** The card of this run. */
export const CARD_UNDER_TEST: CardUnderTest = cardUnderTest(process.env.CARD);
