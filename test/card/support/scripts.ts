/**
 * Command scripts in hex, piece by piece.
 *
 * @see ETSI TS 102 226 §5.1, §5.2
 * @module
 */

import { octet } from './test-card.ts';

/** SELECT by FID, without and with response data. */
export function go(fid: string): string {
  return `00A4000C02${fid}`;
}
export function ask(fid: string): string {
  return `00A4000402${fid}`;
}

/** READ BINARY and UPDATE BINARY of the current EF. */
export const READ_ALL = '00B0000000';
export function read(octets: number): string {
  return `00B00000${octet(octets)}`;
}
export function update(data: string): string {
  return `00D60000${octet(data.length / 2)}${data}`;
}

/** A TLV with a length of the shortest form. */
export function tlv(tag: string, value = ''): string {
  const length = value.length / 2;
  if (length < 0x80) return `${tag}${octet(length)}${value}`;
  if (length < 0x100) return `${tag}81${octet(length)}${value}`;
  return `${tag}82${length.toString(16).padStart(4, '0').toUpperCase()}${value}`;
}

/** C-APDUs as TLVs. */
export function apdus(...commands: readonly string[]): string {
  return commands.map((command) => tlv('22', command)).join('');
}

/** A script in expanded format: of definite length, and of indefinite. */
export function definite(...tlvs: readonly string[]): string {
  return tlv('AA', tlvs.join(''));
}
export function indefinite(...tlvs: readonly string[]): string {
  return `AE80${tlvs.join('')}0000`;
}

/** A response script of definite length: number of executed TLVs, then what became of them. */
export function response(executed: number, ...tlvs: readonly string[]): string {
  const number = executed < 0x80 ? octet(executed) : executed.toString(16).padStart(4, '0');
  return tlv('AB', tlv('80', number.toUpperCase()) + tlvs.join(''));
}

/** R-APDUs as TLVs. */
export function rapdus(...responses: readonly string[]): string {
  return responses.map((answer) => tlv('23', answer)).join('');
}
