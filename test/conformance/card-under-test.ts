/**
 * The card that the suite is run on: the emulator, in process.
 *
 * Another card has to have the keys, PINs and files of the built-in profile and EF_ACM.
 *
 * @see docs/profile.md
 * @module
 */

import type { SynchronousCard } from '../../src/apdu/connection.ts';
import { createUicc } from '../../src/card/uicc.ts';
import { EF_ACM, withFiles } from '../card/support/test-card.ts';

/** A card by its name, and how to get a new one. */
export interface CardUnderTest {
  readonly name: string;
  /** Makes a card that nobody has used; it is not reset yet. */
  make(): SynchronousCard;
}

const PROFILE = withFiles([EF_ACM]);

/** The card of this run. */
export const CARD_UNDER_TEST: CardUnderTest = {
  name: 'the emulator',
  make: () => createUicc(PROFILE),
};
