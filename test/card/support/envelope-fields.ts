/**
 * The fields of an ENVELOPE that brings a command packet: which octet of it is what.
 *
 * @see 3GPP TS 31.111 §7.1.1.1; 3GPP TS 23.040 §9.2.2.1; ETSI TS 102 225 §5.1
 * @module
 */

/** One octet of a field. */
export interface FieldOctet {
  readonly field: string;
  /** Place in the field. */
  readonly at: number;
}

type Fields = readonly (readonly [field: string, octets: number])[];

const PACKET: Fields = [
  ['CPL', 2],
  ['CHL', 1],
  ['SPI1', 1],
  ['SPI2', 1],
  ['KIc', 1],
  ['KID', 1],
  ['TAR', 3],
];

function header(lengthOctets: number): Fields {
  return [
    ['CLA', 1],
    ['INS', 1],
    ['P1', 1],
    ['P2', 1],
    ['Lc', 1],
    ['D1', 1],
    ['D1 length', lengthOctets],
    ['devices tag', 1],
    ['devices length', 1],
    ['devices', 2],
    ['address tag', 1],
    ['address length', 1],
    ['address', 7],
    ['TPDU tag', 1],
  ];
}

const DELIVER: Fields = [
  ['first octet', 1],
  ['TP-OA length', 1],
  ['TP-OA type', 1],
  ['TP-OA digits', 6],
  ['TP-PID', 1],
  ['TP-DCS', 1],
  ['TP-SCTS', 7],
  ['TP-UDL', 1],
];

/**
 * Names the octets of an ENVELOPE of this suite.
 *
 * @param header octets of the user data header, UDHL included
 * @param hasPacketHead the message begins a packet; else all behind the header is `body`
 */
export function envelopeFields(
  envelope: Uint8Array,
  headerOctets: number,
  hasPacketHead: boolean,
): FieldOctet[] {
  const d1LengthOctets = envelope[6]! > 0x80 ? 2 : 1;
  const known = header(d1LengthOctets);
  const tpduLengthAt = known.reduce((sum, [, octets]) => sum + octets, 0);
  const tpduLengthOctets = envelope[tpduLengthAt]! > 0x80 ? 2 : 1;
  const fields: Fields = [
    ...known,
    ['TPDU length', tpduLengthOctets],
    ...DELIVER,
    ['UDH', headerOctets],
    ...(hasPacketHead ? PACKET : []),
  ];
  const named = fields.flatMap(([field, octets]) =>
    Array.from({ length: octets }, (_, at) => ({ field, at })),
  );
  const rest = envelope.length - named.length;
  if (rest < 0) throw new Error('the ENVELOPE is shorter than its fields');
  return [...named, ...Array.from({ length: rest }, (_, at) => ({ field: 'body', at }))];
}
