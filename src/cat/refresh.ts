/**
 * REFRESH: the ME is to read again what the card has changed.
 *
 * @see ETSI TS 102 223 §6.4.7
 * @module
 */

import { COMMAND_TYPE, DEVICE, type ProactiveCommand } from './proactive-command.ts';

/** The modes by their names; the code is the command qualifier. */
export const REFRESH_MODE = {
  'naa-initialisation-and-full-file-change': 0x00,
  'file-change': 0x01,
  'naa-initialisation-and-file-change': 0x02,
  'naa-initialisation': 0x03,
  'uicc-reset': 0x04,
  'naa-application-reset': 0x05,
  'naa-session-reset': 0x06,
} as const;

/** The name of a mode. */
export type RefreshMode = keyof typeof REFRESH_MODE;

/**
 * Makes a REFRESH without a file list.
 *
 * @see ETSI TS 102 223 §6.4.7
 */
export function refreshCommand(mode: RefreshMode): ProactiveCommand {
  return {
    details: { number: 1, type: COMMAND_TYPE.refresh, qualifier: REFRESH_MODE[mode] },
    destination: DEVICE.terminal,
    objects: [],
  };
}
