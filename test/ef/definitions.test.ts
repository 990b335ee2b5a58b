import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DecodeError } from '../../src/bytes/errors.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { concat, filled } from '../../src/bytes/octets.ts';
import type { EfDefinition } from '../../src/ef/definition.ts';
import { EF_DEFINITIONS, type EfDirectory, efDefinition } from '../../src/ef/definitions.ts';
import profile from '../vectors/default-profile.json' with { type: 'json' };

/** Finds a definition by its FID in hex. */
function find(directory: EfDirectory, fid: string): EfDefinition<unknown> | undefined {
  return efDefinition(directory, Number.parseInt(fid, 16));
}

type Outcome = { readonly value: unknown } | 'refused';

/** What a definition makes of octets. Anything but a DecodeError goes through. */
function outcome(definition: EfDefinition<unknown>, octets: Uint8Array): Outcome {
  try {
    return { value: definition.decode(octets) };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return 'refused';
  }
}

/** The contents of a value in so many octets; `undefined` when another coding of it was shorter. */
function contents(definition: EfDefinition<unknown>, value: unknown, size: number) {
  try {
    return definition.encode(value, size);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}

/** The vectors of a definition with a few octets changed. */
function damaged(definition: EfDefinition<unknown>): fc.Arbitrary<Uint8Array> {
  const vectors = definition.vectors.map(([hex]) => fromHex(hex));
  const change = fc.record({ at: fc.nat(200), octet: fc.integer({ min: 0, max: 255 }) });
  return fc
    .record({ vector: fc.constantFrom(...vectors), changes: fc.array(change, { maxLength: 3 }) })
    .map(({ vector, changes }) => {
      const octets = vector.slice();
      for (const { at, octet } of changes) octets[at % octets.length] = octet;
      return octets;
    });
}

/** Contents that no filler follows: their last octet is a field, or 'FF' has a meaning. */
const NOT_FILLED: readonly string[] = [
  ...['EF_UST', 'EF_EST', 'EF_IST', 'EF_VGCSS', 'EF_VBSS', 'EF_SMSP', 'EF_SMS', 'EF_ECC'],
  ...['EF_MSISDN', 'EF_ADN', 'EF_FDN', 'EF_SDN', 'EF_MBDN', 'EF_BDN', 'EF_CMI', 'EF_LND'],
  ...['EF_ICI', 'EF_OCI', 'EF_MMSN', 'EF_SNE', 'EF_EMAIL', 'EF_SST'],
];
/** A multiple of the length of every entry of a list. */
const FILLER_OCTETS = 60;

const ALL = Object.entries(EF_DEFINITIONS).flatMap(([directory, definitions]) =>
  definitions.map((definition) => [`${directory} ${definition.name}`, definition] as const),
);

describe.each(ALL)('%s', (_, definition) => {
  it('has a vector', () => {
    expect(definition.vectors.length).toBeGreaterThan(0);
  });

  it.each(definition.vectors)('reads %s', (hex, value) => {
    expect(definition.decode(fromHex(hex))).toStrictEqual(value);
  });

  it.each(definition.vectors)('writes %s', (hex, value) => {
    expect(toHex(definition.encode(value, hex.length / 2))).toBe(hex);
  });

  it.each(definition.vectors)('reads %s again when written without a size', (_hex, value) => {
    expect(definition.decode(definition.encode(value))).toStrictEqual(value);
  });

  it('keeps nothing of the octets that it reads', () => {
    for (const [hex, value] of definition.vectors) {
      const octets = fromHex(hex);
      const found = definition.decode(octets);
      octets.fill(0x5a);
      expect(found).toStrictEqual(value);
    }
  });

  it(`reads its vectors with 'FF' behind, where that is filler`, () => {
    for (const [hex, value] of definition.vectors) {
      if (NOT_FILLED.includes(definition.name) || value instanceof Uint8Array) continue;
      const octets = concat(fromHex(hex), filled(FILLER_OCTETS, 0xff));
      expect(definition.decode(octets)).toStrictEqual(value);
    }
  });

  it('reads or refuses its vectors cut at every octet', () => {
    for (const [hex] of definition.vectors) {
      const octets = fromHex(hex);
      for (let length = 0; length < octets.length; length++) {
        outcome(definition, octets.subarray(0, length));
      }
    }
  });

  it('throws nothing but a DecodeError, whatever the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => {
        outcome(definition, octets);
      }),
    );
  });

  it('writes what it has read so that it reads the same, and the same is written again', () => {
    fc.assert(
      fc.property(damaged(definition), (octets) => {
        const found = outcome(definition, octets);
        if (found === 'refused') return;
        const written = contents(definition, found.value, octets.length);
        if (written === undefined) return;
        expect(written).toHaveLength(octets.length);
        const again = definition.decode(written);
        expect(again).toStrictEqual(found.value);
        expect(definition.encode(again, octets.length)).toStrictEqual(written);
      }),
    );
  });

  it('refuses to write into one octet less than the value needs', () => {
    for (const [, value] of definition.vectors) {
      const { length } = definition.encode(value);
      if (length === 0) continue;
      expect(() => definition.encode(value, length - 1)).toThrow(RangeError);
    }
  });
});

describe('a definition', () => {
  it.each(Object.entries(EF_DEFINITIONS))('is alone in %s with its FID and SFI', (_, all) => {
    const fids = all.map(({ fid }) => fid);
    const sfis = all.map(({ sfi }) => sfi).filter((sfi) => sfi !== undefined);
    expect(new Set(fids).size).toBe(fids.length);
    expect(new Set(sfis).size).toBe(sfis.length);
    expect(sfis.every((sfi) => sfi >= 1 && sfi <= 30)).toBe(true);
  });

  it('is found by directory and FID, and only there', () => {
    expect(efDefinition('USIM', 0x6f07)?.name).toBe('EF_IMSI');
    expect(efDefinition('ISIM', 0x6f07)?.name).toBe('EF_IST');
    expect(efDefinition('TELECOM', 0x6f07)).toBeUndefined();
    expect(efDefinition('MF', 0x2f09)).toBeUndefined();
  });
});

/** Octets that are no such contents. The last column is the field that the error names. */
const REFUSALS: readonly (readonly [EfDirectory, string, string, string])[] = [
  ['MF', '2f00', '6104 4f02a000 ff', `EF_DIR/'61'`], // an AID of 2 octets
  ['MF', '2f00', '6102 5000', `EF_DIR/'61'`], // no AID
  ['MF', '2f00', '6100', `EF_DIR/'61'`],
  ['MF', '2f00', '6207 4f05a000000087', 'EF_DIR'], // another template
  ['MF', '2f00', '6107 4f05a000000087 6100', 'EF_DIR'], // two templates
  ['MF', '2f00', '6107 4f05a000000087 ff00', 'EF_DIR'], // not filler
  ['MF', '2f00', '6108 4f05a000000087', `EF_DIR/'61'`], // cut
  ['MF', '2f00', '610a 4f05a000000087 5001 90', `EF_DIR/'61'/'50'`], // no character
  ['MF', '2f05', '656e65', 'EF_PL'], // half a language
  ['MF', '2f05', '6531', 'EF_PL/language'],
  ['MF', '2fe2', '989909010000000000', 'ICCID'], // 9 octets
  ['MF', '2fe2', '989909010000000000a1', 'ICCID'], // no digit
  ['MF', '2fe2', '9899090100ffffffffff', 'ICCID'], // 10 digits
  ['USIM', '6f07', '0809101010325476', 'IMSI'], // 8 octets
  ['USIM', '6f07', '090910101032547698', 'IMSI/length'],
  ['USIM', '6f07', '080110101032547698', 'IMSI/parity'],
  ['USIM', '6f07', '062164803175f9ff00', 'IMSI/filler'],
  ['USIM', '6f07', '080910101032547698 00', 'EF_IMSI'],
  ['USIM', '6fad', '000000', 'EF_AD'], // the USIM needs the MNC length
  ['USIM', '6fad', '00000001', 'EF_AD/mncLength'],
  ['USIM', '6fad', '05000002', 'EF_AD/mode'],
  ['USIM', '6fad', '00000002 00', 'EF_AD'],
  ['ISIM', '6fad', '0000', 'EF_AD'],
  ['USIM', '6f78', '02', 'EF_ACC'],
  ['USIM', '6f78', '020000', 'EF_ACC'],
  ['USIM', '6f7e', 'ffffffffffffff0000ff', 'EF_LOCI'], // 10 octets
  ['USIM', '6f7e', 'ffffffffffffff0000ff04', 'EF_LOCI/status'],
  ['USIM', '6f7e', 'ffffffff0af1100000ff01', 'EF_LOCI/PLMN'],
  ['USIM', '6f73', 'ffffffffffffffffffff0000ff04', 'EF_PSLOCI/status'],
  ['USIM', '6fe3', 'ffffffffffffffffffffffffffffff000003', 'EF_EPSLOCI/status'],
  ['5GS', '4f01', 'ffffffffffffffffffffffffffffffffffffff03', 'EF_5GS3GPPLOCI/status'],
  ['USIM', '6f08', `07${'ff'.repeat(31)}`, 'EF_Keys'],
  ['USIM', '6f08', `07${'ff'.repeat(32)}07`, 'EF_Keys'],
  ['GSM-ACCESS', '4f20', 'ffffffffffffffff', 'EF_Kc'],
  ['USIM', '6f5b', 'f00000f000', 'EF_START-HFN'],
  ['USIM', '6f31', '', 'EF_HPPLMN'],
  ['USIM', '6f7b', 'ffffff00f1', 'EF_FPLMN'],
  ['USIM', '6f7b', 'ffffff00fa10', 'EF_FPLMN/PLMN'],
  ['USIM', '6f60', '00f110c8', 'EF_PLMNwAcT'],
  ['USIM', '6fdb', '03', 'EF_EHPLMNPI/presentation'],
  ['USIM', '6f38', '', 'EF_UST'],
  ['USIM', '6f46', '', 'EF_SPN/display condition'],
  ['USIM', '6f46', '0054ff54', 'EF_SPN/name'], // a character behind the filler
  ['USIM', '6f46', '0054c1', 'EF_SPN/name'],
  ['USIM', '6f46', '0080042204', 'EF_SPN/name'], // half a character of UCS2
  ['USIM', '6f46', '00810304c1c2', 'EF_SPN/name/characters'], // 2 characters of 3
  ['USIM', '6f46', '008201', 'EF_SPN/name/base'],
  ['USIM', '6fc5', '450181', 'EF_PNN/full name tag'],
  ['USIM', '6fc5', '4300ff', 'EF_PNN/full name/coding'],
  ['USIM', '6fc5', '4301a0', 'EF_PNN/full name/coding'],
  ['USIM', '6fc5', '43029000', 'EF_PNN/full name'], // UCS2 in one octet
  ['USIM', '6fc5', '430281d4 800100', 'EF_PNN'], // an object that is none of the two
  ['USIM', '6fc6', '00f1100000fffe', 'EF_OPL'],
  ['USIM', '6fc6', '00e1100000fffe01', 'EF_OPL/plmn'],
  ['USIM', '6fcd', 'a305810300f110', 'EF_SPDI'],
  ['USIM', '6fcd', 'a205800300f110', 'EF_SPDI'],
  ['USIM', '6fcd', 'a304800200f1', 'EF_SPDI/PLMNs'],
  ['USIM', '6fcd', 'a307800300f1108000', 'EF_SPDI'],
  ['USIM', '6fcd', 'a305800300f110 a300', 'EF_SPDI'],
  ['USIM', '6f42', `fe${'ff'.repeat(26)}`, 'EF_SMSP'],
  ['USIM', '6f42', `fd${'ff'.repeat(12)}0c91${'11'.repeat(10)}0000a9`, 'EF_SMSP/service centre'],
  ['USIM', '6f42', `fd${'ff'.repeat(12)}0291211111111111111111110000a9`, 'EF_SMSP/service centre'],
  ['USIM', '6f42', `fe0481214365${'ff'.repeat(22)}`, 'EF_SMSP/TP-DA'], // 6 digits, not 4
  ['USIM', '6f42', `fe048121f3${'ff'.repeat(23)}`, 'EF_SMSP/TP-DA'], // 3 digits, not 4
  ['USIM', '6f43', 'ff', 'EF_SMSS'],
  ['USIM', '6f40', `00${'ff'.repeat(12)}`, 'EF_MSISDN'],
  ['USIM', '6f40', `0c91${'11'.repeat(10)}ffff`, 'EF_MSISDN/length'],
  ['USIM', '6f40', `0191${'ff'.repeat(12)}`, 'address'], // a type without digits
  ['USIM', '6f40', `029121${'21'.repeat(9)}ffff`, 'EF_MSISDN/number'],
  ['USIM', '6fb7', '11f2', 'EF_ECC/code'],
  ['USIM', '6fb7', '11f2ff', 'EF_ECC/category'],
  ['USIM', '6fb7', 'ffffff00', 'EF_ECC/code'],
  ['USIM', '6fb7', '1ff2ff00', 'EF_ECC/code'], // a digit behind the filler
  ['MF', '2f08', '3c05', 'EF_UMPC'],
  ['MF', '2f08', '3c050000ff', 'EF_UMPC'], // RFU octets are 'ff'
  ['USIM', '6f3b', 'ff'.repeat(13), 'EF_FDN'],
  ['USIM', '6f3b', `0c91${'11'.repeat(10)}ffff`, 'EF_FDN/length'],
  ['USIM', '6f4d', 'ff'.repeat(14), 'EF_BDN'],
  ['USIM', '6f4d', '', 'EF_BDN'],
  ['USIM', '6f58', '', 'EF_CMI'],
  ['USIM', '6f58', 'c102', 'EF_CMI/text'],
  ['USIM', '6fcb', '0101', 'EF_CFIS'],
  ['USIM', '6fcb', '01', 'EF_CFIS'],
  ['USIM', '6fcb', `0101${'ff'.repeat(14)}00`, 'EF_CFIS'],
  ['USIM', '6fc9', '010000', 'EF_MBI'],
  ['USIM', '6fc9', '010000000300', 'EF_MBI'],
  ['USIM', '6fca', '01020000', 'EF_MWIS'],
  ['USIM', '6fd3', '04c1', 'EF_NIA/text'],
  ['USIM', '6f4b', '00ff', 'EF_EXT2'],
  ['USIM', '6f4b', `00${'ff'.repeat(12)}00`, 'EF_EXT2'],
  ['USIM', '6f80', 'ff'.repeat(27), 'EF_ICI'],
  ['USIM', '6f81', 'ff'.repeat(12), 'EF_OCI'],
  ['USIM', '6f82', '0001', 'EF_ICT'],
  ['USIM', '6f37', '00000000', 'EF_ACMmax'],
  ['USIM', '6f41', 'ffffff00', 'EF_PUCT'],
  ['USIM', '6f41', 'c1ffff0000', 'EF_PUCT/currency'],
  ['USIM', '6f3c', '', 'EF_SMS'],
  ['USIM', '6f47', `00${'ff'.repeat(28)}`, 'EF_SMSR'],
  ['USIM', '6f45', '0032ff', 'EF_CBMI'],
  ['USIM', '6f50', '110011', 'EF_CBMIR'],
  ['USIM', '6fb1', '21f3ff', 'EF_VGCS'],
  ['USIM', '6fb1', '2ff3ffff', 'EF_VGCS/group/identifier'], // a digit behind the filler
  ['USIM', '6fb2', '', 'EF_VGCSS'],
  ['USIM', '6fd4', '01', 'EF_VGCSCA'],
  ['USIM', '6fb5', '60', 'EF_eMLPP'],
  ['USIM', '6fb6', '', 'EF_AAeM'],
  ['USIM', '6fb6', '8300', 'EF_AAeM'],
  ['USIM', '6f2c', '21436587', 'EF_DCK'],
  ['USIM', '6f2c', `a1${'ff'.repeat(15)}`, 'EF_DCK/network'],
  ['USIM', '6f32', '62f210ff01', 'EF_CNL'],
  ['USIM', '6f32', '0af110ff01ff', 'EF_CNL/network/PLMN'],
  ['USIM', '6fc3', '2143', 'EF_Hiddenkey'],
  ['USIM', '6f57', '01', 'EF_ACL'], // an access point is missing
  ['USIM', '6f57', '00dd020161', 'EF_ACL'], // one too many
  ['USIM', '6f57', '0180020161', 'EF_ACL'],
  ['USIM', '6f57', '01dd020261', 'EF_ACL/1/label'],
  ['USIM', '6f57', '01dd0100', 'EF_ACL/1/label'],
  ['USIM', '6f57', '01dd02012e', 'EF_ACL/1/label'], // a dot in a label
  ['USIM', '6f65', '80', 'EF_RPLMNAcTD'],
  ['USIM', '6fdc', '', 'EF_LRPLMNSI'],
  ['USIM', '6fd6', '1011', 'EF_GBABP/RAND'],
  ['USIM', '6fd6', '00000000', 'EF_GBABP'],
  ['USIM', '6fd7', '62f21001 00000001', 'EF_MSK/time stamp counter'],
  ['USIM', '6fd7', '62f21000 00', 'EF_MSK'],
  ['USIM', '6fdd', '81026b63', 'EF_NAFKCA'],
  ['USIM', '6fce', '000101', 'EF_MMSN'],
  ['USIM', '6fce', '0001', 'EF_MMSN'],
  ['USIM', '6ff3', '800401c0a8a0', `EF_ePDGId/'80'/address`], // three octets of IPv4
  ['USIM', '6ff3', '8000', `EF_ePDGId/'80'/kind`],
  ['USIM', '6ff3', '800200c3', `EF_ePDGId/'80'/address`], // no UTF-8
  ['USIM', '6ff3', '810161', 'EF_ePDGId'],
  ['USIM', '6ff4', '800500f1100001', 'gateways'],
  ['USIM', '6ff4', '810600f110000100', 'EF_ePDGSelection'],
  ['USIM', '6ff4', '8006e0f110000100', 'gateways/gateway/plmn'],
  ['USIM', '6ff9', '120200', 'EF_3GPPPSDATAOFF'],
  ['USIM', '6ffb', '62f2', 'EF_TVCONFIG'],
  ['USIM', '6ffb', '6af210', 'EF_TVCONFIG/PLMN'],
  ['USIM', '6ffb', '62f21000', 'EF_TVCONFIG/tag'],
  ['USIM', '6fe7', '8002c328', `EF_UICCIARI/'80'`],
  ['USIM', '6ff1', '4f4b01', 'EF_IPS'],
  ['USIM', '6ff1', '4fff01ff', 'EF_IPS/status'],
  ['USIM', '6f02', '', 'EF_OCST'],
  ['USIM', '6f02', '01800264', `EF_OCST/'80'`],
  ['USIM', '6fec', '0000', 'EF_PWS'],
  ['USIM', '6ff8', '80056162', `EF_IMSConfigData/'80'`],
  ['USIM', '6ffd', '00', 'EF_EARFCNList/tag'],
  ['USIM', '6ffd', 'a00080', 'EF_EARFCNList/length'],
  ['ISIM', '6f09', '80021001ff00', 'EF_P-CSCF'], // not filler
  ['ISIM', '6ffa', '80017f8100', 'EF_WebRTCURI'],
  ['GSM-ACCESS', '4f63', '005000', 'EF_CPBCCH'],
  ['GSM-ACCESS', '4f64', '', 'EF_InvScan'],
  ['5GS', '4f08', '00f110000000fffffe', 'EF_OPL5G'],
  ['5GS', '4f08', '00e110000000fffffe01', 'EF_OPL5G/plmn'],
  ['5GS', '4f09', '8002c328', 'EF_SUPI_NAI/NAI'],
  ['5GS', '4f09', '80036140', `EF_SUPI_NAI/'80'`],
  ['5GS', '4f0b', '80', 'EF_URSP/length'],
  ['5GS', '4f0c', '8103352e47', 'EF_TN3GPPSNN'],
  ['5GS', '4f0f', '010301050206', 'EF_DRI'],
  ['5GS', '4f10', '01', 'EF_5GSEDRX'],
  ['5GS', '4f15', '', 'EF_MCHPPLMN'],
  ['5GS', '4f11', '0100', 'EF_5GNSWO_CONF'],
  ['SNPN', '4f02', '0100000007', 'EF_NID'],
  ['USIM', '6fe4', '800102', 'EF_EPSNSC'],
  ['USIM', '6fe4', 'a003800102 a003800102', 'EF_EPSNSC'],
  ['USIM', '6fe4', 'a0038002', `EF_EPSNSC/'a0'`],
  ['USIM', '6fe4', 'a0028001', `EF_EPSNSC/'a0'/'80'`],
  ['USIM', '6fe4', 'a003800102 00', 'EF_EPSNSC/tag'],
  ['5GS', '4f04', 'a100', 'EF_5GSN3GPPNSC'],
  ['5GS', '4f05', '802011', `EF_5GAUTHKEYS/'80'`],
  ['WLAN', '4f41', '00', 'EF_Pseudo/length'],
  ['WLAN', '4f41', '000361', 'EF_Pseudo/text'],
  ['WLAN', '4f41', '0001c3', 'EF_Pseudo/text'], // no UTF-8
  ['WLAN', '4f44', '026162 00', 'EF_UWSIDL'],
  ['WLAN', '4f42', '62f2', 'EF_UPLMNWLAN'],
  ['WLAN', '4f46', '8002', `EF_WRI/'80'`],
  ['WLAN', '4f48', '', 'EF_WEHPLMNPI'],
  ['WLAN', '4f4a', '6af210', 'EF_WLRPLMN/PLMN'],
  ['WLAN', '4f4a', '62f21000', 'EF_WLRPLMN'],
  ['HNB', '4f81', 'a00d800362f210', `EF_ACSGL/'a0'`],
  ['HNB', '4f82', '8906', `EF_CSGT/'89'`],
  ['TELECOM', '6f44', 'ff'.repeat(13), 'EF_LND'],
  ['TELECOM', '6f4a', '02', 'EF_EXT1'],
  ['PHONEBOOK', '4f30', 'a804c0034f3a', `EF_PBR/'c0'`], // cut inside
  ['PHONEBOOK', '4f30', 'a803c0014f', 'EF_PBR/adn/FID'],
  ['PHONEBOOK', '4f30', 'a806c0044f3a0100', 'EF_PBR/adn/end'], // an octet behind the SFI
  ['PHONEBOOK', '4f30', 'a805c0034f3a01 00', 'EF_PBR/tag'],
  ['PHONEBOOK', '4f22', '000007', 'EF_PSC'],
  ['PHONEBOOK', '4f11', `01${'ff'.repeat(13)}`, 'EF_ANR'],
  ['PHONEBOOK', '4f11', `01${'ff'.repeat(15)}`, 'EF_ANR'], // half a link
  ['PHONEBOOK', '4f11', `010c${'11'.repeat(11)}ffff`, 'EF_ANR/length'],
  ['PHONEBOOK', '4f11', `01${'ff'.repeat(16)}00`, 'EF_ANR'],
  ['PHONEBOOK', '4f09', '01', 'EF_PBC'],
  ['PHONEBOOK', '4f50', '01', 'EF_EMAIL'],
  ['PHONEBOOK', '4f50', 'c10102', 'EF_EMAIL/text'],
  ['PHONEBOOK', '4f4b', '41c1', 'EF_AAS'],
  ['GSM', '6f38', '', 'EF_SST'],
  ['GSM', '6fad', '0000', 'EF_AD'],
  ['GSM', '6fad', '00000001', 'EF_AD/mncLength'],
  ['GSM', '6fad', '000000ff02', 'EF_AD'],
  ['GSM', '6fae', '', 'EF_Phase'],
  ['GSM', '6fae', '0300', 'EF_Phase'],
  ['GSM', '6fb7', '11f2', 'EF_ECC'],
  ['GSM', '6fb7', '1ff2ff', 'EF_ECC/code/code'],
  ['GSM', '6f30', '00f1', 'EF_PLMNsel'],
  ['GSM', '6f53', 'ffffffffffffffffffff0000ff04', 'EF_LOCIGPRS/status'],
  ['5GS', '4f06', '000000', 'EF_UAC_AIC'],
  ['5GS', '4f07', 'a00102', 'EF_SUCI_Calc_Info/schemes/key index'],
  ['5GS', '4f07', 'a10580010a8100', 'EF_SUCI_Calc_Info'],
  ['5GS', '4f07', 'a0020000 a103 80010a', 'EF_SUCI_Calc_Info/keys'], // an identifier without key
  ['5GS', '4f07', 'a0020000 a106 80020a0b 8100', 'EF_SUCI_Calc_Info/keys'],
  ['5GS', '4f07', 'a0020000 a105 82010a 8100', 'EF_SUCI_Calc_Info/keys'],
  ['5GS', '4f07', 'a0020000 a105 80010a 8200', 'EF_SUCI_Calc_Info/keys'],
  ['5GS', '4f07', 'a0020000 a200', 'EF_SUCI_Calc_Info'],
  ['5GS', '4f07', 'a0020000 a100 a100', 'EF_SUCI_Calc_Info'],
  ['5GS', '4f0a', 'f0ff', 'EF_Routing_Indicator'],
  ['5GS', '4f0a', '0fffffff', 'EF_Routing_Indicator/routingIndicator'],
  ['ISIM', '6f02', '81024142', 'EF_IMPI'],
  ['ISIM', '6f02', '80024142 80024142', 'EF_IMPI'],
  ['ISIM', '6f02', '8002c328', `EF_IMPI/'80'`], // no UTF-8
  ['ISIM', '6f02', '80034142', `EF_IMPI/'80'`], // cut
];

/** Switches of 5GS, bit by bit: their vectors are made from the names, and prove none of these. */
const SWITCHES: readonly (readonly [EfDirectory, string, string, readonly string[]])[] = [
  ['5GS', '4f11', '01', ['enabled']],
  ['5GS', '4f16', '01', ['use-msk']],
  ['SNPN', '4f01', '01', ['ignore-warnings-in-subscribed']],
  ['SNPN', '4f01', '02', ['ignore-warnings-in-others']],
];

describe('switches', () => {
  it.each(SWITCHES)('of %s %s: %s is %j', (directory, fid, hex, flags) => {
    expect(find(directory, fid)?.decode(fromHex(hex))).toEqual({ flags });
  });
});

describe('contents that make no sense', () => {
  it.each(REFUSALS)('%s %s: %s is refused in %s', (directory, fid, hex, field) => {
    const definition = find(directory, fid);
    const decode = () => definition?.decode(fromHex(hex));
    expect(decode).toThrow(DecodeError);
    expect(decode).toThrow(expect.objectContaining({ path: field }));
  });
});

/** Values that no contents can hold. */
const MISUSES: readonly (readonly [EfDirectory, string, unknown])[] = [
  ['MF', '2f00', { aid: new Uint8Array(17), label: undefined, others: new Uint8Array() }],
  ['MF', '2f05', ['eng']],
  ['USIM', '6fad', { mode: 'odd', features: [], mncLength: 2 }],
  ['USIM', '6fad', { mode: 'normal', features: ['odd'], mncLength: 2 }],
  ['USIM', '6f78', [10]],
  ['USIM', '6f78', [16]],
  ['USIM', '6f31', { periodMinutes: 5 }],
  ['USIM', '6f31', { periodMinutes: 1536 }],
  ['USIM', '6f38', [0]],
  ['USIM', '6f5b', { cs: 0xf00000 }], // a field is missing
  ['USIM', '6f5c', { maximumStart: 0x1000000 }],
  ['USIM', '6f46', { displayConditions: [], name: '\uffff' }],
  ['USIM', '6fc6', { plmn: '001-1', firstArea: 0, lastArea: 0, pnnRecord: 1 }],
  ['USIM', '6fb7', { code: '', alphaIdentifier: '', categories: [] }],
  ['USIM', '6fb7', { code: '1234567', alphaIdentifier: '', categories: [] }],
  ['USIM', '6fb7', { code: '112', alphaIdentifier: '', categories: ['odd'] }],
  ['MF', '2f08', { maximumCurrent: 256, timeout: 0, flags: [] }],
  ['MF', '2f08', { maximumCurrent: 1, timeout: 0, flags: ['b1'] }], // which has a name
  ['MF', '2f08', { maximumCurrent: 1, timeout: 0, flags: ['b9'] }], // the octet has eight
  ['USIM', '6fad', { mode: 'normal', features: ['b17'], mncLength: 2 }],
  ['USIM', '6fad', { mode: 'normal', features: ['b01'], mncLength: 2 }],
  ['USIM', '6f46', { displayConditions: ['b2'], name: '' }], // which has a name
  ['USIM', '6f4b', { type: 256, data: new Uint8Array(11), nextRecord: 1 }],
  ['USIM', '6f4b', { type: 'odd', data: new Uint8Array(11), nextRecord: 1 }],
  ['USIM', '6f4b', { type: 'free', data: new Uint8Array(10), nextRecord: 1 }],
  ['USIM', '6f41', { currency: 'EURO', unit: { price: 1, exponent: 0 } }],
  ['USIM', '6f41', { currency: 'EUR', unit: { price: 4096, exponent: 0 } }],
  ['USIM', '6f41', { currency: 'EUR', unit: { price: 1, exponent: -8 } }],
  ['USIM', '6f45', [0x10000]],
  ['USIM', '6fb1', [{ identifier: '123456789' }]],
  ['USIM', '6fb6', { levels: ['level-5'] }],
  ['USIM', '6fc9', { voice: 1, fax: 0, email: 0, other: 0, video: 255 }],
  ['USIM', '6fc3', { key: '123456789' }],
  ['USIM', '6f57', ['a..b']],
  ['USIM', '6f57', ['a'.repeat(64)]],
  ['USIM', '6fd7', { keyDomain: new Uint8Array(2), keys: [] }],
  ['USIM', '6ff1', { status: 'ok', deviceRecord: 1, rfu: 0 }],
  ['USIM', '6ff3', [{ kind: 'ipv4', address: '1.2.3' }]],
  ['USIM', '6ff3', [{ kind: 'ipv4', address: '1.2.3.256' }]],
  ['USIM', '6ff3', [{ kind: 'ipv4', address: '1.2..3' }]],
  ['USIM', '6ff3', [{ kind: 'ipv6', address: '2001:db8::23' }]],
  ['USIM', '6ff3', [{ kind: 1, address: '01020304' }]],
  ['USIM', '6ff8', [{ tag: 0xff05, value: new Uint8Array() }]], // would be filler
  ['USIM', '6ff8', [{ tag: 0, value: new Uint8Array() }]],
  ['5GS', '4f05', [{ kind: 'odd', value: new Uint8Array(32) }]],
  ['USIM', '6fe4', [{ kind: 'k-ausf', value: new Uint8Array(32) }]],
  ['5GS', '4f09', [{ kind: 'odd', nai: 'a@b' }]],
  ['PHONEBOOK', '4f30', [{ linking: 'odd', files: [] }]],
  ['PHONEBOOK', '4f30', [{ linking: 'same-record', files: [{ kind: 'odd', fid: 1, sfi: 1 }] }]],
  ['PHONEBOOK', '4f30', [{ linking: 'same-record', files: [{ kind: 'adn', fid: 65536 }] }]],
  ['GSM', '6f38', { allocated: [0], activated: [] }],
  ['GSM', '6f38', { allocated: [1], activated: [1.5] }],
  ['5GS', '4f07', { schemes: [{ identifier: 256, keyIndex: 0 }], keys: [] }],
  ['5GS', '4f0a', { routingIndicator: '12345' }],
];

describe('values that do not fit', () => {
  it.each(MISUSES)('%s %s refuses to write %o', (directory, fid, value) => {
    expect(() => find(directory, fid)?.encode(value)).toThrow(RangeError);
  });
});

/** The directories of the profile whose files are known. */
const DIRECTORIES: Readonly<Record<string, EfDirectory>> = {
  MF: 'MF',
  'MF/ADF.USIM': 'USIM',
  'MF/ADF.USIM/DF.GSM-ACCESS(5F3B)': 'GSM-ACCESS',
  'MF/ADF.USIM/DF.5GS(5FC0)': '5GS',
  'MF/ADF.ISIM': 'ISIM',
  'MF/DF.TELECOM(7F10)': 'TELECOM',
  'MF/DF.TELECOM(7F10)/DF.PHONEBOOK(5F3A)': 'PHONEBOOK',
};
const FILES = profile.files.flatMap((file) => {
  const directory = DIRECTORIES[file.path.slice(0, file.path.lastIndexOf('/'))];
  return directory === undefined ? [] : [[file.path, directory, file] as const];
});

describe('the default test profile', () => {
  it.each(FILES)('has %s as it is declared', (_, directory, file) => {
    const definition = find(directory, file.fid);
    expect(definition?.structure).toBe(file.type);
    expect(definition?.sfi ?? null).toBe(file.sfi);
    expect(definition?.name.replace('EF_', 'EF.')).toBe(file.path.split('/').at(-1));
  });

  it.each(FILES)('has contents in %s that are read, and written as they were', (_, dir, file) => {
    const definition = find(dir, file.fid);
    for (const hex of file.records ?? [file.data ?? '']) {
      const octets = fromHex(hex);
      const value = definition?.decode(octets);
      expect(definition?.encode(value, octets.length)).toStrictEqual(octets);
    }
  });
});
