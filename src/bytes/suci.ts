/**
 * The SUCI: an IMSI as it goes over the air, its digits behind the home network concealed.
 *
 *     type 1 | PLMN 3 | routing indicator 2 | scheme 1 | key identifier 1 | scheme output n
 *
 * Scheme and key say what the output is; the null scheme conceals nothing.
 *
 * @see 3GPP TS 33.501 (concealed identities); 3GPP TS 31.102 §7.5; test/vectors/suci.json
 * @module
 */

import { encodeDigits } from './bcd.ts';
import { encodePlmn, homePlmn, type Imsi, type Plmn } from './identity.ts';
import { concat, padded } from './octets.ts';

/** SUPI format IMSI, type of identity SUCI. */
const TYPE = 0x01;
const ROUTING_OCTETS = 2;
/** The scheme that conceals nothing, with no key. */
export const NULL_SCHEME = 0;
const NO_KEY = 0;

/** A SUCI made of an IMSI. */
export interface Suci {
  readonly plmn: Plmn;
  /** 1 to 4 digits. */
  readonly routingIndicator: string;
  /** 0 null scheme, 1 profile A, 2 profile B. */
  readonly scheme: number;
  /** Which public key of the home network; 0 for the null scheme. */
  readonly keyIdentifier: number;
  readonly schemeOutput: Uint8Array;
}

/**
 * Writes a SUCI.
 *
 * @returns 8 octets and the scheme output
 * @throws {RangeError} the routing indicator is no 1 to 4 digits
 * @see 3GPP TS 31.102 §7.5
 */
export function encodeSuci(of: Suci): Uint8Array {
  const { plmn, routingIndicator, scheme, keyIdentifier, schemeOutput } = of;
  if (!/^[0-9]{1,4}$/.test(routingIndicator)) {
    throw new RangeError(`routing indicator: expected 1 to 4 digits, got "${routingIndicator}"`);
  }
  return concat(
    Uint8Array.of(TYPE),
    encodePlmn(plmn),
    padded(encodeDigits(routingIndicator), ROUTING_OCTETS),
    Uint8Array.of(scheme, keyIdentifier),
    schemeOutput,
  );
}

/**
 * Makes the SUCI of the null scheme: the IMSI is in clear.
 *
 * @param routingIndicator 1 to 4 digits
 * @throws {RangeError} the routing indicator is none
 * @see 3GPP TS 33.501 (null scheme)
 */
export function nullSchemeSuci(imsi: Imsi, mncLength: 2 | 3, routingIndicator: string): Suci {
  return {
    plmn: homePlmn(imsi, mncLength),
    routingIndicator,
    scheme: NULL_SCHEME,
    keyIdentifier: NO_KEY,
    schemeOutput: encodeDigits(imsi.slice(3 + mncLength)),
  };
}
