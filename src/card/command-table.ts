/**
 * The commands that this card has: one row each.
 *
 * @see ETSI TS 102 221 §10.1.2
 * @module
 */

import type { CommandRow } from './command.ts';
import { AUTHENTICATE } from './commands/authenticate.ts';
import { READ_BINARY, UPDATE_BINARY } from './commands/binary.ts';
import { GET_CHALLENGE } from './commands/challenge.ts';
import { MANAGE_CHANNEL } from './commands/channel.ts';
import { CREATE_FILE } from './commands/create-file.ts';
import { DELETE_COMMANDS } from './commands/delete-file.ts';
import { GET_DATA } from './commands/get-data.ts';
import { GET_IDENTITY } from './commands/get-identity.ts';
import { GET_RESPONSE } from './commands/get-response.ts';
import { INCREASE } from './commands/increase.ts';
import { LIFE_CYCLE_COMMANDS } from './commands/life-cycle.ts';
import { PIN_COMMANDS } from './commands/pin.ts';
import { READ_RECORD, UPDATE_RECORD } from './commands/record.ts';
import { RESIZE_FILE } from './commands/resize-file.ts';
import { SEARCH_RECORD } from './commands/search-record.ts';
import { SELECT, STATUS_COMMAND } from './commands/select.ts';
import { SUSPEND_UICC } from './commands/suspend.ts';
import { TERMINAL_CAPABILITY } from './commands/terminal-capability.ts';
import { RETRIEVE_DATA, SET_DATA } from './commands/tlv-data.ts';
import { ENVELOPE, FETCH, TERMINAL_PROFILE, TERMINAL_RESPONSE } from './commands/toolkit.ts';

const ROWS: readonly CommandRow[] = [
  SELECT,
  STATUS_COMMAND,
  READ_BINARY,
  UPDATE_BINARY,
  READ_RECORD,
  UPDATE_RECORD,
  SEARCH_RECORD,
  INCREASE,
  RETRIEVE_DATA,
  SET_DATA,
  ...PIN_COMMANDS,
  ...LIFE_CYCLE_COMMANDS,
  CREATE_FILE,
  ...DELETE_COMMANDS,
  RESIZE_FILE,
  AUTHENTICATE,
  GET_IDENTITY,
  MANAGE_CHANNEL,
  GET_CHALLENGE,
  ...GET_RESPONSE,
  ...GET_DATA,
  TERMINAL_CAPABILITY,
  SUSPEND_UICC,
  TERMINAL_PROFILE,
  ENVELOPE,
  FETCH,
  TERMINAL_RESPONSE,
];

function byInstruction(commands: CommandRow['class']): readonly (CommandRow | undefined)[] {
  return Array.from({ length: 256 }, (_, ins) =>
    ROWS.find((row) => row.class === commands && row.ins === ins),
  );
}

const TABLE = { interindustry: byInstruction('interindustry'), uicc: byInstruction('uicc') };

/** Finds the row of an instruction in its class; `undefined` when the card does not have it. */
export function findCommand(commands: CommandRow['class'], ins: number): CommandRow | undefined {
  return TABLE[commands][ins];
}
