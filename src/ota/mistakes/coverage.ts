/**
 * Where the checksum stands, and which octets it covers: as it must be, and as senders have it.
 *
 *     layout   plain text -> CNTR, PCNTR, checksum, data with padding
 *     span     CPL to TAR, CNTR, PCNTR, data with padding -> the octets under the checksum
 *
 * @see ETSI TS 102 225 §5.1
 * @module
 */

import { concat } from '../../bytes/octets.ts';

/** The fields behind TAR. */
export interface Fields {
  /** CNTR and PCNTR, as far as they are there. */
  readonly counters: Uint8Array;
  readonly checksum: Uint8Array;
  /** Secured data with its padding. */
  readonly padded: Uint8Array;
}

/** Where the fields behind TAR stand. */
export interface Layout {
  /** The checksum stands among ciphered octets and is not ciphered itself. */
  readonly isOfCiphertext: boolean;
  /** @returns `undefined` when there are too few octets */
  cut(body: Uint8Array, checksumOctets: number): Fields | undefined;
}

/** What a checksum covers. */
export interface Span {
  /** The words behind "it was computed". */
  readonly what: string;
  /** The octets; `undefined` when it would be the same as the whole. */
  covered(clear: Uint8Array, fields: Fields): Uint8Array | undefined;
}

const CNTR_OCTETS = 5;
const COUNTERS_OCTETS = 6;
const UDH = Uint8Array.of(0x02, 0x70, 0x00);

/** Cuts out the checksum at an offset; what stands before it are the counters. */
function cutAt(body: Uint8Array, at: number, checksumOctets: number): Fields | undefined {
  const end = at + checksumOctets;
  if (end > body.length) return undefined;
  return {
    counters: body.slice(0, at),
    checksum: body.slice(at, end),
    padded: body.slice(end),
  };
}

/** CNTR, PCNTR, checksum, data with padding. */
export const CHECKSUM_IN_FRONT: Layout = {
  isOfCiphertext: false,
  cut: (body, octets) => cutAt(body, COUNTERS_OCTETS, octets),
};

/** CNTR, checksum, data with padding. */
export const WITHOUT_PCNTR: Layout = {
  isOfCiphertext: false,
  cut: (body, octets) => cutAt(body, CNTR_OCTETS, octets),
};

/** CNTR, PCNTR, data, checksum; the padding is before the checksum, or behind it. */
export const CHECKSUM_AT_END: readonly Layout[] = [
  {
    isOfCiphertext: false,
    cut: (body, octets) => cutBeforeEnd(body, octets, 0),
  },
  {
    isOfCiphertext: false,
    cut: (body, octets) => cutBeforeEnd(body, octets, body[CNTR_OCTETS] ?? 0),
  },
];

function cutBeforeEnd(body: Uint8Array, octets: number, behind: number): Fields | undefined {
  const end = body.length - behind;
  if (end - octets < COUNTERS_OCTETS) return undefined;
  return {
    counters: body.slice(0, COUNTERS_OCTETS),
    checksum: body.slice(end - octets, end),
    padded: concat(body.slice(COUNTERS_OCTETS, end - octets), body.slice(end)),
  };
}

function ofCiphertext(at: (body: Uint8Array, octets: number) => number): Layout {
  return {
    isOfCiphertext: true,
    cut: (body, octets) => {
      const offset = at(body, octets);
      return offset < 0 ? undefined : cutAt(body, offset, octets);
    },
  };
}

/** A checksum in clear, over ciphered octets: in its place, behind them, in front of them. */
export const CHECKSUM_OF_CIPHERTEXT: readonly Layout[] = [
  ofCiphertext(() => COUNTERS_OCTETS),
  ofCiphertext((body, octets) => body.length - octets),
  ofCiphertext(() => 0),
];

/** PCNTR; 0 where it is missing. */
export function pcntrOf({ counters }: Fields): number {
  return counters[CNTR_OCTETS] ?? 0;
}

/** The data without padding; `undefined` when PCNTR says that there is none, or does not fit. */
function unpadded(fields: Fields): Uint8Array | undefined {
  const pcntr = pcntrOf(fields);
  if (pcntr === 0 || pcntr > fields.padded.length) return undefined;
  return fields.padded.slice(0, fields.padded.length - pcntr);
}

function beforePadding(isCpl: boolean, isPcntr: boolean): Span {
  return {
    what: 'before the padding was added',
    covered: (clear, fields) => {
      const data = unpadded(fields);
      if (data === undefined) return undefined;
      const [head, counters] = [clear.slice(), fields.counters.slice()];
      if (isCpl) new DataView(head.buffer).setUint16(0, cplOf(clear) - pcntrOf(fields));
      if (isPcntr) counters[CNTR_OCTETS] = 0;
      return concat(head, counters, data);
    },
  };
}

/** CPL of the clear octets. */
function cplOf(clear: Uint8Array): number {
  return clear[0]! * 256 + clear[1]!;
}

/** CPL to PCNTR, then the data with padding. */
export const WHOLE: Span = {
  what: 'over the whole',
  covered: (clear, { counters, padded }) => concat(clear, counters, padded),
};

/** The header from SPI on, or from CHL on. */
export const WITHOUT_LENGTHS: readonly Span[] = [
  {
    what: 'without CPL and CHL',
    covered: (clear, { counters, padded }) => concat(clear.slice(3), counters, padded),
  },
  {
    what: 'without CPL',
    covered: (clear, { counters, padded }) => concat(clear.slice(2), counters, padded),
  },
];

/** UDH in front. */
export const WITH_UDH: Span = {
  what: `with the UDH '027000' in front`,
  covered: (clear, { counters, padded }) => concat(UDH, clear, counters, padded),
};

/** No padding; CPL and PCNTR may be those of the time before it was added. */
export const BEFORE_PADDING: readonly Span[] = [
  beforePadding(false, false),
  beforePadding(true, true),
  beforePadding(true, false),
  beforePadding(false, true),
];

/** No CNTR and PCNTR, or no PCNTR. */
export const WITHOUT_COUNTERS: readonly Span[] = [
  {
    what: 'without CNTR and PCNTR',
    covered: (clear, { padded }) => concat(clear, padded),
  },
  {
    what: 'without PCNTR',
    covered: (clear, { counters, padded }) => concat(clear, counters.slice(0, CNTR_OCTETS), padded),
  },
];

/** Zeros where the checksum is to come. */
export const ZEROED_FIELD: Span = {
  what: 'with zeros in its own place',
  covered: (clear, { counters, checksum, padded }) =>
    concat(clear, counters, new Uint8Array(checksum.length), padded),
};

/** No header: the data with padding or without, or all that is ciphered. */
export const DATA_ALONE: readonly Span[] = [
  { what: 'over the data alone', covered: (_clear, { padded }) => padded },
  { what: 'over the data alone, without padding', covered: (_clear, fields) => unpadded(fields) },
  {
    what: 'without the header, from CNTR on',
    covered: (_clear, { counters, padded }) => concat(counters, padded),
  },
];
