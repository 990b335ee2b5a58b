/**
 * GET IDENTITY: who the subscriber is, concealed from whoever listens.
 *
 *     80 78 00 P2 00           ->  A1 length SUCI          P2: 01 SUCI, 02 SUCI for 5G NSWO
 *                                                              b8 set: of the application
 *
 * The card makes the SUCI where EF_UST says that it does. The first scheme of EF_SUCI_Calc_Info
 * counts alone: the IMSI goes out in clear where the operator wants that, and nowhere else.
 *
 * @see 3GPP TS 31.102 §7.5; ETSI TS 102 221 §11.1.23; 3GPP TS 33.501 (concealed identities)
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { DecodeError } from '../../bytes/errors.ts';
import { homePlmn } from '../../bytes/identity.ts';
import { encodeMsin, encodeSuci, NULL_SCHEME } from '../../bytes/suci.ts';
import { EF_AD } from '../../ef/administration.ts';
import { EF_Routing_Indicator, EF_SUCI_Calc_Info } from '../../ef/concealment.ts';
import type { EfDefinition } from '../../ef/definition.ts';
import { EF_IMSI } from '../../ef/identity.ts';
import { berTlv } from '../../tlv/ber.ts';
import { isKeySatisfied } from '../access.ts';
import { activeApplication, contentIn, hasService } from '../active-application.ts';
import {
  answer,
  type CommandContext,
  type CommandRow,
  cursorOf,
  filesOf,
  type Reply,
  refuse,
} from '../command.ts';
import { childOf } from '../file-system.ts';
import type { FileNumber } from '../memory.ts';

const CONTEXT = { suci: 0x01, suciFor5gNswo: 0x02 } as const;
const CONTEXTS: readonly number[] = Object.values(CONTEXT);
/** The identity is one of the application, as all of this card are. */
const OF_APPLICATION = 0x80;
const SERVICE = { identifierPrivacy: 124, suciByUsim: 125, fiveGNswo: 142 } as const;
const PIN1 = 0x01;
const DF_5GS = 0x5fc0;
const SUCI_OBJECT = 0xa1;
/** Where EF_AD says the length of the MNC: in b4 to b1. */
const MNC_LENGTH_OFFSET = 3;
/** Of a subscriber for whom the operator has none. */
const ROUTING_INDICATOR_NONE = '0';

/** Reads an EF; `undefined` when it is not there, or makes no sense. */
function valueIn<T>(
  card: CommandContext,
  directory: FileNumber | undefined,
  ef: EfDefinition<T>,
): T | undefined {
  const content = contentIn(card, directory, ef.fid);
  if (content === undefined) return undefined;
  try {
    return ef.decode(content);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

/** Makes the SUCI; `undefined` when the files do not say how, or say a scheme that is not here. */
function suciOf(card: CommandContext): Uint8Array | undefined {
  const { application } = cursorOf(card);
  const directory =
    application === undefined ? undefined : childOf(filesOf(card), application, DF_5GS);
  const [first] = valueIn(card, directory, EF_SUCI_Calc_Info)?.schemes ?? [];
  const routing = valueIn(card, directory, EF_Routing_Indicator)?.routingIndicator;
  const imsi = valueIn(card, application, EF_IMSI);
  const mncLength = (contentIn(card, application, EF_AD.fid)?.[MNC_LENGTH_OFFSET] ?? 0) & 0x0f;
  if (first?.identifier !== NULL_SCHEME || routing === undefined || imsi === undefined) {
    return undefined;
  }
  if (mncLength !== 2 && mncLength !== 3) return undefined;
  return encodeSuci({
    kind: 'imsi',
    plmn: homePlmn(imsi, mncLength),
    routingIndicator: routing || ROUTING_INDICATOR_NONE,
    scheme: NULL_SCHEME,
    keyIdentifier: 0,
    schemeOutput: encodeMsin(imsi, mncLength),
  });
}

function getIdentity(card: CommandContext, { p2 }: CommandApdu): Reply {
  const { memory, session } = card;
  if (activeApplication(card) !== 'usim') return refuse('conditions-not-satisfied');
  if (!isKeySatisfied(memory, session.verified, PIN1)) return refuse('access-denied');
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
