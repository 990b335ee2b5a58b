/**
 * What a PoR says and how it is protected, by the card's policy.
 *
 *                executed       refused, in policy
 *                               literal        plain            hardened
 *     status     00, 0B         as it is       as it is         06
 *     security   by SPI2        by SPI2        none             none
 *     CNTR       as received    as received    as received,     0
 *                                              0 for 05, 09
 *
 * A checksum over known octets helps whoever tries keys, so a refusal has one in policy `literal`
 * alone. Keys that the card lacks leave any PoR in clear.
 *
 * @see ETSI TS 102 225 §5.2
 * @module
 */

import {
  type ResponsePacketInput,
  type ResponseStatus,
  sealResponsePacket,
} from '../../ota/response-packet.ts';
import type { PacketKeys } from '../../ota/secured-packet.ts';
import type { SwitchesProfile } from '../../profile/profile.ts';
import type { ReceivedPacket, Verdict } from './packet-verdict.ts';

type Policy = SwitchesProfile['porPolicy'];

const NO_DATA = new Uint8Array(0);
const NO_KEYS: PacketKeys = { ciphering: undefined, checksum: undefined };

/** What was executed is told as SPI2 asks for it, be it here or by another way. */
const EXECUTED: readonly ResponseStatus[] = ['por-ok', 'response-by-sms-submit'];
/** Statuses for which a card of policy `plain` does not say which CNTR it read. */
const CNTR_UNTOLD: readonly ResponseStatus[] = ['tar-unknown', 'ciphering-error'];

/** What the policy lets a PoR say of a verdict. */
function told(verdict: Verdict, policy: Policy): Omit<ResponsePacketInput, 'tar'> {
  const { status } = verdict;
  const cntr = verdict.cntr ?? 0;
  if (verdict.status === 'por-ok') return { status, cntr, data: verdict.data };
  if (EXECUTED.includes(status) || policy === 'literal') return { status, cntr, data: NO_DATA };
  if (policy === 'hardened') {
    return { status: 'unidentified-security-error', cntr: 0, data: NO_DATA };
  }
  return { status, cntr: CNTR_UNTOLD.includes(status) ? 0 : cntr, data: NO_DATA };
}

/**
 * Seals the PoR of a packet.
 *
 * @returns the response packet, RPL first
 * @see ETSI TS 102 225 §5.2
 */
export function sealPor(
  { frame, keys }: ReceivedPacket,
  verdict: Verdict,
  policy: Policy,
): Uint8Array {
  const { spi, tar, kic, kid } = frame;
  const input = { tar, ...told(verdict, policy) };
  const isProtected = EXECUTED.includes(verdict.status) || policy === 'literal';
  const security = isProtected ? { spi, kic, kid } : undefined;
  const packet =
    sealResponsePacket(input, security, keys) ?? sealResponsePacket(input, undefined, NO_KEYS);
  if (packet === undefined) throw new Error('a response packet in clear needs no key');
  return packet;
}
