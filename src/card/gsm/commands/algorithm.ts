/**
 * RUN GSM ALGORITHM: the challenge of a network of the second generation.
 *
 *     A0 88 00 00 10 RAND      ->  SRES 4 | Kc 8
 *
 * SRES and Kc are made as in the GSM context of AUTHENTICATE, by the algorithm of the pair. The
 * terminal stands in DF_GSM or below, and CHV1 has been verified.
 *
 * @see 3GPP TS 51.011 §8.16; 3GPP TS 33.102 §6.8.1.2
 * @module
 */

import type { CommandApdu } from '../../../apdu/command.ts';
import { concat } from '../../../bytes/octets.ts';
import { PIN1 } from '../../../ef/key-references.ts';
import { isKeySatisfied } from '../../access.ts';
import { answer, type CommandContext, type Reply, refuse } from '../../command.ts';
import { answerGsm } from '../../commands/authenticate.ts';
import { noParameters, type SimCommandRow } from '../command.ts';
import { SIM_FID } from '../file-table.ts';
import { currentDirectory } from '../view.ts';

const RAND_OCTETS = 16;

function runAlgorithm(card: CommandContext, { data }: CommandApdu): Reply {
  const { memory, session } = card;
  const { path } = currentDirectory(card);
  if (path[0] !== SIM_FID.gsm) return refuse('incompatible-structure');
  if (!isKeySatisfied(memory, session.verified, PIN1)) return refuse('access-denied');
  const { sres, kc } = answerGsm(card, data.slice());
  return answer(concat(sres, kc));
}

/** RUN GSM ALGORITHM. */
export const RUN_GSM_ALGORITHM: SimCommandRow = {
  ins: 0x88,
  name: 'RUN GSM ALGORITHM',
  mayHaveP1P2: noParameters,
  brings: RAND_OCTETS,
  handle: runAlgorithm,
};
