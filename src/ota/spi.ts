/**
 * SPI: what a command packet carries, and what its PoR must carry.
 *
 *     first octet    b2 b1 RC, CC or DS | b3 ciphering | b5 b4 counter | b8 to b6 reserved
 *     second octet   b2 b1 PoR | b4 b3 RC, CC or DS of the PoR | b5 its ciphering
 *                    b6 by SMS-DELIVER-REPORT or SMS-SUBMIT | b8 b7 reserved
 *
 * Reserved bits are sent as 0 and not looked at.
 *
 * @see ETSI TS 102 225 §5.1.1; 3GPP TS 31.115 §4 (b6)
 * @module
 */

/** Which checksum: none, redundancy check, cryptographic checksum, digital signature. */
export type Integrity = 'none' | 'rc' | 'cc' | 'ds';
/** What the receiver does with CNTR. */
export type CounterMode = 'not-available' | 'not-checked' | 'higher' | 'one-higher';
/** When a PoR is sent. The reserved value 11 is read as `none`. */
export type PorMode = 'none' | 'always' | 'on-error';

/** SPI, decoded. */
export interface Spi {
  readonly integrity: Integrity;
  readonly isCiphered: boolean;
  readonly counterMode: CounterMode;
  readonly por: PorMode;
  readonly porIntegrity: Integrity;
  readonly isPorCiphered: boolean;
  readonly porBySubmit: boolean;
}

const INTEGRITY: readonly Integrity[] = ['none', 'rc', 'cc', 'ds'];
const COUNTER: readonly CounterMode[] = ['not-available', 'not-checked', 'higher', 'one-higher'];
const POR: readonly PorMode[] = ['none', 'always', 'on-error', 'none'];

/**
 * Reads SPI. Every value of the two octets has a meaning.
 *
 * @param octets SPI1 and SPI2
 * @see ETSI TS 102 225 §5.1.1
 * @example
 * ```ts
 * import { decodeSpi } from 'vuicc';
 *
 * if (decodeSpi([0x16, 0x19]).counterMode !== 'higher') throw new Error('b5 b4 = 10');
 * ```
 */
export function decodeSpi(octets: readonly [spi1: number, spi2: number]): Spi {
  const [spi1, spi2] = octets;
  return {
    integrity: INTEGRITY[spi1 & 3]!,
    isCiphered: (spi1 & 0x04) !== 0,
    counterMode: COUNTER[(spi1 >> 3) & 3]!,
    por: POR[spi2 & 3]!,
    porIntegrity: INTEGRITY[(spi2 >> 2) & 3]!,
    isPorCiphered: (spi2 & 0x10) !== 0,
    porBySubmit: (spi2 & 0x20) !== 0,
  };
}

/**
 * Writes SPI.
 *
 * @returns SPI1 and SPI2
 * @see ETSI TS 102 225 §5.1.1
 * @example
 * ```ts
 * import { decodeSpi, encodeSpi } from 'vuicc';
 *
 * const [spi1] = encodeSpi({ ...decodeSpi([0x16, 0x19]), isCiphered: false });
 * if (spi1 !== 0x12) throw new Error('b3 is ciphering');
 * ```
 */
export function encodeSpi(spi: Spi): [spi1: number, spi2: number] {
  const spi1 =
    INTEGRITY.indexOf(spi.integrity) |
    (spi.isCiphered ? 0x04 : 0) |
    (COUNTER.indexOf(spi.counterMode) << 3);
  const spi2 =
    POR.indexOf(spi.por) |
    (INTEGRITY.indexOf(spi.porIntegrity) << 2) |
    (spi.isPorCiphered ? 0x10 : 0) |
    (spi.porBySubmit ? 0x20 : 0);
  return [spi1, spi2];
}

/**
 * Tells whether SPI1 is at least as strong as a minimum, in each of its three parts.
 *
 * @param minimum SPI1 of the minimum security level
 * @see ETSI TS 102 226 (minimum security level)
 */
export function meetsMinimumSecurity(spi1: number, minimum: number): boolean {
  return [0x03, 0x04, 0x18].every((part) => (spi1 & part) >= (minimum & part));
}
