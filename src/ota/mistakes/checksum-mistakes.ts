/**
 * Mistakes with the checksum: what it covers, where it stands, how it is computed, whether it is
 * there.
 *
 * Those that change its length are tried only where CHL has room for the other one.
 *
 * @see ETSI TS 102 225 §5.1.1, §5.1.3
 * @module
 */

import { keyVersion } from '../key-set.ts';
import {
  BEFORE_PADDING,
  CHECKSUM_AT_END,
  CHECKSUM_OF_CIPHERTEXT,
  DATA_ALONE,
  type Layout,
  type Span,
  WITH_UDH,
  WITHOUT_COUNTERS,
  WITHOUT_LENGTHS,
  ZEROED_FIELD,
} from './coverage.ts';
import { type Aspect, checkName, type Deviation } from './deviation.ts';
import type { CrcForm, MacMethod } from './methods.ts';
import type { MistakeName } from './mistake.ts';
import { CHL_MIN, type Check, checkBy, type Inquiry, type Plan, storedUse } from './plan.ts';
import { octetsOf, quoted } from './words.ts';

const RIGHT_SPAN = 'compute it over CPL to PCNTR, and the data with its padding';
const RIGHT_PLACE = 'put it behind PCNTR, before the data';

function spanMistake(name: MistakeName, spans: readonly Span[]): Deviation {
  return {
    name,
    aspect: 'span',
    vary: (plan) => (plan.check.kind === 'none' ? [] : spans.map((span) => ({ ...plan, span }))),
    remedy: ({ check, span }) =>
      `The ${checkName(check)} was computed ${span.what}: ${RIGHT_SPAN}.`,
  };
}

function layoutMistake(
  name: MistakeName,
  layouts: readonly Layout[],
  remedy: (check: Check) => string,
): Deviation {
  return {
    name,
    aspect: 'layout',
    vary: (plan) =>
      plan.check.kind === 'none'
        ? []
        : layouts
            .filter(({ isOfCiphertext }) => !isOfCiphertext || plan.ciphering !== undefined)
            .map((layout) => ({ ...plan, layout })),
    remedy: ({ check }) => remedy(check),
  };
}

/** In its place it is taken for one over octets in clear: to be tried before those. */
export const CHECKSUM_OVER_CIPHERTEXT: Deviation = layoutMistake(
  'checksum-over-ciphertext',
  CHECKSUM_OF_CIPHERTEXT,
  (check) =>
    `The ${checkName(check)} was computed over ciphered octets: ` +
    `compute it first, ${RIGHT_PLACE}, and cipher it with them.`,
);

/** A mistake that puts another checksum in the place of the right one. */
function checkMistake(
  name: MistakeName,
  aspect: Aspect,
  checks: (check: Check, inquiry: Inquiry) => readonly Check[],
  remedy: (check: Check, inquiry: Inquiry) => string,
): Deviation {
  return {
    name,
    aspect,
    vary: (plan, inquiry) => checks(plan.check, inquiry).map((check) => ({ ...plan, check })),
    remedy: ({ check }, inquiry) => remedy(check, inquiry),
  };
}

/** The length of the checksum, by CHL. */
function octetsByChl({ chl }: Inquiry): number {
  return chl - CHL_MIN;
}

const MAC_OCTETS_MAX = { AES: 16, '3DES': 8, DES: 8 } as const;

const MAC_LENGTH: Deviation = checkMistake(
  'mac-length',
  'method',
  (check, inquiry) => {
    const octets = octetsByChl(inquiry);
    if (check.kind !== 'cc' || octets === check.octets) return [];
    if (octets < 4 || octets > MAC_OCTETS_MAX[check.key.algorithm]) return [];
    return [{ ...check, octets }];
  },
  (check, { base }) =>
    `The CC has ${octetsOf(check.octets)}: the receiver takes its first ${base.check.octets}, ` +
    `so seal with as many, and CHL ${quoted(CHL_MIN + base.check.octets)}.`,
);

const METHOD_WORDS: Readonly<Record<MacMethod, readonly [done: string, right: string]>> = {
  standard: ['as it must be', 'nothing else'],
  'padding-80': [`with '80' and zeros behind the octets`, 'add zeros alone, and none to a block'],
  retail: ['with DES, and 3DES for the last block alone', 'use 3DES for every block'],
  'retail-80': [
    `with DES, and 3DES for the last block alone, behind '80' and zeros`,
    'use 3DES for every block, and zeros alone behind the octets',
  ],
  'cbc-mac': ['as a CBC-MAC of AES', 'use CMAC'],
  'cbc-mac-80': [`as a CBC-MAC of AES with '80' and zeros behind the octets`, 'use CMAC'],
  'last-octets': ['as the last octets of the CMAC', 'take its first octets'],
};

function methodMistake(name: MistakeName, methods: readonly MacMethod[]): Deviation {
  return checkMistake(
    name,
    'method',
    (check) => (check.kind === 'cc' ? methods.map((method) => ({ ...check, method })) : []),
    (check) => {
      const [done, right] = METHOD_WORDS[check.kind === 'cc' ? check.method : 'standard'];
      return `The CC was computed ${done}: ${right}.`;
    },
  );
}

const CRC_LENGTHS = [2, 4] as const;

const RC_FOR_CC: Deviation = checkMistake(
  'rc-for-cc',
  'kind',
  (check, inquiry) => {
    const octets = CRC_LENGTHS.find((length) => length === octetsByChl(inquiry));
    return check.kind === 'cc' && octets ? [{ kind: 'rc', octets, form: 'standard' }] : [];
  },
  (check, { spi1 }) =>
    `An RC, CRC-${8 * check.octets}, was computed, but SPI1 ${quoted(spi1)} asks for a CC: ` +
    'compute a CC with the KID key.',
);

function keyedCheck(inquiry: Inquiry): Check[] {
  const key = storedUse(inquiry.receiver, keyVersion(inquiry.kid), 'KID');
  const check = checkBy(inquiry.receiver, key);
  return check.octets === octetsByChl(inquiry) ? [check] : [];
}

const CC_FOR_RC: Deviation = checkMistake(
  'cc-for-rc',
  'kind',
  (check, inquiry) => (check.kind === 'rc' ? keyedCheck(inquiry) : []),
  (_check, { spi1 }) =>
    `A CC was computed, but SPI1 ${quoted(spi1)} asks for an RC: ` +
    `seal with SPI1 ${quoted((spi1 & ~3) | 2)}, or compute a CRC.`,
);

const CRC_LENGTH: Deviation = checkMistake(
  'crc-length',
  'kind',
  (check, inquiry) => {
    if (check.kind !== 'rc') return [];
    const octets = check.octets === 2 ? 4 : 2;
    return octets === octetsByChl(inquiry) ? [{ ...check, octets }] : [];
  },
  (check, { kid }) => {
    const [found, right] = check.octets === 2 ? [16, 32] : [32, 16];
    const nibble = found === 16 ? 1 : 5;
    return (
      `The RC is a CRC-${found}, but KID ${quoted(kid)} asks for a CRC-${right}: ` +
      `compute that, or seal with KID ${quoted((kid & 0xf0) | nibble)}.`
    );
  },
);

function crcMistake(name: MistakeName, forms: readonly CrcForm[], remedy: string): Deviation {
  return checkMistake(
    name,
    'method',
    (check) => (check.kind === 'rc' ? forms.map((form) => ({ ...check, form })) : []),
    () => remedy,
  );
}

const CHECKSUM_MISSING: Deviation = checkMistake(
  'checksum-missing',
  'kind',
  (check, { chl }) =>
    check.kind === 'none' || chl !== CHL_MIN ? [] : [{ kind: 'none', octets: 0 }],
  (_check, { spi1, base }) =>
    `SPI1 ${quoted(spi1)} asks for a checksum, and the packet has none: ` +
    `put ${octetsOf(base.check.octets)} of ${checkName(base.check)} behind PCNTR.`,
);

function unannounced(plan: Plan, inquiry: Inquiry): Plan[] {
  if (plan.check.kind !== 'none' || octetsByChl(inquiry) === 0) return [];
  const rc: Check[] = [{ kind: 'rc', octets: 4, form: 'standard' }];
  const checks = [...keyedCheck(inquiry), ...(octetsByChl(inquiry) === 4 ? rc : [])];
  return checks.map((check) => ({ ...plan, check }));
}

const CHECKSUM_UNANNOUNCED: Deviation = {
  name: 'checksum-unannounced',
  aspect: 'kind',
  settles: ['minimum-security'],
  vary: unannounced,
  remedy: ({ check }, { spi1 }) => {
    const right = (spi1 & ~3) | (check.kind === 'rc' ? 1 : 2);
    const name = checkName(check);
    return (
      `The packet has a right ${name}, but SPI1 ${quoted(spi1)} asks for none: ` +
      `seal with SPI1 ${quoted(right)}.`
    );
  },
};

/** Mistakes with the checksum, the likely ones first. */
export const CHECKSUM_MISTAKES: readonly Deviation[] = [
  spanMistake('checksum-without-lengths', WITHOUT_LENGTHS),
  spanMistake('checksum-with-udh', [WITH_UDH]),
  spanMistake('checksum-before-padding', BEFORE_PADDING),
  MAC_LENGTH,
  spanMistake('checksum-over-zeroed-field', [ZEROED_FIELD]),
  spanMistake('checksum-without-counter', WITHOUT_COUNTERS),
  spanMistake('checksum-over-data', DATA_ALONE),
  RC_FOR_CC,
  CC_FOR_RC,
  CRC_LENGTH,
  crcMistake(
    'crc-byte-order',
    ['reversed'],
    'The CRC begins with its least significant octet: send the most significant first.',
  ),
  crcMistake(
    'crc-final-xor',
    ['no-final-xor'],
    'The CRC is not inverted: invert it when it is computed.',
  ),
  crcMistake(
    'crc-start',
    ['from-zeros', 'from-zeros-xor'],
    'The CRC began with zeros: begin with ones, and invert it when it is computed.',
  ),
  crcMistake(
    'crc-bit-order',
    ['high-bit-first', 'high-bit-first-no-xor'],
    'The CRC took the highest bit of each octet first: take the lowest first.',
  ),
  CHECKSUM_MISSING,
  CHECKSUM_UNANNOUNCED,
  methodMistake('mac-method', ['retail', 'retail-80', 'cbc-mac', 'cbc-mac-80', 'last-octets']),
  methodMistake('mac-padding', ['padding-80']),
  layoutMistake(
    'checksum-at-end',
    CHECKSUM_AT_END,
    (check) => `The ${checkName(check)} stands behind the data: ${RIGHT_PLACE}.`,
  ),
];
