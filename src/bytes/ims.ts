/**
 * The IMS identities that follow from an IMSI, where the operator gives no others.
 *
 *     domain   ims.mnc<MNC>.mcc<MCC>.3gppnetwork.org
 *     IMPI     <IMSI>@<domain>
 *     IMPU     sip:<IMSI>@<domain>
 *
 * The MNC has three digits here, also where the IMSI spends two on it.
 *
 * @see 3GPP TS 23.003 §13
 * @module
 */

import { homePlmn, type Imsi } from './identity.ts';

const MNC_DIGITS = 3;

/**
 * Gives the home network domain name of an IMSI.
 *
 * @param of the IMSI
 * @param mncLength how many of its digits are the MNC, which the IMSI itself does not tell
 * @returns the domain name in lower case, `ims.mnc001.mcc001.3gppnetwork.org`
 * @see 3GPP TS 23.003 §13
 * @example
 * ```ts
 * import { homeDomain, imsi } from 'vuicc';
 *
 * const domain = homeDomain(imsi('001010123456789'), 2);
 * if (domain !== 'ims.mnc001.mcc001.3gppnetwork.org') throw new Error(domain);
 * ```
 */
export function homeDomain(of: Imsi, mncLength: 2 | 3): string {
  const [mcc = '', mnc = ''] = homePlmn(of, mncLength).split('-');
  return `ims.mnc${mnc.padStart(MNC_DIGITS, '0')}.mcc${mcc}.3gppnetwork.org`;
}

/**
 * Gives the private user identity of an IMSI.
 *
 * @param of the IMSI
 * @param mncLength how many of its digits are the MNC
 * @returns a network access identifier, user part and domain
 * @see 3GPP TS 23.003 §13
 * @example
 * ```ts
 * import { impi, imsi } from 'vuicc';
 *
 * const identity = impi(imsi('310410123456789'), 3);
 * if (identity !== '310410123456789@ims.mnc410.mcc310.3gppnetwork.org') throw new Error(identity);
 * ```
 */
export function impi(of: Imsi, mncLength: 2 | 3): string {
  return `${of}@${homeDomain(of, mncLength)}`;
}

/**
 * Gives the public user identity of an IMSI, with which a UE registers when it has no other.
 *
 * @param of the IMSI
 * @param mncLength how many of its digits are the MNC
 * @returns a SIP URI
 * @see 3GPP TS 23.003 §13
 * @example
 * ```ts
 * import { impu, imsi } from 'vuicc';
 *
 * const identity = impu(imsi('001010123456789'), 2);
 * if (!identity.startsWith('sip:001010123456789@')) throw new Error(identity);
 * ```
 */
export function impu(of: Imsi, mncLength: 2 | 3): string {
  return `sip:${impi(of, mncLength)}`;
}
