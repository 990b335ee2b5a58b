/**
 * The subscription-change applet: stages a new IMSI with the next Ki/OTA pair.
 *
 * CHANGE stores parameters and nothing else; the reset that follows makes them effective. Until
 * then the card goes on with the old pair, this applet included.
 *
 * @see docs/subscription-change.md; 3GPP TR 33.812 §5.4.2 (alternative 3b)
 * @module
 */

import type { StatusWord } from '../../apdu/response.ts';
import { SW } from '../../apdu/status-words.ts';
import { understood } from '../../bytes/errors.ts';
import { decodeIccid, type Iccid } from '../../bytes/identity.ts';
import { equals } from '../../bytes/octets.ts';
import type { Spi } from '../../ota/spi.ts';
import {
  type CommandFault,
  decodeSubscriptionCommand,
  decodeSubscriptionParameters,
  encodeChangeAnswer,
  encodeQueryAnswer,
  encodeRemoteAnswer,
  encodeSubscriptionParameters,
  type RemoteAnswer,
  type SubscriptionCommand,
  type SubscriptionParameters,
} from '../../ota/subscription-change.ts';
import { childOf } from '../files/file-system.ts';
import { type CardRoot, MF, nodeOf } from '../memory.ts';
import type { CardAppletLogic, CardContext } from '../ota/applet.ts';
import { subscriptionFiles } from './file-contents.ts';

/** Why the applet refuses. */
type SubscriptionFailure =
  | CommandFault
  | 'answer-unprotected'
  | 'wrong-guard'
  | 'another-change-staged'
  | 'no-pairs-left'
  | 'nothing-staged'
  | 'does-not-fit'
  | 'no-iccid'
  | 'not-stored';

/** How the applet refuses. */
const SW_OF_SUBSCRIPTION_FAILURE: Readonly<Record<SubscriptionFailure, StatusWord>> = {
  'wrong-class': SW.classNotSupported,
  'wrong-instruction': SW.instructionNotSupported,
  'wrong-p1-p2': SW.wrongP1P2,
  'wrong-length': SW.wrongLength,
  'wrong-data': SW.wrongData,
  'answer-unprotected': SW.securityNotSatisfied,
  'wrong-guard': SW.referenceInvalidated,
  'another-change-staged': SW.conditionsNotSatisfied,
  'no-pairs-left': SW.notEnoughMemory,
  'nothing-staged': SW.referenceNotFound,
  'does-not-fit': SW.wrongData,
  'no-iccid': SW.fileNotFound,
  'not-stored': SW.memoryProblem,
};

const EF_ICCID = 0x2fe2;
const NO_DATA = new Uint8Array(0);

type Answer = Uint8Array | SubscriptionFailure;

/** What EF_ICCID says; `undefined` when it was deleted, or says no ICCID any more. */
function iccidOf({ memory: { image, root } }: CardContext): Iccid | undefined {
  const file = childOf({ image, root }, MF, EF_ICCID);
  const node = file === undefined ? undefined : nodeOf(image, root, file);
  if (node?.kind !== 'ef') return undefined;
  return understood(() => decodeIccid(node.content));
}

function pairsAfter({ entries }: CardRoot, index: number): number {
  return entries.length - 1 - index;
}

/**
 * The answer must not tell a listener anything: SPI2 has to ask for CC and ciphering, if for a PoR
 * at all.
 */
function mayAnswer(spi: Spi): boolean {
  return spi.por === 'none' || (spi.porIntegrity === 'cc' && spi.isPorCiphered);
}

function changeAnswer(context: CardContext): Answer {
  const iccid = iccidOf(context);
  if (iccid === undefined) return 'no-iccid';
  const index = context.memory.root.active + 1;
  const pairsLeft = pairsAfter(context.memory.root, index);
  return encodeChangeAnswer({ iccid, index, pairsLeft });
}

function change(
  context: CardContext,
  command: { readonly guard: number } & SubscriptionParameters,
): Answer {
  const { root, image } = context.memory;
  if (command.guard !== root.active) return 'wrong-guard';
  const parameters = encodeSubscriptionParameters(command);
  // A sender whose PoR was lost repeats the change, and gets the same answer.
  const isRepeated = root.staged !== undefined && equals(root.staged, parameters);
  if (root.staged !== undefined && !isRepeated) return 'another-change-staged';
  if (pairsAfter(root, root.active) === 0) return 'no-pairs-left';
  if (subscriptionFiles({ image, root }, command) === undefined) return 'does-not-fit';
  // Made before the commit: what cannot be answered must not be staged.
  const answer = changeAnswer(context);
  if (typeof answer === 'string') return answer;
  if (!isRepeated && !context.memory.commit([{ kind: 'stage', parameters }])) return 'not-stored';
  context.requestUiccReset();
  return answer;
}

function query(context: CardContext): Answer {
  const { root } = context.memory;
  const { active } = root;
  const iccid = iccidOf(context);
  if (iccid === undefined) return 'no-iccid';
  return encodeQueryAnswer({
    iccid,
    active,
    staged: root.staged === undefined ? undefined : active + 1,
    pairsLeft: pairsAfter(root, active),
  });
}

function cancel(
  context: CardContext,
  { guard, imsi }: Extract<SubscriptionCommand, { kind: 'cancel' }>,
): Answer {
  const { active, staged } = context.memory.root;
  if (guard !== active) return 'wrong-guard';
  if (staged === undefined || decodeSubscriptionParameters(staged).imsi !== imsi) {
    return 'nothing-staged';
  }
  if (!context.memory.commit([{ kind: 'unstage' }])) return 'not-stored';
  context.withdrawUiccReset();
  return NO_DATA;
}

function execute(context: CardContext, command: SubscriptionCommand): Answer {
  switch (command.kind) {
    case 'change':
      return change(context, command);
    case 'query':
      return query(context);
    case 'cancel':
      return cancel(context, command);
  }
}

/** The logic behind the kind `subscription-change`. */
export const subscriptionChange: CardAppletLogic = (packet, context) => {
  const decoded = decodeSubscriptionCommand(packet.data);
  const answer: Answer = !decoded.ok
    ? decoded.fault
    : mayAnswer(packet.spi)
      ? execute(context, decoded.command)
      : 'answer-unprotected';
  const remote: RemoteAnswer =
    typeof answer === 'string'
      ? { sw: SW_OF_SUBSCRIPTION_FAILURE[answer], data: NO_DATA }
      : { sw: SW.ok, data: answer };
  const found = typeof answer === 'string' ? answer : 'done';
  context.find(remote.sw === SW.ok, 'a change, query or cancel that is possible', found);
  return encodeRemoteAnswer(remote);
};
