/**
 * The decision table of the receiving entity as data: for each row the packets that it is about, in
 * every way to secure them that the row has a meaning for.
 *
 * @see ETSI TS 102 225 §5.1, §5.2
 * @module
 */

import { fromHex } from '../../../src/bytes/hex.ts';
import type { OtaStep } from '../../../src/card/ota/finding.ts';
import type { ResponseStatus } from '../../../src/ota/response-packet.ts';
import { changed, STRICT_TAR } from './ota-card.ts';
import { blockOf, type Shape, type ShapeParts, sealOddShape, sealShape } from './shapes.ts';

/** One row of the table. */
export interface Row {
  readonly what: string;
  /** The step that finds fault. */
  readonly step: OtaStep;
  readonly status: ResponseStatus;
  /** The packet; `undefined` when the row has no meaning for the shape. */
  readonly packet: (shape: Shape, spi2: number) => Uint8Array | undefined;
  /** CNTR as far as the card can read it; 6 if nothing is said. */
  readonly cntr?: (shape: Shape) => number;
  readonly stored?: string;
  /** Commits cannot be stored while the packet is received. */
  readonly isLogFull?: true;
  /** The stored counter is the packet's afterwards. */
  readonly movesCounter?: true;
}

/** Tells whether packets of a shape are ciphered, and what checksum they have. */
export function isCiphered({ spi1 }: Shape): boolean {
  return (spi1 & 0x04) !== 0;
}

function checks({ spi1 }: Shape): boolean {
  return (spi1 & 0x03) !== 0;
}

/** Adds octets behind a packet, and has CPL count them. */
export function longer(packet: Uint8Array, octets: number): Uint8Array {
  return changed(Uint8Array.of(...packet, ...new Uint8Array(octets)), 1, (cpl) => cpl + octets);
}

/** Changes the last octet: data, padding, or the last of the ciphered part. */
export function tampered(packet: Uint8Array): Uint8Array {
  return changed(packet, -1, (octet) => octet ^ 1);
}

/** An algorithm that the key of a KIc or KID is not of: 3DES for AES, AES for the rest. */
function otherAlgorithm(kicOrKid: number): number {
  return (kicOrKid & 0xf0) | ((kicOrKid & 0x0f) === 2 ? 5 : 2);
}

/** CNTR of a packet whose ciphering the card cannot undo. */
function unreadable(shape: Shape): number {
  return isCiphered(shape) ? 0 : 6;
}

type Change = (shape: Shape) => ShapeParts | undefined;

/** A packet that is sealed with other parts. */
function sealed(change: Change): Row['packet'] {
  return (shape, spi2) => {
    const parts = change(shape);
    return parts === undefined ? undefined : sealShape(shape, spi2, parts);
  };
}

const HEADER_ROWS: readonly Row[] = [
  {
    what: '1a: a digital signature',
    step: 'header',
    status: 'unidentified-security-error',
    packet: (shape, spi2) => changed(sealShape(shape, spi2), 3, (spi1) => spi1 | 3),
  },
  {
    what: '1a: CHL for a checksum that SPI1 does not announce',
    step: 'header',
    status: 'unidentified-security-error',
    packet: (shape, spi2) =>
      checks(shape) ? changed(sealShape(shape, spi2), 3, (spi1) => spi1 & ~3) : undefined,
  },
  {
    what: '1a: CHL without the checksum that SPI1 announces',
    step: 'header',
    status: 'unidentified-security-error',
    packet: (shape, spi2) =>
      changed(sealShape(shape, spi2, { spi1: shape.spi1 & ~3 }), 3, (spi1) => {
        return spi1 | (checks(shape) ? shape.spi1 & 3 : 2);
      }),
  },
  {
    what: '2: a TAR that nobody has',
    step: 'tar',
    status: 'tar-unknown',
    packet: sealed(() => ({ tar: fromHex('b00099') })),
  },
  {
    what: '3: neither RC nor CC where the applet wants CC',
    step: 'minimum-security',
    status: 'insufficient-security-level',
    packet: sealed(({ spi1 }) => ({ tar: fromHex(STRICT_TAR), spi1: spi1 & ~3 })),
  },
  {
    what: '3: no ciphering where the applet wants it',
    step: 'minimum-security',
    status: 'insufficient-security-level',
    packet: sealed(({ spi1 }) => ({ tar: fromHex(STRICT_TAR), spi1: spi1 & ~4 })),
  },
  {
    what: '3: a counter that is not checked where the applet wants it to be',
    step: 'minimum-security',
    status: 'insufficient-security-level',
    packet: sealed(({ spi1 }) => ({ tar: fromHex(STRICT_TAR), spi1: (spi1 & ~0x18) | 0x08 })),
  },
];

const KEY_ROWS: readonly Row[] = [
  {
    what: '4: KIc of a key set that the card does not have',
    step: 'keys',
    status: 'unidentified-security-error',
    packet: sealed((shape) =>
      isCiphered(shape) || !checks(shape) ? { kic: 0x30 | (shape.kic & 0x0f) } : undefined,
    ),
    cntr: unreadable,
  },
  {
    what: '4: KID of a key set that the card does not have',
    step: 'keys',
    status: 'unidentified-security-error',
    packet: sealed((shape) => (checks(shape) ? { kid: 0x30 | (shape.kid & 0x0f) } : undefined)),
  },
  {
    what: '4: KIc of another algorithm than the key',
    step: 'keys',
    status: 'unidentified-security-error',
    packet: (shape, spi2) =>
      isCiphered(shape) ? changed(sealShape(shape, spi2), 5, otherAlgorithm) : undefined,
    cntr: unreadable,
  },
  {
    what: '4: KIc of a reserved algorithm',
    step: 'keys',
    status: 'unidentified-security-error',
    packet: (shape, spi2) =>
      isCiphered(shape) ? changed(sealShape(shape, spi2), 5, () => 0x1f) : undefined,
    cntr: unreadable,
  },
  {
    what: '4: KID of another algorithm than the key, or of none',
    step: 'keys',
    status: 'unidentified-security-error',
    packet: (shape, spi2) =>
      checks(shape) ? changed(sealShape(shape, spi2), 6, otherAlgorithm) : undefined,
  },
  {
    what: '5: a ciphered part that is no whole blocks',
    step: 'ciphering',
    status: 'ciphering-error',
    packet: (shape, spi2) => (isCiphered(shape) ? longer(sealShape(shape, spi2), 1) : undefined),
    cntr: () => 0,
  },
  {
    what: '6: a wrong RC or CC',
    step: 'checksum',
    status: 'rc-cc-ds-failed',
    packet: (shape, spi2) => (checks(shape) ? tampered(sealShape(shape, spi2)) : undefined),
  },
  {
    what: '6a: a PCNTR of a whole block',
    step: 'ciphering',
    status: 'ciphering-error',
    packet: (shape, spi2) => {
      const { block, pad } = blockOf(shape, 16);
      return sealOddShape(shape, spi2, { octets: 16 + pad, pcntr: block });
    },
  },
  {
    what: '6a: a PCNTR of more octets than there are',
    step: 'ciphering',
    status: 'ciphering-error',
    packet: (shape, spi2) => {
      const { pad } = blockOf(shape);
      return sealOddShape(shape, spi2, { octets: pad, pcntr: pad + 1 });
    },
  },
];

const COUNTER_ROWS: readonly Row[] = [
  {
    what: '7: the stored CNTR again',
    step: 'counter',
    status: 'cntr-low',
    packet: sealed(() => ({ cntr: 5 })),
    cntr: () => 5,
  },
  {
    what: '7: a CNTR of long ago, one step being asked for',
    step: 'counter',
    status: 'cntr-low',
    packet: sealed(({ spi1 }) => ({ cntr: 1, spi1: spi1 | 0x18 })),
    cntr: () => 1,
  },
  {
    what: '7: a CNTR two steps ahead, one being asked for',
    step: 'counter',
    status: 'cntr-high',
    packet: sealed(({ spi1 }) => ({ cntr: 7, spi1: spi1 | 0x18 })),
    cntr: () => 7,
  },
  {
    what: '7: a counter at its end',
    step: 'counter',
    status: 'cntr-blocked',
    packet: sealed(() => ({ cntr: 0xffffffffff })),
    cntr: () => 0xffffffffff,
    stored: 'ffffffffff',
  },
  {
    what: '8: a counter that cannot be stored',
    step: 'store-counter',
    status: 'insufficient-memory',
    packet: sealed(() => ({})),
    isLogFull: true,
  },
  {
    what: '9: more data than the card takes',
    step: 'memory',
    status: 'insufficient-memory',
    packet: sealed(() => ({ data: new Uint8Array(4097) })),
    movesCounter: true,
  },
];

/** The rows in which a packet is refused with a status. */
export const ROWS: readonly Row[] = [...HEADER_ROWS, ...KEY_ROWS, ...COUNTER_ROWS];
