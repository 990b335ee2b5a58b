/**
 * Actions of a script: a proactive command for the ME.
 *
 *     REFRESH, PLAY TONE, DISPLAY TEXT     offered to the ME when it has collected the answer
 *     a record of EF_RMA                   this card has no such file
 *
 * The card does not wait for the ME in the middle of a script: the command is queued, and the
 * script goes on.
 *
 * @see ETSI TS 102 226 §5.2.1; ETSI TS 102 223 §6.4
 * @module
 */

import {
  COMMAND_TYPE,
  type CommandDetails,
  DEVICE,
  decodeCommandDetails,
  TAG,
} from '../../../cat/proactive-command.ts';
import { REFRESH_MODE } from '../../../cat/refresh.ts';
import { type ProactiveSession, queueCommand } from '../../../cat/session.ts';
import { FACILITY, type Facility, hasFacility } from '../../../cat/terminal-profile.ts';
import type { ScriptAction } from '../../../ota/expanded-commands.ts';
import { type ComprehensionTlv, findTlv } from '../../../tlv/comprehension.ts';

interface ActionRow {
  readonly type: number;
  readonly needs: Facility;
  readonly destination: number;
}

const ACTIONS: readonly ActionRow[] = [
  { type: COMMAND_TYPE.refresh, needs: FACILITY.refresh, destination: DEVICE.terminal },
  { type: COMMAND_TYPE.playTone, needs: FACILITY.playTone, destination: DEVICE.earpiece },
  { type: COMMAND_TYPE.displayText, needs: FACILITY.displayText, destination: DEVICE.display },
];
/** An ME that is sent more than it fetches gets no more. */
const COMMANDS_MAX = 16;
/** The longest command that '91XX' offers and FETCH returns. */
const OCTETS_MAX = 256;
const HEAD: readonly number[] = [TAG.commandDetails, TAG.deviceIdentities];

function isUiccReset({ type, qualifier }: CommandDetails): boolean {
  return type === COMMAND_TYPE.refresh && qualifier === REFRESH_MODE['uicc-reset'];
}

/**
 * Queues an action.
 *
 * @returns `undefined` when it cannot be done: it is no action that a script may have, it is longer
 *   than FETCH returns, or the ME lacks the facility
 * @see ETSI TS 102 226 §5.2.1
 */
export function queueAction(
  session: ProactiveSession,
  action: ScriptAction,
): ProactiveSession | undefined {
  if (action.kind === 'record' || session.commands.length >= COMMANDS_MAX) return undefined;
  const details = decodeCommandDetails(action.objects, 'action');
  const row = ACTIONS.find(({ type }) => type === details.type);
  const { profile } = session;
  if (row === undefined || profile === undefined || !hasFacility(profile, row.needs)) {
    return undefined;
  }
  const devices = findTlv(action.objects, TAG.deviceIdentities);
  const objects: ComprehensionTlv[] = action.objects.filter(({ tag }) => !HEAD.includes(tag));
  const command = { details, destination: devices?.[1] ?? row.destination, objects };
  const doneBy = isUiccReset(details) ? 'reset' : 'terminal-response';
  const queued = queueCommand(session, { command, needs: row.needs, doneBy }, 'held');
  return queued.commands.some(({ octets }) => octets.length > OCTETS_MAX) ? undefined : queued;
}
