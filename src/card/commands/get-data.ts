/**
 * GET DATA: what the card says of itself to everybody.
 *
 *     00 CA 00 E0 Le           key information of the pair in use
 *
 *     'E0' length | 'C0' 04 key identifier 1 | key version 1 | type 1 | length 1 | …
 *                   identifier: 1 KIc, 2 KID          type: '80' DES and 3DES, '88' AES
 *
 * P1 P2 are the tag. Other objects of a security domain, as card recognition data or a serial
 * number of the chip, would have to be made up.
 *
 * @see GlobalPlatform Card Specification (GET DATA); ETSI TS 102 226 (key information)
 * @module
 */

import type { CommandApdu } from '../../apdu/command.ts';
import { berTlv } from '../../tlv/ber.ts';
import { type CommandContext, type CommandRow, outgoing, type Reply, refuse } from '../command.ts';
import type { StoredKey } from '../memory.ts';

const KEY_INFORMATION = 0xe0;
const KEY = 0xc0;
const IDENTIFIER = { kic: 1, kid: 2 } as const;
const TYPE: Readonly<Record<StoredKey['type'], number>> = { AES: 0x88, '3DES': 0x80, DES: 0x80 };

/** One key: never its value. */
function keyInformation(identifier: number, kvn: number, { type, key }: StoredKey): Uint8Array {
  return berTlv(KEY, Uint8Array.of(identifier, kvn, TYPE[type], key.length));
}

function getData({ memory }: CommandContext, { p1, p2 }: CommandApdu): Reply {
  if (p1 * 256 + p2 !== KEY_INFORMATION) return refuse('reference-not-found');
  const { entries, active } = memory.root;
  const keys = (entries[active]?.keySets ?? []).flatMap(({ kvn, kic, kid }) => [
    keyInformation(IDENTIFIER.kic, kvn, kic),
    keyInformation(IDENTIFIER.kid, kvn, kid),
  ]);
  return outgoing(berTlv(KEY_INFORMATION, ...keys));
}

function row(commands: CommandRow['class']): CommandRow {
  return {
    ins: 0xca,
    name: 'GET DATA',
    class: commands,
    mayHaveP1P2: () => true,
    mayHaveLc: (lc) => lc === 0,
    handle: getData,
  };
}

/** GET DATA, in both classes: programs send either. */
export const GET_DATA: readonly CommandRow[] = [row('interindustry'), row('uicc')];
