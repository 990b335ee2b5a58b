/**
 * The access domain of an applet: which rights it has on the card's files.
 *
 *     00            full access: every condition but NEVER
 *     02 xx yy zz   the rights of keys, whatever state they are in, one bit each: xx PIN 1 to 8
 *                   from b1, yy ADM 1 to 8, zz ADM 9 and 10
 *     FF            none
 *
 * Any other value is reserved or a card's own, and gives nothing.
 *
 * @see ETSI TS 102 226 (access domain parameter)
 * @module
 */

import type { AccessDomain } from '../session.ts';

const FULL = 0x00;
const BY_KEYS = 0x02;
/** Key references by octet and bit; ADM 6 to 10 are '8A' to '8E'. */
const KEYS: readonly (readonly number[])[] = [
  [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08],
  [0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x8a, 0x8b, 0x8c],
  [0x8d, 0x8e],
];

/**
 * Reads an access domain. Every value has a meaning; what is not understood gives no rights.
 *
 * @see ETSI TS 102 226 (access domain parameter)
 */
export function decodeAccessDomain(octets: Uint8Array): AccessDomain {
  const [kind, ...bits] = octets;
  if (kind === FULL && bits.length === 0) return { rights: 'all-but-never', keys: [] };
  if (kind !== BY_KEYS || bits.length !== KEYS.length) return { rights: 'none', keys: [] };
  const keys = KEYS.flatMap((references, n) =>
    references.filter((_, bit) => ((bits[n]! >> bit) & 1) === 1),
  );
  return { rights: 'by-keys', keys };
}
