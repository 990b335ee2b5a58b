/**
 * GET IDENTITY: who the subscriber is, concealed from whoever listens.
 *
 *     80 78 00 P2 00           ->  A1 length SUCI          P2: 01 SUCI, 02 SUCI for 5G NSWO
 *                                                              b8 set: of the application
 *
 * The card makes the SUCI where EF_UST says that it does.
 *
 * @see 3GPP TS 31.102 §7.5; ETSI TS 102 221 §11.1.23; 3GPP TS 33.501 (concealed identities)
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { berTlv } from '../../tlv/ber.ts';
import { activeApplication, hasService, isUserVerified } from '../active-application.ts';
import { answer, type CommandContext, type CommandRow, type Reply, refuse } from '../command.ts';
import { suciOf } from '../suci.ts';

const CONTEXT = { suci: 0x01, suciFor5gNswo: 0x02 } as const;
const CONTEXTS: readonly number[] = Object.values(CONTEXT);
/** The identity is one of the application, as all of this card are. */
const OF_APPLICATION = 0x80;
const SERVICE = { identifierPrivacy: 124, suciByUsim: 125, fiveGNswo: 142 } as const;
const SUCI_OBJECT = 0xa1;

function getIdentity(card: CommandContext, { p2 }: CommandApdu): Reply {
  if (activeApplication(card) !== 'usim') return refuse('conditions-not-satisfied');
  if (!isUserVerified(card)) return refuse('access-denied');
  if (!hasService(card, SERVICE.identifierPrivacy) || !hasService(card, SERVICE.suciByUsim)) {
    return refuse('conditions-not-satisfied');
  }
  const isForNswo = (p2 & ~OF_APPLICATION) === CONTEXT.suciFor5gNswo;
  if (isForNswo && !hasService(card, SERVICE.fiveGNswo)) return refuse('reference-not-found');
  const suci = suciOf(card);
  if (suci === undefined) return refuse('conditions-not-satisfied');
  return answer(berTlv(SUCI_OBJECT, suci));
}

/** GET IDENTITY. */
export const GET_IDENTITY: CommandRow = {
  ins: 0x78,
  name: 'GET IDENTITY',
  class: 'uicc',
  mayHaveP1P2: (p1, p2) => p1 === 0 && CONTEXTS.includes(p2 & ~OF_APPLICATION),
  mayHaveLc: (lc) => lc === 0,
  handle: getIdentity,
};
