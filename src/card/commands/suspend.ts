/**
 * SUSPEND UICC: the card loses its power for a while, and its session goes on afterwards.
 *
 *     80 76 00 00 04 minimum 2 | maximum 2     ->  duration 2 | token 8      suspends
 *     80 76 01 00 08 token                                                   resumes
 *
 *     duration  unit 1 | number 1              unit: 0 s, 1 min, 2 h, 3 days, 4 ten days
 *
 * A card that is suspended collects its answer and does nothing else. The first command behind the
 * next reset decides: with the token the session is what it was, channels, applications, verified
 * keys and toolkit; any other command begins the session that the reset has made, and the one that
 * was suspended is gone. It is in no commit, so it does not outlive the program either.
 *
 * @see ETSI TS 102 221 §11.1.22, §13.5 (EF_UMPC)
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { concat, equalsInConstantTime } from '../../bytes/octets.ts';
import { EF_UMPC } from '../../ef/power.ts';
import { contentIn } from '../active-application.ts';
import {
  answer,
  type CommandContext,
  type CommandRow,
  DONE,
  type Reply,
  randomOctets,
  refuse,
} from '../command.ts';
import { MF } from '../memory.ts';

const P1 = { suspend: 0x00, resume: 0x01 } as const;
const DURATIONS_OCTETS = 4;
const TOKEN_OCTETS = 8;
const SECONDS = [1, 60, 3600, 86_400, 864_000] as const;
/** The longest that this card lets itself be suspended. */
const LONGEST = { duration: Uint8Array.of(4, 1), seconds: 864_000 } as const;

/** Where EF_UMPC says that the card can be suspended. */
const FLAGS_OFFSET = 2;
const SUSPENSION_SUPPORTED = 0x02;

/** In seconds; `undefined` for a unit that there is not. */
function secondsOf(duration: Uint8Array): number | undefined {
  const [unit = 0, number = 0] = duration;
  const seconds = SECONDS[unit];
  return seconds && seconds * number;
}

function isSupported(card: CommandContext): boolean {
  const flags = contentIn(card, MF, EF_UMPC.fid)?.[FLAGS_OFFSET] ?? 0;
  return (flags & SUSPENSION_SUPPORTED) !== 0;
}

/** Whether something goes on that only a session with power, or a reset, can bring to its end. */
function isBusy({ memory, session }: CommandContext): boolean {
  return memory.root.staged !== undefined || session.toolkit.commands.length > 0;
}

function suspend(card: CommandContext, data: Uint8Array): Reply {
  if (!isSupported(card) || isBusy(card)) return refuse('conditions-not-satisfied');
  const maximum = data.slice(2);
  const atLeast = secondsOf(data);
  const atMost = secondsOf(maximum);
  if (atLeast === undefined || !atMost || atLeast > atMost) return refuse('wrong-data');
  // What AUTHENTICATE says of a context, SUSPEND UICC says of a minimum.
  if (atLeast > LONGEST.seconds) return refuse('context-not-supported');
  const token = randomOctets(card, TOKEN_OCTETS);
  if (token === undefined) return refuse('conditions-not-satisfied');
  card.session.resumeToken = token.slice();
  return answer(concat(atMost > LONGEST.seconds ? LONGEST.duration : maximum, token));
}

function resume({ suspended }: CommandContext, data: Uint8Array): Reply {
  if (suspended?.resumeToken === undefined) return refuse('conditions-not-satisfied');
  if (!equalsInConstantTime(suspended.resumeToken, data)) return refuse('access-denied');
  suspended.resumeToken = undefined;
  suspended.pending = undefined;
  return DONE;
}

function suspendUicc(card: CommandContext, { p1, data }: CommandApdu): Reply {
  const octets = p1 === P1.suspend ? DURATIONS_OCTETS : TOKEN_OCTETS;
  if (data.length !== octets) return refuse('wrong-length');
  return p1 === P1.suspend ? suspend(card, data) : resume(card, data);
}

/** SUSPEND UICC. */
export const SUSPEND_UICC: CommandRow = {
  ins: 0x76,
  name: 'SUSPEND UICC',
  class: 'uicc',
  basicChannelOnly: true,
  mayHaveP1P2: (p1, p2) => (p1 === P1.suspend || p1 === P1.resume) && p2 === 0,
  mayHaveLc: (lc) => lc === DURATIONS_OCTETS || lc === TOKEN_OCTETS,
  handle: suspendUicc,
};
