/**
 * The commands of the toolkit: TERMINAL PROFILE, ENVELOPE, FETCH, TERMINAL RESPONSE.
 *
 * @see ETSI TS 102 221 §11.2
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { understood } from '../../bytes/errors.ts';
import {
  decodeEnvelope,
  decodeSmsPpDownload,
  SMS_PP_DOWNLOAD,
  type SmsPpDownload,
} from '../../cat/envelope.ts';
import {
  commandAnswered,
  fetchCommand,
  fetchedCommand,
  offeredCommand,
  profileReceived,
} from '../../cat/session.ts';
import { decodeTerminalResponse, resultClass } from '../../cat/terminal-response.ts';
import {
  answer,
  asksForAll,
  type CommandContext,
  type CommandRow,
  DONE,
  outgoing,
  type Reply,
  refuse,
} from '../command.ts';

function none(p1: number, p2: number): boolean {
  return p1 === 0 && p2 === 0;
}

function terminalProfile({ session }: CommandContext, { data }: CommandApdu): Reply {
  session.toolkit = profileReceived(session.toolkit, data);
  return DONE;
}

function download(data: Uint8Array): SmsPpDownload | 'other' {
  const envelope = decodeEnvelope(data);
  return envelope.tag === SMS_PP_DOWNLOAD ? decodeSmsPpDownload(envelope) : 'other';
}

function envelope(card: CommandContext, { data }: CommandApdu): Reply {
  const found = understood(() => download(data));
  if (found === undefined) return refuse('wrong-data');
  // Other events are for toolkit applications; there are none that want them.
  if (found === 'other') return DONE;
  const { userData, releasesCommands } = card.messages.receive(found.tpdu, card.session);
  return userData === undefined ? DONE : answer(userData, releasesCommands);
}

function fetch(card: CommandContext, { ne }: CommandApdu): Reply {
  const { session } = card;
  const offered = offeredCommand(session.toolkit);
  if (offered === undefined) return refuse('conditions-not-satisfied');
  const { octets } = offered;
  // With a wrong Le the command stays where it is, and the ME is told the right one.
  if (asksForAll(card, ne, octets.length)) session.toolkit = fetchCommand(session.toolkit);
  return outgoing(octets);
}

function terminalResponse({ session }: CommandContext, { data }: CommandApdu): Reply {
  const fetched = fetchedCommand(session.toolkit);
  if (fetched === undefined) return refuse('conditions-not-satisfied');
  const response = understood(() => decodeTerminalResponse(data));
  if (response === undefined) {
    // What makes no sense ends the command all the same, else the ME could never be asked again.
    session.toolkit = commandAnswered(session.toolkit, 'try-later');
    return refuse('wrong-data');
  }
  const { number, type } = fetched.command.details;
  const isForIt = response.details.number === number && response.details.type === type;
  if (!isForIt) return refuse('wrong-data');
  session.toolkit = commandAnswered(session.toolkit, resultClass(response.result));
  return DONE;
}

/** TERMINAL PROFILE. */
export const TERMINAL_PROFILE: CommandRow = {
  ins: 0x10,
  name: 'TERMINAL PROFILE',
  class: 'uicc',
  basicChannelOnly: true,
  mayHaveP1P2: none,
  mayHaveLc: (lc) => lc > 0,
  handle: terminalProfile,
};

/** ENVELOPE. */
export const ENVELOPE: CommandRow = {
  ins: 0xc2,
  name: 'ENVELOPE',
  class: 'uicc',
  basicChannelOnly: true,
  mayHaveP1P2: none,
  mayHaveLc: (lc) => lc > 0,
  handle: envelope,
};

/** FETCH. */
export const FETCH: CommandRow = {
  ins: 0x12,
  name: 'FETCH',
  class: 'uicc',
  basicChannelOnly: true,
  mayHaveP1P2: none,
  mayHaveLc: (lc) => lc === 0,
  handle: fetch,
};

/** TERMINAL RESPONSE. */
export const TERMINAL_RESPONSE: CommandRow = {
  ins: 0x14,
  name: 'TERMINAL RESPONSE',
  class: 'uicc',
  basicChannelOnly: true,
  mayHaveP1P2: none,
  mayHaveLc: (lc) => lc > 0,
  handle: terminalResponse,
};
